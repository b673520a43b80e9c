"""Where validation turns, and what was learned by heart only."""

from typing import Any

import pytest

from core.training import overfitting


def validations(*losses: float, first: int = 0) -> list[dict[str, Any]]:
    """Events of validations ten steps apart."""
    return [
        {"event": "validation", "step": first + 10 * at, "loss": loss}
        for at, loss in enumerate(losses)
    ]


def test_where_validation_clearly_rises_again_is_the_turn() -> None:
    found = overfitting.turn(validations(2.0, 1.2, 1.0, 0.9, 1.0, 1.1, 1.2))
    assert found
    assert (found.step, found.loss) == (30, 0.9)
    assert found.rise == pytest.approx(0.3)


@pytest.mark.parametrize(
    "losses",
    [
        (2.0, 1.5, 1.2, 1.0),  # still falling
        (2.0, 1.5, 1.0, 1.3),  # one measurement is none
        (2.0, 1.2, 1.0, 1.005, 1.01),  # within a hundredth
        (2.0, 1.0, 1.3, 1.05, 1.3, 1.02, 1.2),  # it wavers as much as it rises
        (),
    ],
)
def test_a_rise_within_the_noise_is_no_turn(losses: tuple[float, ...]) -> None:
    assert overfitting.turn(validations(*losses)) is None


def test_never_better_than_untrained_is_learned_by_heart() -> None:
    said = overfitting.by_heart(validations(0.8, 0.9, 1.2))
    assert said.startswith("Overfitted: ")
    assert "0.80 before training and never lower after (at best 0.90)" in said


@pytest.mark.parametrize(
    "events",
    [
        validations(0.8, 0.7, 1.2),  # it got better first, and is kept as it was then
        validations(0.8),
        validations(0.8, 0.9, first=10),  # what was before training is not known
        [],
    ],
)
def test_what_helped_once_or_was_not_measured_is_no_harm(events: list[dict[str, Any]]) -> None:
    assert overfitting.by_heart(events) == ""
