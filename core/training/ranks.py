"""Which of a run's workers this process is. Several share its batches and average their gradients.

The launcher (Ray Train, torchrun) says it by the environment; without one there is one worker.
Only the first, rank 0, keeps a journal, checkpoints and the result.
"""

import os

from core.errors import CannotTrain


def rank() -> int:
    """From 0."""
    return int(os.environ.get("RANK", "0"))


def first() -> bool:
    """Whether this is the one that writes."""
    return rank() == 0


def workers() -> int:
    """How many there are."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def share(batch: int, among: int) -> int:
    """Rows of a batch for each worker: a step learns from as many rows whoever shares it.

    Raises:
        CannotTrain: They cannot be shared evenly.
    """
    if batch % among:
        raise CannotTrain(
            f"A batch of {batch} rows cannot be shared evenly by {among} workers.",
            remedy=f"Set batch to a multiple of {among} under More settings, or change the number "
            "of workers on the Settings page.",
        )
    return batch // among
