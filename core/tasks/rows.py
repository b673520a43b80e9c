"""Read examples from JSON lines or a sheet: the right rows, or an error that names the line."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import TaskUnreadable
from core.records import Example
from core.tasks import chats, columns, lines, sheet
from core.tasks.sheet import Row, Table

MAX_ROWS = 100_000
MAX_BYTES = 25_000_000
MAX_CHARACTERS = 32_000  # in one cell
LIMITS = (
    f"At most {MAX_ROWS:,} rows, {MAX_BYTES // 1_000_000} MB "
    f"and {MAX_CHARACTERS:,} characters in a cell."
)
QUOTE = "Put it in quotes."
OTHER: Mapping[type, tuple[str, str]] = {  # than text: what it is called, and what to do
    float: ("a number", QUOTE),
    bool: ("true or false without quotes", QUOTE),
    list: ("a list", "Write it as one text in quotes, or as an object."),
    type(None): ("nothing (null)", "Write the text, or leave out the row."),
}
MARKS = (  # byte order marks; the longer ones begin like the shorter
    (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
UNMARKED = 20  # bytes by which UTF-16 without such a mark is known


def read(source: Path, chosen: Mapping[str, str] | None = None) -> tuple[Example, ...]:
    """Examples of a `.jsonl`, `.csv` or `.tsv` file, in its order.

    `chosen` is field -> column where the file's own names do not say it.

    Raises:
        TaskUnreadable: Names the file, the line and what to change.
    """
    return examples(table(source), chosen)


def table(source: Path, name: str = "") -> Table:
    """The rows of a file with their columns, not yet read as examples.

    Messages call the file by `name`, where one is given.

    Raises:
        TaskUnreadable: Not text, not a table, empty or over the limits.
    """
    text = decoded(source)
    read_as = lines.read if source.suffix == ".jsonl" else sheet.read
    found = read_as(text, name or source.name)
    if not found.rows:
        raise TaskUnreadable(f"{found.name} holds no examples.", remedy="Add one example per line.")
    if len(found.rows) > MAX_ROWS:
        raise TaskUnreadable(
            f"{found.name} holds {len(found.rows):,} rows.",
            remedy=f"Give {MAX_ROWS:,} at most: a sample of them will do.",
        )
    return found


def examples(found: Table, chosen: Mapping[str, str] | None = None) -> tuple[Example, ...]:
    """The rows as examples; without `chosen`, by the names that say it themselves.

    Raises:
        TaskUnreadable: Names the file, the line and what to change.
    """
    taken = chosen or (columns.own(found) if found.is_sheet else {})
    if not taken and found.is_sheet:
        raise _unnamed(f"{found.name}, line 1", found.columns)
    return tuple(_mapped(row, taken) if taken else _own(row) for row in found.rows)


def decoded(source: Path) -> str:
    """A file's text: UTF-8 or UTF-16, each with or without a byte order mark.

    Raises:
        TaskUnreadable: Missing, too large, in another encoding, or no text at all.
    """
    if not source.is_file():
        raise TaskUnreadable(f"There is no file {source.name}.", remedy="Check the path.")
    if source.stat().st_size > MAX_BYTES:
        raise TaskUnreadable(
            f"{source.name} is over {MAX_BYTES // 1_000_000} MB.", remedy="Give a smaller sample."
        )
    raw = source.read_bytes()
    encoding = _encoding(raw)
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as broken:
        raise TaskUnreadable(
            f"{_line(source, raw[: broken.start].count(10))}: "
            f"not {encoding.removesuffix('-sig').upper()} text.",
            remedy='Save the file as UTF-8 (in Excel: "CSV UTF-8").',
        ) from broken
    if "\x00" in text:
        raise lines.nul(_line(source, text[: text.index("\x00")].count("\n")))
    return text


def _line(source: Path, above: int) -> str:
    return f"{source.name}, line {above + 1}"


def _encoding(raw: bytes) -> str:
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return encoding
    # Column names and keys begin in ASCII, of which every second byte in UTF-16 is 0.
    even, odd = raw[:UNMARKED:2], raw[1:UNMARKED:2]
    if odd.count(0) > len(odd) / 2 and not even.count(0):
        return "utf-16-le"
    if even.count(0) > len(even) / 2 and not odd.count(0):
        return "utf-16-be"
    return "utf-8-sig"


def _own(row: Row) -> Example:
    """The example of a line whose keys say the fields: each line for itself."""
    if "messages" in row.cells:
        return _mapped(chats.turns(row), {field: field for field in columns.FIELDS})
    for asked, wanted in columns.PAIRS:
        if asked in row.cells and wanted in row.cells:
            return _mapped(row, {"input": asked, "reference": wanted, "group": "group"})
    raise _unnamed(row.place, tuple(row.cells))


def _unnamed(place: str, found: tuple[str, ...]) -> TaskUnreadable:
    return TaskUnreadable(
        f"{place}: found {columns.listed(found) or 'nothing'}.",
        remedy="Name the two fields input and reference (or prompt and completion), "
        f"or choose which column is which. {columns.MAP}",
    )


def _mapped(row: Row, chosen: Mapping[str, str]) -> Example:
    asked, wanted = (_cell(row, chosen[field]) for field in columns.NEEDED)
    group = _group(row.cells.get(chosen.get("group", "")), row.place)
    return Example(input=asked, reference=wanted, group=group, row=row.number)


def _cell(row: Row, column: str) -> str:
    if column not in row.cells:
        raise TaskUnreadable(f"{row.place}: has no {column!r}.", remedy="Give it in every row.")
    return _text(row.cells[column], f"{row.place}, {column}")


def _text(value: Any, place: str) -> str:
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, str):
        what, remedy = OTHER.get(type(value), OTHER[float])
        raise TaskUnreadable(f"{place}: {what} where text belongs.", remedy=remedy)
    if len(value) > MAX_CHARACTERS:
        raise TaskUnreadable(
            f"{place}: {len(value):,} characters.", remedy=f"Keep it under {MAX_CHARACTERS:,}."
        )
    return lines.whole(value.strip(), place)


def _group(value: Any, place: str) -> str:
    return "" if value is None else lines.whole(str(value).strip(), f"{place}, group")
