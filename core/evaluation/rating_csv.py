"""People's ratings as a table that a spreadsheet opens: one row a rating, names revealed."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from core.evaluation.rating import Rated
from core.ratings import Rating

COLUMNS = (
    "round", "kind", "rated_at", "rater", "row", "rating",
    "levers", "levers_right", "question", "reference", "answer", "answer_right",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rounds: Sequence[Rated]) -> str:
    """Every rating by those who are done with their round; nobody else's, it would unblind them."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(COLUMNS)
    for one in rounds:
        table.writerows([inert(cell) for cell in row] for row in _rows(one))
    return written.getvalue()


def inert(cell: str) -> str:
    """A cell that a spreadsheet takes for text: one that begins like a formula gets a quote."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def _rows(one: Rated) -> Iterator[list[str]]:
    for said in one.counted:
        item = one.sheet.items[said.item]
        first, second = item.shown[0], item.shown[1] if len(item.shown) > 1 else None
        levers = [" · ".join(first.levers), " · ".join(second.levers) if second else ""]
        answers = [first.text, second.text if second else ""]
        told = [str(one.id), one.kind, _moment(said), said.rater, str(item.row), said.value]
        yield [*told, *levers, item.input, item.reference, *answers]


def _moment(said: Rating) -> str:
    return datetime.fromtimestamp(said.created, UTC).isoformat(timespec="seconds")
