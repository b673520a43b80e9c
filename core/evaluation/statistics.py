"""How sure one can be of a figure, and of a difference between two levers.

The unit is a group of examples that belong together, never less. All of it is seeded:
the same answers give the same intervals.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.evaluation.resampling import bca, swap_test
from core.evaluation.sample import Sample
from core.records import Interval

Z = 1.959964  # two-sided 95 %
Z_POWER = 0.841621  # one-sided 80 %: the usual odds of seeing a gap that is there
LEVEL = 0.05
MARGIN = 0.05  # levers that differ by less than this are as good as each other: no gap pays its way

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
        low, high = bca(lambda weights: sample.figure(weights @ sample.counts), units)
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
        low, high = bca(
            lambda weights: a.figure(weights @ a.counts) - b.figure(weights @ b.counts), a.units
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


def equivalent(low: float, high: float, margin: float = MARGIN) -> bool:
    """Whether two levers are shown to be as good as each other: any gap is below the margin.

    The 95 % interval lies inside the margin: two one-sided tests (Schuirmann 1987) at 2.5 %
    each, stricter than their usual 5 %, so that the interval on the screen tells the same story.
    A tie whose interval reaches beyond the margin is no finding: it was not told apart.
    """
    return -margin < low and high < margin


def detectable(low: float, high: float) -> float:
    """The smallest gap that examples which gave this interval would show with 80 % odds.

    The minimum detectable difference of a two-sided test at 5 % before correction for several
    pairs: (z for 95 % + z for 80 %) standard errors (Cohen 1988, section 2.2).
    """
    return (Z + Z_POWER) * (high - low) / (2 * Z)


def needed_examples(low: float, high: float, n: int, gap: float = MARGIN) -> int:
    """About how many more examples would settle a difference of `gap` (0.05 is 5 points).

    Settle: a 95 % interval that leaves out 0 with 80 % odds, as the interval of a
    difference on `n` examples narrows with the square root of their number.
    """
    return max(0, math.ceil(n * (detectable(low, high) / gap) ** 2) - n)


def _discordant(a: Sample, b: Sample) -> tuple[int, int]:
    gap = a.counts[:, 0] - b.counts[:, 0]
    return int((gap > 0).sum()), int((gap < 0).sum())


def _uniform(a: Sample, b: Sample | None = None) -> bool:
    """Whether leaving any one unit out leaves the figure (or the difference) the same."""
    if a.units < 2:
        return True
    left = a.figure(a.counts.sum(axis=0) - a.counts)
    if b is not None:
        left = left - b.figure(b.counts.sum(axis=0) - b.counts)
    return bool(np.ptp(left) < 1e-12)
