"""JSON references that do not all have one shape."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn

from core.records import Finding, Task
from core.tasks.gate.examined import Check, Examined, listed

USUAL = 0.8  # of the rows; a key that so many have belongs in all
Objects = Mapping[int, Mapping[str, Any]]  # by row
Keyed = Iterable[tuple[str, int]]  # a key that is wrong, and the row


def json_shape(examined: Examined) -> Iterator[Finding]:
    """References that are no object, or differ in keys, values, types or the order of keys."""
    task = examined.task
    if task.output != "json":
        return
    objects, broken = _read(task)
    yield from listed(
        "schema",
        "References that are not a JSON object",
        broken,
        "Mend their quotes, commas and brackets.",
        why="No answer to them can be scored, and the model learns broken JSON.",
        blocking=True,
    )
    yield from _keys(objects, task)
    yield from _values(objects, task)
    yield from _types(objects)
    yield from _order(objects)


def _read(task: Task) -> tuple[dict[int, dict[str, Any]], list[int]]:
    objects, broken = {}, []
    for example in task.examples:
        value = _object(example.reference)
        if value is not None:
            objects[example.row] = value
        elif example.reference:  # an empty one has a finding of its own
            broken.append(example.row)
    return objects, broken


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a key stands twice")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _keys(objects: Objects, task: Task) -> Iterator[Finding]:
    wanted = set(task.schema) or _usual(objects)
    missing = [(key, row) for row, value in objects.items() for key in wanted - value.keys()]
    extra = [(key, row) for row, value in objects.items() for key in value.keys() - wanted]
    yield from _named(
        "schema-missing",
        "Keys that are missing",
        missing,
        "Add the key, with null where there is nothing to say.",
        why="The model learns that it may leave the key out.",
        blocking=bool(task.schema),
    )
    yield from _named(
        "schema-extra",
        "Keys that the schema does not have" if task.schema else "Keys that hardly any row has",
        extra,
        "Take them out, or give them to every row.",
        why="The model learns to add them at random.",
        blocking=bool(task.schema),
    )


def _usual(objects: Objects) -> set[str]:
    seen = Counter(key for value in objects.values() for key in value)
    return {key for key, count in seen.items() if count >= USUAL * len(objects)}


def _values(objects: Objects, task: Task) -> Iterator[Finding]:
    wrong = [
        (key, row)
        for row, value in objects.items()
        for key, allowed in task.schema.items()
        if allowed and key in value and str(value[key]) not in allowed
    ]
    yield from _named(
        "schema-value",
        "Values that the schema does not allow",
        wrong,
        "Correct them, or add them to the schema in task.toml.",
        why="The model learns values that the receiving program does not know.",
        blocking=True,
    )


def _types(objects: Objects) -> Iterator[Finding]:
    seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for value in objects.values():
        for key, said in value.items():
            seen[key][_type(said)] += 1
    mixed = {key: types.most_common(1)[0][0] for key, types in seen.items() if len(types) > 1}
    wrong = [
        (key, row)
        for row, value in objects.items()
        for key, usual in mixed.items()
        if key in value and _type(value[key]) != usual
    ]
    yield from _named(
        "schema-type",
        "Values of another type than in the other rows",
        wrong,
        "Write the key's value in one way: always in quotes, or always as a number.",
        why="A program that reads the answer will stumble, and no two rows teach the same.",
    )


def _type(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return type(value).__name__
    return "number"


def _order(objects: Objects) -> Iterator[Finding]:
    orders = {row: tuple(value) for row, value in objects.items()}
    places: defaultdict[frozenset[str], Counter[tuple[str, ...]]] = defaultdict(Counter)
    for order in orders.values():
        places[frozenset(order)][order] += 1
    usual = {keys: counts.most_common(1)[0][0] for keys, counts in places.items()}
    rows = [row for row, order in orders.items() if order != usual[frozenset(order)]]
    common = max(usual.values(), key=lambda order: places[frozenset(order)].total(), default=())
    yield from listed(
        "schema-order",
        "Keys in another order than in the other rows",
        rows,
        f"Write them in one order: {', '.join(common)}.",
        why="The model writes keys one after another: a changing order is one more thing to guess.",
    )


def _named(
    code: str, title: str, found: Keyed, remedy: str, *, why: str, blocking: bool = False
) -> Iterator[Finding]:
    """A finding whose title names the keys, the most frequent ones first."""
    keys = Counter(key for key, _ in found)
    shown = ", ".join(f'"{key[:40]}" ({count})' for key, count in keys.most_common(3))
    more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
    rows = [row for _, row in found]
    yield from listed(code, f"{title}: {shown}{more}", rows, remedy, why=why, blocking=blocking)


CHECKS: tuple[Check, ...] = (json_shape,)
