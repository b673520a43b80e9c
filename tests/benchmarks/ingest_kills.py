"""Documents written and indexed by a process that is killed again and again: nothing is lost.

`python -m tests.benchmarks.ingest_kills` kills a hundred times and prints what was found after.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.retrieval import documents, index, versions
from core.store import Store
from core.workspace import Workspace
from tests.test_retrieval_index import HashedWords, nearest

ROOT = Path(__file__).parents[2]
NAMES = 12  # documents that are written by turns, so that most writes are edits
LONGEST = 0.6  # seconds until a kill; writing and indexing one takes about a fifth


@dataclass
class Tally:
    """What a row of kills did."""

    kills: int = 0
    acknowledged: int = 0  # writes that were indexed before the kill
    lost: int = 0  # acknowledged texts that were gone after
    broken: int = 0  # indexes that did not hold exactly the documents
    left: int = 0  # half-built indexes after the next opening


def main() -> None:
    """A hundred kills."""
    if sys.argv[1:2] == ["child"]:
        serve(Path(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as place:
        print(killed(Path(place), kills=100, seed=0))


def killed(place: Path, kills: int, seed: int, every: int = 1) -> Tally:
    """Kill so many times, at moments drawn from the seed; look at the index after each `every`."""
    workspace, draw, tally = Workspace(place), random.Random(seed), Tally()
    store, done = Store(workspace.database), 0
    with forker(place) as child:
        for number in range(1, kills + 1):
            done = _round(child, done, draw.uniform(0, LONGEST), tally)
            look(workspace, store, done, tally, number % every == 0)
    store.close()
    tally.acknowledged = done
    return tally


def text_of(step: int) -> str:
    """What is written at a step."""
    return f"Rule d{step % NAMES} says number {step}.\n"


def look(workspace: Workspace, store: Store, done: int, tally: Tally, index_too: bool) -> None:
    """Count what is missing after the steps up to `done`; one more may have been written."""
    folder = workspace.root / "documents"
    texts = {one.name: one.text for one in documents.read_all(folder).documents}
    for step in range(max(1, done - NAMES + 1), done + 1):
        allowed = {text_of(step), text_of(done + 1)}
        tally.lost += texts.get(f"d{step % NAMES}.md") not in allowed
    if not index_too or not texts:
        return
    opened = index.open_index(workspace, store, documents.read_all(folder).documents, HashedWords())
    held = sorted(nearest(opened, "Rule says number", k=2 * NAMES))
    tally.broken += held != sorted(text.strip() for text in texts.values())
    tally.left += len(list(workspace.indexes.glob(".building-*")))


def _round(child: "subprocess.Popen[bytes]", done: int, delay: float, tally: Tally) -> int:
    """Start a writer after the steps that are done, kill it; returns the steps done now."""
    assert child.stdin
    assert child.stdout
    child.stdin.write(b"%d\n" % done)
    child.stdin.flush()
    pid = int(child.stdout.readline())
    time.sleep(delay)
    os.kill(pid, signal.SIGKILL)
    tally.kills += 1
    for line in child.stdout:
        if line == b"dead\n":
            break
        done = int(line)
    return done


@contextmanager
def forker(place: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process with everything imported, so that each writer lives at once."""
    command = [sys.executable, "-m", "tests.benchmarks.ingest_kills", "child", str(place)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        yield child
        child.kill()


def serve(place: Path) -> None:
    """Fork a writer for each line, which names the steps that are done."""
    import chromadb  # noqa: F401  # seconds, which no writer shall wait

    for line in sys.stdin:
        writer = os.fork()
        if not writer:
            write(place, int(line))
        os.waitpid(writer, 0)
        os.write(1, b"dead\n")


def write(place: Path, done: int) -> None:
    """Write and index one document after another, and say so after each, until killed."""
    os.write(1, b"%d\n" % os.getpid())
    workspace = Workspace(place)
    store, folder = Store(workspace.database), place / "documents"
    for step in range(done + 1, sys.maxsize):
        versions.store(folder, f"d{step % NAMES}.md", text_of(step).encode())
        found = documents.read_all(folder).documents
        index.open_index(workspace, store, found, HashedWords())
        os.write(1, b"%d\n" % step)


if __name__ == "__main__":
    main()
