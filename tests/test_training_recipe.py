"""Recipes: their ranges, their presets, and steps counted by hand."""

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


def test_every_preset_is_described_in_words() -> None:
    assert list(PRESETS) == ["quick", "balanced", "thorough"]
    assert all(preset.description.endswith(".") for preset in PRESETS.values())


def test_words_change_a_preset_and_leave_the_rest() -> None:
    recipe = from_preset("quick", ["rank=4", "learning_rate=1e-3"])
    assert (recipe.rank, recipe.learning_rate, recipe.alpha) == (4, 0.001, 16)


def test_an_unknown_preset_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SettingOutOfRange, match="Choose one of: quick, balanced, thorough"):
        from_preset("best", [])
