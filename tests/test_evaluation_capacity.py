"""A base is called too small or too large on measured figures only."""

from dataclasses import replace
from typing import Any

import pytest

from core.evaluation.capacity import Learning, advice, learning
from core.evaluation.report import Report
from core.evaluation.statistics import Outcome
from tests.measured import against, measured, report
from tests.test_evaluation_tuning import TASK

STUCK, TOOK_IN = Learning(3.0, 2.4), Learning(3.0, 0.9)


def tried(lora: float, outcome: Outcome = "tie", **changes: Any) -> Report:
    """Prompt at 30 % and LoRA, where the bar is 60 %; `outcome` is LoRA's against Prompt."""
    turned: dict[Outcome, Outcome] = {"better": "worse", "worse": "better", "tie": "tie"}
    levers = {
        "prompt": measured(0.3, 0.19, 0.44),
        "lora": measured(lora, lora - 0.1, lora + 0.1),
    }
    pairs = (against("lora", 0.3 - lora, -0.1, 0.1, turned[outcome]),)
    return replace(report(TASK), levers=levers, comparisons=pairs, success_bar=0.6, **changes)


def titles(found: Report, learned: Learning | None, seconds: float | None = 60.0) -> list[str]:
    return [one.title for one in advice(found, learned, seconds)]


def test_a_base_whose_loss_stays_high_and_that_gains_nothing_cannot_learn() -> None:
    (one,) = advice(tried(0.32), STUCK, 60.0)
    assert (one.size, one.title) == ("too small", "The base cannot learn this task as it is")
    assert one.why.startswith("The loss on its rows went from 3.00 to 2.40, although the run")
    assert "larger base on the Settings page" in one.next_step


def test_rows_learned_by_heart_are_told_from_a_base_that_cannot_learn() -> None:
    assert titles(tried(0.32), TOOK_IN) == ["The base learned its rows, but not the task"]


def test_a_worse_adapter_counts_as_no_gain() -> None:
    assert titles(tried(0.1, "worse"), STUCK) == ["The base cannot learn this task as it is"]


@pytest.mark.parametrize(
    ("lora", "outcome"),
    [
        (0.5, "better"),  # a gain, though the bar is not reached
        (0.62, "tie"),  # no gain is needed where the bar is reached
    ],
)
def test_a_base_that_gains_or_reaches_the_bar_is_not_too_small(
    lora: float, outcome: Outcome
) -> None:
    assert titles(tried(lora, outcome), STUCK) == []


def test_a_gain_with_passages_is_a_gain() -> None:
    base = tried(0.32)
    levers = {**base.levers, "rag": measured(0.2, 0.1, 0.3), "lora+rag": measured(0.5, 0.4, 0.6)}
    gained = replace(against("lora+rag", -0.3, -0.4, -0.2, "worse"), a="rag")
    assert titles(replace(base, levers=levers, comparisons=(gained,)), STUCK) == []


def test_without_an_adapter_measured_nothing_is_said() -> None:
    base = tried(0.32)
    alone = replace(base, levers={"prompt": base.levers["prompt"]}, comparisons=())
    assert titles(alone, STUCK, 90_000.0) == []


def test_without_a_known_run_no_base_is_called_too_small() -> None:
    assert titles(tried(0.32), None) == []


def test_a_long_run_is_called_costly_with_a_way_around() -> None:
    found = tried(0.4, "better", model="large", parameters=7_000_000_000)
    (one,) = advice(found, STUCK, 4 * 3600.0)
    assert (one.size, one.title) == ("too large", "The base is slow and costly here")
    assert one.why == "With large (7.0 billion parameters) a run takes about 4 hours."
    assert one.next_step.startswith("Find the recipe with a smaller base first")


def test_slow_answers_far_over_the_bar_suggest_a_smaller_base() -> None:
    found = tried(0.9, "better", parameters=None)
    slow = {**found.levers, "lora": replace(found.levers["lora"], seconds_p50=14.2)}
    (one,) = advice(replace(found, levers=slow), STUCK, 60.0)
    assert one.why == (
        "With fake half of the answers take more than 14 s. The success bar is passed with room "
        "to spare."
    )
    assert one.next_step.startswith("Try a smaller base")


def events(losses: list[float], ending: str = "finished") -> list[dict[str, Any]]:
    steps = [{"event": "step", "step": place, "loss": loss} for place, loss in enumerate(losses)]
    return [*steps, {"event": ending}]


def test_learning_compares_the_first_and_the_last_tenth_of_the_steps() -> None:
    losses = [4.0, 2.0, *[9.0] * 16, 1.0, 0.5]
    assert learning(events(losses)) == Learning(3.0, 0.75)


def test_a_run_that_was_stopped_or_made_nine_steps_tells_nothing() -> None:
    assert learning(events([3.0] * 20, "stopped")) is None
    assert learning(events([3.0] * 9)) is None
    assert learning([]) is None


def test_a_fall_by_a_third_is_learning_and_a_smaller_one_is_not() -> None:
    assert Learning(3.0, 1.99).learned
    assert not Learning(3.0, 2.01).learned
