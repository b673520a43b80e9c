"""What a decision tree is made of, and how one walks it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Union

from core.verdict.evidence import Evidence

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


@dataclass(frozen=True)
class Question:
    """A yes-or-no question that the evidence answers."""

    key: str
    text: str
    holds: Callable[[Evidence], bool]
    shows: Callable[[Evidence], str]  # what it looked at, with the figures
    turns: Callable[[Evidence], str]  # what would have to be so for the other answer
    source: Source
    yes: Node
    no: Node


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
        answer = forced[node.key] if node.key in forced else node.holds(evidence)
        steps.append(Step(node, answer))
        node = node.yes if answer else node.no
    return Walk(node, tuple(steps))
