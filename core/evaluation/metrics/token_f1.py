"""How many words an answer and its reference share, in any order."""

from collections import Counter

from core.evaluation.metrics.metric import Attempt, Metric
from core.evaluation.metrics.words import normalise, overlap
from core.records import Score


def token_f1(of: Attempt) -> Score:
    """Harmonic mean of word precision and recall, counting repeats.

    Rewards partial overlap and ignores order, so "not guilty" scores 0.67 against
    "guilty": read it beside `exact_match`, never alone.
    """
    said, wanted = Counter(normalise(of.answer)), Counter(normalise(of.reference))
    shared = (said & wanted).total()
    return overlap(shared, said.total(), wanted.total(), "words in common")


METRIC = Metric(
    "token_f1",
    "Word overlap",
    "How many words answer and reference share, order aside (F1).",
    token_f1,
    beside=lambda task: task.output == "text",
    shades=True,
    order=11,
)
