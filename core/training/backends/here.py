"""This machine: a process of its own for each run, which outlives whoever asked for it."""

import sys
from pathlib import Path

from core.training import process, state
from core.training.backends.backend import Status
from core.workspace import lock, write_json

ROOT = Path(__file__).parents[3]  # of the project


class Here:
    """Begins and ends the process that works on a run's folder.

    Args:
        module: Run as `python -m MODULE FOLDER`.
        log: Name of the file in the folder for what it prints.
        grace: Seconds between a stop and the end of its process group.
        early: The same before it has begun to train.
        attends: Whether it stands for work elsewhere, which goes on without it.
    """

    def __init__(
        self, module: str, log: str, grace: float, early: float, attends: bool = False
    ) -> None:
        self.module, self.log = module, log
        self.grace, self.early, self.attends = grace, early, attends

    def submit(self, folder: Path) -> None:
        """Begin the process, and keep which one it is."""

        def ended(pid: int, code: int) -> None:
            with lock(folder.parent / ".lock"):  # as `record.alone`: it may just be deleted
                if folder.exists():
                    write_json(folder / "exit.json", {"pid": pid, "code": code})

        begun = process.begin(
            [sys.executable, "-m", self.module, str(folder)],
            log=folder / self.log,
            cwd=ROOT,
            ended=ended,
        )
        process.record(folder / "process.json", begun)

    def status(self, folder: Path) -> Status:
        """Whether it runs; how it ended, the run's own events say."""
        working = process.recorded(folder / "process.json")
        return "running" if working and working.alive() else "none"

    def logs(self, folder: Path) -> str:
        """What the worker printed so far."""
        file = folder / "worker.log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def stop(self, folder: Path) -> None:
        """Wait until it has obeyed the `stop` in its folder; end its group if it does not."""
        if self.attends and self.status(folder) == "none":
            self.submit(folder)  # somebody has to tell the cluster
        working = process.recorded(folder / "process.json")
        if working:
            begun = state.status(folder).state == "running"
            working.wait(self.grace if begun else self.early)
            working.end(patience=0.5)

    def fetch(self, folder: Path) -> None:
        """Nothing to bring: what is made here lies in the folder."""
