"""The split of a task, kept in its folder, so that no example changes sides once it has one.

Groups are kept by their keys, which say nothing of what is in them. A group that vanishes from
the examples keeps its part, and has it again when it comes back.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from core.errors import TaskUnreadable
from core.records import Example, Split, Task, fingerprint
from core.tasks.gate import near
from core.tasks.split import PARTS, Part, group_of, key, split
from core.workspace import lock, read_json, write_json

FILE = "split.json"
TRIES = 20  # seeds, where there are so few groups that another seed may give the same holdout


@dataclass(frozen=True)
class Frozen:
    """Which part each group is in."""

    seed: int = 0
    created: float = 0.0  # seconds since the epoch
    parts: Mapping[str, Part] = field(default_factory=dict)  # by the group's key
    together: tuple[tuple[str, ...], ...] = ()  # keys of groups with near duplicates in each other

    @property
    def version(self) -> str:
        """Changes with any of it, so that an edit by hand is seen."""
        return fingerprint(self.seed, self.created, sorted(self.parts.items()), self.together)

    def of(self, task: Task, seed: int | None = None) -> Split:
        """The split of the task's examples, new groups added by the seed; by another one, anew."""
        return split(
            task.examples,
            self.seed if seed is None else seed,
            together=_rows(task.examples, self.together),
            stratify=task.output == "label",
            known=self.parts if seed is None else {},
        )


def read(folder: Path) -> Frozen | None:
    """The split kept in a task's folder, None where there is none.

    Raises:
        TaskUnreadable: The file is damaged, or not as First Lever wrote it.
    """
    file = folder / FILE
    if not file.exists():
        return None
    try:
        return _frozen(read_json(file))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OSError) as broken:
        raise TaskUnreadable(
            f"{folder.name}/{FILE} is not as First Lever wrote it.",
            remedy="Put the file back as it was, or delete it: the examples are then split anew, "
            "and old scores no longer compare.",
        ) from broken


def of_task(task: Task, keep: bool = True) -> Split:
    """The split of a task, frozen at first use where it is to be kept.

    Raises:
        TaskUnreadable: What was kept is damaged.
        WorkspaceUnusable: It cannot be written.
    """
    held = read(task.folder)
    if keep and (held is None or _lacks(held, task.examples)):
        with guarded(task.folder):
            held = freeze(task)
    return (held or first(task)).of(task)


def freeze(task: Task) -> Frozen:
    """What is kept of the task's split, with groups that are new written, too. Needs the guard."""
    held = read(task.folder) or first(task)
    parts = {**_parts(held.of(task)), **held.parts}
    if parts != held.parts:
        held = replace(held, parts=parts)
        _write(task.folder, held)
    return held


def first(task: Task) -> Frozen:
    """The split before anything is kept: seed 0, near duplicates together."""
    clusters = near.clusters(task.examples, task.output)
    return Frozen(0, time.time(), {}, _keys(task.examples, clusters))


def anew(task: Task) -> Split:
    """Split with the next seed that makes another holdout. Scores before it no longer compare.

    It also replaces a damaged file.
    """
    with guarded(task.folder):
        held = _legible(task)
        before = held.of(task)
        for seed in range(held.seed + 1, held.seed + 1 + TRIES):
            parts = held.of(task, seed)
            if set(parts.holdout) != set(before.holdout):
                break
        _write(task.folder, replace(held, seed=seed, created=time.time(), parts=_parts(parts)))
    return parts


def carry(
    folder: Path,
    held: Frozen,
    pairs: Iterable[tuple[Example, Example]],
    moved: Mapping[str, Part] | None = None,
) -> None:
    """Keep each example in its part though its group gets another name. Needs the guard.

    Args:
        folder: The task's.
        held: What is kept now.
        pairs: Examples before and after a change.
        moved: Parts by the new name of a group that leaves its part.
    """
    named: defaultdict[str, dict[str, None]] = defaultdict(dict)
    parts: dict[str, Part] = {}
    for old, new in ((key(group_of(one)), key(group_of(other))) for one, other in pairs):
        named[old][new] = None
        parts[new] = max(held.parts[old], parts.get(new, PARTS[0]), key=PARTS.index)
    parts |= {**held.parts, **{key(group): part for group, part in (moved or {}).items()}}
    renamed = (
        tuple(dict.fromkeys(new for one in cluster for new in named.get(one, (one,))))
        for cluster in held.together
    )
    together = tuple(dict.fromkeys((*held.together, *renamed)))
    if (parts, together) != (held.parts, held.together):
        _write(folder, replace(held, parts=parts, together=together))


def guarded(folder: Path) -> Any:
    """Hold the task alone while its files are written."""
    return lock(folder.with_name(f".{folder.name}.lock"))


def _legible(task: Task) -> Frozen:
    try:
        return read(task.folder) or first(task)
    except TaskUnreadable:
        return first(task)


def _lacks(held: Frozen, examples: Iterable[Example]) -> bool:
    return any(key(group_of(example)) not in held.parts for example in examples)


def _parts(parts: Split) -> dict[str, Part]:
    sides = zip(PARTS, (parts.train, parts.validation, parts.holdout), strict=True)
    return {key(group_of(one)): part for part, examples in sides for one in examples}


def _keys(
    examples: Iterable[Example], clusters: Iterable[Collection[int]]
) -> tuple[tuple[str, ...], ...]:
    of_row = {example.row: key(group_of(example)) for example in examples}
    found = (tuple(dict.fromkeys(of_row[row] for row in cluster)) for cluster in clusters)
    return tuple(cluster for cluster in found if len(cluster) > 1)


def _rows(
    examples: Iterable[Example], together: Iterable[Collection[str]]
) -> tuple[tuple[int, ...], ...]:
    if not together:
        return ()
    having: defaultdict[str, list[int]] = defaultdict(list)
    for example in examples:
        having[key(group_of(example))].append(example.row)
    return tuple(tuple(row for one in cluster for row in having[one]) for cluster in together)


def _write(folder: Path, frozen: Frozen) -> None:
    sides = {
        part: sorted(one for one in frozen.parts if frozen.parts[one] == part) for part in PARTS
    }
    said = {"seed": frozen.seed, "created": frozen.created, "version": frozen.version}
    write_json(folder / FILE, {**said, "parts": sides, "together": frozen.together})


def _frozen(said: Any) -> Frozen:
    parts = {str(one): part for part in PARTS for one in said["parts"][part]}
    together = tuple(tuple(map(str, cluster)) for cluster in said["together"])
    frozen = Frozen(int(said["seed"]), float(said["created"]), parts, together)
    if said["version"] != frozen.version:
        raise ValueError(said["version"])
    return frozen
