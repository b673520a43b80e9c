"""JSON lines as rows: one object a line, each key once, every character whole."""

import json
import math
from collections.abc import Mapping
from typing import Any

from core.errors import TaskUnreadable
from core.tasks.sheet import Row, Table


def read(text: str, name: str) -> Table:
    """The objects in a text; `name` is the file's, for messages. Blank lines are left out.

    Raises:
        TaskUnreadable: Names the line and what to change.
    """
    if text.lstrip().startswith("["):
        raise TaskUnreadable(
            f"{name}, line 1: not an object but a JSON list.",
            remedy="Write one JSON object per line, without the brackets around all and the "
            "commas between.",
        )
    # Not splitlines(): it also breaks at characters that may stand inside a JSON string.
    rows = tuple(
        Row(number, f"{name}, line {number}", _object(line, f"{name}, line {number}"))
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    )
    keys = dict.fromkeys(key for row in rows for key in row.cells)
    return Table(name, tuple(keys), rows, is_sheet=False)


def whole(text: str, place: str) -> str:
    r"""`text`, unless it holds a NUL or a lone surrogate.

    JSON's "\ud83d" can say one, UTF-8 cannot.

    Raises:
        TaskUnreadable: Names the place.
    """
    if "\x00" in text:
        raise nul(place)
    try:
        text.encode()
    except UnicodeEncodeError as cut:
        raise TaskUnreadable(
            f"{place}: half a character (a cut emoji).", remedy="Write it whole or drop it."
        ) from cut
    return text


def nul(place: str) -> TaskUnreadable:
    """The failure to raise for a NUL, which damaged exports leave behind."""
    return TaskUnreadable(
        f"{place}: a NUL character, which no text holds.",
        remedy="Export the file again, or delete that character.",
    )


def _object(line: str, place: str) -> Mapping[str, Any]:
    try:
        row = json.loads(
            line, parse_constant=_no_number, parse_float=_number, object_pairs_hook=_no_twins
        )
    except RecursionError as deep:
        raise TaskUnreadable(
            f"{place}: values nested too deep to be read.", remedy="Write the text alone."
        ) from deep
    except ValueError as broken:
        raise TaskUnreadable(
            f"{place}: not JSON ({str(broken)[:80]}).", remedy="Write one JSON object per line."
        ) from broken
    if not isinstance(row, dict):
        raise TaskUnreadable(f"{place}: not an object.", remedy='Write {"input": …} on it.')
    whole("".join(row), place)
    return row


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is not a number in JSON")


def _number(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits[:20]} is too large a number")
    return number


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        raise ValueError("a key stands twice")
    return row
