"""The weighted reading: sums, and the weights, prices and bars at which it turns."""

import pytest

from core.verdict import weighed, weighing
from core.verdict.otherwise import offered, stretches, volumes, with_bar
from core.verdict.weighing import Turn
from tests.figures import five

TWO = {
    "rag": {"quality": 0.8, "cost": 0.2},
    "lora": {"quality": 0.6, "cost": 1.0},
}


def test_the_sum_weighs_each_criterion_and_the_higher_ranks_first() -> None:
    # 0.75 * 0.8 + 0.25 * 0.2 = 0.65; 0.75 * 0.6 + 0.25 = 0.70
    found = weighing.rank(TWO, {"quality": 3, "cost": 1})
    assert found.totals == pytest.approx({"lora": 0.70, "rag": 0.65})
    assert (found.first, found.second, found.lead) == ("lora", "rag", pytest.approx(0.05))


def test_weights_that_are_all_nothing_count_alike() -> None:
    assert weighing.shares({}, TWO) == {"quality": 0.5, "cost": 0.5}


def test_the_weight_that_turns_the_ranking_has_a_closed_form() -> None:
    # 0.2 q = 0.8 (1 - q) at q = 0.8
    assert weighing.turns(TWO, {"quality": 3, "cost": 1}) == (
        Turn("quality", 0.75, pytest.approx(0.8), "rag"),
        Turn("cost", 0.25, pytest.approx(0.2), "rag"),
    )


def test_a_lever_that_is_ahead_on_everything_is_never_overtaken() -> None:
    better = {"rag": {"quality": 0.8, "cost": 1.0}, "lora": {"quality": 0.6, "cost": 0.5}}
    assert [turn.at for turn in weighing.turns(better, {"quality": 1, "cost": 1})] == [None, None]


def test_the_widest_swing_comes_first() -> None:
    # LoRA leads by 0.05 at 3 to 1. Without quality by 0.8, doubled (6 to 1) -0.4 / 7; without cost
    # -0.2, doubled (3 to 2) 0.2.
    found = weighing.swings(TWO, {"quality": 3, "cost": 1})
    assert [one.criterion for one in found] == ["quality", "cost"]
    assert (found[0].without, found[0].doubled) == pytest.approx((0.8, -0.4 / 7))
    assert (found[1].without, found[1].doubled) == pytest.approx((-0.2, 0.2))


def test_how_much_dearer_the_first_may_become() -> None:
    # LoRA leads by 0.05 at 0.25 on cost, where RAG is five times as dear. At k times LoRA's price
    # RAG's score is k / 5: 0.6 + 0.05 k = 0.70 at k = 2.
    assert weighing.dearer(TWO, {"quality": 3, "cost": 1}) == pytest.approx(2.0, rel=1e-3)
    assert weighing.dearer(TWO, {"quality": 0, "cost": 1}) == pytest.approx(5.0, rel=1e-3)
    assert weighing.dearer({"rag": {"quality": 1.0}}, {}) is None


def test_criteria_are_read_off_the_evidence() -> None:
    found = weighing.scores(five(0.1, 0.2, 0.8, 0.2, 0.85))
    assert found["rag"] == {
        "quality": 0.8, "cost": pytest.approx(0.08), "upkeep": 0.5, "privacy": 0.5,
    }  # fmt: skip
    assert found["prompt"]["upkeep"] == found["prompt"]["privacy"] == 1.0
    assert "latency" not in found["rag"]  # not measured for all of them


def test_another_bar_may_lead_elsewhere() -> None:
    evidence = five(0.5, 0.5, 0.85, 0.5, 0.95)
    assert stretches(evidence)[0].title == "Prompt"
    assert with_bar(evidence, 0.4, None).title.startswith("Prompt")
    assert with_bar(evidence, 0.8, None).title.startswith("RAG")
    assert stretches(evidence)[-1].high == 1.0


def test_a_published_study_of_stakeholders_weights_is_reached_to_its_fourth_digit() -> None:
    """From results/report.md of ceciiliaaa/rag-vs-finetuning-eval on GitHub."""
    names = ("correctness", "transparency", "recency", "latency", "cost")
    study = {
        "rag": dict(zip(names, (13 / 15, 1.0, 0.75, 0.7424242424, 2 / 3), strict=True)),
        "lora": dict(zip(names, (11 / 15, 0.0, 0.25, 1.0, 1 / 3), strict=True)),
    }
    weights = dict(zip(names, (4.6, 4.2, 3.0, 1.6, 1.6), strict=True))
    found = weighing.rank(study, weights)
    assert found.totals == pytest.approx({"rag": 0.8461, "lora": 0.4171}, abs=5e-5)
    turning = [turn for turn in weighing.turns(study, weights) if turn.at is not None]
    assert turning == [
        Turn("latency", pytest.approx(1.6 / 15), pytest.approx(0.6648, abs=5e-5), "lora")
    ]


def test_the_weighed_reading_is_said_in_sentences() -> None:
    weights = {"quality": 3, "cost": 1}
    found = weighing.rank(TWO, weights)
    assert weighed.lead(found) == (
        "With these weights LoRA ranks first, 5 points of 100 ahead of RAG."
    )
    assert list(weighed.turning(weighing.turns(TWO, weights))) == [
        "Quality, now 75% of the weight: above 80%, RAG ranks first.",
        "Cost, now 25% of the weight: below 20%, RAG ranks first.",
    ]
    assert weighed.price(TWO, weights, found) == (
        "LoRA ranks first until its answers cost 2.0 times what they cost now."
    )
    assert weighed.tornado(weighing.swings(TWO, weights), found) == (
        "Lead of LoRA over RAG in points. quality: +80 without it, -6 doubled; "
        "cost: -20 without it, +20 doubled."
    )


def test_one_lever_alone_is_not_ranked() -> None:
    alone = weighing.rank({"rag": {"quality": 1.0}}, {})
    assert weighed.lead(alone) == "Only RAG was measured, so there is nothing to rank."


def test_another_volume_may_lead_elsewhere() -> None:
    found = volumes(five(0.9, 0.9, 0.9, 0.9, 0.9))
    assert [(one.low, one.high, one.title) for one in found] == [
        (0, 1_000, "Prompt"),
        (10_000, 1_000_000, "LoRA for cost"),
    ]
    assert offered(None) == (0, 1_000, 10_000, 100_000, 1_000_000)
    assert offered(4_000) == (0, 1_000, 4_000, 10_000, 100_000, 1_000_000)
