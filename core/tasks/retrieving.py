"""The `[retrieval]` table of a task: what may stand in it, and how it is written anew."""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, get_args

from core.errors import SettingOutOfRange, TaskUnreadable
from core.records import Retrieval, SearchMode
from core.workspace import write_text

MODES: tuple[SearchMode, ...] = get_args(SearchMode)
LIMITS = {  # lowest and highest, in the unit of the field
    "words": (5, 90),
    "passages": (1, 10),
    "overlap": (0, 40),
    "threshold": (0.0, 1.0),
}
REMEDY = (
    "Give words = 5 to 90, passages = 1 to 10, overlap = 0 to 40 (less than half of words), "
    f"mode = {' or '.join(map(repr, MODES))}, threshold = 0.0 to 1.0, "
    "rerank and multi_query = true or false."
)
TABLE = re.compile(r"^[ \t]*\[retrieval\][^\n]*\n(?:(?![ \t]*\[)[^\n]*(?:\n|\Z))*", re.MULTILINE)


def fits(said: Any) -> bool:
    """Whether a table read from a file makes a `Retrieval`."""
    if not isinstance(said, Mapping) or not all(
        key in ALLOWED and ALLOWED[key](value) for key, value in said.items()
    ):
        return False
    made = Retrieval(**said)
    return 2 * made.overlap < made.words


def _number(kind: type, name: str) -> Callable[[Any], bool]:
    low, high = LIMITS[name]
    kinds = (int, float) if kind is float else (int,)
    return lambda value: (
        isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high
    )


ALLOWED: dict[str, Callable[[Any], bool]] = {
    **{
        setting.name: _number(type(setting.default), setting.name)
        for setting in fields(Retrieval)
        if setting.name in LIMITS
    },
    "mode": lambda value: value in MODES,
    "rerank": lambda value: isinstance(value, bool),
    "multi_query": lambda value: isinstance(value, bool),
}


def choose(folder: Path, retrieval: Retrieval) -> None:
    """Write a task's `[retrieval]` table; all else in its file stays as it is.

    Raises:
        SettingOutOfRange: The settings do not fit together or lie outside their limits.
        TaskUnreadable: The file is written in a way that cannot be changed here.
    """
    if not fits(asdict(retrieval)):
        raise SettingOutOfRange(f"{retrieval} is out of range.", remedy=REMEDY)
    source = folder / "task.toml"
    old = source.read_text(encoding="utf-8")
    new = TABLE.sub("", old).rstrip("\n") + "\n\n" + table(retrieval)
    before, after = _others(old), _others(new)
    if before is None or before != after:
        raise TaskUnreadable(
            "task.toml is written in a way that cannot be changed here.",
            remedy="Write the [retrieval] table into it by hand.",
        )
    write_text(source, new)


def table(retrieval: Retrieval) -> str:
    """As it stands in task.toml: only what differs from the defaults, so that better ones count."""
    usual = Retrieval()
    lines = [
        f"{name} = {json.dumps(value, ensure_ascii=False)}"
        for name, value in asdict(retrieval).items()
        if value != getattr(usual, name) or name in ("words", "passages")
    ]
    return "\n".join(["[retrieval]", *lines, ""])


def _others(text: str) -> dict[str, Any] | None:
    try:
        return {key: value for key, value in tomllib.loads(text).items() if key != "retrieval"}
    except tomllib.TOMLDecodeError:
        return None
