"""Evaluations drawn from levers whose true accuracy is known: is the verdict right?

Right is the cheapest lever that does: it meets the bar in truth, or no other lever is in truth
better by a gain worth its upkeep (5 points). So where two levers are tied the cheaper one is
right, and "not enough evidence" is no verdict: it is counted, but neither right nor wrong. The
truths stand at least 5 points from every turning point; between those, two leaves are right.
"""

import functools
from collections import Counter

import pytest

from core.evaluation import statistics
from core.verdict.deciding import decide
from core.verdict.evidence import Stated
from tests.simulated import evidence

LEVERS = ("prompt", "few-shot", "rag", "lora", "lora+rag")
STABLE = Stated(knowledge_changes=False)
CHANGING = Stated(knowledge_changes=True)
UNKNOWN = Stated()
SILENT = "not-enough-evidence"
HOLDOUTS = (20, 50, 120)
RUNS = 12
TRUTHS = {
    "a prompt is enough": ((0.92, 0.92, 0.93, 0.92, 0.93), UNKNOWN, "prompt"),
    "a prompt is enough though RAG is better": ((0.90, 0.90, 0.99, 0.90, 0.99), UNKNOWN, "prompt"),
    "all level, below the bar": ((0.70, 0.70, 0.70, 0.70, 0.70), UNKNOWN, "prompt"),
    "examples are enough": ((0.50, 0.92, 0.92, 0.60, 0.93), UNKNOWN, "few-shot"),
    "documents are enough": ((0.10, 0.20, 0.92, 0.20, 0.93), UNKNOWN, "rag"),
    "documents help, nothing adds to them": ((0.20, 0.30, 0.70, 0.30, 0.70), UNKNOWN, "rag"),
    "documents help by 25 points": ((0.45, 0.45, 0.70, 0.45, 0.70), UNKNOWN, "rag"),
    "tuning learned facts that change": ((0.20, 0.30, 0.70, 0.70, 0.70), CHANGING, "rag"),
    "tuning learned facts that stay": ((0.20, 0.30, 0.90, 0.90, 0.90), STABLE, "fine-tune"),
    "form": ((0.20, 0.30, 0.20, 0.92, 0.92), UNKNOWN, "fine-tune"),
    "form, below the bar": ((0.30, 0.30, 0.30, 0.65, 0.65), UNKNOWN, "fine-tune"),
    "form more than documents": ((0.20, 0.30, 0.50, 0.90, 0.90), UNKNOWN, "fine-tune"),
    "both are needed": ((0.10, 0.20, 0.40, 0.30, 0.80), UNKNOWN, "combine"),
    "both add 20 points to documents": ((0.20, 0.30, 0.50, 0.45, 0.70), UNKNOWN, "combine"),
    "only both": ((0.40, 0.40, 0.45, 0.45, 0.80), UNKNOWN, "combine"),
    "nothing works": ((0.10, 0.10, 0.12, 0.10, 0.10), UNKNOWN, "collect-data"),
}  # fmt: skip
TIES = [dict.fromkeys(LEVERS, mean) for mean in (0.4, 0.5, 0.6, 0.7)] + [
    {"prompt": 0.5, "rag": 0.5},
    {"prompt": 0.7, "rag": 0.7},
    {"prompt": 0.6, "lora": 0.6},
    {"prompt": 0.2, "few-shot": 0.2, "rag": 0.7, "lora": 0.7, "lora+rag": 0.7},
]


@pytest.fixture(autouse=True)
def _each_test_of_a_count_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "mcnemar", functools.cache(statistics.mcnemar))


def test_what_it_says_is_right_in_nineteen_of_twenty_runs_and_it_speaks_in_four_of_ten() -> None:
    counted: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for name, (means, stated, right) in TRUTHS.items():
        truth = dict(zip(LEVERS, means, strict=True))
        for examples in HOLDOUTS:
            for seed in range(RUNS):
                said = decide(evidence(truth, examples, seed, stated=stated)).leaf
                counted["silent" if said == SILENT else "right" if said == right else "wrong"] += 1
                wrong[name] += said not in (SILENT, right)
    spoken = counted["right"] + counted["wrong"]
    assert counted["right"] / spoken >= 0.95, wrong
    assert spoken / counted.total() >= 0.40, counted


def test_a_tie_on_twenty_examples_is_not_enough_evidence_in_nine_of_ten_runs() -> None:
    said = Counter(decide(evidence(tie, 20, seed)).leaf for tie in TIES for seed in range(15))
    assert said[SILENT] / said.total() >= 0.90, said


def test_with_more_examples_it_says_more() -> None:
    truth = dict(zip(LEVERS, TRUTHS["both add 20 points to documents"][0], strict=True))
    spoken = [
        sum(decide(evidence(truth, examples, seed)).leaf == "combine" for seed in range(10))
        for examples in (20, 250)
    ]
    assert spoken[0] <= 1
    assert spoken[1] >= 9
