"""Intervals and tests agree with hand calculation, and keep their promises in simulation."""

import numpy as np
import pytest

from core.evaluation import statistics
from core.evaluation.sample import Sample, labelled, mean_of


def shares(right: int, wrong: int) -> Sample:
    return mean_of([1.0] * right + [0.0] * wrong)


def test_a_share_has_wilson_s_interval() -> None:
    # 8 of 10: (0.8 + 0.19207) / 1.38415 -+ 1.38415^-1 * 1.96 * sqrt(0.016 + 0.009604)
    found = statistics.interval(shares(8, 2))
    assert (found.mean, found.n) == (0.8, 10)
    assert found.low == pytest.approx(0.4902, abs=1e-4)
    assert found.high == pytest.approx(0.9433, abs=1e-4)


def test_all_right_is_not_certainly_right() -> None:
    found = statistics.interval(shares(50, 0))
    assert (found.mean, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(0.9286, abs=1e-4)  # 50 / (50 + 1.96^2)


def test_scores_that_are_all_alike_still_have_an_interval() -> None:
    found = statistics.interval(mean_of([0.5] * 20))
    assert found.mean == 0.5
    assert (found.low, found.high) == pytest.approx((0.2993, 0.7007), abs=1e-4)


def test_one_example_tells_next_to_nothing() -> None:
    found = statistics.interval(mean_of([1.0]))
    assert (found.low, found.high) == pytest.approx((0.2065, 1.0), abs=1e-4)


def test_a_mean_of_shades_is_bootstrapped_and_the_same_every_time() -> None:
    sample = mean_of([0.1 * (position % 11) for position in range(44)])
    found = statistics.interval(sample)
    assert found == statistics.interval(sample)
    assert found.mean == pytest.approx(0.5)
    # Standard error by hand: sqrt(0.1 / 44) = 0.0477, so about 0.5 -+ 0.093.
    assert (found.low, found.high) == pytest.approx((0.407, 0.593), abs=0.01)


def test_examples_of_one_group_count_as_one() -> None:
    alone = statistics.interval(shares(30, 30))
    twins = statistics.interval(shares(30, 30).grouped([at // 3 for at in range(60)]))
    assert twins.mean == alone.mean == 0.5
    assert twins.n == 20
    assert twins.high - twins.low > 1.4 * (alone.high - alone.low)


def test_macro_f1_is_bootstrapped_by_example() -> None:
    sample = labelled(["a"] * 20 + ["b"] * 20, ["a"] * 18 + ["b"] * 2 + ["b"] * 20)
    found = statistics.interval(sample)
    # a: 36 / 38; b: 40 / 42; mean 0.9499
    assert found.mean == pytest.approx((36 / 38 + 40 / 42) / 2)
    assert 0.8 < found.low < 0.95 < found.high <= 1.0


@pytest.mark.parametrize(
    ("gained", "lost", "p"),
    [
        (1, 8, 0.0390625),  # 2 (1 + 9) / 2^9
        (8, 1, 0.0390625),
        (0, 0, 1.0),
        (3, 3, 1.0),
        (0, 5, 0.0625),  # 2 / 2^5
        (0, 6, 0.03125),
    ],
)
def test_mcnemar(gained: int, lost: int, p: float) -> None:
    assert statistics.mcnemar(gained, lost) == pytest.approx(p)


def test_right_and_wrong_answers_are_compared_pair_by_pair() -> None:
    a = mean_of([1.0] * 8 + [0.0] + [1.0] * 31)
    b = mean_of([0.0] * 8 + [1.0] + [1.0] * 31)
    found = statistics.compare(a, b)
    assert found.difference == pytest.approx(7 / 40)
    assert found.p == pytest.approx(0.0390625)
    # Bonett and Price: (9 - 2) / 42 -+ 1.96 sqrt((11/42 - (7/42)^2) / 42)
    assert (found.low, found.high) == pytest.approx((0.0203, 0.3131), abs=1e-3)


def test_levers_that_never_differ_tie_with_a_margin() -> None:
    found = statistics.compare(shares(25, 25), shares(25, 25))
    assert (found.difference, found.p) == (0.0, 1.0)
    # -+ 1.96 sqrt((2 / 52) / 52)
    assert (found.low, found.high) == pytest.approx((-0.0533, 0.0533), abs=1e-4)


def test_a_lever_is_turned_round_exactly_when_sides_change() -> None:
    a, b = shares(30, 20), mean_of([0.0] * 20 + [1.0] * 30)
    one, other = statistics.compare(a, b), statistics.compare(b, a)
    assert (one.low, one.high, one.p) == pytest.approx((-other.high, -other.low, other.p))


def test_shades_are_tested_by_swaps() -> None:
    # Six pairs, all in one direction and unlike: 2 of 2^6 swaps are as large, p = 1 / 32.
    a, b = mean_of([0.9, 0.8, 0.7, 0.9, 0.6, 0.8]), mean_of([0.1, 0.2, 0.3, 0.4, 0.2, 0.3])
    found = statistics.compare(a, b)
    assert found.p == pytest.approx(1 / 32, abs=0.006)
    assert found.low > 0


def test_groups_make_a_test_more_careful() -> None:
    a, b = shares(12, 0), shares(0, 12)
    groups = [at // 3 for at in range(12)]  # four groups: p = 2 / 2^4
    found = statistics.compare(a.grouped(groups), b.grouped(groups))
    assert statistics.compare(a, b).p == pytest.approx(2 / 2**12)
    assert found.p == pytest.approx(1 / 8, abs=0.01)


def test_holm_by_hand() -> None:
    # 0.01 x 4, 0.02 x 3, then 0.03 x 2 = 0.06, and 0.5: never below the one before.
    assert statistics.holm([0.03, 0.01, 0.5, 0.02]) == pytest.approx([0.06, 0.04, 0.5, 0.06])
    assert statistics.holm([0.9, 0.8]) == [1.0, 1.0]
    assert statistics.holm([]) == []


@pytest.mark.parametrize(
    ("low", "high", "p", "expected"),
    [
        (0.1, 0.4, 0.01, "better"),
        (-0.4, -0.1, 0.01, "worse"),
        (0.1, 0.4, 0.06, "tie"),
        (-0.1, 0.4, 0.01, "tie"),
        (0.0, 0.4, 0.01, "tie"),
    ],
)
def test_a_difference_needs_interval_and_test(
    low: float, high: float, p: float, expected: str
) -> None:
    assert statistics.outcome(low, high, p) == expected


def test_how_many_more_examples_settle_five_points() -> None:
    # Half-width 0.098 on 100: one example spreads 0.5. ((1.96 + 0.84) 0.5 / 0.05)^2 = 785.
    assert statistics.needed_examples(-0.098, 0.098, 100) == pytest.approx(685, abs=2)
    assert statistics.needed_examples(-0.01, 0.01, 100) == 0


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(-0.04, 0.03, True), (0.01, 0.04, True), (-0.05, 0.03, False), (-0.2, 0.2, False)],
)
def test_a_tie_is_a_finding_where_the_interval_lies_inside_the_margin(
    low: float, high: float, expected: bool
) -> None:
    assert statistics.equivalent(low, high) is expected


def test_the_smallest_gap_that_a_holdout_can_show() -> None:
    # A half-width of 0.098 is 1.96 standard errors of 0.05; 2.8016 of them are 0.1401.
    assert statistics.detectable(-0.098, 0.098) == pytest.approx(0.1401, abs=1e-4)


def test_the_bootstrap_agrees_with_scipy_s() -> None:
    from scipy import stats

    values = np.random.default_rng(3).beta(2, 1, 400)
    ours = statistics.interval(mean_of(values.tolist()))
    theirs = stats.bootstrap((values,), np.mean, n_resamples=9999, rng=np.random.default_rng(1))
    assert (ours.low, ours.high) == pytest.approx(theirs.confidence_interval, abs=0.003)
