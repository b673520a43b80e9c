"""The line of runs that wait for the one at work: a `queued` file in each, written whole."""

import time
from pathlib import Path

from core.workspace import read_json, write_json, writing

MARK = "queued"


def join(folder: Path) -> None:
    """Put a run at the end of the line."""
    write_json(folder / MARK, {"since": time.time()})


def leave(folder: Path) -> None:
    """Take a run out of the line.

    Its heartbeat counts from here, so that it is not taken for lost before its worker shows life.
    """
    with writing(folder):
        (folder / "heartbeat").touch()
        (folder / MARK).unlink(missing_ok=True)


def queued(folder: Path) -> bool:
    """Whether this run waits."""
    return (folder / MARK).exists()


def waiting(runs: Path) -> list[Path]:
    """Folders of the runs in line, first come first."""
    found = {mark.parent: read_json(mark)["since"] for mark in runs.glob(f"[!.]*/{MARK}")}
    return sorted(found, key=lambda folder: (found[folder], folder.name))
