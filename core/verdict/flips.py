"""What would change a verdict: measured margins, and stated answers that could be otherwise."""

from collections.abc import Iterator
from dataclasses import replace

from core.verdict import turning
from core.verdict.evidence import STATED, Evidence
from core.verdict.node import Node, Walk, walk
from core.verdict.thresholds import HIGH_VOLUME
from core.verdict.verdict import Flip

VOLUME = "volume_per_month"


def flips(evidence: Evidence, tree: Node, found: Walk) -> tuple[Flip, ...]:
    """Everything that alone would lead to another leaf, nearest to the root first."""
    return (*_measured(evidence, tree, found), *_stated(evidence, tree, found))


def _measured(evidence: Evidence, tree: Node, found: Walk) -> Iterator[Flip]:
    for step in found.steps:
        what = step.question.turns(evidence)
        if not what:
            continue
        other = walk(evidence, tree, {step.question.key: not step.answer}).leaf
        if other is not found.leaf:
            yield Flip(turning.conclusion(what, other.title), other.name, "measured")


def _stated(evidence: Evidence, tree: Node, found: Walk) -> Iterator[Flip]:
    for what, otherwise in _statements(evidence):
        other = walk(otherwise, tree).leaf
        if other is not found.leaf:
            yield Flip(turning.conclusion(what, other.title), other.name, "stated")


def _statements(evidence: Evidence) -> Iterator[tuple[str, Evidence]]:
    """The evidence with one stated answer otherwise, in words and in fact."""
    for key in STATED:
        if key == VOLUME:
            now = evidence.stated.volume_per_month or 0
            other = HIGH_VOLUME if now < HIGH_VOLUME else 0
            yield turning.volume(other), _saying(evidence, VOLUME, other)
            continue
        for value in (True, False):
            if getattr(evidence.stated, key) is not value:
                yield turning.STATEMENTS[key, value], _saying(evidence, key, value)


def _saying(evidence: Evidence, key: str, value: bool | float) -> Evidence:
    return replace(evidence, stated=replace(evidence.stated, **{key: value}))  # type: ignore[arg-type]
