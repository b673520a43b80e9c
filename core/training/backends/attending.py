"""The attendant: stands for a run elsewhere, so that its folder tells how it goes.

`python -m core.training.backends.attending FOLDER`. It may be killed at any time: the
job goes on, and the next attendant takes up the same one.
"""

import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from core.errors import FirstLeverError
from core.training import backends, process, pulse, state
from core.training.backends.backend import WORKING, Backend, Unreachable

PAUSE = 1.0  # seconds between two looks
PATIENCE = 180.0  # seconds without an answer before the attendant gives up


def main(folder: Path) -> int:
    """Attend to a run until it ends, and note how it ended; returns the exit status."""
    process.record(folder / "process.json", process.of(os.getpid()))
    with pulse.beating(folder / "heartbeat"):
        ending = _ending(folder)
        if state.unended(folder):  # the run there did not say how it ended
            state.note(folder, **ending)
    return 1 if state.status(folder).state == "failed" else 0


def _ending(folder: Path) -> dict[str, Any]:
    try:
        return attend(folder, backends.elsewhere(folder))
    except FirstLeverError as failed:
        return _failed(failed.problem, failed.remedy)
    except Exception as failed:
        traceback.print_exc()
        cause = f"{type(failed).__name__}: {failed}"
        return _failed(cause, f"Read the end of {folder / backends.ATTENDANT.log}.")


def _failed(cause: str, remedy: str) -> dict[str, Any]:
    return {"event": "failed", "cause": cause, "remedy": remedy}


def attend(folder: Path, backend: Backend, pause: float = PAUSE) -> dict[str, Any]:
    """Submit the run where no job of it is at work, and follow it to its end.

    Returns:
        The event to note if the run did not note one itself.

    Raises:
        Unreachable: No answer for `PATIENCE` seconds; the job may go on.
    """
    answered = time.monotonic()
    begun = False  # whether the job that this attendant stands for is known
    while True:
        try:
            if (folder / "stop").exists():
                backend.stop(folder)
                backend.fetch(folder)
                return {"event": "stopped"}
            now = backend.status(folder)
            if not begun and now in ("none", "failed", "stopped"):
                backend.submit(folder)
            else:
                backend.fetch(folder)
                if now not in WORKING:
                    return _end(backend, folder)
            begun = True
            answered = time.monotonic()
        except Unreachable:
            if time.monotonic() - answered > PATIENCE:
                raise
        time.sleep(pause)


def _end(backend: Backend, folder: Path) -> dict[str, Any]:
    said = (backend.logs(folder).strip().splitlines() or ["nothing"])[-1][:200]
    return _failed(
        f"The job ended without a result; it said last: {said}",
        f"Read the end of {folder / 'worker.log'}, then resume the run.",
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
