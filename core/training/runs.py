"""Training runs as folders: begin, stop, resume and delete them.

The folder is the truth; processes only add to it (`state.py` lists its files).
Closing the browser changes nothing: the worker has a session of its own.
"""

import secrets
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.errors import CannotTrain, RunUnknown
from core.training import process, rows, state
from core.training.forecast import refuse_few
from core.training.recipe import Recipe
from core.training.record import Run, alone, find, listing, read
from core.training.rows import Rows
from core.training.shelf import adapters_for, install
from core.training.state import UNDER_WAY, RunState, events, status
from core.workspace import Workspace, write_json, writing

__all__ = [
    "UNDER_WAY", "Run", "RunState", "adapters_for", "events", "find", "forget", "install",
    "launch", "listing", "read", "resume", "status", "stop",
]  # fmt: skip

ROOT = Path(__file__).parents[2]  # of the project
GRACE = 3.5  # seconds between a stop and the end of the process group


def launch(
    workspace: Workspace,
    *,
    task: str,
    recipe: Recipe,
    model: str,
    base_digest: str,
    rows: Rows,
    levers: Sequence[str],
    key: str,
    split: str = "",
) -> Run:
    """Begin a run, or return the one that this key began before.

    Raises:
        CannotTrain: Too few rows, or another run is at work in this workspace.
    """
    asked: dict[str, Any] = {
        "task": task, "model": model, "base_digest": base_digest, "levers": list(levers),
        "split": split, "rows": len(rows.train), "validation_rows": len(rows.validation),
        "dropped": rows.dropped, "created": time.time(), "key": key,
    }  # fmt: skip
    with alone(workspace):
        for run in listing(workspace):
            if run.key == key:
                return run
        refuse_few(rows)
        _refuse_second(workspace)
        folder = workspace.runs / _name(task)
        asked["run"] = folder.name
        _write(folder, asked, recipe, rows)
        _begin(folder)
    return read(folder)


def stop(folder: Path) -> RunState:
    """End a run within five seconds: between two steps if it can, else by its process group.

    What it learned up to its last checkpoint stays, and `resume` goes on from there.
    """
    before = status(folder)
    worker = process.recorded(folder / "process.json")
    hung = before.state == "lost" and worker is not None and worker.alive()
    if not before.active and not hung:
        return before
    with writing(folder):
        (folder / "stop").touch()
    if worker:
        worker.wait(GRACE if before.state == "running" else 0.0)
        worker.end(patience=0.5)
    if state.unended(folder):
        state.note(folder, "stopped")
    return status(folder)


def resume(workspace: Workspace, run: Run) -> RunState:
    """Go on with a run that was lost, stopped or failed, from its last whole checkpoint.

    Raises:
        RunUnknown: It has finished, or is at work.
        CannotTrain: Another run is at work in this workspace.
    """
    with alone(workspace):
        now = status(run.folder)
        if (
            now.state not in ("lost", "stopped", "failed")
            or not (run.folder / "rows.jsonl").exists()
        ):
            raise RunUnknown(
                f"{run.name} is {now.state}; there is nothing to go on with.",
                remedy="Wait for it to end." if now.active else "Start a new run.",
            )
        _refuse_second(workspace)
        silent = process.recorded(run.folder / "process.json")
        if silent:  # hung, not gone: two workers must not write one folder
            silent.end()
        for left in ("stop", "exit.json"):
            (run.folder / left).unlink(missing_ok=True)
        state.note(run.folder, "resumed")
        _begin(run.folder)
    return status(run.folder)


def forget(workspace: Workspace, run: Run) -> None:
    """Delete a run with its adapter.

    Raises:
        CannotTrain: It is at work.
    """
    with alone(workspace):
        if status(run.folder).active:
            raise CannotTrain(f"{run.name} is at work.", remedy="Stop it first.")
        gone = run.folder.with_name(f".{run.name}.forgotten")
        run.folder.rename(gone)
        shutil.rmtree(gone)


def _name(task: str) -> str:
    return f"{task}-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"


def _refuse_second(workspace: Workspace) -> None:
    for run in listing(workspace):
        if status(run.folder).active:
            raise CannotTrain(
                f"{run.name} is at work, and one run at a time is trained here.",
                remedy="Wait for it to end, or stop it.",
            )


def _write(folder: Path, asked: dict[str, Any], recipe: Recipe, rows_asked: Rows) -> None:
    partial = folder.with_name(f".{folder.name}.partial")
    write_json(partial / "recipe.json", asdict(recipe))
    rows.write(rows_asked, partial / "rows.jsonl")
    write_json(partial / "run.json", asked)
    with writing(folder):
        partial.rename(folder)


def _begin(folder: Path) -> None:
    def ended(pid: int, code: int) -> None:
        if folder.exists():
            write_json(folder / "exit.json", {"pid": pid, "code": code})

    worker = process.begin(
        [sys.executable, "-m", "core.training.worker", str(folder)],
        log=folder / "worker.log",
        cwd=ROOT,
        ended=ended,
    )
    process.record(folder / "process.json", worker)
