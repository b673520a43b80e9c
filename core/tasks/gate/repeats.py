"""Rows that say the same, and what the holdout must not share with the rest."""

from collections import defaultdict
from collections.abc import Iterator

from core.records import Example, Finding
from core.tasks.gate.examined import Check, Examined, listed
from core.tasks.split import same_input


def duplicates(examined: Examined) -> Iterator[Finding]:
    """Rows that say again what an earlier row says."""
    seen: set[tuple[str, str]] = set()
    rows = []
    for example in examined.task.examples:
        key = (same_input(example.input), example.reference)
        if key in seen:
            rows.append(example.row)
        seen.add(key)
    yield from listed(
        "duplicate", "Rows that repeat an earlier row", rows, "Drop the repeats: they add no news."
    )


def conflicts(examined: Examined) -> Iterator[Finding]:
    """Rows with the same input and different references."""
    wanted: defaultdict[str, list[Example]] = defaultdict(list)
    for example in examined.task.examples:
        wanted[same_input(example.input)].append(example)
    rows = [
        example.row
        for twins in wanted.values()
        if len({twin.reference for twin in twins}) > 1
        for example in twins
    ]
    yield from listed(
        "conflict", "The same input with different references", rows, "Decide which one is right."
    )


def leaks(examined: Examined) -> Iterator[Finding]:
    """Holdout rows whose input also stands in train or validation."""
    known = {
        same_input(example.input) for example in (*examined.split.train, *examined.split.validation)
    }
    rows = [row.row for row in examined.split.holdout if same_input(row.input) in known]
    yield from listed(
        "leak",
        "Holdout rows that also stand in train",
        rows,
        "Give the two rows the same `group`, so that the split keeps them together.",
        blocking=True,
    )


CHECKS: tuple[Check, ...] = (duplicates, conflicts, leaks)
