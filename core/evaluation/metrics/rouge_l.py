"""How many words an answer and its reference share in the same order."""

from collections.abc import Sequence

from core.evaluation.metrics.metric import Attempt, Metric
from core.evaluation.metrics.words import normalise, overlap
from core.records import Score, Task

LONG = 8  # words; in shorter references the order hardly matters


def rouge_l(of: Attempt) -> Score:
    """F1 of the longest common subsequence of words (Lin 2004): overlap that keeps the order.

    The usual libraries drop all that is not Latin script and score 0 there; words are ours.
    """
    said, wanted = normalise(of.answer), normalise(of.reference)
    return overlap(_common(said, wanted), len(said), len(wanted), "words in common and in order")


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    best = [0] * (len(other) + 1)
    for word in one:
        earlier = best
        best = [0]
        for position, wanted in enumerate(other):
            match = earlier[position] + 1 if word == wanted else 0
            best.append(max(match, earlier[position + 1], best[position]))
    return best[-1]


def long_texts(task: Task) -> bool:
    """Whether references are texts of some length, seen by the first hundred."""
    lengths = [len(one.reference.split()) for one in task.examples[:100]]
    return task.output == "text" and sum(lengths) >= LONG * max(1, len(lengths))


METRIC = Metric(
    "rouge_l",
    "Longest common part",
    "The longest sequence of words that answer and reference share (ROUGE-L).",
    rouge_l,
    beside=long_texts,
    shades=True,
    order=12,
)
