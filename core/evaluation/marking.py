"""From answers to a report's figures: scores, intervals, comparisons, disagreements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from core.evaluation import attribution, breakdown, statistics
from core.evaluation.attribution import Failure
from core.evaluation.metrics import Attempt, Mark, metric
from core.evaluation.metrics.metric import Embed
from core.evaluation.metrics.standing import Library, stands
from core.evaluation.report import (
    Comparison,
    Disagreement,
    LeverReport,
    Measured,
    Row,
    Said,
    Told,
    samples,
)
from core.records import Answer, Example, Task

DISAGREEMENTS = 20

Answers = Mapping[str, Sequence[Answer]]  # by lever, in the order of the holdout


@dataclass(frozen=True)
class Marking:
    """What answers are held against."""

    task: Task
    metrics: Sequence[str]  # the deciding one first
    holdout: Sequence[Example]
    groups: Sequence[str]  # one per example
    library: Library
    embed: Embed | None = None

    @cached_property
    def standing(self) -> tuple[bool | None, ...]:
        """Of each example, whether a document holds its reference."""
        return tuple(self.library.stands(self.task, one.reference) for one in self.holdout)


def marked(by: Marking, together: Answers, alone: Answers) -> dict[str, Any]:
    """The parts of a report that come from answers."""
    deciding = {lever: _marks(by, by.metrics[0], found) for lever, found in together.items()}
    failed = _failed(by, deciding, together)
    rows = _rows(by, deciding, together, failed)
    return {
        "levers": {lever: _lever(by, together[lever], alone[lever]) for lever in together},
        "comparisons": comparisons(rows, by.metrics[0]),
        "disagreements": _disagreements(by, deciding, together),
        "rows": rows,
        "failures": {
            lever: attribution.gathered([one[lever] for one in failed if lever in one])
            for lever in together
        },
    }


def _marks(by: Marking, name: str, found: Sequence[Answer]) -> list[Mark | None]:
    """One mark per example; None where the metric says nothing of the answer."""
    how = metric(name)
    return [
        _mark(answer, how.mark(tried)) if how.applies(tried) else None
        for answer, tried in zip(found, _attempts(by, found), strict=True)
    ]


def _attempts(by: Marking, found: Sequence[Answer]) -> list[Attempt]:
    return [
        Attempt(answer.text, example.reference, by.task, answer.passages, by.embed, stands)
        for answer, example, stands in zip(found, by.holdout, by.standing, strict=True)
    ]


def _mark(answer: Answer, scored: Mark) -> Mark:
    return Mark(None, f"failed: {answer.error}") if answer.error else scored


def _lever(by: Marking, found: Sequence[Answer], alone: Sequence[Answer]) -> LeverReport:
    good = [answer for answer in found if not answer.error]
    failures = [answer.error for answer in found if answer.error]
    timed = [(one, same) for one, same in zip(alone, found, strict=False) if not one.error]
    seconds = [one.seconds for one, _ in timed]
    first = (good or list(found))[0]
    texts = [None if answer.error else answer.text for answer in found]
    return LeverReport(
        metrics=_metrics(by, found),
        seconds_p50=float(np.quantile(seconds, 0.5)) if seconds else None,
        seconds_p95=float(np.quantile(seconds, 0.95)) if seconds else None,
        prompt_tokens=_mean([answer.prompt_tokens for answer in good]),
        new_tokens=_mean([answer.new_tokens for answer in good]),
        alone=len(timed),
        alone_identical=sum(one.text == same.text for one, same in timed),
        errors=len(failures),
        error=failures[0] if failures else "",
        adapter=first.adapter,
        adapter_digest=first.adapter_digest,
        prompt_version=first.prompt_version,
        index=first.index,
        fields=breakdown.fields(by.task, texts, by.holdout, by.groups),
        confusion=breakdown.confusion(by.task, texts, by.holdout),
    )


def _metrics(by: Marking, found: Sequence[Answer]) -> dict[str, Measured]:
    """The one that decides, and of the others those that say anything of these answers."""
    seen = {name: _measured(by, name, found) for name in by.metrics}
    return {
        name: one for name, one in seen.items() if name == by.metrics[0] or one.n or one.unscored
    }


def _measured(by: Marking, name: str, found: Sequence[Answer]) -> Measured:
    pairs = [
        (mark, group)
        for mark, group in zip(_marks(by, name, found), by.groups, strict=True)
        if mark is not None
    ]
    scored = [(mark, group) for mark, group in pairs if mark.value is not None]
    unscored = len(pairs) - len(scored)
    if not scored:
        return Measured(None, None, None, 0, unscored)
    sample = metric(name).sample([mark for mark, _ in scored])
    seen = statistics.interval(sample.grouped([group for _, group in scored]))
    return Measured(seen.mean, seen.low, seen.high, len(scored), unscored)


def _failed(
    by: Marking, deciding: Mapping[str, Sequence[Mark | None]], found: Answers
) -> list[dict[str, Failure]]:
    """The wrong answers to each example, by lever."""
    enough = by.task.success_bar if metric(by.metrics[0]).shades else 1.0
    return [
        attribution.failed(
            by.task,
            example,
            {lever: answers[at] for lever, answers in found.items()},
            {lever: _value(marks[at]) for lever, marks in deciding.items()},
            enough,
            by.library,
        )
        for at, example in enumerate(by.holdout)
    ]


def _value(mark: Mark | None) -> float | None:
    return mark.value if mark else None


def _rows(
    by: Marking,
    deciding: Mapping[str, Sequence[Mark | None]],
    found: Answers,
    failed: Sequence[Mapping[str, Failure]],
) -> tuple[Row, ...]:
    number = {group: position for position, group in enumerate(dict.fromkeys(by.groups))}
    how = metric(by.metrics[0])
    return tuple(
        Row(
            row=example.row,
            group=number[by.groups[at]],
            wanted=how.read(example.reference, by.task),
            found=_found(by.task, example, [answers[at] for answers in found.values()]),
            levers={
                lever: _told(marks[at], failed[at].get(lever)) for lever, marks in deciding.items()
            },
            stands=by.standing[at],
        )
        for at, example in enumerate(by.holdout)
    )


def _told(mark: Mark | None, failure: Failure | None) -> Told:
    cause = failure.cause if failure else ""
    return Told(mark.value, mark.said, cause) if mark else Told(None)


def _found(task: Task, example: Example, answers: Sequence[Answer]) -> bool | None:
    shown = next((answer.passages for answer in answers if answer.passages), ())
    return stands(task, example.reference, shown)


def comparisons(rows: tuple[Row, ...], name: str) -> tuple[Comparison, ...]:
    """Every pair of levers, in the order of the levers, on the examples that both have scored."""
    levers = tuple(rows[0].levers)
    found = [_compared(rows, name, a, b) for a, b in combinations(levers, 2)]
    seen = [pair for pair in found if pair.n]
    corrected = statistics.holm([pair.p for pair in seen])
    return tuple(
        replace(pair, p_adjusted=p, verdict=statistics.outcome(pair.low, pair.high, p))
        for pair, p in zip(seen, corrected, strict=True)
    )


def _compared(rows: tuple[Row, ...], name: str, a: str, b: str) -> Comparison:
    n = sum(row.levers[a].value is not None and row.levers[b].value is not None for row in rows)
    if not n:
        return Comparison(a, b, name, 0.0, -1.0, 1.0, 1.0, 1.0, "tie", 0, len(rows), 0)
    both = samples(rows, name, (a, b))
    seen = statistics.compare(both[a], both[b])
    needed = statistics.needed_examples(seen.low, seen.high, n)
    return Comparison(
        a, b, name, seen.difference, seen.low, seen.high, seen.p, seen.p, "tie",
        n, len(rows) - n, needed,
        statistics.equivalent(seen.low, seen.high), statistics.detectable(seen.low, seen.high),
    )  # fmt: skip


def _disagreements(
    by: Marking, deciding: Mapping[str, Sequence[Mark | None]], found: Answers
) -> tuple[Disagreement, ...]:
    """Examples on which levers' scores differ, the widest gaps first."""
    gaps = {at: _gap([marks[at] for marks in deciding.values()]) for at in range(len(by.holdout))}
    widest = sorted((at for at in gaps if gaps[at] > 0), key=lambda at: (-gaps[at], at))
    return tuple(
        Disagreement(
            row=by.holdout[at].row,
            input=by.holdout[at].input,
            reference=by.holdout[at].reference,
            levers={lever: _said(found[lever][at], marks[at]) for lever, marks in deciding.items()},
        )
        for at in widest[:DISAGREEMENTS]
    )


def _gap(marks: Sequence[Mark | None]) -> float:
    values = [mark.value for mark in marks if mark and mark.value is not None]
    return max(values) - min(values) if values else 0.0


def _said(answer: Answer, mark: Mark | None) -> Said:
    if mark is None:
        return Said(answer.text, None, "does not apply")
    return Said(answer.text, mark.value, mark.explanation)


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values) if values else 0.0
