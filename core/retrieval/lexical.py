"""Passages by the words they share with a question: BM25. The only room that knows bm25s.

Words weigh by how rare they are, so a code or a name finds its passage where a vector of
meaning sees only "some number".
"""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]  # (passages,)

# k1 and b of Robertson and Zaragoza (2009), "The Probabilistic Relevance Framework", section 3.5.
K1, B = 1.5, 0.75
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

    def knows_number(self, question: str) -> bool:
        """Whether a word of the question with a digit in it stands in any passage."""
        known = self._counted.vocab_dict
        return any(word in known for word in terms(question) if DIGIT.search(word))

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
    def _counted(self) -> Any:
        import bm25s

        counted = bm25s.BM25(k1=K1, b=B)
        counted.index([list(terms(text)) or [""] for text in self.texts], show_progress=False)
        return counted


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
