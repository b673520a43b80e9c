"""Apply the one-click remedy of a finding to the examples file; every one can be undone."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from core.errors import TaskUnreadable
from core.records import Example, Finding, Fix, Task
from core.tasks import catalog, frozen, history
from core.tasks.editing import Edits, edited
from core.tasks.gate import form, personal
from core.tasks.history import Change
from core.tasks.split import PARTS, Part, Unit, group_of, joined, key
from core.workspace import write_bytes

Clusters = Iterable[Collection[int]]  # row numbers that belong together


@dataclass(frozen=True)
class _Asked:
    task: Task
    affected: frozenset[int]
    together: tuple[Collection[int], ...]
    held: frozen.Frozen


@dataclass(frozen=True)
class _Mended:
    edits: Edits
    what: str  # done to the rows, in words
    moved: Mapping[str, Part] = field(default_factory=dict)  # parts by names of new groups


def mend(
    folder: Path,
    finding: Finding,
    fix: Fix,
    *,
    together: Clusters = (),
    seen: Sequence[Example] | None = None,
) -> Change:
    """Apply a fix to the rows a finding affects. Examples that stay keep their parts.

    Args:
        folder: The task's.
        finding: Its `affected` are the rows.
        fix: "drop" and "merge" leave rows out, "mask" takes personal data and secrets out of
            them, "spell" writes their label as the list has it, "regroup" and "move" give the
            rows one group and bring it to the part of theirs that was seen least, the holdout
            before validation before train.
        together: Rows of one cluster. Merging keeps the first of each; regrouping makes one
            group of each instead of one of all, rows of the same input and group included.
        seen: The examples that the finding is about.

    Raises:
        TaskUnreadable: No such remedy, nothing to mend, or the file is not what was `seen`.
        WorkspaceUnusable: The disk refuses; the examples are as they were.
    """
    with frozen.guarded(folder):
        task = catalog.read(folder)
        _check(task, finding, fix, seen)
        held = frozen.freeze(task)
        mended = FIXES[fix](_Asked(task, frozenset(finding.affected), tuple(together), held))
        edits = _effective(task, mended.edits)
        source = history.examples_file(folder)
        content = edited(source, task.examples, edits)
        change = Change(mended.what, time.time(), len(edits), fix, finding.code)
        history.keep(folder, change, content)
        pairs = [(old, edits.get(old.row, old)) for old in task.examples]
        frozen.carry(folder, held, [(old, new) for old, new in pairs if new], mended.moved)
        write_bytes(source, content)
    return change


def undo(folder: Path, seen: Sequence[Example] | None = None) -> Change:
    """Bring back the examples as they were before the latest change; returns what was undone.

    Raises:
        TaskUnreadable: Nothing to undo, or the file is not what was `seen`, or was edited since.
    """
    with frozen.guarded(folder):
        before = catalog.read(folder)
        _unchanged(before, seen)
        held = frozen.freeze(before)
        change = history.undo(folder)
        after = catalog.read(folder).examples
        if len(after) == len(before.examples):
            frozen.carry(folder, held, zip(before.examples, after, strict=True))
    return change


changes = history.changes


def _check(task: Task, finding: Finding, fix: Fix, seen: Sequence[Example] | None) -> None:
    _unchanged(task, seen)
    if fix not in FIXES:
        raise TaskUnreadable(
            f"No click mends this: {finding.title}.", remedy=finding.remedy or "Mend it by hand."
        )
    absent = set(finding.affected) - {example.row for example in task.examples}
    if absent or not finding.affected:
        raise _stale(f"Row {min(absent)} is not" if absent else "None of its rows are", task)


def _unchanged(task: Task, seen: Sequence[Example] | None) -> None:
    if seen is not None and tuple(seen) != task.examples:
        raise _stale("What was looked at is no longer", task)


def _stale(what: str, task: Task) -> TaskUnreadable:
    return TaskUnreadable(
        f"{what} in the examples of {task.title}.", remedy="Reload the page and look again."
    )


def _effective(task: Task, edits: Edits) -> Edits:
    old = {example.row: example for example in task.examples}
    changed = {row: new for row, new in edits.items() if new != old[row]}
    if not changed:
        raise TaskUnreadable("These rows need no change.", remedy="Reload the page and look again.")
    return changed


def _drop(asked: _Asked) -> _Mended:
    return _Mended(dict.fromkeys(asked.affected), f"Dropped {_rows(len(asked.affected))}")


def _merge(asked: _Asked) -> _Mended:
    kept = {min(cluster) for cluster in asked.together}
    out = [row for row in asked.affected if row not in kept]
    return _Mended(dict.fromkeys(out), f"Merged: left out {_rows(len(out))} that repeat others")


def _mask(asked: _Asked) -> _Mended:
    rows = [example for example in asked.task.examples if example.row in asked.affected]
    edits = {
        old.row: replace(
            old, input=personal.masked(old.input), reference=personal.masked(old.reference)
        )
        for old in rows
    }
    masked = sum(edits[old.row] != old for old in rows)
    return _Mended(edits, f"Masked personal data and secrets in {_rows(masked)}")


def _spell(asked: _Asked) -> _Mended:
    rows = [example for example in asked.task.examples if example.row in asked.affected]
    meant = {one.row: form.probable(one.reference, asked.task) for one in rows}
    edits = {one.row: replace(one, reference=meant[one.row]) for one in rows if meant[one.row]}
    return _Mended(edits, f"Wrote the label of {_rows(len(edits))} as in the list")


def _regroup(asked: _Asked) -> _Mended:
    """Whole groups are joined: a row that left its group would put it on both sides."""
    rows: defaultdict[str, list[Example]] = defaultdict(list)
    for example in asked.task.examples:
        rows[group_of(example)].append(example)
    taken = {example.group for example in asked.task.examples}
    names = (name for n in count(1) if (name := f"together-{n}") not in taken)
    edits: dict[int, Example | None] = {}
    moved: dict[str, Part] = {}
    for unit, name in zip(_units(asked), names, strict=False):
        joint = [example for group in unit for example in rows[group]]
        edits |= {example.row: replace(example, group=name) for example in joint}
        parts = [asked.held.parts[key(group)] for group in unit]
        moved[f"group {name}"] = max(parts, key=PARTS.index)
    where = " and ".join(sorted(set(moved.values())))
    return _Mended(edits, f"Kept {_rows(len(edits))} together, now in {where}", moved)


def _units(asked: _Asked) -> list[Unit]:
    """Groups to join: those of each cluster, and those of all rows that no cluster joins."""
    examples, affected = asked.task.examples, set(asked.affected)
    clusters = [affected.intersection(cluster) for cluster in asked.together]
    touched = [example for example in examples if example.row in affected]
    unit_of = {group: unit for unit in joined(examples, clusters) for group in unit}
    mine = Counter(unit_of[group_of(example)] for example in touched)
    alone = [example.row for example in touched if mine[unit_of[group_of(example)]] == 1]
    groups = {group_of(example) for example in touched}
    return [unit for unit in joined(examples, [*clusters, alone]) if groups.intersection(unit)]


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"


FIXES: Mapping[Fix, Callable[[_Asked], _Mended]] = {
    "drop": _drop,
    "merge": _merge,
    "mask": _mask,
    "spell": _spell,
    "regroup": _regroup,
    "move": _regroup,
}
