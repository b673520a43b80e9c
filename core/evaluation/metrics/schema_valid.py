"""Whether a JSON object has the keys and the choices of values that the task's schema asks for."""

from typing import Any

from core.evaluation.metrics.fields import NotAnObject, read_object
from core.evaluation.metrics.metric import Attempt, Metric
from core.records import Score, Task


def schema_valid(of: Attempt) -> Score:
    """Whether every key of the schema is there with an allowed value, right or wrong.

    Keys that the schema does not name cost nothing, as in JSON Schema.
    """
    if not of.task.schema:
        return Score(None, "could not be scored: the task has no schema")
    try:
        said = read_object(of.answer)
    except NotAnObject as broken:
        return Score(0.0, str(broken))
    faults = _faults(said, of.task)
    return Score(float(not faults), "; ".join(faults) or "fits the schema")


def _faults(said: dict[str, Any], task: Task) -> list[str]:
    missing = [key for key in task.schema if key not in said]
    strange = [
        f"{key} may not be {said[key]!r}"
        for key, allowed in task.schema.items()
        if allowed and key in said and str(said[key]) not in allowed
    ]
    return [f"missing: {', '.join(missing)}", *strange] if missing else strange


METRIC = Metric(
    "schema_valid",
    "Fits the schema",
    "The share of answers with every wanted key and only allowed values, right or wrong.",
    schema_valid,
    beside=lambda task: bool(task.output == "json" and task.schema),
    order=12,
)
