"""Reading a JSON object, and when two of its values are the same."""

import json
from typing import Any, NoReturn

from core.evaluation.metrics.words import normalise


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
