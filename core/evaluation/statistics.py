"""How sure one can be of a figure, and of a difference between two levers.

The unit is a group of examples that belong together, never less. All of it is seeded:
the same answers give the same intervals.
"""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from core.evaluation.sample import Floats, Sample
from core.records import Interval

Z = 1.959964  # two-sided 95 %
Z_POWER = 0.841621  # one-sided 80 %: the usual odds of seeing a gap that is there
LEVEL = 0.05
RESAMPLES = 2000
SWAPS = 9999
BATCH = 500  # resamples held in memory at a time

Outcome = Literal["better", "worse", "tie"]


@dataclass(frozen=True)
class Difference:
    """How much one lever's figure lies above another's on the same examples."""

    difference: float
    low: float
    high: float
    p: float  # of a difference at least this large, were the two levers alike


def interval(sample: Sample) -> Interval:
    """A figure with its 95 % interval; `n` is the number of independent units.

    Shares: Wilson's score interval, the better one for small samples (Brown, Cai and
    DasGupta 2001). Other figures: the bias-corrected and accelerated bootstrap (Efron
    1987). Where no unit differs from another the bootstrap would claim certainty;
    Wilson's interval stands in: nothing in [0, 1] spreads more than a share does.
    """
    value, units = sample.value, sample.units
    if sample.is_share or _uniform(sample):
        low, high = wilson(value, units)
    else:
        low, high = _bootstrap(units, lambda drawn: sample.figure(_total(sample, drawn)))
    return Interval(value, low, high, units)


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's 95 % score interval of a share of `n` (Wilson 1927)."""
    shrink = 1 + Z**2 / n
    middle = (share + Z**2 / (2 * n)) / shrink
    half = Z / shrink * math.sqrt(max(0.0, share * (1 - share)) / n + Z**2 / (4 * n**2))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def compare(a: Sample, b: Sample) -> Difference:
    """How much `a` lies above `b`, unit by unit of the same examples.

    Right or wrong answers: exact McNemar test, and the interval of Bonett and Price
    (2012), which stays honest when hardly any answer differs. Other figures: paired BCa
    bootstrap, and the permutation test that swaps the two levers within units (Noreen
    1989). Both samples hold the same units in the same order.
    """
    difference = a.value - b.value
    if a.is_share and b.is_share:
        gained, lost = _discordant(a, b)
        low, high = bonett_price(gained, lost, a.units)
        return Difference(difference, low, high, mcnemar(gained, lost))
    if _uniform(a, b):
        up, down = max(0.0, difference) * a.units, max(0.0, -difference) * a.units
        low, high = bonett_price(up, down, a.units)
    else:
        low, high = _bootstrap(
            a.units, lambda drawn: a.figure(_total(a, drawn)) - b.figure(_total(b, drawn))
        )
    return Difference(difference, low, high, swap_test(a, b))


def mcnemar(gained: int, lost: int) -> float:
    """Exact two-sided p of so many answers gained and lost, were both equally likely."""
    if gained + lost == 0:
        return 1.0
    from scipy import stats

    return float(stats.binomtest(gained, gained + lost, 0.5).pvalue)


def bonett_price(gained: float, lost: float, n: int) -> tuple[float, float]:
    """95 % interval of a difference of paired shares (Bonett and Price 2012, adjusted Wald)."""
    up, down = (gained + 1) / (n + 2), (lost + 1) / (n + 2)
    half = Z * math.sqrt((up + down - (up - down) ** 2) / (n + 2))
    seen = (gained - lost) / n
    return max(-1.0, min(seen, up - down - half)), min(1.0, max(seen, up - down + half))


def swap_test(a: Sample, b: Sample) -> float:
    """Two-sided p of the difference under random swaps of the two levers within units."""
    generator = np.random.default_rng(0)
    seen = abs(a.value - b.value) - 1e-12
    total, gap = b.counts.sum(axis=0), a.counts - b.counts
    both = a.counts.sum(axis=0) + total
    as_large, left = 0, SWAPS
    while left:
        drawn = generator.integers(0, 2, (min(BATCH, left), a.units)).astype(np.float64)
        ones = total + drawn @ gap
        as_large += int((np.abs(a.figure(ones) - a.figure(both - ones)) >= seen).sum())
        left -= len(drawn)
    return (1 + as_large) / (1 + SWAPS)  # the seen one counts, too: p is never 0


def holm(ps: Sequence[float]) -> list[float]:
    """The p values as they count when all are looked at together (Holm 1979)."""
    adjusted, floor = [0.0] * len(ps), 0.0
    for rank, position in enumerate(sorted(range(len(ps)), key=lambda at: ps[at])):
        floor = max(floor, min(1.0, (len(ps) - rank) * ps[position]))
        adjusted[position] = floor
    return adjusted


def outcome(low: float, high: float, p_adjusted: float) -> Outcome:
    """Better or worse where the interval leaves out 0 and the corrected test agrees."""
    if p_adjusted >= LEVEL or low <= 0 <= high:
        return "tie"
    return "better" if low > 0 else "worse"


def needed_examples(low: float, high: float, n: int, gap: float = 0.05) -> int:
    """About how many more examples would settle a difference of `gap` (0.05 is 5 points).

    Settle: a 95 % interval that leaves out 0 with 80 % odds, as the interval of a
    difference on `n` examples narrows with the square root of their number.
    """
    spread = (high - low) / (2 * Z) * math.sqrt(n)  # standard deviation of one example
    return max(0, math.ceil(((Z + Z_POWER) * spread / gap) ** 2) - n)


def _discordant(a: Sample, b: Sample) -> tuple[int, int]:
    gap = a.counts[:, 0] - b.counts[:, 0]
    return int((gap > 0).sum()), int((gap < 0).sum())


def _total(sample: Sample, drawn: Any) -> Floats:
    """Summed counts of drawn units: (resamples, units) -> (resamples, kinds)."""
    return np.asarray(sample.counts[drawn].sum(axis=-2))


def _uniform(a: Sample, b: Sample | None = None) -> bool:
    """Whether leaving any one unit out leaves the figure (or the difference) the same."""
    if a.units < 2:
        return True
    left = a.figure(a.counts.sum(axis=0) - a.counts)
    if b is not None:
        left = left - b.figure(b.counts.sum(axis=0) - b.counts)
    return bool(np.ptp(left) < 1e-12)


def _bootstrap(units: int, figure: Any) -> tuple[float, float]:
    """95 % BCa interval; the percentile interval where BCa is not defined."""
    from scipy import stats

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that BCa is not defined shows in its result
        found = stats.bootstrap(
            (np.arange(units),),
            lambda drawn, axis=-1: figure(drawn),
            n_resamples=RESAMPLES,
            batch=BATCH,
            vectorized=True,
            method="BCa",
            rng=np.random.default_rng(0),
        )
    low, high = found.confidence_interval
    if math.isnan(low) or math.isnan(high):
        low, high = np.quantile(found.bootstrap_distribution, [LEVEL / 2, 1 - LEVEL / 2])
    return float(low), float(high)
