"""The order of rows: the seed's alone, every row once a pass, like lengths together."""

from core.training.order import order

LENGTHS = [10, 500, 20, 400, 30, 300]


def test_every_pass_holds_each_row_once() -> None:
    learned = order(LENGTHS, reads=18, batch=2, seed=0)
    assert sorted(learned) == sorted([0, 1, 2, 3, 4, 5] * 3)


def test_batches_hold_rows_of_like_length() -> None:
    learned = order(LENGTHS, reads=6, batch=3, seed=3)
    assert {frozenset(learned[:3]), frozenset(learned[3:])} == {
        frozenset({0, 2, 4}),
        frozenset({1, 3, 5}),
    }


def test_the_seed_alone_decides() -> None:
    learned = [order(LENGTHS, reads=12, batch=2, seed=seed) for seed in (7, 7, 8)]
    assert learned[0] == learned[1]
    assert learned[0] != learned[2]


def test_a_smaller_batch_comes_last() -> None:
    learned = order([5] * 7, reads=7, batch=3, seed=0)
    assert len(learned) == 7


def test_part_of_a_pass_can_be_asked_for() -> None:
    assert len(order(LENGTHS, reads=2, batch=2, seed=0)) == 2
