"""What a change did: an evaluation held against the one that was pinned, answer by answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.errors import NotEvaluated
from core.evaluation import statistics
from core.evaluation.metrics import metric
from core.evaluation.report import Report, Row, Told, samples
from core.evaluation.statistics import Outcome

BEFORE, AFTER = "before", "after"


@dataclass(frozen=True)
class Change:
    """One lever now against the same lever in the baseline, on the same holdout examples."""

    lever: str
    what: tuple[str, ...]  # which of the things that make its answers have changed
    fixed: tuple[int, ...]  # rows of examples that were wrong and are right
    broken: tuple[int, ...]  # rows of examples that were right and are wrong
    before: float
    after: float
    low: float  # 95 % interval of the difference
    high: float
    p: float
    n: int
    outcome: Outcome = "tie"  # after correction for the number of levers (Holm)

    @property
    def alarm(self) -> str:
        """What happened, in a sentence or two."""
        if not self.what:
            return "Nothing that makes its answers has changed."
        if not self.broken and not self.fixed:
            return f"No answer changed sides. {self._luck}"
        return f"{_broken(len(self.broken))}; {_fixed(len(self.fixed))}. {self._luck}"

    @property
    def _luck(self) -> str:
        return {
            "worse": "It got worse by more than luck.",
            "better": "It got better by more than luck.",
            "tie": "That is within luck.",
        }[self.outcome]


@dataclass(frozen=True)
class Flipped:
    """One answer that changed sides, with both texts where they are still in the record."""

    row: int
    broken: bool  # else fixed
    input: str
    reference: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Regression:
    """An evaluation against its baseline."""

    baseline: Report
    now: Report
    changes: tuple[Change, ...]  # levers that both measured
    missing: tuple[str, ...]  # levers of the baseline that are not measured any more
    added: tuple[str, ...]


def against(baseline: Report, now: Report) -> Regression:
    """Hold an evaluation against the pinned one.

    Raises:
        NotEvaluated: They cannot be compared: another metric, or other examples.
    """
    if baseline.metric != now.metric:
        _refuse(f"The baseline was measured by {baseline.metric}, the latest by {now.metric}.")
    if baseline.split.get("version") != now.split.get("version"):
        _refuse("The examples or their split have changed since the baseline was pinned.")
    both = [name for name in now.levers if name in baseline.levers]
    found = [one for name in both if (one := _change(name, baseline, now))]
    corrected = statistics.holm([one.p for one in found])
    return Regression(
        baseline,
        now,
        tuple(_settled(one, p) for one, p in zip(found, corrected, strict=True)),
        tuple(name for name in baseline.levers if name not in now.levers),
        tuple(name for name in now.levers if name not in baseline.levers),
    )


def differs(before: Report, after: Report, lever: str) -> tuple[str, ...]:
    """Which of model, adapter, prompt and documents made a lever's answers differently."""
    old, new = before.levers[lever], after.levers[lever]
    changed: Mapping[str, bool] = {
        "model": before.model_digest != after.model_digest,
        "adapter": old.adapter_digest != new.adapter_digest,
        "prompt": old.prompt_version != new.prompt_version,
        "documents": old.index != new.index,
    }
    return tuple(name for name, yes in changed.items() if yes)


def _refuse(why: str) -> None:
    raise NotEvaluated(why, remedy="Pin the latest evaluation as the new baseline.")


def _change(lever: str, baseline: Report, now: Report) -> Change | None:
    """None where no example was scored both times."""
    rows = _joined(lever, baseline.rows, now.rows)
    if not rows:
        return None
    both = samples(rows, now.metric, (BEFORE, AFTER))
    seen = statistics.compare(both[AFTER], both[BEFORE])
    enough = now.success_bar if metric(now.metric).shades else 1.0
    right = {row.row: (_right(row, BEFORE, enough), _right(row, AFTER, enough)) for row in rows}
    return Change(
        lever,
        differs(baseline, now, lever),
        tuple(row for row, sides in right.items() if sides == (False, True)),
        tuple(row for row, sides in right.items() if sides == (True, False)),
        both[BEFORE].value, both[AFTER].value, seen.low, seen.high, seen.p, len(rows),
    )  # fmt: skip


def _joined(lever: str, before: Sequence[Row], after: Sequence[Row]) -> tuple[Row, ...]:
    """Rows that were scored both times, with the two scores as if of two levers."""
    old = {row.row: row.levers.get(lever, Told(None)) for row in before}
    return tuple(
        replace(row, levers={BEFORE: old[row.row], AFTER: row.levers[lever]})
        for row in after
        if row.levers[lever].value is not None and old.get(row.row, Told(None)).value is not None
    )


def _right(row: Row, when: str, enough: float) -> bool:
    value = row.levers[when].value
    return value is not None and value >= enough


def _settled(one: Change, p: float) -> Change:
    return replace(one, outcome=statistics.outcome(one.low, one.high, p))


def _broken(count: int) -> str:
    if count == 1:
        return "1 answer that was right is now wrong"
    return f"{count or 'No'} answers that were right are now wrong"


def _fixed(count: int) -> str:
    return f"{count or 'none'} {'was' if count < 2 else 'were'} fixed"


@dataclass(frozen=True)
class Past:
    """One kept evaluation, and what had changed since the one before."""

    created: float  # Unix seconds
    report: Report
    changed: tuple[str, ...]  # model, adapter, prompt, documents, examples, metric


def history(kept: Sequence[tuple[float, Report]]) -> tuple[Past, ...]:
    """Evaluations, oldest first, each with what set it apart from the one before."""
    found = []
    for at, (created, report) in enumerate(kept):
        before = kept[at - 1][1] if at else None
        found.append(Past(created, report, _changed(before, report) if before else ()))
    return tuple(found)


def _changed(before: Report, after: Report) -> tuple[str, ...]:
    found = [
        name
        for lever in after.levers
        if lever in before.levers
        for name in differs(before, after, lever)
    ]
    if before.split.get("version") != after.split.get("version"):
        found.append("examples")
    if before.metric != after.metric:
        found.append("metric")
    return tuple(dict.fromkeys(found))
