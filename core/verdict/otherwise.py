"""What the tree would say at another success bar, or at another volume."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.verdict import leaves
from core.verdict.deciding import decide
from core.verdict.doubt import doubt
from core.verdict.evidence import Evidence
from core.verdict.node import walk
from core.verdict.tree import TREE
from core.verdict.verdict import Verdict

VOLUMES = (0, 1_000, 10_000, 100_000, 1_000_000)  # answers a month


@dataclass(frozen=True)
class Stretch:
    """Neighbouring success bars, or volumes, that give the same leaf."""

    low: float
    high: float
    title: str


def with_bar(evidence: Evidence, bar: float, volume: float | None) -> Verdict:
    """The verdict at another bar and volume; nothing of it is kept."""
    return decide(replace(_selling(evidence, volume), bar=bar))


def stretches(evidence: Evidence) -> tuple[Stretch, ...]:
    """The tree's leaf at every bar from 1 % to 100 %, neighbours with the same leaf as one.

    The redrawn holdouts are left out here: they would take a hundred times as long.
    """
    bars = (percent / 100 for percent in range(1, 101))
    return _merged((bar, _leaf(replace(evidence, bar=bar))) for bar in bars)


def volumes(evidence: Evidence) -> tuple[Stretch, ...]:
    """The leaf at each of `offered` answers a month, neighbours with the same leaf as one."""
    at_each = offered(evidence.stated.volume_per_month)
    return _merged((at, _leaf(_selling(evidence, at))) for at in at_each)


def offered(volume: float | None) -> tuple[int, ...]:
    """`VOLUMES`, and the one that the owner states among them."""
    return tuple(sorted({*VOLUMES, round(volume or 0)}))


def _selling(evidence: Evidence, volume: float | None) -> Evidence:
    return replace(evidence, stated=replace(evidence.stated, volume_per_month=volume))


def _merged(points: Iterable[tuple[float, str]]) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    for at, title in points:
        if found and found[-1].title == title:
            found[-1] = replace(found[-1], high=at)
        else:
            found.append(Stretch(at, at, title))
    return tuple(found)


def _leaf(evidence: Evidence) -> str:
    found = walk(evidence, TREE)
    nothing: Mapping[Any, float] = {}
    loose = doubt(evidence, TREE, found, nothing)
    return leaves.NOT_ENOUGH.short if loose else found.leaf.short
