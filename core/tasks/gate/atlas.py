"""Two dimensions of the examples: a map on which like stands by like."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.records import Example, Finding, Split, Task
from core.tasks.gate.search import Embed

MOST = 2_000  # points; more would hide each other
SAID = 80  # characters of an input that stand by its point
REPEATS = ("duplicate", "near-duplicate")  # codes of findings
LEAKS = ("leak", "near-leak")
UNREADABLE = "(unreadable)"

Part = Literal["Train", "Validation", "Holdout"]


@dataclass(frozen=True)
class Place:
    """One example on the map. Of a holdout example only row and place are told: it is locked."""

    row: int
    part: Part
    x: float
    y: float
    text: str = ""  # the beginning of the input, on one line
    sorts: tuple[str, ...] = ()  # its value under each title of `sorts`
    repeats: bool = False  # says again what an earlier row says
    leaks: bool = False  # stands on both sides of the holdout's wall, or nearly so


def places(task: Task, split: Split, found: Sequence[Finding], embed: Embed) -> tuple[Place, ...]:
    """Examples by the likeness of their inputs, at most `MOST` of them, in the file's order."""
    parts = part_of(split)
    chosen = by_lot(task.examples)
    points = project(embed([one.input for one in chosen]))
    kinds = list(zip(*sorts(task, chosen).values(), strict=True)) or [()] * len(chosen)
    repeats, leaks = _rows(found, REPEATS), _rows(found, LEAKS)
    return tuple(
        _told(
            Place(
                one.row, parts[one.row], x, y, beginning(one.input), kind,
                one.row in repeats, one.row in leaks,
            )
        )
        for one, (x, y), kind in zip(chosen, points.tolist(), kinds, strict=True)
    )  # fmt: skip


def _told(place: Place) -> Place:
    """What may be told of it."""
    return replace(place, text="", sorts=()) if place.part == "Holdout" else place


def part_of(split: Split) -> dict[int, Part]:
    """The part of each row."""
    parts: tuple[tuple[Part, tuple[Example, ...]], ...] = (
        ("Train", split.train),
        ("Validation", split.validation),
        ("Holdout", split.holdout),
    )
    return {example.row: name for name, examples in parts for example in examples}


def by_lot(examples: Sequence[Example], most: int = MOST) -> tuple[Example, ...]:
    """All examples, or `most` of them by a lot that hangs on each input alone.

    So the same examples are drawn again when others come or go, and equal inputs come together.
    """
    if len(examples) <= most:
        return tuple(examples)
    drawn = sorted(examples, key=lambda one: hashlib.sha256(one.input.encode()).digest())[:most]
    return tuple(sorted(drawn, key=lambda one: one.row))


def project(vectors: ArrayLike) -> NDArray[np.float64]:
    """The two directions along which vectors differ most (principal components).

    Args:
        vectors: (n, width), n at least 1.

    Returns:
        (n, 2) around the origin. The sign of each direction is fixed by its largest weight, so that
        the same vectors give the same picture. A direction that does not exist is 0.
    """
    rows = np.asarray(vectors, np.float64)
    centred = rows - rows.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:2]  # (2 at most, width)
    largest = np.abs(axes).argmax(axis=1)
    signs = np.sign(axes[np.arange(len(axes)), largest])
    points = centred @ (axes * signs[:, None]).T
    return np.pad(points, ((0, 0), (0, 2 - len(axes))))


def sorts(task: Task, examples: Sequence[Example]) -> dict[str, list[str]]:
    """What sorts a task's examples are of: by label, or by each key with a list of values."""
    if task.output == "label":
        return {"Label": [example.reference for example in examples]}
    closed = [key for key, allowed in task.schema.items() if allowed]
    objects = [_object(example.reference) for example in examples] if closed else []
    return {
        key.capitalize(): [str(value.get(key, UNREADABLE)) for value in objects] for key in closed
    }


def beginning(text: str) -> str:
    """The first `SAID` characters of a text, on one line."""
    return " ".join(text.split())[:SAID]


def _object(reference: str) -> Mapping[str, Any]:
    try:
        value = json.loads(reference)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _rows(found: Iterable[Finding], codes: Sequence[str]) -> set[int]:
    return {row for finding in found if finding.code in codes for row in finding.affected}
