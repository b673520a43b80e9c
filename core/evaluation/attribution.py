"""Failure attribution: every wrong answer with one cause, counted by lever, with examples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.evaluation.causes import CAUSES, Case, cause
from core.evaluation.metrics.standing import Library
from core.records import Answer, Example, Task

SHOWN = 10  # wrong answers kept with their text, per lever and cause


@dataclass(frozen=True)
class Failure:
    """A wrong answer as a reader sees it, and what speaks for its cause."""

    row: int
    input: str
    reference: str
    text: str
    because: str
    cause: str  # a key of `causes.CAUSES`


@dataclass(frozen=True)
class Failures:
    """Wrong answers of one lever that have the same cause."""

    cause: str
    rows: tuple[int, ...]  # all of them, in the order of the holdout
    examples: tuple[Failure, ...]  # the first `SHOWN`

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.rows)


def failed(
    task: Task,
    example: Example,
    answers: Mapping[str, Answer],
    values: Mapping[str, float | None],
    enough: float,
    library: Library,
) -> dict[str, Failure]:
    """The wrong answers to one example, by lever.

    Wrong is a score below `enough`; what could not be scored (None) is neither right nor wrong.
    """
    known = {lever: value for lever, value in values.items() if value is not None}
    right = [lever for lever in known if known[lever] >= enough]
    readers = tuple(lever for lever in right if answers[lever].passages)
    holder = library.holder(task, example.reference)
    return {
        lever: _failure(Case(task, example, answers[lever], readers, holder))
        for lever in known
        if lever not in right
    }


def _failure(case: Case) -> Failure:
    name, because = cause(case)
    asked, wanted = case.example.input, case.example.reference
    return Failure(case.example.row, asked, wanted, case.answer.text, because, name)


def gathered(found: Sequence[Failure]) -> tuple[Failures, ...]:
    """One lever's wrong answers by cause, the most frequent first."""
    by: dict[str, list[Failure]] = {name: [] for name in CAUSES}
    for one in found:
        by[one.cause].append(one)
    ranked = sorted((name for name in by if by[name]), key=lambda name: -len(by[name]))
    return tuple(
        Failures(name, tuple(one.row for one in by[name]), tuple(by[name][:SHOWN]))
        for name in ranked
    )
