"""Which fields of a JSON object have the right value."""

from typing import Any

from core.evaluation.metrics.fields import NotAnObject, read_object, same
from core.evaluation.metrics.metric import Attempt, Metric
from core.records import Score


def field_accuracy(of: Attempt) -> Score:
    """Share of the reference's keys whose value is right. Extra keys cost nothing but are named."""
    try:
        wanted = read_object(of.reference)
    except NotAnObject as broken:
        return Score(None, f"could not be scored: the reference is {broken}")
    if not wanted:
        return Score(None, "could not be scored: the reference has no keys")
    try:
        said = read_object(of.answer)
    except NotAnObject as broken:
        return Score(0.0, str(broken))
    right = [key for key, value in wanted.items() if key in said and same(said[key], value)]
    return Score(len(right) / len(wanted), _explained(said, wanted, right))


def _explained(said: dict[str, Any], wanted: dict[str, Any], right: list[str]) -> str:
    wrong = [key for key in wanted if key in said and key not in right]
    parts = {
        "right": right,
        "wrong": wrong,
        "missing": [key for key in wanted if key not in said],
        "extra": [key for key in said if key not in wanted],
    }
    return "; ".join(f"{kind}: {', '.join(keys)}" for kind, keys in parts.items() if keys)


METRIC = Metric(
    "field_accuracy",
    "Fields right",
    "The share of the object's fields that have the right value.",
    field_accuracy,
    beside=lambda task: task.output == "json",
    order=10,
)
