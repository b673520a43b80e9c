"""Providers: a day and a source on every row, and no row for what is not to be shipped."""

import pytest

from core.verdict import leaves, providers
from core.verdict.providers import PROVIDERS, places

LEVERS = ("prompt", "few-shot", "rag", "fine-tune", "fine-tune-smaller", "combine")


def test_every_row_has_its_day_and_its_source() -> None:
    assert all(one.checked and one.source for one in PROVIDERS)
    assert [one.name for one in PROVIDERS] == [
        "Your own machines", "Hugging Face", "Google", "Together", "Fireworks", "OpenAI",
    ]  # fmt: skip


@pytest.mark.parametrize("leaf", LEVERS)
def test_only_your_own_machines_keep_your_data(leaf: str) -> None:
    assert [one.name for one in places(leaf) if not one.leaves] == ["Your own machines"]


def test_tuning_where_it_closes_comes_last_with_its_days() -> None:
    last = places("fine-tune")[-1]
    assert (last.name, last.can) == ("OpenAI", "closing")
    assert "6 January 2027" in last.ends
    assert "14 January 2027" in last.ends


def test_what_was_not_looked_up_is_not_called_impossible() -> None:
    assert {one.name: one.can for one in places("rag")}["Google"] == "not looked up"
    assert {one.name: one.can for one in places("rag")}["OpenAI"] == "yes"
    assert not any(one.ends for one in places("rag"))


def test_a_leaf_that_ships_nothing_names_no_place() -> None:
    assert places("collect-data") == places("not-enough-evidence") == ()


@pytest.mark.parametrize(
    "leaf", [one for one in leaves.LEAVES if one.name in LEVERS], ids=lambda one: one.name
)
def test_each_leaf_that_ships_says_what_can_go_wrong_later(leaf: leaves.Leaf) -> None:
    said = " ".join(leaf.cautions)
    assert "set how long they are kept" in said
    assert "pin its version" in said
    assert "drifts" in said
    if leaf.name in providers.TUNING:
        assert "does not add facts" in said
        assert "licences of the base and of your examples" in said
        assert "rolling back is one setting" in said
        assert "keep personal data out" in said
