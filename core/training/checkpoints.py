"""Checkpoints to resume from: only those that were sealed, and are still whole.

The trainer resumes from an empty or truncated checkpoint without noticing. A kill
inside a save leaves one without a manifest, and the one before it counts.
"""

import shutil
from pathlib import Path

from core.training.manifest import MANIFEST, whole


def step(folder: Path) -> int:
    """Step of the newest sealed checkpoint, 0 where there is none. Digests are not compared."""
    sealed = [file.parent for file in folder.glob(f"checkpoint-*/{MANIFEST}")]
    return max((_step(checkpoint) for checkpoint in sealed), default=0)


def latest(folder: Path) -> Path | None:
    """The newest whole checkpoint, or None; those that are not whole are removed."""
    for checkpoint in list(folder.glob("checkpoint-*")):
        if not whole(checkpoint):
            shutil.rmtree(checkpoint)
    return max(folder.glob("checkpoint-*"), key=_step, default=None)


def _step(checkpoint: Path) -> int:
    return int(checkpoint.name.removeprefix("checkpoint-"))
