"""A fake workbench that also trains, measures and decides, from figures made by hand."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.errors import CannotTrain, EvaluationStopped
from core.evaluation import capacity
from core.evaluation.report import (
    Comparison,
    Disagreement,
    LeverReport,
    Measured,
    Report,
    Said,
)
from core.evaluation.seeds import Spread
from core.evaluation.statistics import Outcome
from core.records import LEVERS, Finding, Task
from core.tasks import gate, importing
from core.training import runs
from core.training.forecast import Forecast
from core.training.recipe import Recipe
from core.training.runs import Run, RunState
from core.training.state import note
from core.verdict import deciding, evidence
from core.verdict.cost import prices as table
from core.verdict.verdict import Verdict
from core.workbench.decision import MEMO, PRICES, keep_memo
from core.workspace import write_bytes, write_json
from tests.fakes import FakeWorkbench


def run(bench: FakeWorkbench, name: str, *events: Mapping[str, Any], key: str = "") -> Path:
    """A run's folder as the worker would have left it."""
    folder = bench.workspace.runs / name
    asked = {
        "task": "capitals", "model": "embedded", "base_digest": "ba" * 32, "levers": ["lora"],
        "split": "", "rows": 20, "validation_rows": 4, "dropped": 0, "created": time.time(),
        "key": key,
    }  # fmt: skip
    write_json(folder / "recipe.json", asdict(Recipe()))
    write_json(folder / "run.json", asked)
    (folder / "rows.jsonl").touch()
    for event in events:
        note(folder, **event)
    return folder


STARTED = {"event": "started", "steps": 40, "seconds": 5.0}
STEP = {"event": "step", "step": 10, "loss": 1.5, "seconds": 15.0}
VALIDATION = {"event": "validation", "step": 10, "loss": 1.25, "seconds": 15.0}
FINISHED = {"event": "finished", "adapter": "a1b2c3d4e5", "seconds": 20.0}
FAILED = {
    "event": "failed",
    "cause": "The memory was not enough.",
    "remedy": "Start again with half the batch.",
}


def measured(mean: float, low: float, high: float) -> LeverReport:
    """A lever under one metric, 50 examples scored."""
    return LeverReport(
        metrics={"exact_match": Measured(mean, low, high, 50, 0)},
        seconds_p50=0.8, seconds_p95=1.3, prompt_tokens=120.0, new_tokens=6.0,
        alone=8, alone_identical=8, errors=0, error="",
        adapter="", adapter_digest="", prompt_version="", index="",
    )  # fmt: skip


def against(other: str, difference: float, low: float, high: float, said: Outcome) -> Comparison:
    """Prompt against another lever on the 50 examples."""
    p = 0.7 if said == "tie" else 0.001
    return Comparison("prompt", other, "exact_match", difference, low, high, p, p, said, 50, 0, 0)


def report(task: Task) -> Report:
    """RAG is better than Prompt by 40 points; LoRA ties with Prompt; one example to look at."""
    wrong = Said("**Rome**", 0.0, "'Rome' is not 'City 1'")
    said = {"prompt": wrong, "rag": Said("City 1", 1.0, "equal")}
    return Report(
        task=task.name, task_version=task.version, metric="exact_match", success_bar=0.6,
        split={"train": 120, "validation": 30, "holdout": 50}, holdout=50, opened=3,
        levers={
            "prompt": measured(0.3, 0.19, 0.44),
            "rag": measured(0.7, 0.56, 0.81),
            "lora": measured(0.32, 0.21, 0.46),
        },
        comparisons=(
            against("rag", -0.4, -0.5, -0.3, "worse"),
            against("lora", -0.02, -0.1, 0.06, "tie"),
        ),
        disagreements=(Disagreement(7, "Capital of country 1?", "City 1", said),),
        rows=(), skipped={}, model="fake", model_digest="ba" * 32, parameters=12_600_000,
    )  # fmt: skip


