"""How often the same leaf comes out when the holdout is drawn again.

A thousand holdouts are drawn, group by group, from the one there is; figures and differences
are computed anew on each. Their intervals are not: each keeps the width it has on the full
holdout and moves with its figure (the normal approximation). Holm's correction is applied
anew. All holdouts walk the tree at once: every figure is an array with one entry for each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.evaluation.report import Comparison, samples, scored
from core.evaluation.sample import Floats
from core.evaluation.statistics import LEVEL, Z
from core.verdict.evidence import Evidence, Standing, turned
from core.verdict.node import Leaf, Node
from core.verdict.thresholds import RESAMPLES

Shares = dict[Leaf, float]


def shares(evidence: Evidence, tree: Node) -> Shares:
    """Share of redrawn holdouts that lead to each leaf, the most frequent first.

    Empty where there are no rows to redraw from: then there is nothing to doubt.
    """
    if not evidence.rows or not evidence.levers:
        return {}
    found: Shares = {}
    _walk(redrawn(evidence), tree, np.ones(RESAMPLES, dtype=bool), found)
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def _walk(drawn: Evidence, node: Node, here: NDArray[np.bool_], found: Shares) -> None:
    """Add up the shares of those holdouts that come by this node."""
    if not here.any():
        return
    if isinstance(node, Leaf):
        found[node] = found.get(node, 0.0) + float(here.mean())
        return
    holds = here & node.holds(drawn)
    _walk(drawn, node.yes, holds, found)
    _walk(drawn, node.no, here & ~holds, found)


def redrawn(evidence: Evidence) -> Evidence:
    """The same evidence on `RESAMPLES` holdouts drawn from this one, seeded, as arrays."""
    weights = _weights(1 + max(row.group for row in evidence.rows))
    means = {lever: _figures(evidence, (lever,), weights)[lever] for lever in evidence.levers}
    levers = {lever: _moved(seen, means[lever]) for lever, seen in evidence.levers.items()}
    pairs = _compared(evidence, _gaps(evidence, means, weights))
    return replace(evidence, levers=levers, comparisons=pairs, leader=evidence.best)


def _weights(groups: int) -> Floats:
    """How often each group is drawn: (resamples, groups)."""
    drawn = np.random.default_rng(0).integers(0, groups, (RESAMPLES, groups))
    places = drawn + groups * np.arange(RESAMPLES)[:, None]
    counts = np.bincount(places.ravel(), minlength=RESAMPLES * groups)
    return counts.reshape(RESAMPLES, groups).astype(np.float64)


def _figures(evidence: Evidence, levers: tuple[str, ...], weights: Floats) -> dict[str, Floats]:
    """Each lever's figure on each resample, over the rows that all of them have scored."""
    rows = scored(evidence.rows, levers)
    units = list(dict.fromkeys(row.group for row in rows))
    found = samples(rows, evidence.metric, levers)
    return {one: found[one].figure(weights[:, units] @ found[one].counts) for one in levers}


def _gaps(evidence: Evidence, means: Mapping[str, Floats], weights: Floats) -> list[Floats]:
    """The difference of each pair; figures are taken anew where some row lacks a score."""
    found = []
    for pair in evidence.comparisons:
        both = (pair.a, pair.b)
        figures = _figures(evidence, both, weights) if pair.left_out else means
        found.append(figures[pair.a] - figures[pair.b])
    return found


def _moved(seen: Standing, mean: Any) -> Standing:
    by = mean - seen.mean
    low, high = np.maximum(0.0, seen.low + by), np.minimum(1.0, seen.high + by)
    return replace(seen, mean=mean, low=low, high=high)


def _compared(evidence: Evidence, gaps: Sequence[Floats]) -> tuple[Comparison, ...]:
    """Every pair on every resample, from either side."""
    if not gaps:
        return ()
    pairs = list(zip(evidence.comparisons, gaps, strict=True))
    told = apart(np.stack([_in_errors(pair, gap) for pair, gap in pairs]))
    moved = [_shifted(pair, gap) for pair, gap in pairs]
    there = [_told(pair, clear) for pair, clear in zip(moved, told, strict=True)]
    back = [_told(turned(pair), clear) for pair, clear in zip(moved, told, strict=True)]
    return (*there, *back)


def _shifted(pair: Comparison, gap: Any) -> Comparison:
    by = gap - pair.difference
    return replace(pair, difference=gap, low=pair.low + by, high=pair.high + by)


def _told(pair: Comparison, clear: NDArray[np.bool_]) -> Comparison:
    """With its outcome: better or worse where told apart and the interval leaves out 0."""
    better, worse = clear & (np.asarray(pair.low) > 0), clear & (np.asarray(pair.high) < 0)
    said: Any = np.where(better, "better", np.where(worse, "worse", "tie"))
    return replace(pair, verdict=said)


def _in_errors(pair: Comparison, gap: Floats) -> Floats:
    """How many standard errors each difference lies from 0, as wide as the pair's interval."""
    error = max((pair.high - pair.low) / (2 * Z), 1e-12)
    return np.asarray(np.abs(gap) / error)


def apart(distances: Floats) -> NDArray[np.bool_]:
    """Which differences Holm's procedure tells from 0: (pairs, resamples) of standard errors."""
    order = np.argsort(-distances, axis=0)
    ranked = np.take_along_axis(distances, order, axis=0)
    passed = np.logical_and.accumulate(ranked > _critical(len(distances)), axis=0)
    found = np.zeros_like(passed)
    np.put_along_axis(found, order, passed, axis=0)
    return found


def _critical(pairs: int) -> Floats:
    """The bar of each rank, the widest difference first: 5 % over the pairs that are left."""
    normal = NormalDist()
    bars: Sequence[float] = [normal.inv_cdf(1 - LEVEL / (2 * (pairs - at))) for at in range(pairs)]
    return np.asarray(bars).reshape(-1, 1)
