"""A CSV document as text: a line for each row, every cell with the name of its column."""

import csv
import io

from core.retrieval.plain import decoded
from core.retrieval.refusal import Refused

DELIMITERS = ",;\t|"


def parts_of(content: bytes) -> list[str]:
    """One part, such as `name: Tent; price: 40` for a row; empty cells are left out.

    Raises:
        Refused: Not text, or a row has more or fewer cells than the first.
    """
    text = decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        rows = [_row(header, row, reader.line_num) for row in reader if any(map(str.strip, row))]
    except csv.Error as broken:
        raise Refused("ragged", f"line {reader.line_num}: {broken}") from None
    return ["\n".join(rows or [", ".join(filter(None, header))])]


def _row(header: list[str], row: list[str], line: int) -> str:
    cells = [" ".join(cell.split()) for cell in row]
    while len(cells) > len(header) and not cells[-1]:
        cells.pop()
    if len(cells) != len(header):
        raise Refused("ragged", f"line {line} has {len(cells)} cells, the first {len(header)}")
    named = zip(header, cells, strict=True)
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in named if cell)


def _delimiter(text: str) -> str:
    """The one that stands most often outside of quotes in the first line."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    outside = "".join(first.split('"')[::2])
    return max(DELIMITERS, key=lambda mark: (outside.count(mark), -DELIMITERS.index(mark)))
