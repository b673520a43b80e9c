"""Whether a run fits into this machine: memory and disk, and the setting to change if not."""

import math
import shutil
from pathlib import Path

import psutil

from core.errors import CannotTrain
from core.training import process
from core.training.pace import Pace
from core.training.recipe import Recipe
from core.training.record import listing
from core.training.rows import Row
from core.training.state import status
from core.workspace import Workspace

LIBRARIES = 700 * 2**20  # bytes of the training libraries in memory
# Adapter weights per rank and square root of the base's parameters, on all linear layers.
ADAPTER = 20
COPIES = 3 * 3 + 1  # weights and two moments in three checkpoints at a time, and the result
ADAPTER_INSTEAD = (
    "Train an adapter instead: set What learns to adapter under More settings (command line: "
    "--set trains=adapter)."
)
SMALLER = (
    "Choose a smaller batch or fewer max tokens under More settings, or a smaller model on the "
    "Settings page."
)


def memory(parameters: int, rows: tuple[Row, ...], recipe: Recipe, step: Pace) -> int:
    """Bytes at the peak: libraries, base, adapter with its moments, and a batch of long rows."""
    longest = max(row.tokens for row in rows)
    return still(parameters, recipe) + round(step.kept_bytes * recipe.batch * longest)


def still(parameters: int, recipe: Recipe) -> int:
    """Bytes of memory that are held whatever the batch is."""
    base = parameters if recipe.four_bit else 4 * parameters  # embeddings are not quantised
    trained = 16 * _trained(parameters, recipe)  # weights, gradients, two moments
    return LIBRARIES + trained + (0 if recipe.whole else base)


def smaller(recipe: Recipe) -> str:
    """What to change where even one row would not fit, as an instruction."""
    return ADAPTER_INSTEAD if recipe.whole else SMALLER


def thinner(recipe: Recipe) -> str:
    """What to change where the disk is too small, as an instruction."""
    return ADAPTER_INSTEAD if recipe.whole else "Or choose a smaller rank."


def less(rows: tuple[Row, ...], parameters: int, recipe: Recipe, step: Pace, free: int) -> str:
    """The batch that would fit, as an instruction; the step stays as large."""
    longest = max(row.tokens for row in rows)
    batch = int((free - still(parameters, recipe)) / max(step.kept_bytes * longest, 1.0))
    if not 1 <= batch < recipe.batch:
        return smaller(recipe)
    accumulation = -(-recipe.batch * recipe.accumulation // batch)
    return (
        f"Set batch to {batch} and accumulation to {accumulation} under More settings (command "
        f"line: --set batch={batch} accumulation={accumulation}): as large a step, in less memory."
    )


def disk(parameters: int, recipe: Recipe) -> int:
    """Bytes of the checkpoints and the result, at most."""
    return COPIES * 4 * _trained(parameters, recipe)


def _trained(parameters: int, recipe: Recipe) -> int:
    """Weights that learn."""
    if recipe.whole:
        return parameters
    return round(ADAPTER * recipe.rank * math.sqrt(parameters))


def memory_free(workspace: Workspace) -> int:
    """Bytes, those included that the run at work gives back before the next one begins."""
    import torch

    if torch.cuda.is_available():
        return int(torch.cuda.mem_get_info()[0])
    given_back = sum(
        worker.memory()
        for run in listing(workspace)
        if status(run.folder).at_work and (worker := process.recorded(run.folder / "process.json"))
    )
    return int(psutil.virtual_memory().available) + given_back


def refuse_memory(needed: int, free: int, remedy: str) -> None:
    """Refuse a run that would need more bytes than are free.

    Raises:
        CannotTrain: With both figures, and `remedy`.
    """
    if needed > free:
        raise CannotTrain(
            f"Training needs about {_gib(needed)} of memory, {_gib(free)} are free.", remedy=remedy
        )


def refuse_disk(place: Path, needed: int, remedy: str) -> None:
    """Refuse a run that would need more bytes than the disk of `place` has free.

    Raises:
        CannotTrain: With both figures, and `remedy`.
    """
    free = shutil.disk_usage(place).free
    if needed > free:
        raise CannotTrain(
            f"Training needs about {_gib(needed)} of disk, {_gib(free)} are free.",
            remedy=f"Free some space. {remedy}",
        )


def _gib(size: int) -> str:
    return f"{size / 2**30:.1f} GiB"
