"""A run handed over, with what was measured of it."""

import shutil
import tempfile
from pathlib import Path

from core.models import adapters
from core.records import Adapter, Task
from core.training import export as exporting
from core.training.handover import recording
from core.training.handover.bundle import Bundle
from core.training.runs import Run
from core.workbench.decision import Decision
from core.workspace import writing


class HandingOver(Decision):
    """What leaves the house."""

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
        adapter = adapters.admit(run.result, run.name, self.model().digest)
        return Bundle(
            rows=learned,
            recorded=recording.recorded(learned, adapter, self.model()),
            measured=self._measured(task, adapter),
            licence=str(self.stated(task).get("licence", "")),
        )

    def _measured(self, task: Task, adapter: Adapter) -> dict[str, str]:
        """What the latest evaluation says of levers with this adapter, in words."""
        mine = self.held_out(task).get(adapter.digest, {})
        return {
            f"{name}, {task.metric}, {one.n} examples": _interval(one.mean, one.low, one.high)
            for name, one in mine.items()
            if one.mean is not None and one.low is not None and one.high is not None
        }


def _interval(mean: float, low: float, high: float) -> str:
    return f"{mean:.0%} ({low:.0%} to {high:.0%})"
