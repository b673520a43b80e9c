"""Giving an answer where there is one: the share that is left is abstained from wrongly."""

from core.evaluation.metrics.abstention import abstains, asked_of
from core.evaluation.metrics.metric import Attempt, Metric
from core.records import Score


def answered(of: Attempt) -> Score:
    """Of a question with an answer: whether the lever gave one, right or wrong."""
    said = abstains(of.answer)
    return Score(float(not said), "abstained, wrongly" if said else "gave an answer")


METRIC = Metric(
    "answered",
    "Answers where it can",
    "Where there is an answer, how often it gives one; the rest are false abstentions.",
    answered,
    beside=asked_of,
    applies=lambda of: not abstains(of.reference),
    order=31,
)
