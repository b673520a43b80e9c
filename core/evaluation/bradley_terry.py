"""How strong each lever is when people choose between two: the Bradley-Terry model (1952).

The chance that lever i is preferred to lever j is s_i / (s_i + s_j). Ties count as half a win
for each. Fitted by Hunter's MM algorithm (2004). Each lever also ties once with an imagined
average one: without that, a lever that always wins would be infinitely strong.
"""

from collections.abc import Sequence

import numpy as np

from core.evaluation.sample import Floats
from core.records import Interval

PRIOR = 1.0  # comparisons with the imagined average lever, half of them won
RESAMPLES = 1000
ROUNDS = 2000  # MM steps at most; it stops once nothing moves
STILL = 1e-9


def strengths(wins: Floats, prior: float = PRIOR) -> tuple[Interval, ...]:
    """For each lever, its chance to be preferred to an average one of these levers.

    Args:
        wins: How often the first is preferred to the second, by independent unit:
            (units, levers, levers). A tie is a half on both sides.
        prior: Comparisons with the imagined average lever.
    """
    units = len(wins)
    drawn = np.random.default_rng(0).integers(0, units, (RESAMPLES, units))
    means = chances(wins.sum(axis=0)[None], prior)[0]
    resampled = chances(wins[drawn].sum(axis=1), prior)
    lows, highs = np.quantile(resampled, [0.025, 0.975], axis=0)
    return tuple(
        Interval(float(mean), float(low), float(high), units)
        for mean, low, high in zip(means, lows, highs, strict=True)
    )


def chances(wins: Floats, prior: float = PRIOR) -> Floats:
    """Chance against the average lever: (..., levers, levers) -> (..., levers)."""
    logs = np.log(fitted(wins, prior))
    return np.asarray(1 / (1 + np.exp(logs.mean(axis=-1, keepdims=True) - logs)))


def fitted(wins: Floats, prior: float = PRIOR) -> Floats:
    """Strengths s, the imagined average lever at 1: (..., levers, levers) -> (..., levers)."""
    met = wins + np.swapaxes(wins, -1, -2)
    won = wins.sum(axis=-1) + prior / 2
    strength = np.ones(won.shape)
    for _ in range(ROUNDS):
        faced = met / (strength[..., :, None] + strength[..., None, :])
        moved = won / (faced.sum(axis=-1) + prior / (strength + 1))
        if np.abs(moved - strength).max() < STILL:
            break
        strength = moved
    return strength


def tally(chosen: Sequence[tuple[int, int, int, float]], units: int, levers: int) -> Floats:
    """Wins by unit, from (unit, first, second, share of the win that goes to the first)."""
    wins = np.zeros((units, levers, levers))
    for unit, first, second, share in chosen:
        wins[unit, first, second] += share
        wins[unit, second, first] += 1 - share
    return wins
