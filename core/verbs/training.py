"""Verbs of the Train page."""

import argparse
import time
from collections.abc import Mapping
from typing import Any

from core.errors import RunUnfinished
from core.training import recipe
from core.training.runs import Run, RunState
from core.verbs.saying import Said, progress
from core.workbench import Workbench

RUN_FIELDS = ("run", "task", "state", "cause", "started", "seconds", "steps", "adapter")
FOLLOW_SECONDS = 0.5


def train(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Start a run, or one for each seed; with `--follow` wait for their ends."""
    task = bench.task(asked.task)
    chosen = recipe.from_preset(asked.preset, asked.set)
    begun = bench.train_seeds(task, chosen, str(time.time_ns()), asked.seeds)
    said = [_begun(bench, run) for run in begun]
    if asked.follow:
        said = [_ended(bench, run) for run in begun]
    value = {**said[0].value, "runs": [one.value for one in said]}
    return Said(value, "\n".join(one.text for one in said))


def _begun(bench: Workbench, run: Run) -> Said:
    value = _named(run) | {"state": bench.state(run).state}
    what = "waits for another run to end" if value["state"] == "queued" else "has begun"
    return Said(value, f"{run.name} {what}. See: python -m core runs --task {run.task}")


def _named(run: Run) -> dict[str, Any]:
    return {"run": run.name, "task": run.task, "folder": str(run.folder)}


def _ended(bench: Workbench, run: Run) -> Said:
    ended = _followed(bench, run)
    if ended.state != "finished":
        raise RunUnfinished(f"{run.name}: {ended.state}. {ended.cause}", remedy=ended.remedy)
    value = _named(run) | {
        "state": ended.state,
        "adapter": ended.adapter,
        "steps": ended.steps,
        "seconds": ended.seconds,
        "best_validation_loss": ended.best_validation_loss,
    }
    return Said(value, f"{run.name} finished: {ended.steps} steps in {ended.seconds:.0f} s.")


def _followed(bench: Workbench, run: Run) -> RunState:
    show = progress("steps")
    while (state := bench.state(run)).active:
        show(state.steps, state.total_steps)
        time.sleep(FOLLOW_SECONDS)
    return state


def runs(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Runs and their states, newest first."""
    task = bench.task(asked.task) if asked.task else None
    listed = [_run(bench, run) for run in bench.runs(task)]
    text = "\n".join(map(_run_line, listed))
    return Said(
        {"runs": listed}, text or "No runs yet. Start one: python -m core train --task NAME"
    )


def _run(bench: Workbench, run: Run) -> dict[str, Any]:
    state = bench.state(run)
    return {name: getattr(state, name) for name in RUN_FIELDS}


def _run_line(run: Mapping[str, Any]) -> str:
    return f"{run['run']}  {run['state']:<9} {run['steps']:>5} steps  {run['cause']}".rstrip()


def stop(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Stop a run and say what became of it."""
    run = bench.run(asked.run)
    bench.stop(run)
    return _said_run(bench, run)


def resume(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Go on with a run."""
    run = bench.run(asked.run)
    bench.resume(run)
    return _said_run(bench, run)


def _said_run(bench: Workbench, run: Run) -> Said:
    value = _run(bench, run)
    return Said(value, _run_line(value))


def export(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Write adapter, merged model and card; whole or not at all."""
    folder = bench.export(bench.run(asked.run), asked.to)
    files = sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
    return Said({"run": asked.run, "folder": str(folder), "files": files}, f"Written to {folder}.")
