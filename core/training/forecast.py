"""What a run would take, before it starts: steps exactly; time, memory and disk about."""

import math
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import psutil

from core.errors import CannotTrain
from core.models.model import Model
from core.training.recipe import Recipe
from core.training.record import Run, listing
from core.training.rows import Row, Rows
from core.training.state import events, status
from core.workspace import Workspace

FEWEST = 8  # train rows; fewer teach the words of the rows, not the task
ENOUGH_STEPS = 20  # to tell a run's speed from its first moments
LOADING = 15.0  # seconds to import the libraries and load a small model
LIBRARIES = 700 * 2**20  # bytes of the training libraries in memory
# Forward, backward through the activations, and little else: 2 + 2 operations per weight and
# token, and half as much again for attention and the adapter.
OPERATIONS = 6
PRODUCTS = 30  # timed; the fastest one counts, the others shared the machine with something
EFFICIENCY = 0.3  # of what a bare matrix product reaches; the rest is overhead and validation
# Activations kept for the backward pass, in bytes per token and square root of the parameters:
# an upper bound over Llama-like shapes from 7 million to 1 billion parameters.
ACTIVATION = 160
# Adapter weights per rank and square root of the base's parameters, on all linear layers.
ADAPTER = 20
COPIES = 3 * 3 + 1  # weights and two moments in three checkpoints at a time, and the result

RAISE = "Raise Max tokens under More settings (command line: --set max_tokens=N)."
SMALLER = (
    "Choose a smaller batch or fewer max tokens under More settings, or a smaller model on the "
    "Settings page."
)


@dataclass(frozen=True)
class Forecast:
    """What a run would take."""

    rows: int  # train rows
    dropped: int
    steps: int  # at most: it stops earlier when the validation loss no longer falls
    tokens: int  # read in all passes
    seconds: float
    memory_bytes: int
    disk_bytes: int
    basis: str  # how `seconds` was obtained


def forecast(workspace: Workspace, rows: Rows, recipe: Recipe, model: Model) -> Forecast:
    """What training `model` on these rows would take on this machine.

    Raises:
        CannotTrain: The model is not here, rows are too few, or memory or disk are too small.
    """
    parameters = _parameters(model)
    refuse_few(rows)
    steps = recipe.steps(len(rows.train))
    tokens = round(recipe.epochs * sum(row.tokens for row in rows.train))
    rate, basis = _rate(workspace, model.digest, parameters)
    found = Forecast(
        rows=len(rows.train),
        dropped=rows.dropped,
        steps=steps,
        tokens=tokens,
        seconds=LOADING + tokens / rate,
        memory_bytes=memory(parameters, rows.train, recipe),
        disk_bytes=COPIES * 4 * _adapter(parameters, recipe),
        basis=basis,
    )
    _refuse_too_large(workspace.runs, found)
    return found


def refuse_few(rows: Rows) -> None:
    """Refuse a run on a handful of rows.

    Raises:
        CannotTrain: Fewer than `FEWEST` are left to train on.
    """
    if len(rows.train) < FEWEST:
        left_out = f" ({rows.dropped} were longer than max_tokens)" if rows.dropped else ""
        raise CannotTrain(
            f"There are {len(rows.train)} rows to train on{left_out}; {FEWEST} are the least.",
            remedy=RAISE if rows.dropped else "Add examples to the task.",
        )


def memory(parameters: int, rows: tuple[Row, ...], recipe: Recipe) -> int:
    """Bytes at the peak: libraries, base in fp32, adapter with its moments, activations."""
    longest = max(row.tokens for row in rows)
    activations = ACTIVATION * math.sqrt(parameters) * recipe.batch * longest
    trained = 16 * _adapter(parameters, recipe)  # weights, gradients, two moments
    return LIBRARIES + 4 * parameters + trained + round(activations)


def _adapter(parameters: int, recipe: Recipe) -> int:
    return round(ADAPTER * recipe.rank * math.sqrt(parameters))


def _parameters(model: Model) -> int:
    if not model.trainable or not model.parameters:
        raise CannotTrain(
            f"{model.name} cannot be trained here: its weights are elsewhere.",
            remedy="Choose the embedded model or a local folder on the Settings page.",
        )
    return model.parameters


def _rate(workspace: Workspace, digest: str, parameters: int) -> tuple[float, str]:
    """Train tokens a second, validation included, and how that was obtained."""
    measured = _measured_rate(workspace, digest)
    if measured:
        return measured, "as fast as the last run of this model on this machine"
    return _estimated_rate(parameters), "estimated from a quick test of this machine"


def _measured_rate(workspace: Workspace, digest: str) -> float:
    """Tokens a second in the newest run of this model that was trained here, 0.0 without one."""
    for run in listing(workspace):
        if run.base_digest == digest and _trained_here(run):
            steps = [event for event in events(run.folder) if event["event"] == "step"]
            if len(steps) >= ENOUGH_STEPS and steps[-1]["seconds"] > steps[0]["seconds"]:
                first, last = steps[0], steps[-1]
                worked: float = last["seconds"] - first["seconds"]
                return float(last["tokens"] - first["tokens"]) / worked
    return 0.0


def _trained_here(run: Run) -> bool:
    """Runs that ship with a sample were timed on another machine and name no process."""
    return (run.folder / "process.json").exists() and status(run.folder).state == "finished"


def _estimated_rate(parameters: int) -> float:
    import numpy

    square = numpy.ones((512, 512), dtype=numpy.float32)
    fastest = min(_timed(lambda: square @ square) for _ in range(PRODUCTS))
    speed = 2 * 512**3 / fastest
    return EFFICIENCY * speed / (OPERATIONS * parameters)


def _timed(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def _refuse_too_large(place: Path, found: Forecast) -> None:
    memory_free = psutil.virtual_memory().available
    disk_free = shutil.disk_usage(place).free
    if found.memory_bytes > memory_free:
        raise CannotTrain(
            f"Training needs about {_gib(found.memory_bytes)} of memory, "
            f"{_gib(memory_free)} are free.",
            remedy=SMALLER,
        )
    if found.disk_bytes > disk_free:
        raise CannotTrain(
            f"Training needs about {_gib(found.disk_bytes)} of disk, {_gib(disk_free)} are free.",
            remedy="Free some space, or choose a smaller rank.",
        )


def _gib(size: int) -> str:
    return f"{size / 2**30:.1f} GiB"
