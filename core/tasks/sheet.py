"""A CSV or TSV file as named columns: each cell under its own name, or the lines that do not fit.

Delimiter and quoting are found, never asked. A row with a cell too many or too few is
refused with its line, because filling it up would shift what follows.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from core.errors import TaskUnreadable

DELIMITERS = (",", ";", "\t", "|")
SAMPLED = 50  # records that a delimiter is tried on
NAMED = 5  # lines that a refusal names
LONGEST_NAME = 120  # characters; what is longer is an example that stands where names belong
EXCEL = re.compile("(?i)sep=.?")  # on a line of its own, it tells Excel the delimiter
UNCLOSED = "Check its quotes: each that opens must close, one inside a cell is written twice."


@dataclass(frozen=True)
class Row:
    """One row of a file, not yet read as an example."""

    number: int  # position in the file from 1, blank ones counted, the column names not
    place: str  # file and line, for messages
    cells: Mapping[str, Any]  # by column name; of a sheet all are text


@dataclass(frozen=True)
class Table:
    """A file of rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    is_sheet: bool  # every row has the same columns


@dataclass(frozen=True)
class _Record:
    number: int  # 0 for the column names
    line: int  # where it begins: quoted cells may hold line breaks
    cells: list[str]


def read(text: str, name: str) -> Table:
    """The table in a text; `name` is the file's, for messages. Blank rows are left out.

    Raises:
        TaskUnreadable: Names the lines and what to change.
    """
    mark = delimiter(text, "\t" if name.lower().endswith(".tsv") else ",")
    records = _records(text, mark, name)
    columns = _columns(next(records, None), name)
    filled = [record for record in records if any(map(str.strip, record.cells))]
    _check_widths(filled, len(columns), name)
    rows = tuple(
        Row(
            record.number,
            f"{name}, line {record.line}",
            dict(zip(columns, record.cells, strict=True)),
        )
        for record in filled
    )
    return Table(name, columns, rows, is_sheet=True)


def delimiter(text: str, likely: str = ",") -> str:
    """The mark between cells: under it most rows have as many cells as there are column names."""
    return max((likely, *DELIMITERS), key=lambda mark: _fit(text, mark))


def _fit(text: str, mark: str) -> tuple[float, int]:
    """Share of the first records as wide as the column names, and how many names; 0 of only one."""
    widths: list[int] = []
    try:
        for cells in islice(_reader(text, mark), SAMPLED):
            if cells:
                widths.append(len(cells))
    except csv.Error:
        widths.append(0)
    if not widths or widths[0] < 2:
        return 0.0, 0
    return widths.count(widths[0]) / len(widths), widths[0]


def _reader(text: str, mark: str) -> Any:  # the csv module's own reader, which has no public type
    # newline="": a lone carriage return ends a line, too, and cells keep their line breaks.
    return csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)


def _records(text: str, mark: str, name: str) -> Iterator[_Record]:
    reader = _reader(text, mark)
    number, line = 0, 1
    try:
        for number, cells in enumerate(reader):
            yield _Record(number, line, cells)
            line = reader.line_num + 1
    except csv.Error as broken:
        endless = "field limit" in str(broken)
        raise TaskUnreadable(
            f"{name}, line {line}: {'a cell without end' if endless else broken}.", remedy=UNCLOSED
        ) from broken


def _columns(header: _Record | None, name: str) -> tuple[str, ...]:
    columns = tuple(cell.strip() for cell in header.cells) if header else ()
    if columns and EXCEL.fullmatch(header.cells[0]):  # type: ignore[union-attr]
        raise TaskUnreadable(
            f"{name}, line 1: a note for Excel ({columns[0]}) where column names belong.",
            remedy="Delete that line.",
        )
    if not any(columns):
        raise TaskUnreadable(
            f"{name}, line 1: no column names.",
            remedy="Write them on the first line, such as input,reference.",
        )
    _check_names(columns, name)
    return columns


def _check_names(columns: tuple[str, ...], name: str) -> None:
    longest = max(columns, key=len)
    if len(longest) > LONGEST_NAME:
        raise TaskUnreadable(
            f"{name}, line 1: {longest[:40]!r}… is no column name.",
            remedy="Write the column names on a line above the first example.",
        )
    if "" in columns:
        raise TaskUnreadable(
            f"{name}, line 1: column {columns.index('') + 1} has no name.",
            remedy="Name that column or delete it.",
        )
    folded = [column.casefold() for column in columns]
    twins = [column for column in columns if folded.count(column.casefold()) > 1]
    if twins:
        raise TaskUnreadable(
            f"{name}, line 1: two columns are called {twins[0]!r}.", remedy="Rename one of them."
        )


def _check_widths(records: list[_Record], width: int, name: str) -> None:
    ragged = [record for record in records if len(record.cells) != width]
    if not ragged:
        return
    first, *others = ragged
    cells = f"{len(first.cells)} cell" + ("" if len(first.cells) == 1 else "s")
    raise TaskUnreadable(
        f"{name}, line {first.line}: {cells} under {width} column names{_also(others)}.",
        remedy="Put cells that hold the delimiter or a line break in quotes.",
    )


def _also(others: list[_Record]) -> str:
    if not others:
        return ""
    named = ", ".join(str(record.line) for record in others[: NAMED - 1])
    more = f" and {len(others) - NAMED + 1:,} more" if len(others) >= NAMED else ""
    return f"; so it is on line{'' if len(others) == 1 else 's'} {named}{more}"
