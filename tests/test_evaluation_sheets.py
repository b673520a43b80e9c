"""A sheet is a seeded draw of measured answers that does not give its levers away."""

from collections import Counter
from dataclasses import replace

import pytest

from core.errors import NotEvaluated
from core.evaluation import sheets
from core.evaluation.sheets import Given
from core.ratings import Kept, Ratings
from core.records import Example
from core.store import Store
from tests.rated import HOLDOUT, SPLIT, measured

THREE = ("prompt", "rag", "lora")


def unlike(count: int) -> list[Given]:
    """Examples on which every lever says something of its own."""
    return [
        Given(Example(f"q{at}", "r", "", at + 1), {name: f"{name} {at}" for name in THREE})
        for at in range(count)
    ]


def test_the_answers_are_those_that_were_measured(store: Store) -> None:
    found = sheets.given(measured(store), SPLIT, store, ("prompt", "lora"))
    assert len(found) == 40
    assert found[1].answers == {"prompt": "no idea", "lora": "answer 1"}


def test_examples_that_changed_since_are_not_rated(store: Store) -> None:
    report, other = measured(store), replace(SPLIT, holdout=HOLDOUT[1:])
    with pytest.raises(NotEvaluated, match=r"have changed since .* Evaluate again"):
        sheets.given(report, other, store, ("prompt",))


def test_answers_that_read_alike_are_rated_once_for_all_their_levers() -> None:
    one = Given(Example("q", "r", "", 1), {"prompt": "yes", "rag": "yes ", "lora": "no"})
    items = sheets.rubric([one], 30, 0)
    assert {(item.shown[0].text, item.shown[0].levers) for item in items} == {
        ("yes", ("prompt", "rag")),
        ("no", ("lora",)),
    }


def test_a_rubric_takes_whole_examples_up_to_its_size() -> None:
    items = sheets.rubric(unlike(40), 20, 0)
    assert len(items) == 18  # six examples of three answers; a seventh would make 21
    assert set(Counter(item.row for item in items).values()) == {3}


def test_the_same_seed_draws_the_same_sheet_and_another_another() -> None:
    found = unlike(40)
    assert sheets.rubric(found, 30, 1) == sheets.rubric(found, 30, 1)
    assert sheets.rubric(found, 30, 1) != sheets.rubric(found, 30, 2)
    assert sheets.blind(found, THREE, 30, 1) == sheets.blind(found, THREE, 30, 1)


def test_pairs_take_turns_and_sides_are_drawn() -> None:
    items = sheets.blind(unlike(40), THREE, 30, 0).items
    sides = [(item.shown[0].levers[0], item.shown[1].levers[0]) for item in items]
    pairs = Counter(frozenset(side) for side in sides)
    assert set(pairs.values()) == {10}
    first = Counter(side[0] for side in sides if set(side) == {"prompt", "lora"})
    assert set(first) == {"prompt", "lora"}
    assert len({item.row for item in items}) == 30  # no question comes twice


def test_pairs_that_read_alike_are_left_out_and_counted() -> None:
    found = [Given(Example(f"q{at}", "r", "", at), {"prompt": "x", "rag": "x"}) for at in range(4)]
    found += [Given(Example("q9", "r", "", 9), {"prompt": "x", "rag": "y"})]
    drawn = sheets.blind(found, ("prompt", "rag"), 20, 0)
    assert [item.row for item in drawn.items] == [9]
    assert drawn.same == 4


def test_levers_that_always_agree_leave_nothing_to_rate(store: Store) -> None:
    report = measured(store)
    found = [Given(Example("q", "r", "", 1), {"prompt": "x", "lora": "x"})]
    with pytest.raises(NotEvaluated, match="Choose other levers"):
        sheets.draw("blind", report, found, ("prompt", "lora"), 20, 0)


def test_a_sheet_comes_back_from_the_record_as_it_was(store: Store) -> None:
    report = measured(store)
    found = sheets.given(report, SPLIT, store, ("prompt", "lora"))
    sheet = sheets.draw("blind", report, found, ("prompt", "lora"), 20, 0)
    ratings = Ratings(store)
    ratings.begin("shop", "blind", sheet.to_json())
    (kept,) = ratings.rounds("shop")
    assert isinstance(kept, Kept)
    assert sheets.of(kept) == sheet
    assert sheet.stamps == sheets.stamps(report)
    assert {item.row % 2 for item in sheet.items} == {0}  # where Prompt is right, both read alike
