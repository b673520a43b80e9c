"""Faults planted into the samples' rows: what the gate must find, and the rows it must let be."""

import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from core.records import Example, Split
from core.tasks import catalog
from core.tasks.gate import Examined
from tests import planted_values as values

OF_THE_TASK = {  # findings that speak of the task as a whole, not of single rows
    "origin", "few-examples", "few-for-style", "small-holdout", "rare-label", "rare-value",
    "sameness", "answer-in-documents",
}  # fmt: skip
CONTEXT = 400  # words that the planted model can hold


@dataclass(frozen=True)
class Fault:
    """A row that one of the findings `code` must name."""

    code: str
    row: int


@dataclass(frozen=True)
class Planted:
    """A task with its faults, and the rows that no fault has touched."""

    examined: Examined
    faults: tuple[Fault, ...]
    clean: frozenset[int]


class Bed:
    """A sample's rows, into which faults are planted: each into or after a row of its own."""

    def __init__(self, name: str) -> None:
        self.task = catalog.read(catalog.SAMPLES / name)
        self.rows = {row.row: row for row in self.task.examples}
        self.dice = random.Random(name)
        self.free = list(self.rows)
        self.dice.shuffle(self.free)
        self.held: set[int] = set(self.free[-20:])  # the holdout
        del self.free[-20:]
        self.faults: list[Fault] = []
        self.touched: set[int] = set()

    def pick(self, length: int = 0) -> Example:
        """A row that is clean so far, its input of at least this length."""
        row = next(row for row in self.free if len(self.rows[row].input) >= length)
        self.free.remove(row)
        self.touched.add(row)
        return self.rows[row]

    def change(self, code: str, made: Iterable[Callable[[Example], Example]]) -> None:
        """Spoil a row each."""
        for spoil in made:
            row = self.pick().row
            self.rows[row] = spoil(self.rows[row])
            self.faults.append(Fault(code, row))

    def repeat(
        self, code: str, made: Iterable[Callable[[Example], Example]], length: int = 0,
        leak: bool = False,
    ) -> None:  # fmt: skip
        """Add a spoilt copy of a row each; of a leak the fault is the first one, held out."""
        for spoil in made:
            first = self.pick(length)
            copy = replace(spoil(first), row=len(self.rows) + 1, group=f"planted {len(self.rows)}")
            self.rows[copy.row] = copy
            self.faults.append(Fault(code, first.row if leak else copy.row))
            self.touched.add(copy.row)
            if leak:
                self.held.add(first.row)

    def other(self, reference: str) -> str:
        """Another row's reference."""
        others = {row.reference for row in self.task.examples} - {reference}
        return self.dice.choice(sorted(others))

    def planted(self) -> Planted:
        """The task with all that was planted."""
        rows = tuple(self.rows[row] for row in sorted(self.rows))
        parts = [tuple(r for r in rows if (r.row in self.held) == held) for held in (False, True)]
        task = replace(self.task, examples=rows)
        examined = Examined(
            task, Split(parts[0], (), parts[1], 0),
            count=lambda text: len(text.split()), context=CONTEXT,
        )  # fmt: skip
        return Planted(examined, tuple(self.faults), frozenset(set(self.rows) - self.touched))


Spoil = Callable[[Example], Example]


def added(texts: Sequence[str], place: str = "input") -> list[Spoil]:
    """Puts a text after an input or a reference."""
    return [lambda row, text=text: replace(row, **{place: f"{getattr(row, place)} {text}"})
            for text in texts]  # fmt: skip


def said(*references: str) -> list[Spoil]:
    """Takes the place of a reference."""
    return [lambda row, text=text: replace(row, reference=text) for text in references]


def rewritten(count: int) -> list[Spoil]:
    """Inputs worded slightly otherwise, each way in turn."""
    ways: tuple[Callable[[str], str], ...] = (
        lambda text: text.replace(",", "").rstrip(".!?"),
        lambda text: f"Hi, {text}",
        lambda text: f"{text} Thanks",
        swapped,
        lambda text: text.replace(" the ", " that ", 1) + "!",
        lambda text: text.replace("'", "").replace(" is ", " was ", 1) + " ",
    )
    return [lambda row, way=ways[n % 6]: _slightly(row, way) for n in range(count)]


def _slightly(row: Example, way: Callable[[str], str]) -> Example:
    made = way(row.input)
    return replace(row, input=made if made.split() != row.input.split() else f"{made} !")


def swapped(text: str) -> str:
    """With two letters of its longest word in each other's place."""
    word = max(text.split(), key=len)
    return text.replace(word, f"{word[:2]}{word[3]}{word[2]}{word[4:]}", 1)


