"""A whole evaluation against one request at a time: `python -m tests.benchmarks.evaluation [TASK]`.

Fifty holdout examples by every lever of a task, with the embedded model and the adapter that ships
with it. First the evaluation as the page does it, from an empty record: answers in batches, some
of them alone for their seconds, scores and statistics. Then the same questions one at a time.
Prints one JSON document.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from core.evaluation.scoring import evaluate
from core.levers.answering import Job, answers
from core.records import Task
from core.workbench import Workbench

EXAMPLES = 50


def measure(bench: Workbench, task: Task) -> dict[str, Any]:
    """Seconds of both ways, and whether they say the same."""
    levers, _ = bench.levers(task)
    asked = [one.input for one in bench.split(task).holdout[:EXAMPLES]]
    for lever in levers:  # model, adapter and index are in memory from here on
        _answer(bench, Job(lever, asked[-1]))
    started, phases, worked = time.perf_counter(), {}, {}
    spent = time.process_time()

    def progress(done: int, total: int) -> None:
        phases.setdefault(done, time.perf_counter() - started)
        worked.setdefault(done, time.process_time() - spent)

    report = evaluate(
        task, bench.split(task), levers, bench.model(), bench.store,
        limit=EXAMPLES, progress=progress,
    )  # fmt: skip
    whole = time.perf_counter() - started
    batched, work = (each[len(asked) * len(levers)] for each in (phases, worked))
    kept = {(one.lever, one.question): one.text for one in _kept(bench)}
    started, spent = time.perf_counter(), time.process_time()
    alone = [_answer(bench, Job(lever, text)) for text in asked for lever in levers]
    apart, work_apart = time.perf_counter() - started, time.process_time() - spent
    same = sum(kept[one.lever, one.question] == one.text for one in alone)
    return {
        "task": task.name,
        "examples": report.holdout,
        "levers": list(report.levers),
        "evaluation_seconds": round(whole, 1),
        "of_them_in_batches": round(batched, 1),
        "one_at_a_time_seconds": round(apart, 1),
        "times_faster": round(apart / batched, 2),
        "times_less_processor_time": round(work_apart / work, 2),
        "times_faster_whole_evaluation": round(apart / whole, 2),
        "same_answers": f"{same} of {len(alone)}",
        "cores": psutil.cpu_count(),
        "load": round(psutil.getloadavg()[0], 1),
    }


def _answer(bench: Workbench, job: Job) -> Any:
    return next(one.answer for one in answers([job], bench.model()) if one.answer)


def _kept(bench: Workbench) -> list[Any]:
    """Every answer in the record, those made alone first, so that those of a batch count."""
    from core.store import ANSWERS, answer_from

    rows = bench.store._rows(ANSWERS.select().order_by(ANSWERS.c.created.desc()))
    return [answer_from(row["answer"]) for row in rows]


def main() -> None:
    """One task, in a workspace of its own."""
    name = sys.argv[1] if sys.argv[1:] else "store-policies"
    with tempfile.TemporaryDirectory() as place:
        bench = Workbench(Path(place))
        try:
            said = measure(bench, bench.task(name))
        finally:
            bench.close()
    sys.stdout.write(json.dumps(said, indent=2) + "\n")


if __name__ == "__main__":
    main()
