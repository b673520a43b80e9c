"""How sure a verdict is: drawn again, held against its turning points, and what would settle it."""

import math
import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from core.evaluation.report import Row, Told
from core.evaluation.statistics import holm
from core.verdict import certainty, confidence, leaves
from core.verdict.deciding import cheaper, decide
from core.verdict.doubt import needed
from core.verdict.sentences import sure
from core.verdict.tree import TREE
from tests import simulated
from tests.figures import five, measured, standing


def rows(right: Mapping[str, int], count: int) -> tuple[Row, ...]:
    """Rows of which each lever gets the first so many right."""
    return tuple(
        Row(at, at, "", None, {lever: Told(float(at < n)) for lever, n in right.items()})
        for at in range(count)
    )


def test_confidence_is_high_far_from_a_threshold_and_low_near_it() -> None:
    far = measured({"prompt": 0.95, "rag": 0.95}, rows=rows({"prompt": 57, "rag": 57}, 60))
    near = measured({"prompt": 0.8, "rag": 0.95}, rows=rows({"prompt": 48, "rag": 57}, 60))
    assert decide(far).confidence == 1.0
    assert 0.4 < decide(near).confidence < 0.6
    assert decide(near) == decide(near)


def test_a_thousand_holdouts_are_drawn_and_their_shares_add_up() -> None:
    drawn = confidence.redrawn(simulated.evidence({"prompt": 0.5, "rag": 0.6}, 50, 1))
    assert np.shape(drawn.levers["rag"].mean) == (1000,)
    assert float(np.mean(drawn.levers["rag"].mean)) == pytest.approx(0.6, abs=0.1)
    found = confidence.shares(simulated.evidence({"prompt": 0.5, "rag": 0.6}, 50, 1), TREE)
    assert sum(found.values()) == pytest.approx(1.0)
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_each_group_is_drawn_whole() -> None:
    weights = confidence._weights(7)
    assert weights.shape == (1000, 7)
    assert set(weights.sum(axis=1)) == {7.0}


def test_without_rows_there_is_nothing_to_redraw() -> None:
    assert confidence.shares(five(0.9, 0.9, 0.9, 0.9, 0.9), TREE) == {}
    assert decide(five(0.9, 0.9, 0.9, 0.9, 0.9)).confidence == 1.0


def test_pairs_are_told_apart_as_holm_would() -> None:
    # Two-sided p of 3.5, 2.45, 2.0 standard errors: 0.0005, 0.0143, 0.0455. By rank the bars
    # are 0.05 / 3, 0.05 / 2, 0.05: all three pass. At 2.2 in the middle, p is 0.0278: it stops.
    assert confidence.apart(np.array([[3.5], [2.45], [2.0]])).ravel().tolist() == [True] * 3
    stopped = confidence.apart(np.array([[2.0], [3.5], [2.2]])).ravel().tolist()
    assert stopped == [False, True, False]
    assert [p < 0.05 for p in holm([0.0455, 0.0005, 0.0278])] == stopped


def test_below_four_in_five_the_verdict_is_not_enough_evidence_with_both_candidates() -> None:
    near = measured({"prompt": 0.8, "rag": 0.99}, rows=rows({"prompt": 48, "rag": 60}, 60))
    sharp = {**near.levers, "prompt": replace(near.levers["prompt"], low=0.7999, high=0.8001)}
    verdict = decide(replace(near, levers=sharp, bar=0.79))
    assert verdict.confidence < 0.8
    assert verdict.title == "Not enough evidence: Prompt or RAG"
    assert verdict.candidates == ("Prompt", "RAG")
    assert verdict.leaning == "Prompt"
    assert "80% are asked for" in verdict.because
    assert verdict.next_step.endswith("take the cheaper of the two, Prompt.")
    cut_short = decide(replace(near, levers=sharp, bar=0.79, waiting=25))
    assert cut_short.next_step.startswith("Measure the 25 holdout examples that were left out")


def test_what_would_settle_it_grows_with_the_square_of_what_is_missing() -> None:
    assert needed(50, 0.5, 1.0)[0] == 150  # half as far as is asked for: four times 50 examples
    assert needed(50, 0.42, 0.84)[0] == 150
    assert needed(20, 0.9, 1.0)[0] == 5  # 20 / 0.81 = 24.7
    assert needed(50, 0.0, 1.0)[0] is None
    assert needed(50, 0.001, 1.0)[0] is None
    assert "2.0 times too wide" in needed(50, 0.5, 1.0)[1]


def test_the_bar_must_be_cleared_by_more_than_luck() -> None:
    # 4 points either way is a standard error of 4 / 1.96 = 2.04 points; 0.84 of them are 1.7.
    assert certainty.meets(five(0.817, 0.5, 0.5, 0.5, 0.5), "prompt") < 1
    assert certainty.meets(five(0.818, 0.5, 0.5, 0.5, 0.5), "prompt") >= 1
    assert decide(five(0.817, 0.5, 0.99, 0.5, 0.99)).leaf == "not-enough-evidence"
    assert decide(five(0.818, 0.5, 0.99, 0.5, 0.99)).leaf == "prompt"


def test_a_tie_is_found_only_where_the_whole_interval_lies_below_a_gain_worth_having() -> None:
    # The other's lead: 1 point, 3 either way, so 4 at most; and 3 points, so 6 at most.
    assert certainty.level(five(0.7, 0.7, 0.71, 0.7, 0.7), "prompt", ["rag"]) > 1
    assert certainty.level(five(0.7, 0.7, 0.73, 0.7, 0.7), "prompt", ["rag"]) < 1


def test_where_nothing_spreads_an_answer_is_settled_or_on_the_line() -> None:
    flat = five(0.9, 0.9, 0.9, 0.9, 0.9)
    same = {lever: replace(seen, low=0.9, high=0.9) for lever, seen in flat.levers.items()}
    assert certainty.meets(replace(flat, levers=same), "prompt") == math.inf
    assert certainty.meets(replace(flat, levers=same, bar=0.9), "prompt") == 0.0


def test_the_cheaper_of_two_is_the_one_that_comes_first_in_the_tree() -> None:
    assert cheaper(("LoRA+RAG", "RAG")) == "RAG"
    assert cheaper((leaves.FINE_TUNE.short, leaves.PROMPT.short)) == "Prompt"


def test_a_verdict_on_five_levers_takes_under_three_seconds() -> None:
    truth = {"prompt": 0.2, "few-shot": 0.3, "rag": 0.7, "lora": 0.3, "lora+rag": 0.75}
    found = simulated.evidence(truth, 200, 1)
    began = time.perf_counter()
    decide(found)
    assert time.perf_counter() - began < 3


def test_the_confidence_is_said_by_leaf() -> None:
    assert sure({"RAG": 0.94, "LoRA+RAG": 0.055, "Prompt": 0.005}, "RAG") == (
        "RAG in 94% of 1,000 holdouts redrawn from these examples; LoRA+RAG in 6%."
    )
    assert sure({}, "RAG").startswith("This evaluation keeps no answers")


def test_one_scored_example_is_never_enough() -> None:
    levers = {"prompt": standing(1.0, n=1), "rag": standing(1.0, n=1)}
    verdict = decide(replace(measured({"prompt": 1.0, "rag": 1.0}), levers=levers))
    assert verdict.leaf == "not-enough-evidence"
    assert verdict.examples_needed == 19
