"""Training runs: forecast, begun, watched, stopped, resumed, deleted."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import (
    CannotTrain,
    LeverUnavailable,
)
from core.evaluation.metrics import Attempt, metric
from core.levers import lora
from core.levers.protocol import Lever
from core.models.choice import ModelChoice
from core.records import Task
from core.retrieval import documents
from core.training import forecast as forecasting
from core.training import runs
from core.training import shelf as shelving
from core.training.forecast import Forecast
from core.training.recipe import Recipe
from core.training.rows import Rows, gather
from core.training.runs import Run, RunState
from core.training.shelf import BASE_ALONE
from core.workbench.levers import Levers
from core.workspace import write_bytes

LOG_LINES = 40  # of a worker, as the page shows them
LOG_BYTES = 20_000


class Training(Levers):
    """What the Train page does."""

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
            return [lora.Lora(task), lora.LoraRag(task, self.retriever(task), fits=self.fits)]
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
            CannotTrain: It would fail, as `forecast` says, or the model cannot be trained. What a
                cluster has room for is not known here.
        """
        if not self.ray_address():
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
                ray=self.ray_address(),
                workers=self.ray_workers(),
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

    def log(self, run: Run) -> str:
        """The last 40 lines that the run's worker printed, "" where it printed none."""
        file = run.folder / "worker.log"
        printed = file.read_bytes()[-LOG_BYTES:] if file.exists() else b""
        return "\n".join(printed.decode(errors="replace").splitlines()[-LOG_LINES:])

    def sampled(self, task: Task, run: Run) -> dict[int, float]:
        """By step, what the run's sampled validation answers score under the task's metric."""
        how = metric(task.metric)
        found: dict[int, float] = {}
        for event in self.events(run):
            if event["event"] == "answers":
                said = [Attempt(one["text"], one["reference"], task) for one in event["answers"]]
                marks = [how.mark(one) for one in said if how.applies(one)]
                scored = [mark for mark in marks if mark.value is not None]
                if scored:
                    found[event["step"]] = how.sample(scored).value
        return found

    def stop(self, run: Run) -> RunState:
        """End a run; what it learned up to its last checkpoint stays."""
        return runs.stop(run.folder)

    def resume(self, run: Run) -> RunState:
        """Go on with a run that was stopped or lost."""
        return runs.resume(self.workspace, run)

    def forget(self, run: Run) -> None:
        """Delete a run with its adapter; if that was in use, the newest of the others is."""
        shelving.let_go(self.workspace, run)
        runs.forget(self.workspace, run)

    def use(self, task: Task, run: str) -> None:
        """Let the levers of a task answer with this run's adapter, or with `BASE_ALONE`.

        Raises:
            LeverUnavailable: It has none that fits the chosen model and the split.
        """
        shelf = self.shelf(task)
        if run != BASE_ALONE and run not in {one.run for one in shelf.admitted}:
            why = next((one.why for one in shelf.refused if one.run == run), "It is gone.")
            raise LeverUnavailable(
                f"The adapter of {run} cannot be used. {why}", remedy="Choose another one."
            )
        shelving.choose(self.workspace, task.name, run)

    def adopt(self, task: Task, files: Mapping[str, bytes], stated: bool = False) -> Run:
        """A foreign adapter from uploaded files: a zip, or an adapter's own files by their names.

        It answers once, the base's weights hashed before and after; it is not in use before
        someone chooses it.

        Args:
            task: It is for.
            files: By their names.
            stated: A person says that it was trained on the chosen model.

        Raises:
            AdapterRefused: By the gate.
            LeverUnavailable: It changed what the base says.
            CannotTrain: The chosen model answers from elsewhere.
        """
        with tempfile.TemporaryDirectory() as place:
            source = Path(place) / "upload"
            source.mkdir()
            for name, content in files.items():
                if name.lower().endswith(".zip"):
                    source = Path(place) / "upload.zip"
                    write_bytes(source, content)
                elif name in shelving.FILES:
                    write_bytes(Path(place) / "upload" / name, content)
            base = shelving.Base(self._trainable().reference, self.model().digest, stated)
            return shelving.adopt(
                self.workspace, task.name, source, base, lambda found: self._try(task, found)
            )
