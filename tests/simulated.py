"""Whole evaluations drawn from levers whose true accuracy is known."""

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

import numpy as np

from core.evaluation import marking, statistics
from core.evaluation.report import Row, Told, samples
from core.verdict.evidence import Evidence, Standing

ALIKE = 0.5  # how much of what makes an example hard is shared by all levers
TOKENS = {"prompt": 100.0, "few-shot": 400.0, "rag": 500.0, "lora": 40.0, "lora+rag": 450.0}


def rows(truth: Mapping[str, float], examples: int, generator: np.random.Generator) -> list[Row]:
    """Right and wrong answers; examples that are hard for one lever are hard for the others."""
    shared = np.sqrt(ALIKE) * generator.standard_normal(examples)
    right = {
        lever: shared + np.sqrt(1 - ALIKE) * generator.standard_normal(examples)
        < NormalDist().inv_cdf(min(max(accuracy, 1e-9), 1 - 1e-9))
        for lever, accuracy in truth.items()
    }
    return [
        Row(at, at, "", None, {lever: Told(float(found[at])) for lever, found in right.items()})
        for at in range(examples)
    ]


def evidence(
    truth: Mapping[str, float], examples: int, seed: int, bar: float = 0.8, **more: Any
) -> Evidence:
    """What an evaluation of such levers on so many examples would find."""
    drawn = tuple(rows(truth, examples, np.random.default_rng(seed)))
    levers = {}
    for lever in truth:
        seen = statistics.interval(samples(drawn, "exact_match", [lever])[lever])
        levers[lever] = Standing(seen.mean, seen.low, seen.high, seen.n, TOKENS[lever])
    pairs = marking.comparisons(drawn, "exact_match")
    given = {"train": 200, "model": "tiny", "parameters": 30_000_000, **more}
    return Evidence(
        "shop", "exact_match", bar, levers=levers, comparisons=pairs, rows=drawn, **given
    )
