"""Passages by the words they share with a question: BM25. The only room that knows bm25s.

Words weigh by how rare they are, so a code or a name finds its passage where a vector of
meaning sees only "some number".
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]  # (passages,)

# k1 and b of Robertson and Zaragoza (2009), "The Probabilistic Relevance Framework", section 3.5.
K1, B = 1.5, 0.75
ONCE = 1 / (1 + K1)  # of a word's weight, for standing once in a passage of average length
NAMED = 5  # a number that stands in more passages names none of them
# A run of letters and digits, with what joins the parts of a code, a date or an amount.
WORD = re.compile(r"[^\W_]+(?:[-./:_'][^\W_]+)*")
PART = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
DIGIT = re.compile(r"\d")
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # scripts without spaces
# Possessive and plural of English: 's, boxes, dishes, prices; not glass, bus.
ENDING = re.compile(r"(?<=[a-z]{2})(?:'s|(?:(?<=[xzs])|(?<=[cs]h))es|(?<![sui])s)\Z")


class Words:
    """The words of some passages. Safe between threads: it is only read."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = tuple(texts)

    def __len__(self) -> int:
        return len(self.texts)

    def named(self, question: str) -> set[int]:
        """Rows that hold a number or a code of the question which few others hold."""
        asked = {word for word in terms(question) if DIGIT.search(word)}
        rare = {word for word in asked if 0 < self._spread[word] <= NAMED}
        found = (np.flatnonzero(self._counted.get_scores([word])) for word in rare)
        return {int(row) for rows in found for row in rows}

    def covered(self, question: str) -> float:
        """How much of the question's words the best passage has, by weight, in [0, 1]."""
        asked = set(terms(question))
        whole = sum(math.log(1 + (len(self) + 0.5) / (self._spread[one] + 0.5)) for one in asked)
        best = float(self.scores(question).max(initial=0.0))
        return min(1.0, best / (ONCE * whole)) if whole else 0.0

    def scores(self, question: str) -> Scores:
        """How much each passage has of the question's words; 0 where it has none."""
        asked = [
            word for word in dict.fromkeys(terms(question)) if word in self._counted.vocab_dict
        ]
        if not asked:
            return np.zeros(len(self), np.float32)
        return np.asarray(self._counted.get_scores(asked), np.float32)

    def nearest(self, question: str, k: int, within: Collection[int] | None = None) -> list[int]:
        """Rows of at most k passages that share a word with it, the best first."""
        scores = self.scores(question)
        if within is not None:
            allowed = np.zeros(len(self), bool)
            allowed[list(within)] = True
            scores = np.where(allowed, scores, 0)
        most = min(k, int(np.count_nonzero(scores > 0)))
        if not most:
            return []
        best = np.argpartition(-scores, most - 1)[:most]
        return [int(row) for row in best[np.lexsort((best, -scores[best]))]]

    @cached_property
    def _terms(self) -> list[list[str]]:
        return [_told(text) for text in self.texts]

    @cached_property
    def _spread(self) -> Counter[str]:
        """In how many passages each word stands."""
        return Counter(word for found in self._terms for word in set(found))

    @cached_property
    def _counted(self) -> Any:
        import bm25s

        counted = bm25s.BM25(k1=K1, b=B)
        counted.index(self._terms, show_progress=False)
        return counted


@lru_cache(maxsize=20_000)  # an edit reads the passages it changed alone
def _told(text: str) -> list[str]:
    return list(terms(text)) or [""]


def terms(text: str) -> Iterator[str]:
    """What is looked up: words without case and plural; of a code the whole and its parts."""
    for word in WORD.findall(text.casefold()):
        if UNSPACED.search(word):
            yield from (word[at : at + 2] for at in range(max(1, len(word) - 1)))
            continue
        yield ENDING.sub("", word)
        parts = PART.findall(word)
        if len(parts) > 1:
            yield from map(lambda part: ENDING.sub("", part), parts)
