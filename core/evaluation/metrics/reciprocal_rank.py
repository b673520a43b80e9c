"""How near the top of the passages the one stands that holds the answer."""

from core.evaluation.metrics.metric import Attempt, Metric
from core.evaluation.metrics.recall_at_k import sought
from core.evaluation.metrics.standing import stands
from core.records import Score


def reciprocal_rank(of: Attempt) -> Score:
    """1 over the rank of the first passage that holds the reference alone; 0 if none shown does.

    Its mean is the mean reciprocal rank (Voorhees 1999), cut off at the passages shown.
    """
    for rank, passage in enumerate(of.passages, start=1):
        if stands(of.task, of.reference, [passage]):
            return Score(1 / rank, f"in passage {rank} of {len(of.passages)}")
    return Score(0.0, f"in none of the {len(of.passages)} passages shown")


METRIC = Metric(
    "reciprocal_rank",
    "Passage rank",
    "How near the top the passage with the answer stands: 1 is first, 0.5 second (MRR).",
    reciprocal_rank,
    beside=lambda task: task.output != "label",
    applies=sought,
    shades=True,
    order=41,
)
