"""Saying that one does not know: where one should, and only there."""

from core.evaluation.metrics.metric import Metric
from core.evaluation.metrics.words import holds
from core.records import ABSTENTION, Score, Task


def abstains(text: str) -> bool:
    """Whether a text says that the documents do not tell."""
    return holds(text, ABSTENTION)


def should(reference: str, task: Task) -> bool:
    """Whether the right answer is to abstain."""
    return abstains(reference)


def should_not(reference: str, task: Task) -> bool:
    """Whether there is an answer to give."""
    return not abstains(reference)


def asked_of(task: Task) -> bool:
    """Whether any of the task's questions has no answer."""
    return any(abstains(example.reference) for example in task.examples)


def abstention(answer: str, reference: str, task: Task) -> Score:
    """Of a question without an answer: whether the lever abstained."""
    said = abstains(answer)
    return Score(float(said), "abstained, rightly" if said else "should have abstained")


def answered(answer: str, reference: str, task: Task) -> Score:
    """Of a question with an answer: whether the lever gave one, right or wrong."""
    said = abstains(answer)
    return Score(float(not said), "abstained, wrongly" if said else "gave an answer")


METRICS = (
    Metric(
        "abstention",
        "Of the questions that the documents do not answer, the share where it says so.",
        abstention,
        applies=should,
    ),
    Metric(
        "answered",
        "Of the questions that have an answer, the share where it gives one.",
        answered,
        applies=should_not,
    ),
)
