"""Evidence made by hand from means alone, on enough examples to know them well."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.evaluation.report import Comparison
from core.evaluation.statistics import Outcome
from core.verdict.evidence import Evidence, Standing

TOKENS = {"prompt": 100.0, "few-shot": 400.0, "rag": 500.0, "lora": 40.0, "lora+rag": 450.0}
CLEAR = 0.15  # in these tests, gaps this wide are told apart


def standing(mean: float, tokens: float = 100.0, n: int = 300, either: float = 0.04) -> Standing:
    return Standing(mean, max(0.0, mean - either), min(1.0, mean + either), n, tokens)


def compared(a: str, b: str, gap: float, either: float = 0.03) -> Comparison:
    clear: Outcome = "better" if gap >= CLEAR else "worse" if gap <= -CLEAR else "tie"
    low, high = gap - either, gap + either
    return Comparison(
        a, b, "exact_match", gap, low, high, 0.01, 0.02, clear, 300, 0, 63,
        equivalent=low > -0.05 and high < 0.05,
    )  # fmt: skip


def measured(means: Mapping[str, float], either: float = 0.03, **more: Any) -> Evidence:
    """Evidence from means, at a bar of 80 %; differences are known to within `either`."""
    levers = {lever: standing(mean, TOKENS[lever]) for lever, mean in means.items()}
    pairs = itertools.combinations(means, 2)
    comparisons = tuple(compared(a, b, means[a] - means[b], either) for a, b in pairs)
    base = Evidence("shop", "exact_match", 0.8, 180, levers, comparisons, model="tiny")
    return replace(base, **{"parameters": 30_000_000, **more})


def five(
    prompt: float, few_shot: float, rag: float, lora: float, both: float, **more: Any
) -> Evidence:
    means = {"prompt": prompt, "few-shot": few_shot, "rag": rag, "lora": lora, "lora+rag": both}
    return measured(means, **more)


def abstaining(evidence: Evidence, **shares: tuple[float, float, float]) -> Evidence:
    """The same, with how often levers abstain rightly: `lora_rag` stands for LoRA+RAG."""
    levers = dict(evidence.levers)
    for key, share in shares.items():
        lever = {"lora_rag": "lora+rag", "few_shot": "few-shot"}.get(key, key)
        levers[lever] = replace(levers[lever], abstention=share)
    return replace(evidence, levers=levers)
