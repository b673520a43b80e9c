"""On the cluster: train a run and tell everything by standard output.

`python -m core.training.backends.sending FOLDER`, the entry point of a job.
"""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from core.training import process
from core.training.backends import telling
from core.workspace import lines

INTERVAL = 0.5  # seconds between two looks at the events


def printed(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)  # noqa: T201


class Sender:
    """Tells each event once; before the end of a finished run, its adapter.

    Args:
        folder: Of the run.
        hear: Takes the lines.
    """

    def __init__(self, folder: Path, hear: Callable[[str], None] = printed) -> None:
        self.folder, self.hear = folder, hear
        self.told = 0
        self.speaking = threading.Lock()  # two threads speak, in whole lines

    def say(self, text: str) -> None:
        """Tell one line."""
        with self.speaking:
            self.hear(text)

    def repeat(self, output: IO[str]) -> None:
        """Tell what the worker prints, until it closes its output."""
        for printed in output:
            self.say(telling.line(log=printed.rstrip("\n")))

    def tell(self) -> None:
        """Tell the events that are new."""
        happened = lines(self.folder / "events.jsonl")
        for event in happened[self.told :]:
            if event["event"] == "finished":
                self._send_adapter()
            self.say(telling.line(event=event))
        self.told = len(happened)

    def _send_adapter(self) -> None:
        for file in sorted((self.folder / "adapter").iterdir()):
            for part in telling.parts(file):
                self.say(part)


def main(folder: Path) -> int:
    """Train, tell, and leave as the worker leaves."""
    worker: Any = subprocess.Popen(
        [sys.executable, "-m", "core.training.worker", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=process.environment(),  # the cluster's own keys are none of its business
    )
    sender = Sender(folder)
    repeating = threading.Thread(target=sender.repeat, args=(worker.stdout,))
    repeating.start()
    while repeating.is_alive():
        repeating.join(INTERVAL)
        sender.tell()
    code = int(worker.wait())
    sender.tell()
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