class MeasuredWorkbench(FakeWorkbench):
    """Adds the rooms of the Tune and Decide pages to the fake workbench."""

    measuring_stops = False
    clean = False  # whether the data gate is taken to pass

    def findings(self, task: Task) -> tuple[Finding, ...]:
        return () if self.clean else gate.findings(gate.Examined(task, self.split(task)))

    def stated(self, task: Task) -> dict[str, bool | float | str]:
        return {**task.answers, **self.store.stated(task.name)}

    def bring_upload(self, name: str, filename: str, content: bytes) -> importing.Imported:
        source = self.workspace.root / f"upload{Path(filename).suffix}"
        write_bytes(source, content)
        return importing.bring(self.workspace, source, name)

    def handed_over(self, run: Run) -> Path | None:
        return None

    def forecast(self, task: Task, recipe: Recipe) -> Forecast:
        if recipe.rank > 100:
            raise CannotTrain("Training needs 9 GiB, 2 are free.", remedy="Choose a smaller rank.")
        return Forecast(20, 0, 10 * recipe.rank, 900, 130.0, 640_000_000, 50_000_000, "estimated")

    advised: tuple[capacity.Advice, ...] = ()

    def advice(self, task: Task, run_seconds: float | None) -> tuple[capacity.Advice, ...]:
        return self.advised

    def train(self, task: Task, recipe: Recipe, key: str, seeds: int = 1) -> Run:
        known = [found for found in self.runs(task) if found.key == key]
        return known[0] if known else runs.read(run(self, f"capitals-{time.time_ns()}", key=key))

    def runs(self, task: Task | None = None) -> list[Run]:
        return runs.listing(self.workspace, task.name if task else None)

    def run(self, name: str) -> Run:
        return runs.find(self.workspace, name)

    def state(self, found: Run) -> RunState:
        return runs.status(found.folder)

    def events(self, found: Run) -> list[dict[str, Any]]:
        return runs.events(found.folder)

    def stop(self, found: Run) -> RunState:
        return runs.stop(found.folder)

    def resume(self, found: Run) -> RunState:
        note(found.folder, "resumed", step=0)
        return self.state(found)

    def evaluate(
        self, task: Task, names: Sequence[str] = LEVERS, progress: Any = None, cancel: Any = None
    ) -> Report:
        progress(3, 6)
        if self.measuring_stops:
            raise EvaluationStopped("Stopped after 3 of 6 answers.", remedy="Evaluate again.")
        progress(6, 6)
        self.store.keep_report(task.name, "evaluation", report(task).to_json())
        return self.report(task)

    def report(self, task: Task) -> Report:
        kept = self.store.latest_report(task.name, "evaluation")
        assert kept
        return Report.from_json(kept)

    def facts(self, task: Task) -> evidence.Evidence:
        return evidence.evidence(
            task, self.report(task), self.findings(task), self.stated(task), prices=self.prices()
        )

    def prices(self) -> dict[str, table.Price]:
        return table.read(self.store.stated(PRICES))

    def set_prices(self, rows: Mapping[str, table.Price]) -> None:
        for key, row in rows.items():
            self.store.state(PRICES, key, table.written(row))

    outdated_by: tuple[str, ...] = ()
    seeds: tuple[Spread, ...] = ()

    def spread(self, task: Task, report: Report) -> tuple[Spread, ...]:
        return self.seeds

    def outdated(self, task: Task, report: Report) -> tuple[str, ...]:
        return self.outdated_by

    def verdict(self, task: Task) -> Verdict:
        decided = deciding.decide(self.facts(task))
        keep_memo(self.store, task, self.report(task), decided)
        return decided

    def memos(self, task: Task) -> list[dict[str, Any]]:
        return self.store.reports(task.name, MEMO)[::-1]

    def measure(self) -> None:
        task = self.task("capitals")
        self.store.keep_report(task.name, "evaluation", report(task).to_json())
