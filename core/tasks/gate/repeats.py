"""Rows that say what another row says, or contradict it."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from core.records import Example, Finding
from core.tasks.gate.examined import Check, Examined, listed
from core.tasks.gate.search import exactly


def duplicates(examined: Examined) -> Iterator[Finding]:
    """Rows that say again what an earlier row says: case and spacing of the input aside."""
    seen: set[tuple[str, str]] = set()
    rows = []
    for example in examined.task.examples:
        key = exactly(example)
        if key in seen:
            rows.append(example.row)
        seen.add(key)
    yield from listed(
        "duplicate",
        "Rows that repeat an earlier row",
        rows,
        "Drop the repeats and keep the first of each.",
        why="Repeats teach nothing new, and what stands there twice counts twice in every figure.",
        fix="drop",
    )


def conflicts(examined: Examined) -> Iterator[Finding]:
    """Rows with the same input and different references."""
    wanted: defaultdict[str, list[Example]] = defaultdict(list)
    for example in examined.task.examples:
        wanted[exactly(example)[0]].append(example)
    rows = [
        example.row
        for same in wanted.values()
        if len({exactly(example)[1] for example in same}) > 1
        for example in same
    ]
    yield from listed(
        "conflict",
        "The same input with different references",
        rows,
        "Decide which reference is right and correct or drop the others.",
        why="The model is taught two answers to one question, and one of them is scored as wrong.",
    )


def near_duplicates(examined: Examined) -> Iterator[Finding]:
    """Rows that an earlier one makes needless, though no letter-for-letter repeats of it."""
    examples, repeats = examined.task.examples, examined.twins.repeats
    ways = Counter(pair.found for pair in repeats.values())
    said = " and ".join(f"{count} found by {way}" for way, count in sorted(ways.items())[::-1])
    yield from listed(
        "near-duplicate",
        f"Rows that say nearly the same as an earlier row ({said})",
        [examples[place].row for place in repeats],
        "Merge them: keep the first of each and drop the rest.",
        why="They teach hardly anything new and make the data look larger than it is.",
        fix="merge",
    )


def near_conflicts(examined: Examined) -> Iterator[Finding]:
    """Rows with the same input but for punctuation or a typo, and different references."""
    examples = examined.task.examples
    rows = [
        examples[place].row
        for pair in examined.twins.contradicting
        if exactly(examples[pair.first])[0] != exactly(examples[pair.second])[0]
        for place in (pair.first, pair.second)
    ]
    yield from listed(
        "near-conflict",
        "Inputs that differ only in punctuation or a typo, with different references",
        rows,
        "Look at each pair: correct the reference that is wrong, or say in the input what differs.",
        why="If they ask the same, the model is taught two answers to one question.",
    )


CHECKS: tuple[Check, ...] = (duplicates, conflicts, near_duplicates, near_conflicts)
