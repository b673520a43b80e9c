"""What every metric is: a score for one answer, and a way to sum many of them up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluation.sample import Sample, mean_of
from core.records import Passage, Score, Task

Embed = Callable[[Sequence[str]], NDArray[np.float32]]  # (texts, dimensions), of unit length


@dataclass(frozen=True)
class Attempt:
    """One answer with all that it may be held against."""

    answer: str
    reference: str
    task: Task
    passages: tuple[Passage, ...] = ()  # what the lever was shown, nearest first
    embed: Embed | None = None
    stands: bool | None = None  # whether a document holds the reference; None: not known


@dataclass(frozen=True)
class Mark:
    """The score of one answer, with what an aggregate metric needs beside it."""

    value: float | None  # None: could not be scored
    explanation: str
    said: str = ""  # what the answer was read as, for metrics that count kinds of answers
    wanted: str = ""  # the same of the reference


def always(of: Attempt) -> bool:
    """For metrics that every answer can be held against."""
    return True


def never(task: Task) -> bool:
    """For metrics that are shown only where a task asks for them by name."""
    return False


def nothing(text: str, task: Task) -> str:
    """For metrics that need no more than the score."""
    return ""


def mean(marks: Sequence[Mark]) -> Sample:
    """The mean of the scores."""
    return mean_of([mark.value for mark in marks if mark.value is not None])


@dataclass(frozen=True)
class Metric:
    """One way to hold an answer against its reference. More is better, for every metric.

    A metric is a module of this package with one of these, named `METRIC`; nothing else
    needs to know of it.
    """

    name: str
    title: str  # for the screen
    measures: str  # one sentence for the screen
    judge: Callable[[Attempt], Score]  # the reference is not empty
    beside: Callable[[Task], bool] = never  # whether it is shown beside the one that decides
    applies: Callable[[Attempt], bool] = always  # whether it says anything of this answer
    read: Callable[[str, Task], str] = nothing  # a text as `Mark.said` and `Mark.wanted`
    sample: Callable[[Sequence[Mark]], Sample] = mean  # of marks that have a value
    shades: bool = False  # whether an answer may be good enough without scoring 1
    order: int = 50  # where it stands among the others, from the left

    def score(self, of: Attempt) -> Score:
        """Hold one answer against its reference; against an empty one it cannot be held."""
        if not of.reference.strip():
            return Score(None, "could not be scored: the reference is empty")
        return self.judge(of)

    def mark(self, of: Attempt) -> Mark:
        """The score of one answer, ready to be summed up."""
        score = self.score(of)
        said, wanted = self.read(of.answer, of.task), self.read(of.reference, of.task)
        return Mark(score.value, score.explanation, said, wanted)
