"""What the tree would say at another success bar, or at another volume."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.verdict import leaves
from core.verdict.deciding import decide
from core.verdict.doubt import doubt
from core.verdict.evidence import Evidence
from core.verdict.node import walk
from core.verdict.tree import TREE
from core.verdict.verdict import Verdict


@dataclass(frozen=True)
class Stretch:
    """Neighbouring success bars that give the same leaf."""

    low: float
    high: float
    title: str


def with_bar(evidence: Evidence, bar: float, volume: float | None) -> Verdict:
    """The verdict at another bar and volume; nothing of it is kept."""
    stated = replace(evidence.stated, volume_per_month=volume)
    return decide(replace(evidence, bar=bar, stated=stated))


def stretches(evidence: Evidence) -> tuple[Stretch, ...]:
    """The tree's leaf at every bar from 1 % to 100 %, neighbours with the same leaf as one.

    The redrawn holdouts are left out here: they would take a hundred times as long.
    """
    found: list[Stretch] = []
    for percent in range(1, 101):
        title = _leaf(replace(evidence, bar=percent / 100))
        if found and found[-1].title == title:
            found[-1] = replace(found[-1], high=percent / 100)
        else:
            found.append(Stretch(percent / 100, percent / 100, title))
    return tuple(found)


def _leaf(evidence: Evidence) -> str:
    found = walk(evidence, TREE)
    nothing: Mapping[Any, float] = {}
    loose = doubt(evidence, TREE, found, nothing)
    return leaves.NOT_ENOUGH.short if loose else found.leaf.short
