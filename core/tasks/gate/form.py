"""Rows whose input or reference has not the form that the task asks for."""

import json
from collections.abc import Iterator

from core.records import Finding, Task
from core.tasks.gate.examined import Check, Examined, listed


def empty_rows(examined: Examined) -> Iterator[Finding]:
    """Rows without an input or without a reference."""
    rows = [row.row for row in examined.task.examples if not row.input or not row.reference]
    yield from listed(
        "empty",
        "Rows with an empty input or reference",
        rows,
        "Fill them in or drop them.",
        blocking=True,
    )


def unknown_labels(examined: Examined) -> Iterator[Finding]:
    """References that are not among the task's labels."""
    if examined.task.output != "label":
        return
    rows = [
        example.row
        for example in examined.task.examples
        if example.reference not in examined.task.labels
    ]
    yield from listed(
        "label",
        "References that are not in the list of labels",
        rows,
        "Correct them, or add them to `labels` in task.toml.",
        blocking=True,
    )


def broken_json(examined: Examined) -> Iterator[Finding]:
    """References that are not an object with the schema's keys and allowed values."""
    if examined.task.output != "json":
        return
    task = examined.task
    rows = [row.row for row in task.examples if not _fits(row.reference, task)]
    yield from listed(
        "schema",
        "References that do not fit the schema",
        rows,
        "Mend their keys or values.",
        blocking=True,
    )


def _fits(reference: str, task: Task) -> bool:
    try:
        value = json.loads(reference)
    except (ValueError, RecursionError):
        return False
    if not isinstance(value, dict) or (task.schema and set(value) != set(task.schema)):
        return False
    return all(not allowed or str(value[key]) in allowed for key, allowed in task.schema.items())


CHECKS: tuple[Check, ...] = (empty_rows, unknown_labels, broken_json)
