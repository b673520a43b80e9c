"""An evaluation as values: what each lever scored and cost, and how the levers compare."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from core.evaluation.attribution import Failure, Failures
from core.evaluation.metrics import Mark, metric
from core.evaluation.sample import Sample
from core.evaluation.statistics import Outcome


@dataclass(frozen=True)
class Measured:
    """One lever's figure under one metric, with its 95 % interval."""

    mean: float | None  # None, like its limits, where nothing could be scored
    low: float | None
    high: float | None
    n: int  # scored examples
    unscored: int


@dataclass(frozen=True)
class Confused:
    """How often one label was said where another, or the same, was wanted."""

    wanted: str
    said: str  # "" where it was none of the labels
    count: int


@dataclass(frozen=True)
class LeverReport:
    """What one lever's answers scored and cost."""

    metrics: Mapping[str, Measured]  # those that say anything of this lever
    seconds_p50: float | None  # of answers made one at a time; None where none succeeded
    seconds_p95: float | None
    prompt_tokens: float  # mean per answer
    new_tokens: float
    alone: int  # answers made one at a time
    alone_identical: int  # how many of them say what the same question's answer in a batch says
    errors: int  # answers that failed; they count as unscored
    error: str  # the first failure, "" where none failed
    adapter: str
    adapter_digest: str
    prompt_version: str
    index: str
    fields: Mapping[str, Measured] = field(default_factory=dict)  # of a JSON task, key by key
    confusion: tuple[Confused, ...] = ()  # of a label task; pairs that never came are left out


@dataclass(frozen=True)
class Comparison:
    """Two levers on the same examples: how much `a` lies above `b`."""

    a: str
    b: str
    metric: str
    difference: float
    low: float
    high: float
    p: float
    p_adjusted: float  # corrected for the number of pairs (Holm)
    verdict: Outcome  # of `a` against `b`
    n: int  # examples that both could be scored on
    left_out: int  # the others
    needed: int  # about how many more examples would settle a gap of 5 points
    equivalent: bool = False  # whether any gap is shown to be below `statistics.MARGIN`
    detectable: float = 1.0  # the smallest gap that this holdout shows with 80 % odds

    @property
    def settled(self) -> bool:
        """Whether something is known: one is better, or both are as good as each other."""
        return self.verdict != "tie" or self.equivalent

    @property
    def words(self) -> str:
        """How the two stand: a tie is a finding, "not told apart" is none."""
        if self.verdict != "tie":
            return self.verdict
        if self.equivalent:
            return "a tie"
        zero = self.low <= 0 <= self.high
        return "not told apart" if zero else "not told apart once all pairs are corrected for"


@dataclass(frozen=True)
class Said:
    """One lever's answer where levers disagree."""

    text: str
    score: float | None
    explanation: str


@dataclass(frozen=True)
class Disagreement:
    """A holdout example on which levers differ in score."""

    row: int
    input: str
    reference: str
    levers: Mapping[str, Said]


@dataclass(frozen=True)
class Told:
    """One lever's score of one example, under the deciding metric."""

    value: float | None
    said: str = ""
    cause: str = ""  # of a wrong answer, a key of `attribution.CAUSES`


@dataclass(frozen=True)
class Row:
    """One holdout example under the deciding metric: enough to resample the evaluation."""

    row: int  # in the examples file, from 1
    group: int  # examples of one group count as one unit
    wanted: str
    found: bool | None  # whether the retrieved passages hold the reference; None: does not apply
    levers: Mapping[str, Told]
    stands: bool | None = None  # whether a document holds the reference; None: does not apply


@dataclass(frozen=True)
class Report:
    """Every lever on the holdout."""

    task: str
    task_version: str
    metric: str  # the one that decides
    success_bar: float
    split: Mapping[str, int | str]  # sizes, seed and version
    holdout: int  # examples evaluated
    opened: int  # times this holdout was looked at, this one included
    levers: Mapping[str, LeverReport]
    comparisons: tuple[Comparison, ...]
    disagreements: tuple[Disagreement, ...]
    rows: tuple[Row, ...]
    skipped: Mapping[str, str]  # levers that could not be used, and why
    model: str
    model_digest: str
    parameters: int | None
    failures: Mapping[str, tuple[Failures, ...]] = field(default_factory=dict)  # by lever
    id: int = field(default=0, compare=False)  # in the record; 0 before it is kept

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, in the shape that the command line prints."""
        plain = asdict(self)
        del plain["id"]
        for said, pair in zip(plain["comparisons"], self.comparisons, strict=True):
            said["settled"] = pair.settled
        made: dict[str, Any] = json.loads(json.dumps(plain, allow_nan=False))
        return made

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Report":
        """A report from its JSON. Fields of a newer version are left out."""
        parts: dict[str, Any] = {
            "levers": {name: _lever(one) for name, one in kept["levers"].items()},
            "comparisons": tuple(_of(Comparison, one) for one in kept["comparisons"]),
            "disagreements": tuple(_disagreement(one) for one in kept["disagreements"]),
            "rows": tuple(_row(one) for one in kept["rows"]),
            "failures": {
                lever: tuple(map(_failures, found))
                for lever, found in kept.get("failures", {}).items()
            },
        }
        made: Report = _of(cls, {**kept, **parts})
        return made

    def measured(self, lever: str) -> Measured:
        """A lever's figure under the deciding metric."""
        return self.levers[lever].metrics[self.metric]


def scored(rows: Sequence[Row], levers: Sequence[str]) -> list[Row]:
    """The rows on which every one of the levers has a score."""
    return [row for row in rows if all(row.levers[one].value is not None for one in levers)]


def samples(rows: Sequence[Row], name: str, levers: Sequence[str]) -> dict[str, Sample]:
    """Each lever's sample under the metric `name`, one unit per group.

    Taken over the rows that all of these levers have scored, so that units correspond.
    """
    shared = scored(rows, levers)
    groups = [row.group for row in shared]
    found = {}
    for lever in levers:
        told = [(row.levers[lever], row.wanted) for row in shared]
        marks = [Mark(one.value, "", one.said, wanted) for one, wanted in told]
        found[lever] = metric(name).sample(marks).grouped(groups)
    return found


def _of(kind: Any, kept: Mapping[str, Any]) -> Any:
    return kind(**{name: kept[name] for name in kind.__dataclass_fields__ if name in kept})


def _lever(kept: Mapping[str, Any]) -> LeverReport:
    parts: dict[str, Any] = {
        "metrics": {name: _of(Measured, one) for name, one in kept["metrics"].items()},
        "fields": {name: _of(Measured, one) for name, one in kept.get("fields", {}).items()},
        "confusion": tuple(_of(Confused, one) for one in kept.get("confusion", ())),
    }
    made: LeverReport = _of(LeverReport, {**kept, **parts})
    return made


def _disagreement(kept: Mapping[str, Any]) -> Disagreement:
    levers = {name: _of(Said, one) for name, one in kept["levers"].items()}
    made: Disagreement = _of(Disagreement, {**kept, "levers": levers})
    return made


def _failures(kept: Mapping[str, Any]) -> Failures:
    examples = tuple(_of(Failure, one) for one in kept["examples"])
    return Failures(kept["cause"], tuple(kept["rows"]), examples)


def _row(kept: Mapping[str, Any]) -> Row:
    levers = {name: _of(Told, one) for name, one in kept["levers"].items()}
    made: Row = _of(Row, {**kept, "levers": levers})
    return made
