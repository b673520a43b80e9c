"""One workspace, opened: tasks, the model, retrieval, adapters and levers by name.

Pages and the command line both work through this room, so that what one shows the
other can repeat. It opens things once, keeps them, and closes them; what they do is
decided in the rooms below.
"""

import json
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.errors import (
    CannotTrain,
    FirstLeverError,
    LeverUnavailable,
    NotEvaluated,
    UnknownLever,
)
from core.evaluation import scoring
from core.levers import answering, canary, lora, prompt, rag
from core.levers.protocol import Lever, Turn
from core.models import adapters
from core.models.choice import ModelChoice, open_model
from core.models.model import Model
from core.records import LEVERS, Adapter, Finding, Split, Task
from core.retrieval import documents, embedding, index, nearest
from core.retrieval.search import Retriever
from core.store import Store
from core.tasks import catalog, gate, importing
from core.tasks import split as splitting
from core.training import export as exporting
from core.training import forecast as forecasting
from core.training import runs
from core.training.forecast import Forecast
from core.training.handover import recording
from core.training.handover.bundle import Bundle
from core.training.recipe import Recipe
from core.training.rows import Rows, gather
from core.training.runs import Run, RunState
from core.training.shelf import Shelf
from core.verdict import evidence, tree
from core.verdict.verdict import Verdict
from core.workspace import Workspace, default_root, read_json, write_bytes, write_json, writing

Progress = Callable[[int, int], None]  # done, total


