"""Drawing a sample again: bootstrap intervals, and the test that swaps two levers.

Figures are functions of summed counts, so a resample is a row of weights and all resamples are
one matrix product. Draws depend on nothing but the number of units: the same answers give the
same intervals, and levers measured on the same units share their draws.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np

from core.evaluation.sample import Floats, Sample

RESAMPLES = 2000
SWAPS = 9999
BATCH = 500  # resamples held in memory at a time
KEPT_UNITS = 256  # draws for so many units are kept, for larger samples made again
TAIL = 0.025

Measure = Callable[[Floats], Floats]  # weights of the units (..., units) to figures (...)


def bca(measure: Measure, units: int) -> tuple[float, float]:
    """95 % interval by the bias-corrected and accelerated bootstrap.

    Efron 1987; the formulas are those of Efron and Tibshirani 1993, section 14.3: the bias
    from the share of resamples below the figure, the acceleration from the jackknife. The
    nominal tails are widened first as if by Student's t and by sqrt(n / (n - 1)), as resamples
    of few units spread too little (Hesterberg 2015, section 5.3).
    """
    from scipy import special

    drawn = np.sort(np.concatenate([measure(weights) for weights in _draws(units)]))
    seen = float(measure(np.ones(units)))
    bias = special.ndtri(_share_below(drawn, seen))
    push = bias + np.array([-1, 1]) * _widened(units)
    tails = special.ndtr(bias + push / (1 - _acceleration(measure, units) * push))
    low, high = np.quantile(drawn, np.nan_to_num(tails, nan=TAIL))
    return float(low), float(high)


def _share_below(drawn: Floats, seen: float) -> float:
    """Ties count half; never 0 or 1, which would push the interval off the resamples."""
    below = np.searchsorted(drawn, seen - 1e-12) + np.searchsorted(drawn, seen + 1e-12)
    return float(np.clip(below / 2, 1, len(drawn) - 1) / len(drawn))


def _widened(units: int) -> float:
    from scipy import special

    t = float(special.stdtrit(units - 1, 1 - TAIL))
    return t * float(np.sqrt(units / (units - 1)))


def _acceleration(measure: Measure, units: int) -> float:
    left_out = measure(1 - np.eye(units))
    gaps = left_out.mean() - left_out
    spread = float((gaps**2).sum())
    return float((gaps**3).sum()) / (6 * spread**1.5) if spread > 0 else 0.0


def swap_test(a: Sample, b: Sample) -> float:
    """Two-sided p of the difference under random swaps of the two levers within units.

    The paired permutation test, drawn rather than enumerated (Noreen 1989).
    """
    seen = abs(a.value - b.value) - 1e-12
    total, gap = b.counts.sum(axis=0), a.counts - b.counts
    both = a.counts.sum(axis=0) + total
    as_large = 0
    for swaps in _swaps(a.units):
        ones = total + swaps @ gap
        as_large += int((np.abs(a.figure(ones) - a.figure(both - ones)) >= seen).sum())
    return (1 + as_large) / (1 + SWAPS)  # the seen one counts, too: p is never 0


def _draws(units: int) -> Iterator[Floats]:
    """How often each unit is drawn, `BATCH` resamples at a time: (resamples, units)."""
    yield from _kept_draws(units) if units <= KEPT_UNITS else _new_draws(units)


def _new_draws(units: int) -> Iterator[Floats]:
    generator = np.random.default_rng(0)
    for size in _batches(RESAMPLES):
        drawn = generator.multinomial(units, np.full(units, 1 / units), size)
        yield drawn.astype(np.float64)


def _swaps(units: int) -> Iterator[Floats]:
    """Which units keep their sides, `BATCH` swaps at a time: (swaps, units)."""
    yield from _kept_swaps(units) if units <= KEPT_UNITS else _new_swaps(units)


def _new_swaps(units: int) -> Iterator[Floats]:
    generator = np.random.default_rng(0)
    for size in _batches(SWAPS):
        yield generator.integers(0, 2, (size, units)).astype(np.float64)


@lru_cache(maxsize=4)
def _kept_draws(units: int) -> tuple[Floats, ...]:
    return tuple(_new_draws(units))


@lru_cache(maxsize=4)
def _kept_swaps(units: int) -> tuple[Floats, ...]:
    return tuple(_new_swaps(units))


def _batches(total: int) -> Iterator[int]:
    yield from (min(BATCH, total - start) for start in range(0, total, BATCH))
