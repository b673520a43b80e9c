"""What each of several workers on a cluster does: its share of the run; the first one tells."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.training import ranks, worker
from core.training.backends.sending import INTERVAL, Sender
from core.training.journal import Journal

Ear = Callable[[str], None]  # hears one line of `telling`, in order


class Broken(RuntimeError):
    """Ends the other workers, who would wait for this one for ever."""


def learn(folder: Path, hear: Ear) -> None:
    """Train a share of the run; the first worker tells events, and the adapter at the end.

    Raises:
        Broken: The run failed or diverged, which was told before.
    """
    journal = Journal(folder, speaks=ranks.first())
    sender = Sender(folder, hear)
    over = threading.Event()
    telling = threading.Thread(target=_keep_telling, args=(sender, over), daemon=True)
    if ranks.first():
        telling.start()
    ending = worker.ending(folder, journal)
    journal.note(**ending, seconds=journal.seconds)
    if ranks.first():
        over.set()
        telling.join()
        sender.tell()
    if ending["event"] in ("failed", "diverged"):
        raise Broken(str(ending.get("cause", "")))


def _keep_telling(sender: Sender, over: threading.Event) -> None:
    while not over.wait(INTERVAL):
        sender.tell()


def ended(told: dict[str, Any]) -> bool:
    """Whether a line of `telling` says how the run ended."""
    return told.get("event", {}).get("event") in ("finished", "failed", "diverged", "stopped")
