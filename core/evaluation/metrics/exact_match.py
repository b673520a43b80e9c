"""Whether an answer is the reference, word for word."""

from core.evaluation.metrics.metric import Attempt, Metric
from core.evaluation.metrics.words import normalise
from core.records import Score


def exact_match(of: Attempt) -> Score:
    """Whether the answer is the reference, save case, punctuation, articles and spacing."""
    same = normalise(of.answer) == normalise(of.reference)
    return Score(float(same), "the same words" if same else f"wanted: {of.reference}")


METRIC = Metric(
    "exact_match",
    "Exact match",
    "The share of answers that equal the reference, case and punctuation aside.",
    exact_match,
    beside=lambda task: task.output == "text",
    order=10,
)
