"""Whether retrieval found the passage that holds the answer."""

from core.evaluation.metrics.metric import Attempt, Metric
from core.evaluation.metrics.standing import findable, stands
from core.records import Score


def sought(of: Attempt) -> bool:
    """Whether a passage was looked for that can be found.

    Questions whose reference stands in no document word for word are left out: no retrieval
    could find it, so they would say nothing of this one.
    """
    return bool(of.passages) and of.stands is not False and findable(of.task, of.reference)


def recall(of: Attempt) -> Score:
    """Whether the passages shown hold the reference, word for word (recall at k, one relevant)."""
    found = stands(of.task, of.reference, of.passages)
    shown = len(of.passages)
    return Score(float(bool(found)), f"{'in' if found else 'not in'} the {shown} passages shown")


METRIC = Metric(
    "recall_at_k",
    "Passage found",
    "Of the questions whose answer stands in the documents, how often it stood in the passages.",
    recall,
    beside=lambda task: task.output != "label",
    applies=sought,
    order=40,
)
