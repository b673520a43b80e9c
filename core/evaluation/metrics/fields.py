"""A JSON object against its reference: whether it can be read, and which values are right."""

import json
from typing import Any, NoReturn

from core.evaluation.metrics.metric import Metric
from core.evaluation.metrics.words import normalise
from core.records import Score, Task


class NotAnObject(ValueError):
    """The text is no JSON object; says why."""


def read_object(text: str) -> dict[str, Any]:
    """The object that the whole text is, as a program that takes the answer would read it.

    Nothing may stand around it, not even a code fence.

    Raises:
        NotAnObject: With the reason.
    """
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise NotAnObject("JSON nested too deep") from None
    except ValueError as broken:
        raise NotAnObject(f"not JSON: {broken}") from None
    if not isinstance(value, dict):
        raise NotAnObject("JSON, but not an object")
    return value


def _no_constant(name: str) -> NoReturn:
    raise NotAnObject(f"{name} is not JSON")


def json_valid(answer: str, reference: str, task: Task) -> Score:
    """Whether the answer is a JSON object and nothing else."""
    try:
        read_object(answer)
    except NotAnObject as broken:
        return Score(0.0, str(broken))
    return Score(1.0, "a JSON object")


def field_accuracy(answer: str, reference: str, task: Task) -> Score:
    """Share of the reference's keys whose value is right. Extra keys cost nothing but are named."""
    try:
        wanted = read_object(reference)
    except NotAnObject as broken:
        return Score(None, f"could not be scored: the reference is {broken}")
    if not wanted:
        return Score(None, "could not be scored: the reference has no keys")
    try:
        said = read_object(answer)
    except NotAnObject as broken:
        return Score(0.0, str(broken))
    right = [key for key, value in wanted.items() if key in said and same(said[key], value)]
    return Score(len(right) / len(wanted), _explained(said, wanted, right))


def same(said: Any, wanted: Any) -> bool:
    """Texts match as in `exact_match`; numbers by value; lists in order; objects key by key."""
    if isinstance(said, str) and isinstance(wanted, str):
        return normalise(said) == normalise(wanted)
    if isinstance(said, bool) or isinstance(wanted, bool):
        return said is wanted
    if isinstance(said, list) and isinstance(wanted, list):
        return len(said) == len(wanted) and all(map(same, said, wanted))
    if isinstance(said, dict) and isinstance(wanted, dict):
        return set(said) == set(wanted) and all(same(said[key], wanted[key]) for key in wanted)
    return bool(said == wanted)


def _explained(said: dict[str, Any], wanted: dict[str, Any], right: list[str]) -> str:
    wrong = [key for key in wanted if key in said and key not in right]
    parts = {
        "right": right,
        "wrong": wrong,
        "missing": [key for key in wanted if key not in said],
        "extra": [key for key in said if key not in wanted],
    }
    return "; ".join(f"{kind}: {', '.join(keys)}" for kind, keys in parts.items() if keys)


METRICS = (
    Metric("field_accuracy", "The share of fields with the right value.", field_accuracy),
    Metric("json_valid", "The share of answers that are a JSON object.", json_valid),
)
