"""Former versions of a task's examples: what was changed, when, and the file as it was before.

A version is kept before the examples are written, so that a kill in between loses nothing; one
whose change never came about is passed over.
"""

import hashlib
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from core.errors import TaskUnreadable
from core.records import Fix
from core.tasks import catalog
from core.workspace import read_json, write_bytes, write_json, writing

FOLDER = ".history"
NUMBER = re.compile(r"\d{4,9}")


@dataclass(frozen=True)
class Change:
    """Something that was done to the examples."""

    what: str  # a sentence without its full stop
    when: float  # seconds since the epoch
    rows: int  # how many were touched
    fix: Fix
    code: str = ""  # of the finding that asked for it


@dataclass(frozen=True)
class _Entry:
    folder: Path
    change: Change
    file: str  # name of the examples file
    before: str  # digests of it
    after: str


def examples_file(folder: Path) -> Path:
    """The file a task's examples are read from.

    Raises:
        TaskUnreadable: There is none.
    """
    for name in catalog.EXAMPLES:
        if (folder / name).exists():
            return folder / name
    raise TaskUnreadable(
        f"{folder.name} has no examples.", remedy=f"Add a file {catalog.EXAMPLES[0]} to it."
    )


def changes(folder: Path) -> tuple[Change, ...]:
    """What was done to the examples and can be undone, the latest first.

    Raises:
        TaskUnreadable: A former version is damaged.
    """
    return tuple(entry.change for entry in _entries(folder))


def keep(folder: Path, change: Change, content: bytes) -> None:
    """Put the examples as they are aside, before `content` takes their place."""
    source = examples_file(folder)
    place = folder / FOLDER
    partial = place / f".{secrets.token_hex(8)}.partial"
    said = {"before": _digest(source.read_bytes()), "after": _digest(content)}
    with writing(place):
        partial.mkdir(parents=True)
        try:
            write_bytes(partial / source.name, source.read_bytes())
            write_json(partial / "change.json", {**asdict(change), "file": source.name, **said})
            partial.rename(place / f"{_last(place) + 1:04}")
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def undo(folder: Path) -> Change:
    """Bring back the examples as they were before the latest change.

    Raises:
        TaskUnreadable: There is none, it is damaged, or the file was edited since.
    """
    entry = next(_entries(folder), None)
    if entry is None:
        raise TaskUnreadable("There is nothing to undo.", remedy="Apply a remedy first.")
    target = folder / entry.file
    former = entry.folder / entry.file
    if examples_file(folder) != target or _digest(target.read_bytes()) != entry.after:
        raise TaskUnreadable(
            f"{examples_file(folder).name} was edited after the latest change, which undoing "
            "would lose.",
            remedy=f"Copy what you want from {former.relative_to(folder)} in the task's folder.",
        )
    if not former.is_file() or _digest(former.read_bytes()) != entry.before:
        raise _damaged(entry.folder)
    write_bytes(target, former.read_bytes())
    _forget(entry.folder)
    undone = entry.change
    return Change(f"Undone: {undone.what}", time.time(), undone.rows, undone.fix, undone.code)


def _entries(folder: Path) -> Iterator[_Entry]:
    """Changes that came about, the latest first."""
    places = sorted(_numbered(folder / FOLDER), key=lambda place: int(place.name), reverse=True)
    then = _digest(examples_file(folder).read_bytes()) if places else ""
    for place in places:
        entry = _entry(place)
        if then == entry.before != entry.after:
            continue  # kept, but never applied
        yield entry
        then = entry.before


def _entry(place: Path) -> _Entry:
    try:
        said = read_json(place / "change.json")
        if said["file"] not in catalog.EXAMPLES:
            raise ValueError(said["file"])
        change = Change(
            str(said["what"]),
            _moment(said["when"]),
            int(said["rows"]),
            said["fix"],
            str(said["code"]),
        )
        return _Entry(place, change, said["file"], str(said["before"]), str(said["after"]))
    except (ArithmeticError, ValueError, TypeError, KeyError, RecursionError, OSError) as broken:
        raise _damaged(place) from broken


def _moment(said: Any) -> float:
    """Seconds since the epoch that a calendar can show."""
    datetime.fromtimestamp(float(said))
    return float(said)


def _damaged(place: Path) -> TaskUnreadable:
    return TaskUnreadable(
        f"{FOLDER}/{place.name} is damaged: that change cannot be undone.",
        remedy=f"Delete the folder {FOLDER}/{place.name} of the task.",
    )


def _numbered(place: Path) -> list[Path]:
    return [one for one in place.glob("*") if NUMBER.fullmatch(one.name)]


def _last(place: Path) -> int:
    return max((int(one.name) for one in _numbered(place)), default=0)


def _forget(place: Path) -> None:
    """Delete a version; its name goes first, so that half of it is never read."""
    gone = place.with_name(f".{secrets.token_hex(8)}.gone")
    with writing(place):
        place.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
