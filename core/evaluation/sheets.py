"""What raters are shown: a seeded sample of holdout answers, and whose answers they are.

The answers are those that the latest evaluation measured, taken from the record, so no model
is asked. A round keeps its sheet: what was rated stays known, whatever changes later.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from random import Random
from typing import Any, Literal

from core.errors import NotEvaluated
from core.evaluation import recorded
from core.evaluation.report import Report
from core.ratings import Kept
from core.records import Example, Split, fingerprint
from core.store import Store
from core.tasks.split import group_of

Kind = Literal["rubric", "blind"]
KINDS: tuple[Kind, ...] = ("rubric", "blind")
LEAST, MOST, USUAL = 20, 50, 30  # answers or pairs of a round


@dataclass(frozen=True)
class Shown:
    """One answer on the sheet, and every lever that gave it word for word."""

    text: str
    levers: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """What is rated at a time: one answer, or two of which the first stands left."""

    row: int  # in the examples file, from 1
    group: str  # examples of one group count as one unit
    input: str
    reference: str
    shown: tuple[Shown, ...]


@dataclass(frozen=True)
class Sheet:
    """What a round shows, in its order."""

    items: tuple[Item, ...]
    seed: int
    report: int  # id of the evaluation whose answers these are
    stamps: Mapping[str, str]  # by lever, what made its answers
    same: int = 0  # pairs that were left out because both answers read alike

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


@dataclass(frozen=True)
class Given:
    """One holdout example with what each lever answered."""

    example: Example
    answers: Mapping[str, str]


def of(kept: Kept) -> Sheet:
    """The sheet of a round."""
    items = tuple(
        Item(
            row=one["row"],
            group=one["group"],
            input=one["input"],
            reference=one["reference"],
            shown=tuple(Shown(said["text"], tuple(said["levers"])) for said in one["shown"]),
        )
        for one in kept.sheet["items"]
    )
    found = kept.sheet
    return Sheet(items, found["seed"], found["report"], found["stamps"], found["same"])


def stamps(report: Report) -> dict[str, str]:
    """By lever, the fingerprint of all that made the answers of an evaluation."""
    return {
        name: fingerprint(report.model_digest, one.adapter_digest, one.prompt_version, one.index)
        for name, one in report.levers.items()
    }


def given(report: Report, split: Split, store: Store, levers: Sequence[str]) -> tuple[Given, ...]:
    """The holdout examples that all of these levers answered when they were evaluated.

    Raises:
        NotEvaluated: The holdout is another one by now, or the answers are gone.
    """
    if report.split.get("version") != split.version:
        raise NotEvaluated(
            "The examples have changed since the evaluation.",
            remedy="Evaluate again on the Evaluate page.",
        )
    measured = {row.row for row in report.rows}
    examples = [one for one in split.holdout if one.row in measured]
    answers = {name: recorded.answers(report, name, examples, store) for name in levers}
    return tuple(
        Given(one, {name: answers[name][one.row].text for name in levers})
        for one in examples
        if all(one.row in answers[name] for name in levers)
    )


def rubric(found: Sequence[Given], size: int, seed: int) -> tuple[Item, ...]:
    """Whole examples, drawn by the seed, until `size` answers are reached; in mixed order.

    Levers that gave the same answer share one item, so that nobody reads it twice.
    """
    draw = Random(f"rubric {seed}")
    items: list[Item] = []
    for one in draw.sample(found, len(found)):
        alike: dict[str, tuple[str, ...]] = {}
        for lever, text in one.answers.items():
            alike[text.strip()] = (*alike.get(text.strip(), ()), lever)
        if items and len(items) + len(alike) > size:
            break
        items += [_item(one.example, Shown(text, levers)) for text, levers in alike.items()]
    draw.shuffle(items)
    return tuple(items)


@dataclass(frozen=True)
class Pairs:
    """Pairs of answers to compare, and how many were left out because both read alike."""

    items: tuple[Item, ...]
    same: int


def blind(found: Sequence[Given], levers: Sequence[str], size: int, seed: int) -> Pairs:
    """Pairs of unlike answers, every pair of levers in turn; which stands left is drawn."""
    draw = Random(f"blind {seed}")
    items: list[Item] = []
    same = 0
    for one, pair in _turns(draw.sample(found, len(found)), list(combinations(levers, 2))):
        if len(items) == size:
            break
        if one.answers[pair[0]].strip() == one.answers[pair[1]].strip():
            same += 1
            continue
        left, right = draw.sample(pair, 2)
        shown = [Shown(one.answers[name].strip(), (name,)) for name in (left, right)]
        items.append(_item(one.example, *shown))
    return Pairs(tuple(items), same)


def _turns(
    found: Sequence[Given], pairs: Sequence[tuple[str, str]]
) -> Iterator[tuple[Given, tuple[str, str]]]:
    """Every pair on every example once, neighbours on different examples."""
    apart = -(-len(found) // max(1, len(pairs)))
    for step in range(len(found)):
        for at, pair in enumerate(pairs):
            yield found[(step + at * apart) % len(found)], pair


def _item(example: Example, *shown: Shown) -> Item:
    return Item(example.row, group_of(example), example.input, example.reference, shown)


def draw(
    kind: Kind, report: Report, found: Sequence[Given], levers: Sequence[str], size: int, seed: int
) -> Sheet:
    """The sheet of a new round.

    Raises:
        NotEvaluated: There is nothing to rate.
    """
    pairs = blind(found, levers, size, seed) if kind == "blind" else None
    items = pairs.items if pairs else rubric(found, size, seed)
    if not items:
        raise NotEvaluated(
            "These levers gave no answers that can be told apart."
            if found
            else "The answers of the evaluation are no longer in the record.",
            remedy="Choose other levers." if found else "Evaluate again on the Evaluate page.",
        )
    made = {name: stamp for name, stamp in stamps(report).items() if name in levers}
    return Sheet(items, seed, report.id, made, pairs.same if pairs else 0)
