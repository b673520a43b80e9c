"""General ability: small questions that are no task's, asked of the base and of tuned weights.

Tuning on one task can cost what the base could do before: reading, saying that a passage
does not tell, keeping to a form, knowing simple things. The questions are ours, written by
hand; they stand beside this module. Base and tuned weights see the same prompts.
"""

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from core.errors import EvaluationStopped
from core.evaluation import statistics
from core.evaluation.asking import Progress
from core.evaluation.metrics.abstention import abstains
from core.evaluation.metrics.fields import NotAnObject, read_object, same
from core.evaluation.metrics.words import holds, normalise
from core.levers.protocol import chat
from core.levers.rag import RULE, reading
from core.models.model import Model
from core.records import Adapter, Decoding, Message, Passage, Request

KIND = "general ability"  # of the report in the record
QUESTIONS = Path(__file__).with_suffix(".jsonl")
SHORT = Decoding(max_tokens=48)

Skill = Literal["reading", "abstaining", "form", "knowledge"]
SKILLS: Mapping[Skill, str] = {
    "reading": "Answers from a passage",
    "abstaining": "Admits that a passage does not say",
    "form": "Keeps to a given form",
    "knowledge": "Knows simple things",
}

ANSWERING, ABSTAINING = "Questions that have an answer", "Questions that have none"
SIDES: Mapping[str, tuple[Skill, ...]] = {
    ANSWERING: ("reading", "form", "knowledge"),
    ABSTAINING: ("abstaining",),
}


@dataclass(frozen=True)
class Question:
    """One question with the answers that count as right; without any, it must abstain."""

    kind: Skill
    question: str
    accepted: tuple[str, ...]
    instruction: str = "Answer the question."
    title: str = ""
    passage: str = ""

    @property
    def messages(self) -> tuple[Message, ...]:
        """The prompt, the same for base and tuned weights."""
        if not self.passage:
            return chat(self.instruction, (), self.question)
        shown = Passage("", self.title, "", self.passage, 0, len(self.passage))
        return chat(f"{self.instruction}\n{RULE}", (), reading((shown,), self.question))

    def right(self, answer: str) -> bool:
        """Whether an answer counts."""
        if not self.accepted:
            return abstains(answer)
        if self.kind == "form":
            return any(_formed(answer, wanted) for wanted in self.accepted)
        return not abstains(answer) and any(holds(answer, wanted) for wanted in self.accepted)


@dataclass(frozen=True)
class Tried:
    """One question as base and tuned weights answered it."""

    kind: Skill
    question: str
    before: str
    after: str
    before_right: bool
    after_right: bool


@dataclass(frozen=True)
class Skilled:
    """How many questions of a kind were answered rightly, before and after tuning."""

    before: int
    after: int
    lost: int  # right before, wrong after
    gained: int
    n: int
    p: float  # exact McNemar


@dataclass(frozen=True)
class Ability:
    """General ability before and after tuning."""

    adapter: str  # run
    adapter_digest: str
    model_digest: str
    tried: tuple[Tried, ...]

    def of(self, *kinds: Skill) -> Skilled:
        """Over some kinds of questions; over all where none is named."""
        asked = [one for one in self.tried if not kinds or one.kind in kinds]
        lost = sum(one.before_right and not one.after_right for one in asked)
        gained = sum(one.after_right and not one.before_right for one in asked)
        before, after = (
            sum(one.before_right for one in asked),
            sum(one.after_right for one in asked),
        )
        return Skilled(before, after, lost, gained, len(asked), statistics.mcnemar(gained, lost))

    @property
    def lost(self) -> tuple[str, ...]:
        """Which of `ANSWERING` and `ABSTAINING` got worse by more than luck.

        They are tested apart: a model that abstains throughout loses the one and gains the
        other. Corrected for the two tests (Holm).
        """
        found = {name: self.of(*kinds) for name, kinds in SIDES.items()}
        corrected = statistics.holm([one.p for one in found.values()])
        return tuple(
            name
            for (name, one), p in zip(found.items(), corrected, strict=True)
            if one.lost > one.gained and p < statistics.LEVEL
        )

    @property
    def unclear(self) -> tuple[str, ...]:
        """Which of them got worse, though it may be luck."""
        found = {name: self.of(*kinds) for name, kinds in SIDES.items()}
        return tuple(
            name for name, one in found.items() if one.lost > one.gained and name not in self.lost
        )

    @property
    def findings(self) -> dict[str, str]:
        """What tuning did to `ANSWERING` and to `ABSTAINING`, a sentence or two each."""
        return {name: self._finding(name) for name in SIDES}

    def _finding(self, name: str) -> str:
        one = self.of(*SIDES[name])
        said = f"{name}: {one.before} of {one.n} right before tuning, {one.after} after."
        if name in self.lost:
            return f"{said} That is a loss by more than luck."
        if one.lost > one.gained:
            few = "so few questions show large losses only"
            return f"{said} {one.lost} lost, {one.gained} gained. It may be luck: {few}."
        return f"{said} Nothing was lost."

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Ability":
        """From the record."""
        tried = tuple(Tried(**one) for one in kept["tried"])
        return cls(kept["adapter"], kept["adapter_digest"], kept["model_digest"], tried)


@cache
def questions() -> tuple[Question, ...]:
    """All of them, in the order of the file."""
    rows = (json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines())
    return tuple(Question(**{**row, "accepted": tuple(row["accepted"])}) for row in rows)


def measure(
    model: Model,
    adapter: Adapter,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Ability:
    """Ask base and tuned weights every question.

    Raises:
        EvaluationStopped: `cancel` was set; nothing is kept.
    """
    asked = questions()
    weights = (None, adapter)
    requests = [Request(one.messages, which, SHORT) for one in asked for which in weights]
    said = _said(model, requests, progress or (lambda done, total: None), cancel)
    tried = (_tried(one, said[2 * at], said[2 * at + 1]) for at, one in enumerate(asked))
    return Ability(adapter.run, adapter.digest, model.digest, tuple(tried))


def _said(
    model: Model, requests: Sequence[Request], progress: Progress, cancel: threading.Event | None
) -> list[str]:
    stop = cancel or threading.Event()
    said: dict[int, str] = {}
    for piece in model.stream(requests, stop):
        if piece.error:
            raise piece.error
        if piece.done:
            said[piece.index] = piece.done.text
        progress(len(said), len(requests))
    if stop.is_set():
        raise EvaluationStopped("Stopped. Nothing was kept.", remedy="Measure again.")
    return [said[at] for at in range(len(requests))]


def _tried(one: Question, before: str, after: str) -> Tried:
    return Tried(one.kind, one.question, before, after, one.right(before), one.right(after))


def _formed(answer: str, wanted: str) -> bool:
    if not wanted.startswith("{"):
        return normalise(answer) == normalise(wanted)
    try:
        return same(read_object(answer), read_object(wanted))
    except NotAnObject:
        return False
