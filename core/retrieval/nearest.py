"""The train examples most like a question, for the few-shot lever."""

import threading

import numpy as np
import numpy.typing as npt

from core.errors import LeverUnavailable
from core.records import Example, fingerprint
from core.retrieval.embedding import Embedder, uncached


class NearestExamples:
    """Examples ranked by the cosine similarity of their inputs to a question.

    Raises:
        LeverUnavailable: There are no examples to show.
    """

    def __init__(self, examples: tuple[Example, ...], embedder: Embedder) -> None:
        if not examples:
            raise LeverUnavailable(
                "There are no train examples to show.", remedy="Add examples to the task."
            )
        self.examples = examples
        self.embedder = embedder
        self.version = fingerprint(examples, embedder.digest)
        self._vectors: npt.NDArray[np.float32] | None = None  # (examples, dimensions), unit length
        self._embedding = threading.Lock()

    def __call__(self, question: str, k: int) -> tuple[Example, ...]:
        """The k nearest, nearest first."""
        with self._embedding:
            if self._vectors is None:
                self._vectors = self.embedder.embed([row.input for row in self.examples])
        likeness = self._vectors @ uncached(self.embedder).embed([question])[0]
        return tuple(self.examples[row] for row in np.argsort(-likeness, kind="stable")[:k])
