"""Retrieval: the base model reads passages of the task's documents before it answers."""

from collections.abc import Sequence
from typing import Protocol

from core.levers.protocol import Prepared, Turn, chat
from core.records import ABSTENTION, Adapter, Passage, Task, fingerprint

RULE = f"Answer from the passages. If they do not tell, say: {ABSTENTION}"


class Search(Protocol):
    """Finds passages for a question."""

    fingerprint: str  # names the passages and the embedder

    def search(self, question: str, k: int) -> tuple[Passage, ...]:
        """The k nearest passages, nearest first."""
        ...


class Rag:
    """The base model, shown the k nearest passages before the question."""

    name = "rag"
    adapter: Adapter | None = None

    def __init__(self, task: Task, search: Search) -> None:
        self.system = f"{task.instruction}\n{RULE}"
        self.search = search
        self.k = task.retrieval.passages
        self.index = search.fingerprint
        self.prompt_version = fingerprint("rag", self.system, self.k)

    def prepare(self, question: str, history: Sequence[Turn] = ()) -> Prepared:
        """Instruction and rule, then the passages and the question."""
        passages = self.search.search(question, self.k)
        return Prepared(chat(self.system, history, reading(passages, question)), passages)


def reading(passages: Sequence[Passage], question: str) -> str:
    """Passages with their origin, then the question.

    Nearest last: it then stands next to the question.
    """
    shown = [
        f"[{number}] {origin(passage)}\n{passage.text}"
        for number, passage in enumerate(reversed(passages), start=1)
    ]
    return "\n\n".join(["Passages:", *shown, f"Question: {question}"])


def origin(passage: Passage) -> str:
    """Title of the document and the heading above the passage."""
    return " > ".join(part for part in (passage.title, passage.heading) if part)