def shouted(count: int) -> list[Spoil]:
    """Inputs the same but for case and spacing."""
    ways: tuple[Callable[[str], str], ...] = (str, str.upper, lambda text: f" {text} ", str.lower)
    return [lambda row, way=ways[n % 4]: replace(row, input=way(row.input)) for n in range(count)]


def contradicted(bed: Bed, made: Sequence[Spoil]) -> list[Spoil]:
    """Each with another row's reference."""
    return [lambda row, way=way: replace(way(row), reference=bed.other(row.reference))
            for way in made]  # fmt: skip


def punctuated(count: int) -> list[Spoil]:
    """Inputs the same but for punctuation, or a slip of the pen in a long word."""
    ways: tuple[Callable[[str], str], ...] = (
        lambda text: f"{text}!", lambda text: text.replace(",", "").rstrip(".?") + " ...", swapped,
    )  # fmt: skip
    return [lambda row, way=ways[n % 3]: _slightly(row, way) for n in range(count)]


def prose() -> Planted:
    """Brand voice, with all that can stand in free text."""
    bed = Bed("brand-voice")
    texts = {
        "email": values.EMAIL, "phone": values.PHONE, "card": values.CARD, "iban": values.IBAN,
        "ip": values.IP, "national-id": values.NATIONAL_ID, "encoding": values.DAMAGED,
        "control": values.CONTROL, "secret": values.secrets(bed.dice),
    }  # fmt: skip
    for code, sentences in texts.items():
        half = len(sentences) // 2
        bed.change(code, added(sentences[:half]) + added(sentences[half:], "reference"))
    bed.change("empty", said("", " ", "\n") + [lambda row: replace(row, input="")] * 3)
    bed.change("one-word", said("No.", "Sure", "Yes", "ok", "Thanks!", "-"))
    bed.change("length", [lambda row: replace(row, input=f"{row.input} " * 12)] * 4)
    bed.change("length", [lambda row: replace(row, input="Ok so")] * 2)
    bed.change("context", [lambda row: replace(row, input=f"{row.input} " * 60)] * 4)
    repeated(bed, 8, 24, 6, 8, 100)
    return bed.planted()


def repeated(bed: Bed, exact: int, near: int, conflicts: int, leaks: int, length: int) -> None:
    """Repeats, contradictions and leaks of all kinds."""
    bed.repeat("duplicate", shouted(exact))
    bed.repeat("near-duplicate", rewritten(near), length)
    bed.repeat("conflict", contradicted(bed, shouted(conflicts)))
    bed.repeat("near-conflict", contradicted(bed, punctuated(conflicts)), length)
    bed.repeat("leak", shouted(leaks), leak=True)
    bed.repeat("near-leak", rewritten(leaks), length, leak=True)


def questions() -> Planted:
    """Store policies: short questions, short answers."""
    bed = Bed("store-policies")
    repeated(bed, 4, 6, 4, 4, 60)
    return bed.planted()


def labels() -> Planted:
    """Review sentiment, with labels that are none."""
    bed = Bed("review-sentiment")
    bed.change("label-spelling", said("Positive", "negativ", "POSITIVE", "postive", "Negative."))
    bed.change("label", said("mixed", "3 stars", "none of these", "unsure", "spam"))
    repeated(bed, 4, 8, 4, 6, 90)
    return bed.planted()


def objects() -> Planted:
    """Ticket triage, with JSON that has not the schema's form."""
    bed = Bed("ticket-triage")
    bed.change("schema", said("{", "parcel", "[1]", '{"category": "coin"', "'x'", "null"))
    bed.change("schema-missing", [_told(lambda value: value.pop("team"))] * 6)
    bed.change("schema-extra", [_told(lambda value: value.update(note="call back"))] * 6)
    bed.change("schema-value", [_told(lambda value: value.update(priority="blue"))] * 6)
    bed.change("schema-order", [_told(lambda value: value.update(category=value.pop("category")))]
               * 6)  # fmt: skip
    bed.repeat("near-duplicate", rewritten(6), 90)
    return bed.planted()


def cards() -> Planted:
    """Policy card, with values of another type."""
    bed = Bed("policy-card")
    bed.change("schema-type", [_told(lambda value: value.update(answer=12))] * 6)
    bed.change("schema-type", [_told(lambda value: value.update(document=["Gift Cards"]))] * 2)
    return bed.planted()


def _told(change: Callable[[dict[str, object]], object]) -> Spoil:
    def spoil(row: Example) -> Example:
        value = json.loads(row.reference)
        change(value)
        return replace(row, reference=json.dumps(value))

    return spoil


BEDS = (prose, questions, labels, objects, cards)
