"""How much the seed alone moves a figure is told from runs that differ in nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.evaluation.report import Report
from core.evaluation.seeds import Spread, spread
from core.records import Task
from core.training.recipe import Recipe
from core.training.record import Run
from tests import measured

BASE = measured.report(Task("t", "T", "", "", "text", "exact_match", 0.6, (), Path()))


def run(seed: int, **changes: object) -> Run:
    made = Run(
        f"run-{seed}", Path(), "t", Recipe(seed=seed), "embedded", "b1", ("lora",), "s1", 20, 4, 0,
        0.0, f"k{seed}",
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def report(seed: int, mean: float, **changes: object) -> Report:
    lora = replace(measured.measured(mean, 0.0, 1.0), adapter=f"run-{seed}")
    levers = {"prompt": BASE.levers["prompt"], "lora": lora}
    return replace(BASE, levers=levers, **changes)  # type: ignore[arg-type]


LATEST = report(2, 0.38)
RUNS = [run(0), run(1), run(2)]


def test_each_seed_counts_once_with_its_newest_figure() -> None:
    earlier = [report(0, 0.1), report(0, 0.3), report(1, 0.34), LATEST]
    (found,) = spread(LATEST, earlier, RUNS)
    assert found == Spread("lora", ((0, 0.3), (1, 0.34), (2, 0.38)))
    assert found.mean == pytest.approx(0.34)
    assert found.deviation == pytest.approx(0.04)  # sqrt((0.04^2 + 0 + 0.04^2) / 2)


def test_seeds_that_were_trained_and_not_measured_are_named() -> None:
    (found,) = spread(LATEST, [LATEST], RUNS)
    assert found == Spread("lora", ((2, 0.38),), ("run-0", "run-1"))
    assert found.deviation is None


def test_a_single_seed_tells_nothing() -> None:
    assert spread(LATEST, [LATEST], [run(2)]) == ()
    assert spread(LATEST, [LATEST], []) == ()  # a shipped adapter has no run here


@pytest.mark.parametrize(
    "changes",
    [
        {"recipe": Recipe(seed=0, rank=8)},
        {"base_digest": "b2"},
        {"split": "s2"},
        {"levers": ("lora", "lora+rag")},
        {"rows": 21},
    ],
)
def test_runs_that_differ_in_more_than_the_seed_are_left_out(changes: dict[str, object]) -> None:
    assert spread(LATEST, [report(0, 0.3)], [run(0, **changes), run(2)]) == ()


@pytest.mark.parametrize(
    "changes", [{"metric": "exact_match", "model_digest": "m2"}, {"holdout": 30}]
)
def test_evaluations_that_asked_otherwise_are_left_out(changes: dict[str, object]) -> None:
    (found,) = spread(LATEST, [report(0, 0.3, **changes)], [run(0), run(2)])
    assert found.figures == ((2, 0.38),)
    assert found.unmeasured == ("run-0",)
