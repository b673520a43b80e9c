"""Questions answered with passages, the best first."""

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from core.errors import QuestionEmpty
from core.records import Passage, Retrieval, fingerprint
from core.retrieval.embedding import Embedder, Vectors, uncached
from core.retrieval.fusion import fused
from core.retrieval.index import USUAL, Index
from core.retrieval.lexical import Words
from core.retrieval.reranking import READ, Reranker

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever

DEPTH = 30  # rows of each half that are joined, at least


class Retriever:
    """Finds the passages that fit a question best. Safe between threads."""

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        retrieval: Retrieval = USUAL,
        reranker: Reranker | None = None,
    ) -> None:
        self.index = index
        self.embedder = uncached(embedder)
        self.mode = retrieval.mode
        self.words = Words(index.texts)
        self.reranker = reranker
        self.fingerprint = _named(index.fingerprint, retrieval, reranker)

    def search(
        self,
        question: str,
        k: int = 3,
        documents: Collection[str] = (),
        *,
        others: Sequence[str] = (),
    ) -> tuple[Passage, ...]:
        """At most k passages, the best first; of those with the same words only the best.

        Each has its cosine similarity to the question as its score, whatever ranked it.

        Args:
            question: What to look for.
            k: Most passages.
            documents: Names of the documents to look in; none means all.
            others: Other wordings of the question. What all of them find is joined; together they
                weigh as much as the question itself.

        Raises:
            QuestionEmpty: There is nothing to search for.
        """
        if not question.strip():
            raise QuestionEmpty("The question is empty.", remedy="Write what you want to know.")
        vector = self.embedder.embed([question])[0]  # (dimensions,)
        vectors = [vector, *(self.embedder.embed(others) if others else ())]
        asked = list(zip([question, *others], vectors, strict=True))
        wanted = max(k, READ) if self.reranker else k
        depth = max(DEPTH, 4 * k)
        rows = self._distinct(self._joined(asked, depth, documents), wanted)
        if len(rows) < k:
            rows = self._distinct(self._joined(asked, len(self.index), documents), k)
        return self.index.scored(vector, self._reread(question, rows)[:k])

    def as_langchain(self, k: int = 3) -> "BaseRetriever":
        """The same search as a LangChain retriever."""
        from core.retrieval.langchain import PassageRetriever

        return PassageRetriever(retriever=self, k=k)

    def _joined(
        self, asked: Sequence[tuple[str, Vectors]], depth: int, documents: Collection[str]
    ) -> list[int]:
        """Rows of the best passages for a question and its other wordings."""
        first, *rest = (self._ranked(text, vector, depth, documents) for text, vector in asked)
        if not rest:
            return first
        both = fused([first, *rest], [float(len(rest)), *([1.0] * len(rest))])
        named = set() if self.mode == "dense" else self.words.named(asked[0][0])
        return sorted(both, key=lambda row: row not in named)

    def _ranked(
        self, question: str, vector: Vectors, depth: int, documents: Collection[str]
    ) -> list[int]:
        """Rows of the best passages, as the mode ranks them.

        In a hybrid search, words weigh as much as meaning where the best passage has all of the
        question's, and less where it has less; passages that hold a rare number of the question
        come first, for meaning knows no numbers.
        """
        if self.mode == "dense":
            return self.index.rows(vector, depth, documents)
        by_words = self.words.nearest(question, depth, self._within(documents))
        if self.mode == "lexical":
            return by_words
        by_meaning = self.index.rows(vector, depth, documents)
        named = self.words.named(question)
        both = fused([by_meaning, by_words], [1.0, self.words.covered(question)])
        return sorted(both, key=lambda row: row not in named)

    def _reread(self, question: str, rows: list[int]) -> list[int]:
        """The same rows, in the reranker's order where there is one; of equals as they were."""
        if self.reranker is None or not rows:
            return rows
        found = self.reranker.scores(question, [self.index.texts[row] for row in rows])
        scores = dict(zip(rows, found, strict=True))
        return sorted(rows, key=lambda row: -scores[row])

    def _within(self, documents: Collection[str]) -> set[int] | None:
        if not documents:
            return None
        return {row for row, one in enumerate(self.index.entries) if one.document in documents}

    def _distinct(self, rows: Sequence[int], k: int) -> list[int]:
        """The first k whose words, case and punctuation aside, were not seen before.

        One differing number is a difference: similar rows of a price list are all kept.
        """
        kept: dict[tuple[str, ...], int] = {}
        for row in rows:
            text = self.index.entries[row].text
            kept.setdefault(tuple(re.findall(r"\w+", text.casefold())), row)
        return list(kept.values())[:k]


def _named(index: str, retrieval: Retrieval, reranker: Reranker | None) -> str:
    """The index's own name where it is searched by meaning alone."""
    ways = [retrieval.mode, *([reranker.digest] if reranker else [])]
    return index if ways == ["dense"] else fingerprint(index, ways)
