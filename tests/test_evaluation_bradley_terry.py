"""Strengths follow from wins as Bradley and Terry's model says."""

import numpy as np
import pytest

from core.evaluation.bradley_terry import chances, fitted, strengths, tally


def test_wins_in_fixed_proportions_give_back_their_strengths() -> None:
    # a beats b 2:1, b beats c 2:1, a beats c 4:1, so strengths stand 4 : 2 : 1.
    wins = np.array([[0.0, 20.0, 40.0], [10.0, 0.0, 20.0], [10.0, 10.0, 0.0]])
    found = fitted(wins, prior=0.0)
    assert found / found[2] == pytest.approx([4.0, 2.0, 1.0], abs=1e-4)


def test_two_levers_that_win_three_to_one() -> None:
    # Odds 3, each half of it away from the average: 1 / (1 + 3 ** -0.5) = 0.634
    found = chances(np.array([[0.0, 6.0], [2.0, 0.0]]), prior=0.0)
    assert found == pytest.approx([0.634, 0.366], abs=1e-3)


def test_ties_alone_make_levers_alike() -> None:
    played = [(at, 0, 1, 0.5) for at in range(10)]
    found = strengths(tally(played, 10, 2))
    assert [one.mean for one in found] == pytest.approx([0.5, 0.5])


def test_a_lever_that_always_wins_is_strong_and_not_infinitely_so() -> None:
    played = [(at, 0, 1, 1.0) for at in range(20)]
    first, second = strengths(tally(played, 20, 2))
    assert 0.8 < first.mean < 0.95
    assert first.mean + second.mean == pytest.approx(1.0)
    assert first.n == 20


def test_more_wins_make_a_strength_surer() -> None:
    def width(games: int) -> float:
        played = [(at, 0, 1, 1.0 if at % 3 else 0.0) for at in range(games)]
        first, _ = strengths(tally(played, games, 2))
        return first.high - first.low

    assert width(120) < 0.6 * width(20)


def test_an_interval_holds_its_strength_and_is_the_same_every_time() -> None:
    played = [(at, at % 3, (at + 1) % 3, 1.0 if at % 2 else 0.5) for at in range(30)]
    found = strengths(tally(played, 30, 3))
    assert found == strengths(tally(played, 30, 3))
    assert all(one.low <= one.mean <= one.high for one in found)


def test_wins_are_tallied_by_unit() -> None:
    wins = tally([(0, 0, 1, 1.0), (0, 1, 0, 0.5), (1, 1, 0, 1.0)], 2, 2)
    assert wins.tolist() == [[[0.0, 1.5], [0.5, 0.0]], [[0.0, 0.0], [1.0, 0.0]]]
