"""What every place that trains can do: take a run, say how it goes, give back what it made."""

from pathlib import Path
from typing import Literal, Protocol

from core.errors import CannotTrain

Status = Literal["none", "waiting", "running", "succeeded", "failed", "stopped"]
WORKING: tuple[Status, ...] = ("waiting", "running")


class Unreachable(CannotTrain):
    """The place does not answer now; the run there may go on all the same."""


class Backend(Protocol):
    """A place that trains runs. The run's folder on this machine stays the truth about it."""

    def submit(self, folder: Path) -> None:
        """Begin the run there; returns before it has ended.

        Raises:
            CannotTrain: It is refused there.
        """

    def status(self, folder: Path) -> Status:
        """How it goes there; "none" where the place does not know the run."""

    def logs(self, folder: Path) -> str:
        """What it printed so far."""

    def stop(self, folder: Path) -> None:
        """End it; nothing happens where it has ended."""

    def fetch(self, folder: Path) -> None:
        """Bring what it made so far into the folder: events, log, and at the end the adapter."""
