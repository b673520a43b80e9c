"""A worker as the system sees it: begun in a session of its own, known by more than its number."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from core.workspace import read_json, write_json, writing

SECRETS = ("KEY", "TOKEN", "SECRET", "PASSWORD")
QUIET = {
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
}
GONE = "gone"
CLOCK_TOLERANCE = 2.0  # seconds; the clock of start times drifts when the system's is set


@dataclass(frozen=True)
class Process:
    """A process group by its leader; the start time tells it from a later one of its number."""

    pid: int
    began: float  # Unix seconds

    def alive(self) -> bool:
        """Whether it still runs; a finished child that nobody waited for does not."""
        return self._status() not in (GONE, psutil.STATUS_ZOMBIE)

    def busy(self) -> bool:
        """Whether it computes or reads, or would if it were its turn: slow, but not hung."""
        return self._status() in (psutil.STATUS_RUNNING, psutil.STATUS_DISK_SLEEP)

    def memory(self) -> int:
        """Bytes it holds in memory, 0 once it is gone."""
        try:
            return int(psutil.Process(self.pid).memory_info().rss) if self.alive() else 0
        except psutil.NoSuchProcess:
            return 0

    def _status(self) -> str:
        try:
            found = psutil.Process(self.pid)
            same = abs(found.create_time() - self.began) < CLOCK_TOLERANCE
            return str(found.status()) if same else GONE
        except psutil.NoSuchProcess:
            return GONE

    def end(self, patience: float = 2.0) -> None:
        """Take the whole group down: asked first, killed `patience` seconds later."""
        for order in (signal.SIGTERM, signal.SIGKILL):
            if not self.alive():
                return
            os.killpg(self.pid, order)
            self.wait(patience)

    def wait(self, seconds: float) -> bool:
        """Whether it was gone within so many seconds."""
        deadline = time.monotonic() + seconds
        while self.alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True


def begin(
    arguments: Sequence[str], log: Path, cwd: Path, ended: Callable[[int, int], None]
) -> Process:
    """Start a process that outlives this one; `ended` hears pid and exit status if this one lives.

    Its output goes to a file: behind a pipe it would freeze when nobody reads. It
    inherits no keys or passwords.
    """
    with writing(log), log.open("ab") as output:
        child = subprocess.Popen(
            arguments,
            cwd=cwd,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    threading.Thread(target=lambda: ended(child.pid, child.wait()), daemon=True).start()
    return of(child.pid)


def of(pid: int) -> Process:
    """The process of that number, as it is now."""
    try:
        return Process(pid, psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return Process(pid, 0.0)


def environment() -> dict[str, str]:
    """This process's environment without keys and passwords, and with quiet libraries."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not any(word in name.upper() for word in SECRETS)
    }
    return {**kept, **QUIET}


def record(file: Path, process: Process) -> None:
    """Keep which process works in a folder."""
    write_json(file, asdict(process))


def recorded(file: Path) -> Process | None:
    """The process last recorded in a folder, or None before the first."""
    return Process(**read_json(file)) if file.exists() else None
