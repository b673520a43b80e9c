"""What is practised when: copying first, then few facts, then many, then long chats.

Without the first million tokens of copying, a trial of this shape read 0-2 % right after
two million tokens: attention must have learned to point before pointing pays.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from core.pretrain import everyday
from core.pretrain.corpora import Prose, rows
from core.pretrain.skills import (
    chatter,
    counting,
    feelings,
    filling,
    labels,
    patterns,
    reading,
    rewriting,
)
from core.pretrain.skills.drawing import Chat, Draw
from core.pretrain.skills.human import Human, load
from core.pretrain.skills.words import from_corpora

Skill = Callable[[Draw], Chat]

GENERATED: dict[Skill, float] = {
    reading.short: 4.0,
    reading.passages: 7.0,
    filling.fields: 2.5,
    filling.record: 3.0,
    filling.sourced: 2.0,
    patterns.examples: 0.8,
    feelings.sentiment: 5.0,
    labels.desk: 2.0,
    labels.topic: 1.2,
    rewriting.rewritten: 1.2,
    rewriting.shown: 0.6,
    rewriting.simplified: 0.8,
    chatter.yes_or_no: 1.0,
    chatter.closed_book: 0.05,
    chatter.talk: 0.25,
    counting.sums: 0.8,
}


def skills(human: Human) -> dict[Skill, float]:
    """Every skill with its share, those that need the public sets included."""
    return GENERATED | {
        labels.meaning: 0.5,
        human.story: 0.8,
        human.asked_of_prose: 5.0,
        human.task: 0.2,
        human.slots: 0.3,
        human.intent: 0.8,
        human.edited_prose: 0.5,
        human.summary: 0.2,
    }


@dataclass(frozen=True)
class Stage:
    """A stretch of training, up to a share of its whole time."""

    until: float
    facts: tuple[int, int]
    max_tokens: int
    prose: float  # share of chats replaced by a stretch of prose


COPYING = 0.045
STAGES = (
    Stage(0.15, (1, 2), 192, 0.15),
    Stage(0.38, (2, 4), 256, 0.15),
    Stage(0.74, (2, 7), 384, 0.15),
    Stage(0.90, (3, 11), 512, 0.15),
    Stage(1.01, (3, 14), 1024, 0.15),
)


def stage(progress: float) -> Stage:
    """The stage at this share of the training time."""
    return next(each for each in STAGES if progress < each.until)


class Practice:
    """Draws what to train on next."""

    def __init__(self, corpora: Path, rng: Random) -> None:
        self.draw, self.prose = Draw(rng, from_corpora(corpora)), Prose(corpora)
        shares = skills(load(corpora, self.prose))
        self.skills, self.shares = list(shares), list(shares.values())

    def chat(self, now: Stage) -> Chat:
        """One chat, or a stretch of prose (a single turn without a role)."""
        self.draw.facts = now.facts
        if self.draw.chance(now.prose):
            text = self.prose.stretch(self.draw.rng, self.draw.rng.randint(100, now.max_tokens) * 3)
            return Chat("prose", (("", text),))
        (skill,) = self.draw.rng.choices(self.skills, self.shares)
        return skill(self.draw)


def sample(corpora: Path, seed: int) -> Iterator[str]:
    """Text of every sort that training meets, for the tokenizer to learn its pieces from."""
    practice = Practice(corpora, Random(seed))
    for _ in range(9_000):
        yield practice.prose.stretch(practice.draw.rng, 1500)
        yield "\n".join(content for _, content in practice.chat(STAGES[2]).turns)
    yield everyday.text(400)
    for name in ("fairytaleqa", "utterances", "self_instruct_human", "wordnet"):
        for row in rows(corpora, name):
            yield " ".join(str(value) for value in row.values())[-700:]
