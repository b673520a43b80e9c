"""The owner's table of prices and efforts: a range, a date and a source on every row.

None ships with a figure: prices differ by provider, contract and month, and a list that is not
dated by its owner would be taken for a current one.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from core.errors import SettingOutOfRange
from core.verdict.cost.span import Span

OLD_DAYS = 90  # a price that was checked longer ago is called old


@dataclass(frozen=True)
class Kind:
    """What a row of the table stands for."""

    title: str
    unit: str
    help: str


KINDS: Mapping[str, Kind] = {
    "read": Kind("A million tokens read", "money", "What the provider asks for the prompt."),
    "write": Kind("A million tokens written", "money", "What the provider asks for the answer."),
    "machine": Kind(
        "An hour of your own machine", "money", "Used where no price of tokens is given."
    ),
    "hosting": Kind("An hour of hosting a tuned model", "money", "Counted day and night."),
    "person": Kind("An hour of a person", "money", "Who writes examples and keeps documents."),
    "label": Kind("Writing or checking one example", "minutes", "For the train part only."),
    "retrain": Kind("Tuning again", "times a year", "How often task, facts or base change."),
    "index": Kind("Keeping documents current", "hours a month", "A person's time."),
}


@dataclass(frozen=True)
class Price:
    """One row: the range, the day it was looked up, and where."""

    low: float
    high: float
    as_of: str  # ISO date
    source: str = ""

    @property
    def span(self) -> Span:
        """The range as an amount."""
        return Span(self.low, self.high)

    def age(self, today: date) -> int:
        """Days since it was looked up."""
        return (today - date.fromisoformat(self.as_of)).days


def price(key: str, low: Any, high: Any, as_of: Any, source: Any = "") -> Price:
    """A row that was checked. An empty end is the other one.

    Raises:
        SettingOutOfRange: No such row, no number, ends in the wrong order, or no day.
    """
    if key not in KINDS:
        raise SettingOutOfRange(f"There is no row {key!r}.", remedy=f"Choose: {', '.join(KINDS)}.")
    title = KINDS[key].title
    ends = [one for one in (low, high) if one is not None]
    if not ends or not all(_is_amount(one) for one in ends) or ends[0] > ends[-1]:
        raise SettingOutOfRange(
            f"{title}: {low} to {high}.", remedy="Give two numbers from 0, the lower one first."
        )
    return Price(float(ends[0]), float(ends[-1]), _day(title, as_of), str(source or ""))


def _is_amount(value: Any) -> bool:
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return known and 0 <= value < 1e12


def _day(title: str, as_of: Any) -> str:
    try:
        day = date.fromisoformat(str(as_of or "")[:10])  # a table gives the day with its midnight
    except ValueError:
        raise SettingOutOfRange(
            f"{title}: looked up on {as_of or 'no day'}.",
            remedy="Give the day, such as 2026-11-25.",
        ) from None
    return day.isoformat()


def written(row: Price) -> str:
    """A row as the record keeps it."""
    return json.dumps(asdict(row))


def read(kept: Mapping[str, Any]) -> dict[str, Price]:
    """The rows that the record holds; others are left out."""
    found = {key: kept.get(key) for key in KINDS}
    return {key: Price(**json.loads(row)) for key, row in found.items() if isinstance(row, str)}


def sheet(kept: Mapping[str, Price]) -> list[dict[str, Any]]:
    """The whole table as rows to edit; those without a price are empty."""
    return [
        {
            "key": key,
            "what": kind.title,
            "unit": kind.unit,
            "low": row.low if row else None,
            "high": row.high if row else None,
            "as_of": date.fromisoformat(row.as_of) if row else None,
            "source": row.source if row else "",
        }
        for key, kind in KINDS.items()
        for row in [kept.get(key)]
    ]


def from_sheet(rows: Iterable[Mapping[str, Any]]) -> dict[str, Price]:
    """The rows of an edited table that hold an amount.

    Raises:
        SettingOutOfRange: See `price`.
    """
    found = [{name: _filled(value) for name, value in row.items()} for row in rows]
    return {
        row["key"]: price(row["key"], row["low"], row["high"], row["as_of"], row["source"])
        for row in found
        if row["low"] is not None or row["high"] is not None
    }


def _filled(value: Any) -> Any:
    """An empty cell comes back as NaN or as a day that is none; both differ from themselves."""
    return None if value is None or value != value else value
