"""Questions answered with passages, nearest first."""

import re
from typing import TYPE_CHECKING

from core.errors import QuestionEmpty
from core.records import Passage
from core.retrieval.embedding import Embedder, uncached
from core.retrieval.index import Index

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever


class Retriever:
    """Finds the passages nearest to a question. Safe between threads."""

    def __init__(self, index: Index, embedder: Embedder) -> None:
        self.index = index
        self.embedder = uncached(embedder)
        self.fingerprint = index.fingerprint

    def search(self, question: str, k: int = 3) -> tuple[Passage, ...]:
        """At most k passages, nearest first; of those with the same words only the nearest.

        Raises:
            QuestionEmpty: There is nothing to search for.
        """
        if not question.strip():
            raise QuestionEmpty("The question is empty.", remedy="Write what you want to know.")
        vector = self.embedder.embed([question])[0]  # (dimensions,)
        found = _distinct(self.index.nearest(vector, 4 * k), k)
        if len(found) < k:
            found = _distinct(self.index.nearest(vector, len(self.index)), k)
        return tuple(found)

    def as_langchain(self, k: int = 3) -> "BaseRetriever":
        """The same search as a LangChain retriever."""
        from core.retrieval.langchain import PassageRetriever

        return PassageRetriever(retriever=self, k=k)


def _distinct(candidates: tuple[Passage, ...], k: int) -> list[Passage]:
    """The first k whose words, case and punctuation aside, were not seen before.

    One differing number is a difference: similar rows of a price list are all kept.
    """
    kept: dict[tuple[str, ...], Passage] = {}
    for passage in candidates:
        kept.setdefault(tuple(re.findall(r"\w+", passage.text.casefold())), passage)
    return list(kept.values())[:k]
