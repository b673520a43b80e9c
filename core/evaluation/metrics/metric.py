"""What every metric is: a score for one answer, and a way to sum many of them up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.evaluation.sample import Sample, mean_of
from core.records import Score, Task


@dataclass(frozen=True)
class Mark:
    """The score of one answer, with what an aggregate metric needs beside it."""

    value: float | None  # None: could not be scored
    explanation: str
    said: str = ""  # what the answer was read as, for metrics that count kinds of answers
    wanted: str = ""  # the same of the reference


def always(reference: str, task: Task) -> bool:
    """For metrics that every reference can be held against."""
    return True


def nothing(text: str, task: Task) -> str:
    """For metrics that need no more than the score."""
    return ""


def mean(marks: Sequence[Mark]) -> Sample:
    """The mean of the scores."""
    return mean_of([mark.value for mark in marks if mark.value is not None])


@dataclass(frozen=True)
class Metric:
    """One way to hold an answer against its reference. More is better, for every metric."""

    name: str
    measures: str  # one sentence for the screen
    judge: Callable[[str, str, Task], Score]  # answer, reference that is not empty, task
    applies: Callable[[str, Task], bool] = always  # whether it says anything of this reference
    read: Callable[[str, Task], str] = nothing  # a text as `Mark.said` and `Mark.wanted`
    sample: Callable[[Sequence[Mark]], Sample] = mean  # of marks that have a value
    shades: bool = False  # whether an answer may be good enough without scoring 1

    def score(self, answer: str, reference: str, task: Task) -> Score:
        """Hold one answer against its reference; against an empty one it cannot be held."""
        if not reference.strip():
            return Score(None, "could not be scored: the reference is empty")
        return self.judge(answer, reference, task)

    def mark(self, answer: str, reference: str, task: Task) -> Mark:
        """The score of one answer, ready to be summed up."""
        score = self.score(answer, reference, task)
        said, wanted = self.read(answer, task), self.read(reference, task)
        return Mark(score.value, score.explanation, said, wanted)
