"""Saying that one does not know, where one should."""

from core.evaluation.metrics.metric import Attempt, Metric
from core.evaluation.metrics.words import holds
from core.records import ABSTENTION, Score, Task


def abstains(text: str) -> bool:
    """Whether a text says that the documents do not tell."""
    return holds(text, ABSTENTION)


def asked_of(task: Task) -> bool:
    """Whether any of the task's questions has no answer."""
    return any(abstains(example.reference) for example in task.examples)


def abstention(of: Attempt) -> Score:
    """Of a question without an answer: whether the lever abstained."""
    said = abstains(of.answer)
    return Score(float(said), "abstained, rightly" if said else "should have abstained")


METRIC = Metric(
    "abstention",
    "Abstains rightly",
    "Where the documents do not say, how often the answer admits it.",
    abstention,
    beside=asked_of,
    applies=lambda of: abstains(of.reference),
    order=30,
)
