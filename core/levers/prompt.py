"""Prompting: the task's instruction, alone or with examples of it."""

from collections.abc import Sequence
from typing import Protocol

from core.levers.protocol import Prepared, Turn, chat
from core.records import Adapter, Example, Task, fingerprint


class Prompt:
    """The base model, told what to do."""

    name = "prompt"
    index = ""
    adapter: Adapter | None = None

    def __init__(self, task: Task) -> None:
        self.instruction = task.instruction
        self.prompt_version = fingerprint("prompt", self.instruction)

    def prepare(self, question: str, history: Sequence[Turn] = ()) -> Prepared:
        """Instruction, then the question."""
        return Prepared(chat(self.instruction, history, question))


class Nearest(Protocol):
    """Finds the examples whose inputs are most like a question."""

    version: str  # names the examples and the embedder

    def __call__(self, question: str, k: int) -> tuple[Example, ...]:
        """The k nearest, nearest first."""
        ...


class FewShot:
    """The base model, told what to do and shown the k nearest train examples.

    Examples come as earlier turns of the chat, the nearest last, where it stands
    next to the question. They come from train only: the holdout stays unseen.
    """

    name = "few-shot"
    index = ""
    adapter: Adapter | None = None

    def __init__(self, task: Task, nearest: Nearest, k: int = 4) -> None:
        self.instruction = task.instruction
        self.nearest = nearest
        self.k = k
        self.prompt_version = fingerprint("few-shot", self.instruction, k, nearest.version)

    def prepare(self, question: str, history: Sequence[Turn] = ()) -> Prepared:
        """Instruction, k examples as turns, then the question."""
        shown = [Turn(row.input, row.reference) for row in self.nearest(question, self.k)]
        return Prepared(chat(self.instruction, [*reversed(shown), *history], question))
