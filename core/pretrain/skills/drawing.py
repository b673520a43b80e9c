"""What every skill draws with: seeded choices that keep test templates and names apart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar
from zlib import crc32

from core.pretrain.skills.words import Words

ABSTENTION = "The documents do not say."

T = TypeVar("T")


@dataclass(frozen=True)
class Chat:
    """A conversation to learn from: the last turn is the answer that counts."""

    skill: str
    turns: tuple[tuple[str, str], ...]  # (role, content)

    @property
    def answer(self) -> str:
        """What the model should say at the end."""
        return self.turns[-1][1]


@dataclass
class Draw:
    """Random choices. With `held_out`, only templates and names never trained on.

    Every fifth template of a list of five or more, and every tenth name (by its
    checksum), is kept for evaluation.
    """

    rng: Random
    words: Words = field(default_factory=Words)
    held_out: bool = False
    facts: tuple[int, int] = (2, 9)  # fewest and most facts in a context

    def one(self, choices: Sequence[T]) -> T:
        """Any of these."""
        return self.rng.choice(choices)

    def template(self, choices: Sequence[T]) -> T:
        """One of the phrasings that this draw may use."""
        return self.one(allowed(choices, self.held_out))

    def name(self, make: "Callable[[Draw], str]") -> str:
        """A made-up name that this draw may use."""
        while True:
            made = make(self)
            if len(made) < 3 or kept_for_testing(made) == self.held_out:
                return made

    def chance(self, share: float) -> bool:
        """True in that share of draws."""
        return self.rng.random() < share

    def answered_before(self, *choices: int) -> int:
        """How many labelled turns come before the last: one of these, or more in practice.

        Each further answer is practice for a few tokens more.
        """
        return self.one(choices) if self.held_out else self.rng.randint(0, 7)

    def some(self, choices: Sequence[T], few: int, many: int) -> list[T]:
        """Between `few` and `many` different ones, in random order."""
        return self.rng.sample(choices, min(len(choices), self.rng.randint(few, many)))


def allowed(choices: Sequence[T], held_out: bool) -> Sequence[T]:
    """The phrasings for training, or those kept for evaluation."""
    if len(choices) < 5:
        return choices
    return [each for place, each in enumerate(choices) if (place % 5 == 4) == held_out]


def kept_for_testing(name: str) -> bool:
    """Whether a name belongs to evaluation only."""
    return crc32(name.encode()) % 10 == 0


def capital(text: str) -> str:
    """The text with its first letter in upper case, the rest untouched."""
    return text[:1].upper() + text[1:]
