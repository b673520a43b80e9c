"""How often the same leaf comes out when the holdout is drawn again.

Two hundred holdouts are drawn, group by group, from the one there is; figures and
differences are computed anew on each. Their intervals are not: each keeps the width it
has on the full holdout and moves with its figure (the normal approximation), which is
what makes two hundred walks take milliseconds. Holm's correction is applied anew.
"""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from core.evaluation.report import Comparison, samples, scored
from core.evaluation.sample import Floats
from core.evaluation.statistics import Z, holm, outcome
from core.verdict.evidence import Evidence, Standing
from core.verdict.node import Leaf, Node, walk
from core.verdict.thresholds import RESAMPLES


def confidence(evidence: Evidence, tree: Node, leaf: Leaf) -> float:
    """Share of resampled holdouts that lead to `leaf`. Without rows there is nothing to doubt."""
    if not evidence.rows or not evidence.levers:
        return 1.0
    same = [walk(drawn, tree).leaf is leaf for drawn in resampled(evidence)]
    return sum(same) / len(same)


def resampled(evidence: Evidence) -> Iterator[Evidence]:
    """The same evidence on `RESAMPLES` holdouts drawn from this one, seeded."""
    weights = _weights(1 + max(row.group for row in evidence.rows))
    means = {lever: _figures(evidence, (lever,), weights)[0] for lever in evidence.levers}
    gaps = [_gaps(evidence, pair, weights) for pair in evidence.comparisons]
    for at in range(RESAMPLES):
        levers = {
            lever: _moved(seen, float(means[lever][at])) for lever, seen in evidence.levers.items()
        }
        pairs = _compared(evidence.comparisons, [float(gap[at]) for gap in gaps])
        yield replace(evidence, levers=levers, comparisons=pairs)


def _weights(groups: int) -> Floats:
    """How often each group is drawn: (resamples, groups)."""
    generator = np.random.default_rng(0)
    drawn = generator.multinomial(groups, np.full(groups, 1 / groups), RESAMPLES)
    return np.asarray(drawn, dtype=np.float64)


def _figures(evidence: Evidence, levers: tuple[str, ...], weights: Floats) -> list[Floats]:
    """Each lever's figure on each resample, over the rows that all of them have scored."""
    rows = scored(evidence.rows, levers)
    units = list(dict.fromkeys(row.group for row in rows))
    found = samples(rows, evidence.metric, levers)
    return [found[one].figure(weights[:, units] @ found[one].counts) for one in levers]


def _gaps(evidence: Evidence, pair: Comparison, weights: Floats) -> Floats:
    a, b = _figures(evidence, (pair.a, pair.b), weights)
    return a - b


def _moved(seen: Standing, mean: float) -> Standing:
    by = mean - seen.mean
    return replace(seen, mean=mean, low=max(0.0, seen.low + by), high=min(1.0, seen.high + by))


def _compared(pairs: tuple[Comparison, ...], gaps: list[float]) -> tuple[Comparison, ...]:
    moved = [
        replace(pair, difference=gap, low=pair.low + by, high=pair.high + by, p=_p(pair, gap))
        for pair, gap in zip(pairs, gaps, strict=True)
        for by in [gap - pair.difference]
    ]
    corrected = holm([pair.p for pair in moved])
    return tuple(
        replace(pair, p_adjusted=p, verdict=outcome(pair.low, pair.high, p))
        for pair, p in zip(moved, corrected, strict=True)
    )


def _p(pair: Comparison, gap: float) -> float:
    """Two-sided p of a difference, were it normal with the width of the pair's interval."""
    error = (pair.high - pair.low) / (2 * Z)
    return math.erfc(abs(gap) / error / math.sqrt(2)) if error > 0 else float(gap == 0)
