"""How often the label is right."""

from core.evaluation.metrics.label import NONE, label_of
from core.evaluation.metrics.metric import Attempt, Metric
from core.records import Score


def accuracy(of: Attempt) -> Score:
    """Whether the answer's first line names the reference's label, whatever its case."""
    said, wanted = label_of(of.answer, of.task), label_of(of.reference, of.task)
    if not wanted:
        return Score(None, f"could not be scored: the reference {of.reference!r} is {NONE}")
    if not said:
        return Score(0.0, NONE)
    return Score(float(said == wanted), f"said {said}, wanted {wanted}")


METRIC = Metric(
    "accuracy",
    "Share right",
    "The share of answers with the right label.",
    accuracy,
    beside=lambda task: task.output == "label",
    read=label_of,
    order=10,
)
