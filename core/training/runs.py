"""Training runs as folders: begin, queue, stop, resume and delete them.

The folder is the truth; processes only add to it (`state.py` lists its files).
Closing the browser changes nothing: the worker has a session of its own.
"""

import secrets
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.errors import CannotTrain, RunUnknown
from core.records import fingerprint
from core.training import backends, process, queueing, ranks, rows, state
from core.training.forecast import refuse_few
from core.training.recipe import Recipe
from core.training.record import Run, alone, find, listing, read
from core.training.rows import Rows
from core.training.shelf import adapters_for, install
from core.training.state import UNDER_WAY, RunState, events, status
from core.workspace import Workspace, write_json, writing

__all__ = [
    "UNDER_WAY", "Run", "RunState", "adapters_for", "advance", "events", "find", "forget",
    "install", "launch", "listing", "read", "resume", "status", "stop",
]  # fmt: skip


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
    ray: str = "",
    workers: int = 1,
) -> Run:
    """Begin a run, or return the one that this key began before. It waits while another works.

    With the address of a Ray cluster in `ray` it is trained there by so many `workers`, and waits
    in its line only.

    Raises:
        CannotTrain: Too few rows; on a cluster also all weights, or a batch that its workers
            cannot share.
    """
    if ray:
        _refuse_on_cluster(recipe, workers)
    asked: dict[str, Any] = {
        "task": task, "model": model, "base_digest": base_digest, "levers": list(levers),
        "split": split, "rows": len(rows.train), "validation_rows": len(rows.validation),
        "dropped": rows.dropped, "data": fingerprint(rows.train, rows.validation),
        "created": time.time(), "key": key,
        **({"ray": ray, "ray_workers": workers} if ray else {}),
    }  # fmt: skip
    with alone(workspace):
        for run in listing(workspace):
            if run.key == key:
                return run
        refuse_few(rows)
        folder = workspace.runs / _name(task)
        asked["run"] = folder.name
        _write(folder, asked, recipe, rows)
        _next(workspace)
    return read(folder)


def _refuse_on_cluster(recipe: Recipe, workers: int) -> None:
    ranks.share(recipe.batch, workers)
    if recipe.whole:
        raise CannotTrain(
            "A cluster sends back adapters only; all weights would be too much.",
            remedy="Train an adapter there, or take the Ray address off the Settings page.",
        )


def advance(workspace: Workspace) -> None:
    """Begin the first run in line if none is at work. Whoever looks at the runs may call this."""
    if queueing.waiting(workspace.runs):
        with alone(workspace):
            _next(workspace)


def stop(folder: Path) -> RunState:
    """End a run within five seconds: between two steps if it can, else by its process group.

    What it learned up to its last checkpoint stays, and `resume` goes on from there.
    """
    if queueing.queued(folder):
        _withdraw(folder)
    before = status(folder)
    if not before.active and not backends.unattended(folder):
        return before
    with writing(folder):
        (folder / "stop").touch()
    backends.here(folder).stop(folder)
    if state.unended(folder):
        state.note(folder, "stopped")
    advance(Workspace(folder.parents[1]))
    return status(folder)


def _withdraw(folder: Path) -> None:
    with alone(Workspace(folder.parents[1])):  # else it might begin at this very moment
        if queueing.queued(folder):
            state.note(folder, "stopped")
            queueing.leave(folder)


def resume(workspace: Workspace, run: Run) -> RunState:
    """Go on with a run that was lost, stopped or failed, from its last whole checkpoint.

    It waits while another run of the workspace is at work.

    Raises:
        RunUnknown: It has finished or diverged, waits, or is at work.
    """
    with alone(workspace):
        now = status(run.folder)
        if (
            now.state not in ("lost", "stopped", "failed")
            or not (run.folder / "rows.jsonl").exists()
        ):
            raise RunUnknown(
                f"{run.name} is {now.state}; there is nothing to go on with.",
                remedy="Wait for it to end." if now.active else now.remedy or "Start a new run.",
            )
        silent = process.recorded(run.folder / "process.json")
        if silent:  # hung, not gone: two workers must not write one folder
            silent.end()
        for left in ("stop", "exit.json", "process.json"):
            (run.folder / left).unlink(missing_ok=True)
        queueing.join(run.folder)
        state.note(run.folder, "resumed")
        _next(workspace)
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


def _next(workspace: Workspace) -> None:
    """Begin the first run in line if none is at work; the caller holds the runs."""
    line = [run for run in queueing.waiting(workspace.runs) if status(run).state == "queued"]
    away = [run for run in line if backends.address(run)]
    home = [run for run in line if run not in away]
    for run in away + home[: 0 if _busy(workspace) else 1]:
        queueing.leave(run)
        backends.here(run).submit(run)


def _busy(workspace: Workspace) -> bool:
    """Whether a run is at work on this machine; what a cluster trains takes nothing from it."""
    known = [run.folder for run in listing(workspace)]
    return any(status(run).at_work and not backends.address(run) for run in known)


def _write(folder: Path, asked: dict[str, Any], recipe: Recipe, rows_asked: Rows) -> None:
    partial = folder.with_name(f".{folder.name}.partial")
    write_json(partial / "recipe.json", asdict(recipe))
    rows.write(rows_asked, partial / "rows.jsonl")
    write_json(partial / "run.json", asked)
    queueing.join(partial)
    with writing(folder):
        partial.rename(folder)
