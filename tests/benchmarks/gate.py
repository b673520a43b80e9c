"""Seconds and peak memory of the data gate: `python -m tests.benchmarks.gate [ROWS]`.

Three kinds of task are checked, each in a process of its own: free text with some repeats, one
question in many variants (the worst case for near duplicates), and labels with many twins.
"""

import multiprocessing
import resource
import sys
import time

from core.tasks import gate
from core.tasks.split import split
from tests import many

ROWS = 100_000


def measure(kind: str, rows: int) -> None:
    """Prints one line."""
    task = many.task(kind, rows)
    parts = split(task.examples)
    started, worked = time.perf_counter(), time.process_time()
    found = gate.findings(gate.Examined(task, parts))
    seconds, busy = time.perf_counter() - started, time.process_time() - worked
    counted = ", ".join(f"{one.code} {one.count:,}" for one in found)
    took = f"{seconds:.1f} s, {busy:.1f} of them at work, at most {_peak():.2f} GB"
    sys.stdout.write(f"{kind}, {rows:,} rows: {took}\n    {counted}\n")
    sys.stdout.flush()


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main() -> None:
    """All kinds, one after another."""
    rows = int(sys.argv[1]) if sys.argv[1:] else ROWS
    for kind in many.KINDS:
        process = multiprocessing.get_context("spawn").Process(target=measure, args=(kind, rows))
        process.start()
        process.join()


if __name__ == "__main__":
    main()
