"""Measuring every lever, and the verdict."""

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.errors import (
    NotEvaluated,
)
from core.evaluation import ability as general
from core.evaluation import capacity, scoring, seeds, tuning
from core.evaluation.report import Measured
from core.records import LEVERS, Task
from core.retrieval import documents, embedding
from core.store import Store
from core.training import overfitting
from core.training.record import Run
from core.verdict import conclusion, deciding, evidence, outdated
from core.verdict.cost import prices as table
from core.verdict.memo import content
from core.verdict.verdict import Verdict
from core.workbench.opened import Progress
from core.workbench.people import Rating

PRICES = "*prices*"  # where the record keeps them; no task can have that name
MEMO = "memo"  # the kind of report that it is kept as


class Decision(Rating):
    """What the Evaluate and Verdict pages do."""

    def evaluate(
        self,
        task: Task,
        names: Sequence[str] = LEVERS,
        limit: int | None = None,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> scoring.Report:
        """Every lever on the holdout; answers that are already there are not made again."""
        ready, missing = self.levers(task, names)
        embed = embedding.remembered(embedding.uncached(self.embedder))
        return scoring.evaluate(
            task, self.split(task), ready, self.model(), self.store,
            limit=limit, progress=progress, cancel=cancel, skipped=missing,
            documents=documents.read_all(task.folder / "documents").documents, embed=embed,
        )  # fmt: skip

    def sweep(self, task: Task, progress: Progress | None = None) -> tuple[tuning.Trial, ...]:
        """RAG on the train and validation examples under several ways to retrieve.

        Raises:
            IndexUnavailable: The task has no documents.
        """
        split = self.split(task)
        known = (*split.train, *split.validation)
        return tuning.sweep(
            task, known, self.retriever, self.model(), progress=progress or (lambda *_: None)
        )

    def report(self, task: Task) -> scoring.Report:
        """The latest evaluation.

        Raises:
            NotEvaluated: There is none.
        """
        kept = self.store.latest_report(task.name, "evaluation")
        if kept is None:
            raise NotEvaluated(
                f"{task.title} has not been evaluated.",
                remedy="Run the evaluation on the Evaluate page.",
            )
        return scoring.Report.from_json(kept)

    def held_out(self, task: Task) -> dict[str, dict[str, Measured]]:
        """By adapter digest and lever, what the latest evaluation measured with an adapter."""
        found: dict[str, dict[str, Measured]] = {}
        if self.store.latest_report(task.name, "evaluation"):
            report = self.report(task)
            for name, lever in report.levers.items():
                if lever.adapter_digest and report.metric in lever.metrics:
                    found.setdefault(lever.adapter_digest, {})[name] = report.measured(name)
        return found

    def advice(self, task: Task, run_seconds: float | None) -> tuple[capacity.Advice, ...]:
        """What the latest evaluation says of the size of the base that is chosen.

        `run_seconds` is what the next run would take.
        """
        if not self.store.latest_report(task.name, "evaluation"):
            return ()
        report = self.report(task)
        if report.model_digest != self.model().digest:
            return ()
        made = self._measured_runs(report)
        learned = capacity.learning(self.events(made[0])) if made else None
        return capacity.advice(report, learned, run_seconds)

    def outdated(self, task: Task, report: scoring.Report) -> tuple[str, ...]:
        """What a lever would answer otherwise now, or be measured on, as sentences."""
        ready, missing = self.levers(task, tuple(report.levers))
        made = {
            lever.name: outdated.Made(
                lever.prompt_version,
                lever.index,
                lever.adapter.digest if lever.adapter else "",
            )
            for lever in ready
        }
        now = outdated.Now(
            task.metric, self.model().digest, self.split(task).version, made, missing
        )
        return outdated.changes(report, now)

    def spread(self, task: Task, report: scoring.Report) -> tuple[seeds.Spread, ...]:
        """How much the seed alone moved a lever with an adapter; nothing of a single seed."""
        kept = self.store.reports(task.name, "evaluation")
        earlier = [scoring.Report.from_json(one) for one in kept]
        made = [run for run in self.runs(task) if self.state(run).state == "finished"]
        return seeds.spread(report, earlier, made)

    def verdict(
        self, task: Task, answers: Mapping[str, bool | float | str] | None = None
    ) -> Verdict:
        """The decision from the latest evaluation and what the owner states."""
        decided = deciding.decide(self.facts(task, answers))
        self._keep(task, decided)
        if not answers:  # answers for once are no reason to write a stakeholder anew
            keep_memo(self.store, task, self.report(task), decided)
        return decided

    def memos(self, task: Task) -> list[dict[str, Any]]:
        """All memos of a task with the time they were made, the newest first."""
        return self.store.reports(task.name, MEMO)[::-1]

    def facts(
        self, task: Task, answers: Mapping[str, bool | float | str] | None = None
    ) -> evidence.Evidence:
        """What the decision rests on: the latest evaluation, the data, what the owner states."""
        stated = {**self.stated(task), **(answers or {})}
        report = self.report(task)
        return evidence.evidence(
            task,
            report,
            self.findings(task),
            stated,
            self._training_minutes(report),
            changed=bool(self.outdated(task, report)),
            prices=self.prices(),
            harms=harms(self.store, task, report, map(self.events, self._measured_runs(report))),
            flaws=conclusion.flaws(report),
            people=self.people(task),
        )

    def prices(self) -> dict[str, table.Price]:
        """The owner's table of prices and efforts, one for the workspace."""
        return table.read(self.store.stated(PRICES))

    def set_prices(self, rows: Mapping[str, table.Price]) -> None:
        """Keep a table in place of the former one; rows that it lacks are taken back."""
        for key in table.KINDS:
            row = rows.get(key)
            self.store.state(PRICES, key, table.written(row) if row else None)

    def _training_minutes(self, report: scoring.Report) -> float | None:
        """What the adapter that was measured took to train."""
        made = self._measured_runs(report)
        return self.state(made[0]).seconds / 60 if made else None

    def _measured_runs(self, report: scoring.Report) -> list[Run]:
        """Those whose adapters the report measured, as far as they are still here."""
        used = {one.adapter for one in report.levers.values() if one.adapter}
        return [run for run in self.runs() if run.name in used]

    def _keep(self, task: Task, decided: Verdict) -> None:
        """Add a verdict to the record, unless it is the latest one again."""
        said = json.loads(json.dumps(decided.to_json()))
        latest = self.store.latest_report(task.name, "verdict") or {}
        if any(latest.get(name) != value for name, value in said.items()):
            self.store.keep_report(task.name, "verdict", said)


def keep_memo(store: Store, task: Task, report: scoring.Report, decided: Verdict) -> None:
    """Add a memo to the record, unless it says what the latest one does."""
    made = content.memo(task, report, decided)
    latest = store.latest_report(task.name, MEMO) or {}
    if latest.get("digest") != made["digest"]:
        store.keep_report(task.name, MEMO, made)


def harms(
    store: Store,
    task: Task,
    report: scoring.Report,
    training: Iterable[Sequence[Mapping[str, Any]]] = (),
) -> tuple[str, ...]:
    """What tuning did beside the task, where measured, as sentences.

    What the adapters that were measured lost of the base's general ability, and whether they only
    learned their rows by heart.

    Args:
        store: The record.
        task: That was tuned for.
        report: The evaluation that measured the adapters.
        training: The events of their runs.
    """
    used = {one.adapter_digest for one in report.levers.values() if one.adapter_digest}
    tested = [general.Ability.from_json(one) for one in store.reports(task.name, general.KIND)]
    of_these = [
        one
        for one in tested
        if one.adapter_digest in used and one.model_digest == report.model_digest
    ]
    lost = [of_these[-1].findings[side] for side in of_these[-1].lost] if of_these else []
    learned = filter(None, map(overfitting.by_heart, training))
    return (*lost, *learned)
