"""Recipes: their ranges, their presets, and steps counted by hand."""

from dataclasses import fields

import pytest

from core.errors import SettingOutOfRange
from core.training.recipe import PRESETS, Recipe, from_preset


def test_a_setting_out_of_range_is_named_with_its_limits() -> None:
    with pytest.raises(SettingOutOfRange, match=r"rank is 257\. Choose between 1 and 256\."):
        Recipe(rank=257)


@pytest.mark.parametrize(
    ("rows", "batch", "epochs", "steps"),
    [
        (256, 8, 4.0, 128),
        (17, 8, 1.0, 3),  # the last batch has one row
        (17, 8, 2.0, 5),  # 34 rows: passes follow one another without a gap
        (10, 1, 1.1, 11),
        (3, 8, 0.1, 1),
    ],
)
def test_steps_are_counted_exactly(rows: int, batch: int, epochs: float, steps: int) -> None:
    assert Recipe(batch=batch, epochs=epochs).steps(rows) == steps


def test_accumulated_batches_make_fewer_steps() -> None:
    assert Recipe(batch=2, accumulation=4, epochs=1.0).steps(17) == 3


def test_all_weights_take_a_tenth_of_the_step_unless_one_is_named() -> None:
    assert from_preset("balanced", ["trains=all weights"]) == Recipe(
        trains="all weights", learning_rate=0.0005
    )
    named = from_preset("quick", ["trains=all weights", "learning_rate=0.002"])
    assert (named.learning_rate, named.epochs, named.whole) == (0.002, 2.0, True)
    assert from_preset("balanced", []).learning_rate == 0.005
    with pytest.raises(SettingOutOfRange, match="Choose: adapter, all weights"):
        Recipe(trains="the head")


def test_several_seeds_follow_the_one_that_was_asked_for() -> None:
    assert [one.seed for one in Recipe(seed=7).seeded(3)] == [7, 8, 9]
    assert [one.rank for one in Recipe(rank=4).seeded(2)] == [4, 4]
    with pytest.raises(SettingOutOfRange, match=r"seeds is 6\. Choose between 1 and 5\."):
        Recipe().seeded(6)


@pytest.mark.parametrize("modules", ["all linear", "attention only", "q_proj", "q_proj, v_proj"])
def test_layers_are_meant_by_a_word_or_by_their_names(modules: str) -> None:
    assert Recipe(target_modules=modules).target_modules == modules


@pytest.mark.parametrize("modules", ["", ".*q_proj$", "q_proj,", "(a+)+b"])
def test_what_is_no_name_is_refused_before_anything_reads_it(modules: str) -> None:
    with pytest.raises(SettingOutOfRange, match="Choose: all linear, attention only, or name"):
        Recipe(target_modules=modules)


def test_a_precision_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(SettingOutOfRange, match=r"precision is 'fp8'\. Choose: auto, fp32\."):
        Recipe(precision="fp8")


def test_switches_and_choices_come_from_words() -> None:
    recipe = from_preset("balanced", ["dora=true", "rslora=0", "target_modules=attention only"])
    assert (recipe.dora, recipe.rslora, recipe.target_modules) == (True, False, "attention only")
    with pytest.raises(SettingOutOfRange, match=r"dora is 'perhaps'\. Give true or false\."):
        from_preset("balanced", ["dora=perhaps"])


def test_every_setting_says_what_it_does_in_a_sentence() -> None:
    for setting in fields(Recipe):
        assert setting.metadata["help"].endswith("."), setting.name
        assert setting.metadata["group"], setting.name


def test_every_preset_is_described_in_words() -> None:
    assert list(PRESETS) == ["quick", "balanced", "thorough"]
    titles = [preset.title for preset in PRESETS.values()]
    assert titles == ["Quick try", "Balanced", "Thorough"]
    assert all(preset.description.endswith(".") for preset in PRESETS.values())


def test_words_change_a_preset_and_leave_the_rest() -> None:
    recipe = from_preset("quick", ["rank=4", "learning_rate=1e-3"])
    assert (recipe.rank, recipe.learning_rate, recipe.alpha) == (4, 0.001, 16)


def test_an_unknown_preset_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SettingOutOfRange, match="Choose one of: quick, balanced, thorough"):
        from_preset("best", [])
