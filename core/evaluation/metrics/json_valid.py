"""Whether an answer can be read as a JSON object."""

from core.evaluation.metrics.fields import NotAnObject, read_object
from core.evaluation.metrics.metric import Attempt, Metric
from core.records import Score


def json_valid(of: Attempt) -> Score:
    """Whether the answer is a JSON object and nothing else."""
    try:
        read_object(of.answer)
    except NotAnObject as broken:
        return Score(0.0, str(broken))
    return Score(1.0, "a JSON object")


METRIC = Metric(
    "json_valid",
    "Valid JSON",
    "The share of answers that are a JSON object and nothing else.",
    json_valid,
    beside=lambda task: task.output == "json",
    order=11,
)
