"""How much of an answer stands in the passages that it was to be read from, by its meaning."""

import re

from core.evaluation.metrics.metric import Attempt, Metric
from core.evaluation.metrics.word_support import supported
from core.records import Score

SENTENCE = re.compile(r"(?<=[.!?\u3002])\s+|\n+")


def meaning_support(of: Attempt) -> Score:
    """Mean over the answer's sentences of their likeness to the passage sentence nearest to them.

    Likeness is the cosine of the embedder's vectors, below 0 taken as 0. It sees paraphrases
    that `word_support` misses, and forgives a wrong number that it does not.
    """
    if of.embed is None:
        return Score(None, "could not be scored: there is no embedder")
    said = sentences(of.answer)
    read = [line for one in of.passages for line in sentences(one.text)]
    vectors = of.embed([*said, *read])
    likeness = vectors[: len(said)] @ vectors[len(said) :].T  # (said, read)
    nearest = likeness.max(axis=1).clip(0, 1)
    return Score(float(nearest.mean()), f"least like any passage: {said[nearest.argmin()]}")


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text."""
    return [part.strip() for part in SENTENCE.split(text) if part.strip()]


METRIC = Metric(
    "meaning_support",
    "Meaning from passages",
    "How near an answer's sentences come to the passages it was shown (faithfulness).",
    meaning_support,
    beside=lambda task: task.output == "text",
    applies=lambda of: of.embed is not None and supported(of),
    shades=True,
    order=43,
)
