"""The tree on the figures of a published 2x2 study of retrieval and tuning.

From NehaBharti08/rag-vs-finetune on GitHub: docs/RESULTS.md (the correct-section rate of 300
questions), reports/abstention.json (of 60 unanswerable questions each).
"""

from typing import Any

import pytest

from core.verdict.deciding import decide
from core.verdict.evidence import Evidence, Knowledge
from core.verdict.studies import STUDIES
from tests.figures import abstaining, measured

RATES = {"prompt": 0.003, "rag": 0.837, "lora": 0.009, "lora+rag": 0.875}
# Not paired in the study: 1.96 x sqrt(0.837 x 0.163 / 300 + 0.875 x 0.125 / 300) = 0.056.
EITHER = 0.056
# The base was wrong on 299, of which retrieval made at least 250 right; 18 of 300 were not found.
KNOWN = Knowledge(failures=299, rescued=250, searched=300, found=282)
# 25, 31, 9 and 10 of 60 with their Wilson intervals.
ABSTENTION = {
    "prompt": (25 / 60, 0.301, 0.543),
    "rag": (31 / 60, 0.393, 0.638),
    "lora": (9 / 60, 0.081, 0.261),
    "lora_rag": (10 / 60, 0.093, 0.280),
}


def study(**changed: Any) -> Evidence:
    rates = {**RATES, **changed.pop("rates", {})}
    made = measured(rates, either=EITHER, train=2830, knowledge=KNOWN, **changed)
    return abstaining(made, **ABSTENTION)


@pytest.mark.parametrize("bar", [0.5, 0.7, 0.8, 0.85, 0.9, 1.0])
def test_the_study_ends_in_retrieval_whatever_the_bar(bar: float) -> None:
    assert decide(study(bar=bar)).leaf == "rag"


def test_the_reasons_are_the_study_s_own() -> None:
    verdict = decide(study(bar=0.9))
    path = {step.key: step.answer for step in verdict.path}
    assert (path["knowledge"], path["learned"], path["combined_beats_rag"]) == ("yes", "no", "no")
    assert "Of 299 questions that Prompt got wrong, RAG got 250 right." in verdict.because


def test_a_combination_clearly_ahead_is_vetoed_by_its_lost_abstention() -> None:
    ahead = study(rates={"rag": 0.7}, bar=0.9)
    vetoed = decide(ahead)
    assert vetoed.leaf == "rag"
    assert ("combined_rag_intact", "no") in [(step.key, step.answer) for step in vetoed.path]
    honest = abstaining(ahead, lora=ABSTENTION["prompt"], lora_rag=ABSTENTION["rag"])
    assert decide(honest).leaf == "combine"


def test_each_study_is_shown_with_its_source() -> None:
    assert [one.source.partition(" on ")[0] for one in STUDIES] == [
        "NehaBharti08/rag-vs-finetune", "ceciiliaaa/rag-vs-finetuning-eval",
    ]  # fmt: skip
