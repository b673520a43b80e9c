"""What the tree looks at: measured on the holdout, found in the data, or stated by the owner."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.errors import SettingOutOfRange
from core.evaluation.rating import People
from core.evaluation.report import Comparison, LeverReport, Report, Row
from core.evaluation.statistics import Outcome
from core.records import Finding, Task
from core.verdict.cost.prices import Price
from core.verdict.thresholds import MIN_HOLDOUT, RIGHT

Truth = bool | NDArray[np.bool_]  # of one holdout, or of each redrawn one
OPPOSITE: dict[Outcome, Outcome] = {"better": "worse", "worse": "better", "tie": "tie"}


@dataclass(frozen=True)
class Stated:
    """What only the owner knows. None: not stated."""

    knowledge_changes: bool | None = None
    volume_per_month: float | None = None
    regulated: bool | None = None
    private: bool | None = None
    needs_citations: bool | None = None
    latency_matters: bool | None = None
    reviewed: bool | None = None  # a person reads each answer before it takes effect


STATED = tuple(one.name for one in fields(Stated))


@dataclass(frozen=True)
class Standing:
    """Where one lever stands under the deciding metric, and what an answer costs."""

    mean: float
    low: float
    high: float
    n: int
    tokens: float = 0.0  # prompt and answer, mean
    seconds: float | None = None  # median, one at a time
    unscored: int = 0
    abstention: tuple[float, float, float] | None = None  # mean, low, high; None: not asked for
    new_tokens: float = 0.0  # of the tokens, those of the answer


@dataclass(frozen=True)
class Knowledge:
    """Whether failures are missing knowledge: what prompting got wrong and RAG got right."""

    failures: int = 0  # examples that prompting got wrong
    rescued: int = 0  # of them, those that RAG got right
    searched: int = 0  # examples whose reference could stand in a passage
    found: int = 0  # of them, those whose passages hold it


@dataclass(frozen=True)
class Evidence:
    """Everything a verdict rests on. Equal evidence gives an equal verdict."""

    task: str
    metric: str
    bar: float
    train: int
    levers: Mapping[str, Standing]  # those with at least one scored answer
    comparisons: tuple[Comparison, ...]
    findings: tuple[Finding, ...] = ()
    knowledge: Knowledge = Knowledge()
    stated: Stated = Stated()
    rows: tuple[Row, ...] = ()
    opened: int = 1
    model: str = ""
    parameters: int | None = None
    evaluation: int = 0  # id of the report
    training_minutes: float | None = None
    stale: bool = False  # the task has changed since the report was made
    prices: Mapping[str, Price] = field(default_factory=dict)  # the owner's table
    harms: tuple[str, ...] = ()  # what tuning made worse beside the task, as sentences
    failures: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # by lever and cause
    flaws: tuple[str, ...] = ()  # what went wrong in the evaluation, as sentences
    people: People | None = None  # what raters say; None where nobody rated
    unscored: tuple[str, ...] = ()  # levers that were asked, yet too few answers have a score
    skipped: tuple[str, ...] = ()  # levers that could not be asked; others were not chosen
    waiting: int = 0  # holdout examples that an evaluation cut short left out
    leader: str = ""  # the best lever where the figures are of redrawn holdouts

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """Findings of the data gate that must be mended first."""
        return tuple(finding for finding in self.findings if finding.blocking)

    @property
    def best(self) -> str:
        """The lever with the highest mean; of equals, the one that comes first (the simpler)."""
        return self.leader or max(self.levers, key=lambda lever: self.levers[lever].mean)

    def gap(self, a: str, b: str) -> Comparison | None:
        """How much `a` lies above `b`; None where the two were not compared."""
        return self._gaps.get((a, b))

    @cached_property
    def _gaps(self) -> dict[tuple[str, str], Comparison]:
        """Every comparison from either side; those that were given come first."""
        given = {(pair.a, pair.b): pair for pair in self.comparisons}
        back = {(b, a): turned(pair) for (a, b), pair in given.items() if (b, a) not in given}
        return {**given, **back}

    def beats(self, lever: str, *others: str) -> Truth:
        """Whether a measured lever is better than every measured one of the others."""
        found: Truth = lever in self.levers
        for other in others:
            if other in self.levers:
                pair = self.gap(lever, other)
                found = found & (pair.verdict == "better") if pair else False
        return found


def turned(pair: Comparison) -> Comparison:
    """The same comparison, seen from the other lever."""
    return replace(
        pair,
        a=pair.b,
        b=pair.a,
        difference=-pair.difference,
        low=-pair.high,
        high=-pair.low,
        verdict=OPPOSITE[pair.verdict],
    )


def evidence(
    task: Task,
    report: Report,
    findings: Iterable[Finding],
    stated: Mapping[str, bool | float | str],
    training_minutes: float | None = None,
    changed: bool = False,
    prices: Mapping[str, Price] | None = None,
    harms: tuple[str, ...] = (),
    flaws: tuple[str, ...] = (),
    people: People | None = None,
) -> Evidence:
    """Gather what the tree looks at.

    Args:
        task: As it is now.
        report: The evaluation to decide on.
        findings: What the data gate says of the task.
        stated: The owner's answers by key.
        training_minutes: What the adapter took, None where there is none.
        prices: The owner's table, empty where none was filled in.
        harms: What tuning made worse beside the task, as sentences.
        flaws: What went wrong in the evaluation, as sentences.
        people: What raters say of the levers as they are now.
        changed: Whether a lever, its adapter or the model is another one than was measured.

    Raises:
        SettingOutOfRange: A stated answer is not of its kind. Answers that the tree does
            not know are left out.
    """
    levers = standings(report)
    return Evidence(
        task=task.name,
        metric=report.metric,
        bar=task.success_bar,
        train=int(report.split["train"]),
        levers=levers,
        skipped=tuple(report.skipped),
        waiting=int(report.split.get("holdout", report.holdout)) - report.holdout,
        unscored=tuple(lever for lever in report.levers if lever not in levers),
        comparisons=report.comparisons,
        findings=tuple(findings),
        knowledge=knowledge(report.rows),
        stated=_stated(stated),
        rows=report.rows,
        opened=report.opened,
        model=report.model,
        parameters=report.parameters,
        evaluation=report.id,
        training_minutes=training_minutes,
        prices=prices or {},
        harms=harms,
        flaws=flaws,
        people=people,
        failures={
            lever: {one.cause: one.count for one in found}
            for lever, found in report.failures.items()
        },
        stale=changed or report.task_version != task.version,
    )


def standings(report: Report) -> dict[str, Standing]:
    """Where each lever stands that has enough scored answers to say so."""
    found = {name: _standing(one, report.metric) for name, one in report.levers.items()}
    least = min(MIN_HOLDOUT, report.holdout)  # on a handful of scored answers anyone can shine
    return {name: one for name, one in found.items() if one and one.n >= least}


def _standing(lever: LeverReport, metric: str) -> Standing | None:
    seen = lever.metrics[metric]
    if seen.mean is None or seen.low is None or seen.high is None:
        return None
    return Standing(
        mean=seen.mean,
        low=seen.low,
        high=seen.high,
        n=seen.n,
        tokens=lever.prompt_tokens + lever.new_tokens,
        seconds=lever.seconds_p50,
        unscored=seen.unscored,
        abstention=_abstention(lever),
        new_tokens=lever.new_tokens,
    )


def _abstention(lever: LeverReport) -> tuple[float, float, float] | None:
    seen = lever.metrics.get("abstention")
    if seen is None or seen.mean is None or seen.low is None or seen.high is None:
        return None
    return seen.mean, seen.low, seen.high


def knowledge(rows: Iterable[Row]) -> Knowledge:
    """Count what prompting got wrong, and what became of it once passages were shown."""
    told = [(row, row.levers.get("prompt"), row.levers.get("rag")) for row in rows]
    failed = [(row, rag) for row, prompt, rag in told if prompt and _wrong(prompt.value)]
    rescued = [rag for _, rag in failed if rag and rag.value is not None and rag.value >= RIGHT]
    searched = [row.found for row, _, _ in told if row.found is not None]
    return Knowledge(len(failed), len(rescued), len(searched), sum(searched))


def _wrong(value: float | None) -> bool:
    return value is not None and value < RIGHT


def _stated(said: Mapping[str, bool | float | str]) -> Stated:
    known = {name: said[name] for name in STATED if name in said}
    for name, value in known.items():
        number = name == "volume_per_month"
        right = isinstance(value, int | float) and isinstance(value, bool) != number
        if not right or (number and not 0 <= float(value) < float("inf")):
            raise SettingOutOfRange(
                f"{name} is {value!r}.",
                remedy="Give a number of answers." if number else "Give true or false.",
            )
    return Stated(**known)  # type: ignore[arg-type]
