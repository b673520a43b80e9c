"""Split examples into train, validation and holdout, before anything else looks at them."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from core.records import Example, Finding, Split

Part = Literal["train", "validation", "holdout"]

PARTS: tuple[Part, ...] = ("train", "validation", "holdout")  # the later, the less was seen of it
HOLDOUT = 0.20
VALIDATION = 0.16  # the rest, 64 %, is train
SHARES: Mapping[Part, float] = {
    "train": 1 - HOLDOUT - VALIDATION,
    "validation": VALIDATION,
    "holdout": HOLDOUT,
}
FAR = 0.1  # of the examples: a part that misses its share by more is spoken of

Unit = tuple[str, ...]  # groups that stay on one side, in ascending order


def split(
    examples: Sequence[Example],
    seed: int = 0,
    *,
    together: Iterable[Collection[int]] = (),
    stratify: bool = False,
    known: Mapping[str, Part] | None = None,
) -> Split:
    """Divide examples 64 / 16 / 20, so that no group straddles two parts.

    Groups are ordered by a hash of seed and group, so the order of the file does not matter.
    An example without a group goes with those of the same input, and so do groups that share one.

    Args:
        examples: In any order.
        seed: Another one makes another split.
        together: Row numbers of examples that stay on one side as well.
        stratify: References are labels, whose shares shall be alike in all parts. Otherwise
            whole groups fill the holdout, then validation, each up to its share.
        known: Parts by `key` of groups that do not move; others go where room is left.
    """
    groups: defaultdict[str, list[Example]] = defaultdict(list)
    for example in examples:
        groups[group_of(example)].append(example)
    parts = {group: (known or {}).get(key(group)) for group in groups}
    fixed = {group: part for group, part in parts.items() if part}
    free: list[Unit] = []
    for unit in joined(examples, together):
        if settled := [fixed[group] for group in unit if group in fixed]:
            last = max(settled, key=PARTS.index)
            fixed |= {group: fixed.get(group, last) for group in unit}
        else:
            free.append(unit)
    free.sort(key=lambda unit: _shuffled(seed, unit[0]))
    fixed |= (_stratified if stratify else _filled)(free, groups, fixed)
    chosen: dict[Part, list[Example]] = {part: [] for part in PARTS}
    for group in sorted(groups, key=lambda group: _shuffled(seed, group)):
        chosen[fixed[group]] += groups[group]
    train, validation, holdout = (tuple(chosen[part]) for part in PARTS)
    return Split(train, validation, holdout, seed)


def group_of(example: Example) -> str:
    """The group an example is split by."""
    return f"group {example.group}" if example.group else f"input {same_input(example.input)}"


def key(group: str) -> str:
    """Names a group without saying what is in it."""
    return hashlib.sha256(group.encode()).hexdigest()[:16]


def same_input(text: str) -> str:
    """Inputs that differ only in case and spacing are the same input."""
    return " ".join(text.casefold().split())


def joined(examples: Sequence[Example], together: Iterable[Collection[int]] = ()) -> list[Unit]:
    """Groups that an input they share or rows that belong together join, directly or by others."""
    above: dict[str, str] = {}

    def top(name: str) -> str:
        while above.setdefault(name, name) != name:
            above[name] = name = above[above[name]]
        return name

    of_row: dict[int, str] = {}
    for example in examples:
        of_row[example.row] = group = group_of(example)
        if example.group:
            above[top(group)] = top(f"input {same_input(example.input)}")
    for cluster in together:
        names = [of_row[row] for row in cluster if row in of_row]
        for name in names[1:]:
            above[top(name)] = top(names[0])
    units: defaultdict[str, list[str]] = defaultdict(list)
    for group in sorted({group_of(example) for example in examples}):
        units[top(group)].append(group)
    return [tuple(unit) for unit in units.values()]


def lopsided(parts: Split) -> Iterator[Finding]:
    """Says so where groups that stay whole leave a part far from its share."""
    sizes = {"train": len(parts.train), "validation": len(parts.validation)}
    sizes["holdout"] = len(parts.holdout)
    total = sum(sizes.values())
    wanted = {part: round(share * total) for part, share in SHARES.items()}
    if all(abs(sizes[part] - wanted[part]) <= FAR * total + 1 for part in PARTS):
        return
    counts = " / ".join(str(sizes[part]) for part in PARTS)
    usual = " / ".join(str(wanted[part]) for part in PARTS)
    yield Finding(
        "lopsided",
        f"Train, validation and holdout have {counts} examples instead of about {usual}",
        total,
        (),
        "Give examples that need not stay together groups of their own, or split anew.",
        blocking=not (sizes["train"] and sizes["holdout"]),
        why="Examples of one group stay on one side: a very large group fills a part alone.",
    )


def _filled(
    free: Sequence[Unit], groups: Mapping[str, Sequence[Example]], fixed: Mapping[str, Part]
) -> dict[str, Part]:
    """The holdout up to its share, then validation, then train."""
    parts: dict[str, Part] = {}
    total = sum(map(len, groups.values()))
    held = Counter({part: 0 for part in PARTS})
    for group, part in fixed.items():
        held[part] += len(groups[group])
    for unit in free:
        room = (part for part in PARTS[:0:-1] if held[part] < round(SHARES[part] * total))
        part = next(room, "train")
        held[part] += sum(len(groups[group]) for group in unit)
        parts |= dict.fromkeys(unit, part)
    return parts


def _stratified(
    free: Sequence[Unit], groups: Mapping[str, Sequence[Example]], fixed: Mapping[str, Part]
) -> dict[str, Part]:
    """Each unit where its labels lack most, the rarest label and its largest units first."""
    labels = {group: Counter(row.reference for row in rows) for group, rows in groups.items()}
    wanted: Counter[str] = sum(labels.values(), Counter())
    held: dict[Part, Counter[str]] = {part: Counter() for part in PARTS}
    for group, part in fixed.items():
        held[part] += labels[group]
    counts = {unit: sum((labels[group] for group in unit), Counter[str]()) for unit in free}

    def first(unit: Unit) -> tuple[int, str, int]:
        label = min(counts[unit], key=lambda label: (wanted[label], label))
        return wanted[label], label, -counts[unit].total()

    def lack(unit: Unit, part: Part) -> float:
        def short(placed: int, here: int) -> float:
            return SHARES[part] * (placed + size) - here

        size = counts[unit].total()
        own = sum(
            count * short(sum(held[each][label] for each in PARTS), held[part][label])
            for label, count in counts[unit].items()
        )
        return own / size + short(sum(map(Counter.total, held.values())), held[part].total())

    chosen: dict[Unit, Part] = {}
    for unit in sorted(free, key=first):
        part = max(PARTS, key=lambda part: lack(unit, part))
        held[part] += counts[unit]
        chosen[unit] = part
    if free and not held["holdout"]:
        chosen[min(free, key=lambda unit: counts[unit].total())] = "holdout"
    return {group: part for unit, part in chosen.items() for group in unit}


def _shuffled(seed: int, group: str) -> str:
    return hashlib.sha256(f"{seed}\n{group}".encode()).hexdigest()
