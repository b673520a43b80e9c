"""An evaluation that is killed goes on where it was, in another process."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from core.evaluation.scoring import Report, evaluate
from core.levers.lora import Lora
from core.levers.prompt import Prompt
from core.models.model import Piece
from core.records import Adapter, Example, Generated, Message, Request, Split, Task
from core.store import Store

HOLDOUT = tuple(Example(f"question {at}", f"answer {at}", "", at + 1) for at in range(30))
SPLIT = Split((Example("t", "u"),), (), HOLDOUT, 0)
TASK = Task("shop", "Shop", "", "Answer.", "text", "exact_match", 0.8, HOLDOUT, Path())
NEEDED = 2 * 30 + 2 * 8  # two levers on the holdout, and eight examples one at a time
ROOT = Path(__file__).parent.parent
CHILD = """
import sys
from pathlib import Path
from tests.test_evaluation_killed import measure
measure(Path(sys.argv[1]), 0.02)
"""


class Scribe:
    """A model that writes down what it has answered; its adapter knows every answer."""

    name, digest, parameters, context, trainable = "scribe", "scribe1", 1000, 100, True

    def __init__(self, folder: Path, seconds: float) -> None:
        self.log = folder / "asked.txt"
        self.seconds = seconds

    def count(self, messages: Sequence[Message]) -> int:
        return 1

    def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
        for index, request in enumerate(requests):
            time.sleep(self.seconds)
            question = request.messages[-1].content.split("question ")[-1]
            with self.log.open("a") as log:
                log.write(f"{question} {bool(request.adapter)}\n")
            text = f"answer {question}" if request.adapter else "no idea"
            yield Piece(index, text, Generated(text, 10, 2, 0.5, 0.1, "end"))


def measure(folder: Path, seconds: float = 0.0) -> Report:
    """Both levers on the holdout, recorded in the folder."""
    store = Store(folder / "record.sqlite")
    levers = [Prompt(TASK), Lora(TASK, Adapter("run-1", Path("adapter"), "ad1", "base1"))]
    try:
        return evaluate(TASK, SPLIT, levers, Scribe(folder, seconds), store)
    finally:
        store.close()


def asked(folder: Path) -> list[str]:
    log = folder / "asked.txt"
    return log.read_text().splitlines() if log.exists() else []


def kill_after(folder: Path, answers: int) -> None:
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(folder)], cwd=ROOT)
    until = time.monotonic() + 60
    while len(asked(folder)) < answers:
        assert child.poll() is None
        assert time.monotonic() < until
        time.sleep(0.005)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL


@pytest.mark.parametrize("answers", [1, 33, 66])  # the last one among those made alone
def test_what_was_kept_before_a_kill_is_not_asked_again(tmp_path: Path, answers: int) -> None:
    kill_after(tmp_path, answers)
    before = len(asked(tmp_path))
    assert before < NEEDED
    report = measure(tmp_path)
    assert NEEDED <= len(asked(tmp_path)) <= NEEDED + 1  # one was made and not yet kept
    assert [one.levers["lora"].value for one in report.rows] == [1.0] * 30
    assert {name: one.metrics["exact_match"].n for name, one in report.levers.items()} == {
        "prompt": 30,
        "lora": 30,
    }


def test_a_killed_evaluation_ends_in_the_report_of_one_that_was_not(tmp_path: Path) -> None:
    for name in ("killed", "whole"):
        (tmp_path / name).mkdir()
    kill_after(tmp_path / "killed", 20)
    kill_after(tmp_path / "killed", 40)
    killed, whole = measure(tmp_path / "killed"), measure(tmp_path / "whole")
    assert killed.rows == whole.rows
    assert killed.comparisons == whole.comparisons
    assert measure(tmp_path / "killed").id == killed.id  # nothing is asked or kept twice
    assert killed.opened == 3  # each new start that brought new answers is counted
