"""Which column of a person's file is the input, which the reference and which the group."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.errors import TaskUnreadable
from core.tasks.sheet import Table

FIELDS = ("input", "reference", "group")
NEEDED = ("input", "reference")
PAIRS = (("input", "reference"), ("prompt", "completion"), ("question", "answer"))
SAMPLED = 200  # rows whose lengths are looked at
NAMED = 12  # columns that a message names
FIRST_LINE = (
    "The first line was taken for the names of the columns: if it is an example, write names on a "
    "line above it."
)
MAP = "On the command line: --map input=COLUMN --map reference=COLUMN."

# Likely names, likeliest first. A column has one of them as its name, else as one of its words.
NAMES = {
    "input": (
        "input", "prompt", "question", "query", "instruction", "text", "message", "body", "ticket",
        "review", "comment", "email", "request", "description", "content", "sentence", "document",
    ),
    "reference": (
        "reference", "completion", "answer", "output", "response", "reply", "expected", "target",
        "label", "category", "class", "queue", "sentiment", "intent", "topic", "tag", "rating",
    ),
    "group": ("group", "conversation", "thread", "session", "customer", "user", "account"),
}  # fmt: skip


@dataclass(frozen=True)
class Guess:
    """Field -> column, with a sentence for each choice."""

    columns: Mapping[str, str]
    reasons: tuple[str, ...]
    certain: bool  # input and reference were known by their names


def own(table: Table) -> dict[str, str]:
    """The columns whose names say the field outright: no choice is needed. {} where none do."""
    exact = {column.casefold() if table.is_sheet else column: column for column in table.columns}
    for asked, wanted in PAIRS:
        if asked in exact and wanted in exact:
            fields = {"input": exact[asked], "reference": exact[wanted]}
            return fields | ({"group": exact["group"]} if "group" in exact else {})
    return {}


def guess(table: Table) -> Guess:
    """Fields by column names, else by length: the longest texts are the input."""
    columns, reasons = dict(own(table)), []
    for field in FIELDS:
        named = "" if field in columns else _named(field, _free(table, columns))
        if named and not (field == "group" and _is_one(table, named)):
            columns[field] = named
            reasons.append(_by_name(field, named))
    certain = set(NEEDED) <= set(columns)
    for field in NEEDED:
        free = sorted(_free(table, columns), key=lambda column: -_length(table, column))
        if field not in columns and free:
            columns[field] = free[0]
            reasons.append(_by_length(field, free))
    if table.is_sheet and not certain:
        reasons.append(FIRST_LINE)
    return Guess(columns, tuple(reasons), certain)


def _by_name(field: str, column: str) -> str:
    effect = ": rows that share it stay on one side of the split" if field == "group" else ""
    return f"{column!r} was taken for the {field} because of its name{effect}."


def _by_length(field: str, free: Sequence[str]) -> str:
    why = "it has the longest texts" if len(free) > 1 else "it is the column that is left"
    return f"{free[0]!r} was taken for the {field} because {why}: check that it is right."


def _free(table: Table, taken: Mapping[str, str]) -> list[str]:
    return [column for column in table.columns if column not in taken.values()]


def _named(field: str, free: Sequence[str]) -> str:
    """The column with the likeliest name, "" where none has any of the names."""
    whole = {_plain(column): column for column in reversed(free)}
    words = {word: column for column in reversed(free) for word in _plain(column).split()}
    for known in (whole, words):
        for name in NAMES[field]:
            if name in known:
                return known[name]
    return ""


def _plain(column: str) -> str:
    return " ".join(column.casefold().replace("_", " ").replace("-", " ").split())


def _values(table: Table, column: str) -> Iterator[str]:
    return (str(row.cells.get(column, "")) for row in table.rows[:SAMPLED])


def _length(table: Table, column: str) -> int:
    return sum(map(len, _values(table, column)))


def _is_one(table: Table, column: str) -> bool:
    """Whether a column would put all examples into one group."""
    return len(set(_values(table, column))) < 2


def checked(table: Table, said: Mapping[str, str]) -> dict[str, str]:
    """The columns that a person named, as the file writes them.

    Raises:
        TaskUnreadable: A field or column that is not there, one missing, or one taken twice.
    """
    strange = [field for field in said if field not in FIELDS]
    if strange:
        raise TaskUnreadable(
            f"There is no field {strange[0]!r}.", remedy=f"Choose: {', '.join(FIELDS)}."
        )
    chosen = {field: _found(table, column) for field, column in said.items() if column}
    missing = [field for field in NEEDED if field not in chosen]
    if missing:
        raise TaskUnreadable(
            f"No column was chosen for the {missing[0]}.",
            remedy="Choose one, or add one to the file.",
        )
    if len(set(chosen.values())) < len(chosen):
        raise TaskUnreadable(
            f"{table.name}: one column was chosen twice.", remedy="Choose a column for each field."
        )
    return chosen


def _found(table: Table, column: str) -> str:
    exact = [name for name in table.columns if name == column]
    loose = [name for name in table.columns if _plain(name) == _plain(column)]
    if not exact and len(loose) != 1:
        raise TaskUnreadable(
            f"{table.name} has no column {column!r}.",
            remedy=f"Choose: {listed(table.columns)}.",
        )
    return (exact or loose)[0]


def listed(names: Sequence[str]) -> str:
    """Column names for a message, the first of them where there are many."""
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(textwrap.shorten(name, 60, placeholder="…") for name in names[:NAMED]) + more


def from_words(words: Sequence[str]) -> dict[str, str]:
    """Field -> column from `field=column` words, as the command line gives them."""
    return {
        field.strip(): column.strip()
        for field, _, column in (word.partition("=") for word in words)
    }
