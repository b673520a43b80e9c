"""What the statistics promise, held against 2,000 comparisons whose truth is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from core.evaluation import statistics
from core.evaluation.sample import mean_of
from core.evaluation.statistics import Difference
from core.records import Interval

EACH = 250
SIZES = (20, 50, 80, 120)
SHADES = ((4.0, 1.0), (0.5, 0.3), (1.0, 2.0))  # beta: mostly good; all or nothing; mostly poor


@dataclass(frozen=True)
class Known:
    """One synthetic comparison with its truth."""

    own: float  # what lever a truly scores
    gap: float  # how much it truly lies above b
    seen: Interval
    difference: Difference
    p: float

    @property
    def differs(self) -> bool:
        return statistics.outcome(self.difference.low, self.difference.high, self.p) != "tie"


def shares(
    draw: np.random.Generator, n: int, equal: bool
) -> tuple[float, float, list[list[float]]]:
    """Right or wrong answers; both levers find half of the examples easy or hard alike."""
    own, other = draw.uniform(0.15, 0.85, 2)
    other = own if equal else other
    common = draw.random(n)
    told = [
        (np.where(draw.random(n) < 0.5, common, draw.random(n)) < one).astype(float)
        for one in (own, other)
    ]
    return own, own - other, [one.tolist() for one in told]


def shades(
    draw: np.random.Generator, n: int, equal: bool
) -> tuple[float, float, list[list[float]]]:
    """Answers that are more or less right."""
    one, other = (SHADES[at] for at in draw.integers(0, len(SHADES), 2))
    other = one if equal else other
    own, gap = one[0] / sum(one), one[0] / sum(one) - other[0] / sum(other)
    told: Sequence[NDArray[np.float64]] = [draw.beta(*one, n), draw.beta(*other, n)]
    return own, gap, [scores.tolist() for scores in told]


@cache
def world() -> tuple[Known, ...]:
    draw = np.random.default_rng(2026)
    found = []
    for make in (shares, shades):
        for n in SIZES:
            for at in range(EACH):
                own, gap, (a, b) = make(draw, n, equal=at % 2 == 0)
                seen = statistics.compare(mean_of(a), mean_of(b))
                found.append(Known(own, gap, statistics.interval(mean_of(a)), seen, seen.p))
    return tuple(found)


def test_there_are_two_thousand_comparisons_half_of_them_between_equals() -> None:
    assert len(world()) == 2000
    assert sum(one.gap == 0 for one in world()) >= 1000


def test_a_95_percent_interval_of_a_difference_holds_the_truth_as_often_as_it_says() -> None:
    held = [one.difference.low <= one.gap <= one.difference.high for one in world()]
    assert 0.93 <= np.mean(held) <= 0.97


def test_a_95_percent_interval_of_a_lever_holds_the_truth_as_often_as_it_says() -> None:
    held = [one.seen.low <= one.own <= one.seen.high for one in world()]
    assert 0.93 <= np.mean(held) <= 0.97


@pytest.mark.parametrize("n", SIZES)
def test_intervals_hold_for_small_and_large_holdouts(n: int) -> None:
    known = [one for one in world() if one.seen.n == n]
    held = [one.difference.low <= one.gap <= one.difference.high for one in known]
    assert 0.92 <= np.mean(held) <= 0.98


def test_two_equal_levers_are_called_different_in_at_most_one_of_twenty() -> None:
    called = [one.differs for one in world() if one.gap == 0]
    assert np.mean(called) <= 0.05


def test_of_five_equal_levers_any_pair_is_called_different_in_at_most_one_of_twenty() -> None:
    draw = np.random.default_rng(7)
    wrong = 0
    for _ in range(200):
        levers = [mean_of((draw.random(50) < 0.6).astype(float).tolist()) for _ in range(5)]
        pairs = [(a, b) for at, a in enumerate(levers) for b in levers[at + 1 :]]
        seen = [statistics.compare(a, b) for a, b in pairs]
        adjusted = statistics.holm([one.p for one in seen])
        said = [
            statistics.outcome(one.low, one.high, p) for one, p in zip(seen, adjusted, strict=True)
        ]
        wrong += any(one != "tie" for one in said)
    assert wrong <= 10


def test_levers_that_differ_by_the_margin_are_seldom_called_equivalent() -> None:
    draw = np.random.default_rng(8)
    called = 0
    for _ in range(200):
        a = draw.uniform(0.3, 0.9, 200)
        b = a - 0.05 + draw.uniform(-0.1, 0.1, 200)
        seen = statistics.compare(mean_of(a.tolist()), mean_of(b.tolist()))
        called += statistics.equivalent(seen.low, seen.high)
    assert called <= 11  # 2.5 % of 200 and three standard deviations
