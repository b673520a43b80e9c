"""A verdict as a value: the leaf, the way to it, and all that a reader needs to doubt it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from core.verdict.evidence import Evidence
from core.verdict.node import Source, Walk
from core.verdict.sentences import count, sure
from core.verdict.thresholds import REHEARSAL


@dataclass(frozen=True)
class Told:
    """One question on the path, with what it looked at."""

    question: str
    answer: str  # yes | no
    evidence: str
    source: Source
    key: str
    threshold: str = ""  # where the answer turns, and why there


@dataclass(frozen=True)
class Flip:
    """Something that would change the verdict."""

    what: str  # a whole sentence
    leaf: str  # what the verdict would be
    source: Source


@dataclass(frozen=True)
class Verdict:
    """Which lever to pull, why, how surely, and what would change it."""

    task: str
    leaf: str
    title: str
    confidence: float  # share of redrawn holdouts that lead where this one leads
    because: str
    path: tuple[Told, ...]
    flips: tuple[Flip, ...]
    next_step: str
    cautions: tuple[str, ...]
    costs: Mapping[str, Any]
    guides: Mapping[str, Any]
    model: str
    parameters: int | None
    rehearsal: str  # what the model's size means for the verdict
    evaluation: int  # id of the report that it rests on
    leaning: str = ""  # where the tree leads, where the evidence does not carry it
    shares: Mapping[str, float] = field(default_factory=dict)  # of redrawn holdouts, by leaf
    candidates: tuple[str, ...] = ()  # the two to choose between, where it is not enough
    examples_needed: int | None = None  # holdout examples that would settle it
    examples_how: str = ""  # how that number was computed
    people: tuple[str, ...] = ()  # what raters say, as sentences

    @property
    def sure(self) -> str:
        """How often the decision comes out when the holdout is drawn again, in words."""
        return sure(self.shares, self.leaning or self.title.partition(":")[0])

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, in the shape that the command line prints."""
        plain = asdict(self)
        lists = ("path", "flips", "cautions", "candidates", "people")
        return {**plain, **{name: list(plain[name]) for name in lists}}


def shown(evidence: Evidence, found: Walk) -> tuple[Told, ...]:
    """The path in words."""
    return tuple(
        Told(
            step.question.text,
            "yes" if step.answer else "no",
            step.question.shows(evidence),
            step.question.source,
            step.question.key,
            step.question.threshold,
        )
        for step in found.steps
    )


def because(evidence: Evidence, found: Walk) -> str:
    """The evidence of the first two steps that speak for the leaf."""
    grounds = [s for s in found.steps if (s.question.key, s.answer) in found.leaf.grounds]
    return " ".join(step.question.shows(evidence) for step in grounds[:2])


def rehearsal(evidence: Evidence) -> str:
    """How far figures of this model carry."""
    again = "Evaluate again with the model that you would ship before you act on it."
    if evidence.parameters is None:
        return f"Measured on {evidence.model}, whose size is not known. {again}"
    size = f"{count(evidence.parameters)} parameters"
    if evidence.parameters < REHEARSAL:
        return f"A rehearsal: measured on {evidence.model}, a small model of {size}. {again}"
    return f"Measured on {evidence.model}, a model of {size}."
