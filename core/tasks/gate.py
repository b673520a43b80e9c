"""The data gate: what is wrong with a task's examples, before anyone trains or measures on them."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

from core.records import Example, Finding, Split, Task
from core.tasks.split import same_input

ROWS_SHOWN = 20
ENOUGH_TO_TUNE = 50  # below it a LoRA result is luck more than learning
ENOUGH_TO_MEASURE = 20  # below it a 95 % interval of a share is wider than 40 points

Check = Callable[[Task, Split], Iterable[Finding]]


def findings(task: Task, split: Split) -> tuple[Finding, ...]:
    """All findings, blocking ones first. A pure function of task and split."""
    found = [finding for check in CHECKS for finding in check(task, split)]
    return tuple(sorted(found, key=lambda finding: not finding.blocking))


def _finding(
    code: str, title: str, rows: Iterable[int], remedy: str, blocking: bool = False
) -> Iterator[Finding]:
    listed = sorted(rows)
    if listed:
        yield Finding(code, title, len(listed), tuple(listed[:ROWS_SHOWN]), remedy, blocking)


def empty_rows(task: Task, split: Split) -> Iterator[Finding]:
    """Rows without an input or without a reference."""
    rows = [row.row for row in task.examples if not row.input or not row.reference]
    yield from _finding(
        "empty", "Rows with an empty input or reference", rows, "Fill them in or drop them.", True
    )


def duplicates(task: Task, split: Split) -> Iterator[Finding]:
    """Rows that say again what an earlier row says."""
    seen: set[tuple[str, str]] = set()
    rows = []
    for example in task.examples:
        key = (same_input(example.input), example.reference)
        if key in seen:
            rows.append(example.row)
        seen.add(key)
    yield from _finding(
        "duplicate", "Rows that repeat an earlier row", rows, "Drop the repeats: they add no news."
    )


def conflicts(task: Task, split: Split) -> Iterator[Finding]:
    """Rows with the same input and different references."""
    wanted: defaultdict[str, list[Example]] = defaultdict(list)
    for example in task.examples:
        wanted[same_input(example.input)].append(example)
    rows = [
        example.row
        for twins in wanted.values()
        if len({twin.reference for twin in twins}) > 1
        for example in twins
    ]
    yield from _finding(
        "conflict", "The same input with different references", rows, "Decide which one is right."
    )


def leaks(task: Task, split: Split) -> Iterator[Finding]:
    """Holdout rows whose input also stands in train or validation."""
    known = {same_input(example.input) for example in (*split.train, *split.validation)}
    rows = [row.row for row in split.holdout if same_input(row.input) in known]
    yield from _finding(
        "leak",
        "Holdout rows that also stand in train",
        rows,
        "Give the two rows the same `group`, so that the split keeps them together.",
        True,
    )


def unknown_labels(task: Task, split: Split) -> Iterator[Finding]:
    """References that are not among the task's labels."""
    if task.output != "label":
        return
    rows = [example.row for example in task.examples if example.reference not in task.labels]
    yield from _finding(
        "label",
        "References that are not in the list of labels",
        rows,
        "Correct them, or add them to `labels` in task.toml.",
        True,
    )


def broken_json(task: Task, split: Split) -> Iterator[Finding]:
    """References that are not an object with the schema's keys and allowed values."""
    if task.output != "json":
        return
    rows = [row.row for row in task.examples if not _fits(row.reference, task)]
    yield from _finding(
        "schema", "References that do not fit the schema", rows, "Mend their keys or values.", True
    )


def _fits(reference: str, task: Task) -> bool:
    try:
        value = json.loads(reference)
    except (ValueError, RecursionError):
        return False
    if not isinstance(value, dict) or (task.schema and set(value) != set(task.schema)):
        return False
    return all(not allowed or str(value[key]) in allowed for key, allowed in task.schema.items())


def rare_labels(task: Task, split: Split) -> Iterator[Finding]:
    """Labels that the train part shows fewer than five times."""
    if task.output != "label":
        return
    counts = Counter(example.reference for example in split.train)
    rare = {label for label in task.labels if counts[label] < 5}
    rows = [example.row for example in task.examples if example.reference in rare]
    yield from _finding(
        "rare-label", f"Labels with under five train rows: {', '.join(sorted(rare))}", rows,
        "Add examples of them.",
    )  # fmt: skip


def too_few(task: Task, split: Split) -> Iterator[Finding]:
    """Fewer examples than tuning or measuring needs."""
    if len(task.examples) < ENOUGH_TO_TUNE:
        yield Finding(
            "few-examples",
            f"Only {len(task.examples)} examples: too few to fine-tune on",
            len(task.examples),
            (),
            f"Collect at least {ENOUGH_TO_TUNE}.",
            True,
        )
    if len(split.holdout) < ENOUGH_TO_MEASURE:
        yield Finding(
            "small-holdout",
            f"Only {len(split.holdout)} holdout examples: intervals will be wide",
            len(split.holdout),
            (),
            f"Collect at least {ENOUGH_TO_MEASURE * 5} examples in all.",
        )


CHECKS: tuple[Check, ...] = (
    empty_rows, duplicates, conflicts, leaks, unknown_labels, broken_json, rare_labels, too_few,
)  # fmt: skip
