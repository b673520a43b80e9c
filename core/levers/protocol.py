"""What every lever is: a way to turn one question into a chat, and the weights that continue it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.records import Adapter, Message, Passage


@dataclass(frozen=True)
class Turn:
    """One earlier question with the answer that the same lever gave."""

    question: str
    answer: str


@dataclass(frozen=True)
class Prepared:
    """What a lever would show the model."""

    messages: tuple[Message, ...]
    passages: tuple[Passage, ...] = ()  # nearest first
    answer: str = ""  # where it is settled without the model: what to say
    settled: str = ""  # and why
    prompt_tokens: int = 0  # that the model read and wrote to prepare this
    new_tokens: int = 0


class Lever(Protocol):
    """One way to answer a question.

    A lever sees the question and nothing else of an example, so it cannot be helped
    by the reference it will be scored against. Everything it needs (index, train
    examples, adapter) is handed to its constructor, ready to use.
    """

    name: str  # one of core.records.LEVERS
    adapter: Adapter | None  # None: the base answers
    prompt_version: str  # names the template and all that is fixed in it
    index: str  # fingerprint of what it retrieves from, "" where it does not

    def prepare(self, question: str, history: Sequence[Turn] = ()) -> Prepared:
        """The chat for one question; `history` is this lever's own earlier turns, oldest first."""
        ...


def chat(system: str, history: Sequence[Turn], user: str) -> tuple[Message, ...]:
    """System message, earlier turns, and what the user says now."""
    earlier = [
        message
        for turn in history
        for message in (Message("user", turn.question), Message("assistant", turn.answer))
    ]
    return (Message("system", system), *earlier, Message("user", user))
