"""What a decision tree is made of, and how one walks it.

A question is data: what it asks, the condition that answers it, the figures it looked at,
where its threshold lies and why there, and how far the answer is from turning.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Union

from core.verdict.evidence import Evidence, Truth

Source = Literal["measured", "stated"]
Node = Union["Question", "Leaf"]


@dataclass(frozen=True)
class Leaf:
    """Where a walk ends: what to do."""

    name: str  # one of the command line's leaves
    title: str
    next_step: str
    grounds: tuple[tuple[str, bool], ...] = ()  # questions, by key, and answers that speak for it
    cautions: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The title up to its colon: `RAG`."""
        return self.title.partition(":")[0]


def unmoved(evidence: Evidence) -> float:
    """For questions that no luck of the draw can turn."""
    return math.inf


@dataclass(frozen=True)
class Question:
    """A yes-or-no question that the evidence answers."""

    key: str
    text: str
    holds: Callable[[Evidence], Truth]  # on arrays of figures, too: see `confidence`
    shows: Callable[[Evidence], str]  # what it looked at, with the figures
    turns: Callable[[Evidence], str]  # what would have to be so for the other answer
    source: Source
    yes: Node
    no: Node
    threshold: str = ""  # where it turns, and why there
    clears: Callable[[Evidence], float] = unmoved  # from turning; 1 and more is settled


@dataclass(frozen=True)
class Step:
    """One question with the evidence's answer."""

    question: Question
    answer: bool


@dataclass(frozen=True)
class Walk:
    """The way from a root to a leaf."""

    leaf: Leaf
    steps: tuple[Step, ...]


def walk(evidence: Evidence, node: Node, forced: Mapping[str, bool] | None = None) -> Walk:
    """Walk to a leaf. `forced` answers questions, by key, against the evidence."""
    steps: list[Step] = []
    forced = forced or {}
    while isinstance(node, Question):
        answer = forced[node.key] if node.key in forced else bool(node.holds(evidence))
        steps.append(Step(node, answer))
        node = node.yes if answer else node.no
    return Walk(node, tuple(steps))
