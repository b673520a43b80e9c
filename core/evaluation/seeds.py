"""How much the seed of a training run alone moves what its adapter scores.

Runs that differ in nothing but their seed, measured on the same holdout with the same base.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev

from core.evaluation.report import Report
from core.training.record import Run


@dataclass(frozen=True)
class Spread:
    """One lever's figure with each seed that was measured."""

    lever: str
    figures: tuple[tuple[int, float], ...]  # seed and mean under the deciding metric, by seed
    unmeasured: tuple[str, ...] = ()  # finished runs of other seeds that no evaluation used

    @property
    def mean(self) -> float:
        """Over the seeds."""
        return fmean(figure for _, figure in self.figures)

    @property
    def deviation(self) -> float | None:
        """Standard deviation over the seeds (n - 1); None of a single one."""
        values = [figure for _, figure in self.figures]
        return stdev(values) if values[1:] else None


def spread(
    report: Report, earlier: Sequence[Report], finished: Sequence[Run]
) -> tuple[Spread, ...]:
    """Of each lever with an adapter, where its recipe was run with several seeds.

    Args:
        report: The evaluation to speak of.
        earlier: All kept ones of the task, oldest first; the newest of each seed counts.
        finished: The task's runs that made an adapter.
    """
    known = {run.name: run for run in finished}
    found = (_of(lever, report, earlier, known) for lever in report.levers)
    return tuple(one for one in found if one)


def _of(
    lever: str, report: Report, earlier: Sequence[Report], known: dict[str, Run]
) -> Spread | None:
    used = known.get(report.levers[lever].adapter)
    if used is None:
        return None
    siblings = {run.name: run for run in known.values() if _but_seed(run) == _but_seed(used)}
    figures: dict[int, float] = {}
    measured: set[str] = set()
    for one in (*earlier, report):
        made = one.levers.get(lever)
        if made and made.adapter in siblings and _alike(one, report, lever):
            mean = one.measured(lever).mean
            if mean is not None:
                figures[siblings[made.adapter].recipe.seed] = mean
                measured.add(made.adapter)
    others = tuple(name for name in siblings if name not in measured)
    if not figures or len(figures) + len(others) < 2:
        return None
    return Spread(lever, tuple(sorted(figures.items())), others)


def _but_seed(run: Run) -> tuple[object, ...]:
    """All that makes a run's adapter, the seed left out."""
    return replace(run.recipe, seed=0), run.base_digest, run.split, run.levers, run.rows


def _alike(a: Report, b: Report, lever: str) -> bool:
    """Whether two evaluations asked this lever the same, whatever the adapter."""
    return _asked(a, lever) == _asked(b, lever)


def _asked(report: Report, lever: str) -> tuple[object, ...]:
    made = report.levers[lever]
    return (
        report.metric, report.model_digest, report.split.get("version"), report.holdout,
        made.prompt_version, made.index,
    )  # fmt: skip
