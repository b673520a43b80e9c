"""Retrieval: the base model reads passages of the task's documents before it answers."""

from collections.abc import Callable, Sequence
from typing import Protocol

from core.levers.protocol import Prepared, Turn, chat
from core.levers.rewording import Rewriter
from core.records import ABSTENTION, Adapter, Message, Passage, Task, fingerprint

RULE = f"Answer from the passages. If they do not tell, say: {ABSTENTION}"

Fits = Callable[[Sequence[Message]], bool]  # whether a prompt leaves the model room to answer


class Search(Protocol):
    """Finds passages for a question."""

    fingerprint: str  # names the passages, the embedder and the way to search

    def search(self, question: str, k: int, *, others: Sequence[str] = ()) -> tuple[Passage, ...]:
        """The k best passages, the best first; `others` are other wordings of the question."""
        ...


class Reading:
    """How a lever comes to its passages: found, packed into the context, held to a threshold.

    Args:
        task: Its retrieval settings.
        search: Over the task's documents.
        fits: Passages that leave the model no room are left out; None leaves none out.
        reword: Words the question anew where the task asks for it; None leaves it as it is.
    """

    def __init__(
        self,
        task: Task,
        search: Search,
        fits: Fits | None = None,
        reword: Rewriter | None = None,
    ) -> None:
        self.search = search
        self.reword = reword if task.retrieval.multi_query else None
        self.fits = fits
        self.k = task.retrieval.passages
        self.threshold = task.retrieval.threshold
        self.index = search.fingerprint

    @property
    def version(self) -> tuple[object, ...]:
        """All that is fixed in it and changes an answer."""
        reworded = (self.reword.version,) if self.reword else ()
        return (self.k, *([self.threshold] if self.threshold else []), *reworded)

    def prepare(self, system: str, history: Sequence[Turn], question: str) -> Prepared:
        """The chat with as many passages as fit, the least fitting left out first.

        It is settled where no passage comes near enough to tell.
        """
        also = self.reword(question) if self.reword else None
        others = {"others": also.texts} if also else {}
        found = self.search.search(question, self.k, **others)
        shown, messages = found, chat(system, history, reading(found, question))
        while len(shown) > 1 and self.fits and not self.fits(messages):
            shown = shown[:-1]
            messages = chat(system, history, reading(shown, question))
        spent = (also.prompt_tokens, also.new_tokens) if also else (0, 0)
        return Prepared(messages, shown, *self._settled(found), *spent)

    def _settled(self, found: Sequence[Passage]) -> tuple[str, str]:
        """What to answer without the model and why, where no passage is good."""
        nearest = max((passage.score for passage in found), default=0.0)
        if not self.threshold or nearest >= self.threshold:
            return "", ""
        why = f"The nearest passage has a likeness of {nearest:.2f}; {self.threshold:.2f} is asked."
        return ABSTENTION, why


class Rag:
    """The base model, shown the best passages before the question."""

    name = "rag"
    adapter: Adapter | None = None

    def __init__(
        self,
        task: Task,
        search: Search,
        fits: Fits | None = None,
        reword: Rewriter | None = None,
    ) -> None:
        self.system = f"{task.instruction}\n{RULE}"
        self.reading = Reading(task, search, fits, reword)
        self.index = self.reading.index
        self.prompt_version = fingerprint("rag", self.system, *self.reading.version)

    def prepare(self, question: str, history: Sequence[Turn] = ()) -> Prepared:
        """Instruction and rule, then the passages and the question."""
        return self.reading.prepare(self.system, history, question)


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