class Workbench:
    """Everything about the tasks of one workspace. Safe to share between sessions."""

    def __init__(self, root: Path | None = None) -> None:
        self.workspace = Workspace(root or default_root())
        self.store = Store(self.workspace.database)
        self.embedder = embedding.cached(embedding.MiniLM(), self.store)
        self._opening = threading.RLock()
        self._indexing = threading.Lock()  # its own: an index being built holds up no model
        self._model: Model | None = None
        self._proved: set[str] = set()  # digests of adapters whose canary sang
        self._rows: tuple[tuple[object, ...], Rows] | None = None  # the last ones, for the forecast
        self._retrievers: dict[str, tuple[object, Retriever]] = {}

    def close(self) -> None:
        """Stop the model's thread and let go of the record."""
        with self._opening:
            if self._model:
                self._model.close()
            self._model = None
        self.store.close()

    # Tasks

    def tasks(self) -> list[str]:
        """Names of all tasks, samples first."""
        return catalog.names(self.workspace)

    def task(self, name: str) -> Task:
        """A task by name, with the adapter that ships with it installed."""
        task = catalog.load(self.workspace, name)
        for shipped in catalog.shipped_runs(name):
            runs.install(self.workspace, shipped)
        return task

    def bring(self, source: Path, name: str) -> importing.Imported:
        """A person's own task from a folder or a file."""
        return importing.bring(self.workspace, source, name)

    def bring_upload(self, name: str, filename: str, content: bytes) -> importing.Imported:
        """A person's own task from an uploaded file."""
        with tempfile.TemporaryDirectory() as place:
            source = Path(place) / f"upload{Path(filename).suffix.lower()}"
            write_bytes(source, content)
            return self.bring(source, name)

    def split(self, task: Task) -> Split:
        """The task's one split."""
        return splitting.split(task.examples)

    def findings(self, task: Task) -> tuple[Finding, ...]:
        """What the data gate says of the task, and which documents cannot be read."""
        unread = [
            Finding("document", f"{name} cannot be read", 1, (), str(why))
            for name, why in documents.read_all(task.folder / "documents").unreadable
        ]
        return (*gate.findings(gate.Examined(task, self.split(task))), *unread)

    def stated(self, task: Task) -> dict[str, bool | float | str]:
        """What the owner stated: on the verdict page, else in the task's own file."""
        said = {**task.answers, **self.store.stated(task.name)}
        return {key: value for key, value in said.items() if value is not None}

    # Model

    def choice(self) -> ModelChoice:
        """The model that is chosen; the embedded one until someone chooses."""
        if not self.workspace.settings.exists():
            return ModelChoice()
        return ModelChoice(**read_json(self.workspace.settings)["model"])

    def choose(self, choice: ModelChoice) -> Model:
        """Open another model, and keep the choice if it opens."""
        opened = open_model(choice)
        with self._opening:
            if self._model:
                self._model.close()
            self._model = opened
            write_json(self.workspace.settings, {"model": asdict(choice)})
        return opened

    @property
    def loaded(self) -> bool:
        """Whether the model is ready, so that an answer does not wait for it."""
        return self._model is not None

    def warm(self) -> None:
        """Load model, embedder and the first task's index: the first question waits for none."""
        self.model()
        self.retriever(self.task(self.tasks()[0]))

    def model(self) -> Model:
        """The chosen model, loaded at first use."""
        if self._model is None:
            with self._opening:
                self._model = self._model or open_model(self.choice())
        return self._model

    # Levers

    def retriever(self, task: Task, progress: Progress | None = None) -> Retriever:
        """Search over the task's documents as they are now.

        Raises:
            IndexUnavailable: The task has no documents.
        """
        library = documents.read_all(task.folder / "documents")
        if library.unreadable and not library.documents:
            raise library.unreadable[0][1]
        stamp = library.documents
        with self._indexing:
            held = self._retrievers.get(task.name)
            if held and held[0] == stamp:
                return held[1]
            opened = index.open_index(
                self.workspace, self.store, library.documents, self.embedder, progress
            )
            retriever = Retriever(opened, self.embedder)
            self._retrievers[task.name] = (stamp, retriever)
            return retriever

    def adapters(self, task: Task) -> list[Adapter]:
        """Adapters of the task that fit the chosen model and the split, newest first."""
        return list(self._shelf(task).admitted)

    def _shelf(self, task: Task) -> Shelf:
        return runs.adapters_for(
            self.workspace, task.name, self.model().digest, self.split(task).version
        )

    def lever(self, task: Task, name: str, run: str | None = None) -> Lever:
        """One lever, ready to use.

        Raises:
            UnknownLever: No such name.
            LeverUnavailable: The task lacks what the lever needs.
        """
        if name == "prompt":
            return prompt.Prompt(task)
        if name == "few-shot":
            return prompt.FewShot(task, self._nearest(task))
        if name == "rag":
            return rag.Rag(task, self.retriever(task))
        if name == "lora":
            return lora.Lora(task, self._adapter(task, run))
        if name == "lora+rag":
            return lora.LoraRag(task, self.retriever(task), self._adapter(task, run))
        raise UnknownLever(f"There is no lever {name!r}.", remedy=f"Choose: {', '.join(LEVERS)}.")

    def levers(
        self, task: Task, names: Sequence[str] = LEVERS, run: str | None = None
    ) -> tuple[list[Lever], dict[str, str]]:
        """The levers that can be used, and why each of the others cannot."""
        ready: list[Lever] = []
        missing: dict[str, str] = {}
        for name in names:
            try:
                ready.append(self.lever(task, name, run))
            except UnknownLever:
                raise
            except FirstLeverError as lacking:
                missing[name] = str(lacking)
        return ready, missing

    def _nearest(self, task: Task) -> nearest.NearestExamples:
        return nearest.NearestExamples(self.split(task).train, self.embedder)

    def _adapter(self, task: Task, run: str | None) -> Adapter:
        shelf = self._shelf(task)
        found = [one for one in shelf.admitted if run in (None, one.run)]
        if not found:
            why = f" ({shelf.refused[0].run}: {shelf.refused[0].why})" if shelf.refused else ""
            raise LeverUnavailable(
                f"{task.title} has no adapter for {self.model().name}{why}.",
                remedy="Start a training run on the Train page.",
            )
        self._prove(task, found[0])
        return found[0]

    def _prove(self, task: Task, adapter: Adapter) -> None:
        """Once for each adapter: it leaves the base's answers as they are."""
        with self._opening:
            if adapter.digest not in self._proved:
                question = self.split(task).train[0].input
                canary.listen(self.model(), adapter, lora.Lora(task).prepare(question).messages)
                self._proved.add(adapter.digest)

    # What people do

    def ask(
        self,
        levers: Sequence[Lever],
        question: str,
        histories: Mapping[str, Sequence[Turn]] | None = None,
        cancel: threading.Event | None = None,
    ) -> Iterator[answering.Update]:
        """Every lever's answer to one question, as it is written."""
        earlier = histories or {}
        jobs = [
            answering.Job(lever, question, tuple(earlier.get(lever.name, ()))) for lever in levers
        ]
        return answering.answers(jobs, self.model(), cancel=cancel)

    # Training

    def rows(self, task: Task, recipe: Recipe) -> Rows:
        """What a run would learn from: LoRA's prompts, and LoRA+RAG's where there are documents."""
        shapes = self._shapes(task)
        key = (task.version, recipe.max_tokens, self.model().digest, *(one.index for one in shapes))
        with self._opening:
            if self._rows is None or self._rows[0] != key:
                made = gather(self.split(task), shapes, self.model().count, recipe.max_tokens)
                self._rows = key, made
            return self._rows[1]

    def _shapes(self, task: Task) -> list[Lever]:
        """The levers whose prompts a run trains on."""
        if documents.read_all(task.folder / "documents").documents:
            return [lora.Lora(task), lora.LoraRag(task, self.retriever(task))]
        return [lora.Lora(task)]

    def forecast(self, task: Task, recipe: Recipe) -> Forecast:
        """What a run would take on this machine.

        Raises:
            CannotTrain: It would fail; says which setting to change.
        """
        return forecasting.forecast(
            self.workspace,
            self.rows(task, recipe),
            recipe,
            self.model(),
            self._trainable().reference,
        )

    def train(self, task: Task, recipe: Recipe, key: str, seeds: int = 1) -> Run:
        """Start a run, or the first of several; see `train_seeds`."""
        return self.train_seeds(task, recipe, key, seeds)[0]

    def train_seeds(self, task: Task, recipe: Recipe, key: str, seeds: int = 1) -> tuple[Run, ...]:
        """Start a run in a process of its own for each seed; they wait for one another.

        One key starts them once, however often it is given.

        Raises:
            CannotTrain: It would fail, as `forecast` says, or the model cannot be trained.
        """
        self.forecast(task, recipe)
        return tuple(
            runs.launch(
                self.workspace,
                task=task.name,
                recipe=seeded,
                model=self._trainable().reference,
                base_digest=self.model().digest,
                rows=self.rows(task, recipe),
                levers=[shape.name for shape in self._shapes(task)],
                key=f"{key}-{seeded.seed}" if seeds > 1 else key,
                split=self.split(task).version,
            )
            for seeded in recipe.seeded(seeds)
        )

    def _trainable(self) -> ModelChoice:
        if not self.model().trainable:
            raise CannotTrain(
                f"{self.model().name} answers from elsewhere: its weights are not here.",
                remedy="Choose the embedded model or a local one on the Settings page.",
            )
        return self.choice()

    def runs(self, task: Task | None = None) -> list[Run]:
        """Training runs, of one task where it is given, newest first."""
        runs.advance(self.workspace)
        return runs.listing(self.workspace, task.name if task else None)

    def run(self, name: str) -> Run:
        """A run by its name."""
        return runs.find(self.workspace, name)

    def state(self, run: Run) -> RunState:
        """What the run is doing, or how it ended. Whoever looks begins the next in line."""
        runs.advance(self.workspace)
        return runs.status(run.folder)

    def events(self, run: Run) -> list[dict[str, Any]]:
        """What the run noted, oldest first."""
        return runs.events(run.folder)

    def stop(self, run: Run) -> RunState:
        """End a run; what it learned up to its last checkpoint stays."""
        return runs.stop(run.folder)

    def resume(self, run: Run) -> RunState:
        """Go on with a run that was stopped or lost."""
        return runs.resume(self.workspace, run)

    def forget(self, run: Run) -> None:
        """Delete a run with its adapter."""
        runs.forget(self.workspace, run)

    def export(self, run: Run, to: Path) -> Path:
        """Write adapter, merged model, card, data and scripts into a new folder."""
        return exporting.export(run, to, self._bundle(run))

    MOST_DOWNLOADED = 500_000_000  # bytes that a browser is asked to take at once

    def hand_over(self, run: Run) -> Path:
        """The export as one zip in the workspace, made anew; whole or absent."""
        place = self.workspace.exports / f"{run.name}.zip"
        with writing(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=place.parent) as aside:
                folder = self.export(run, Path(aside) / run.name)
                packed = shutil.make_archive(str(folder), "zip", root_dir=aside, base_dir=run.name)
                Path(packed).replace(place)
        return place

    def handed_over(self, run: Run) -> Path | None:
        """The zip that was made last, if there is one."""
        place = self.workspace.exports / f"{run.name}.zip"
        return place if place.exists() else None

    def _bundle(self, run: Run) -> Bundle:
        """What goes with a run, its answers recorded with the model that is chosen."""
        task = self.task(run.task)
        learned = exporting.learned(run) or self.rows(task, run.recipe)
        adapter = adapters.admit(run.folder / "adapter", run.name, self.model().digest)
        return Bundle(
            rows=learned,
            recorded=recording.recorded(learned, adapter, self.model()),
            measured=self._measured(task, adapter),
            licence=str(self.stated(task).get("licence", "")),
        )

    def _measured(self, task: Task, adapter: Adapter) -> dict[str, str]:
        """What the latest evaluation says of levers with this adapter, in words."""
        try:
            report = self.report(task)
        except NotEvaluated:
            return {}
        mine = {
            name: lever.metrics[report.metric]
            for name, lever in report.levers.items()
            if lever.adapter_digest == adapter.digest and report.metric in lever.metrics
        }
        return {
            f"{name}, {report.metric}, {one.n} examples": _interval(one.mean, one.low, one.high)
            for name, one in mine.items()
            if one.mean is not None and one.low is not None and one.high is not None
        }

    # Decision

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
        return scoring.evaluate(
            task, self.split(task), ready, self.model(), self.store,
            limit=limit, progress=progress, cancel=cancel, skipped=missing,
        )  # fmt: skip

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

    def changed(self, task: Task, report: scoring.Report) -> bool:
        """Whether a measured lever would answer from other weights, prompts or documents now."""
        ready, missing = self.levers(task, tuple(report.levers))
        now = {
            lever.name: (
                lever.prompt_version,
                lever.index,
                lever.adapter.digest if lever.adapter else "",
            )
            for lever in ready
        }
        then = {
            name: (one.prompt_version, one.index, one.adapter_digest)
            for name, one in report.levers.items()
        }
        measured = report.metric, report.model_digest
        return bool(missing) or now != then or measured != (task.metric, self.model().digest)

    def verdict(
        self, task: Task, answers: Mapping[str, bool | float | str] | None = None
    ) -> Verdict:
        """The decision from the latest evaluation and what the owner states."""
        stated = {**self.stated(task), **(answers or {})}
        report = self.report(task)
        facts = evidence.evidence(
            task,
            report,
            self.findings(task),
            stated,
            self._training_minutes(report),
            changed=self.changed(task, report),
        )
        decided = tree.decide(facts)
        self._keep(task, decided)
        return decided

    def _training_minutes(self, report: scoring.Report) -> float | None:
        """What the adapter that was measured took to train."""
        used = {one.adapter for one in report.levers.values() if one.adapter}
        made = [run for run in self.runs() if run.name in used]
        return self.state(made[0]).seconds / 60 if made else None

    def _keep(self, task: Task, decided: Verdict) -> None:
        """Add a verdict to the record, unless it is the latest one again."""
        said = json.loads(json.dumps(decided.to_json()))
        latest = self.store.latest_report(task.name, "verdict") or {}
        if any(latest.get(name) != value for name, value in said.items()):
            self.store.keep_report(task.name, "verdict", said)


def _interval(mean: float, low: float, high: float) -> str:
    return f"{mean:.0%} ({low:.0%} to {high:.0%})"
