"""A sign of life, given by a thread while the trainer computes."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

INTERVAL = 2.0  # seconds


@contextlib.contextmanager
def beating(file: Path) -> Iterator[None]:
    """Touch `file` every `INTERVAL` seconds until the block ends."""
    ended = threading.Event()
    thread = threading.Thread(target=_beat, args=(file, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(file: Path, ended: threading.Event) -> None:
    while True:
        file.touch()
        if ended.wait(INTERVAL):
            return
