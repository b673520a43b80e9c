"""The part of the record that people write when they rate: rounds, ratings, who has ended one.

Rows are added, never changed. The latest rating of an item by a rater counts.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sql
from sqlalchemy.dialects.sqlite import insert

from core.store import Store

TABLES = sql.MetaData()


def _created() -> sql.Column[float]:
    return sql.Column("created", sql.Float, nullable=False)  # Unix seconds


ROUNDS = sql.Table(
    "rounds", TABLES, sql.Column("id", sql.Integer, primary_key=True), _created(),
    sql.Column("task", sql.String, nullable=False, index=True),
    sql.Column("kind", sql.String, nullable=False),  # rubric | blind
    sql.Column("sheet", sql.JSON, nullable=False),  # what is shown, and whose it is
)  # fmt: skip
RATINGS = sql.Table(
    "ratings", TABLES, sql.Column("id", sql.Integer, primary_key=True), _created(),
    sql.Column("round", sql.ForeignKey("rounds.id"), nullable=False, index=True),
    sql.Column("item", sql.Integer, nullable=False),  # place in the sheet, from 0
    sql.Column("rater", sql.String, nullable=False),
    sql.Column("value", sql.String, nullable=False),
)  # fmt: skip
ENDED = sql.Table(
    "rounds_ended", TABLES, _created(),
    sql.Column("round", sql.ForeignKey("rounds.id"), primary_key=True),
    sql.Column("rater", sql.String, primary_key=True),
)  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """A round as it stands in the record."""

    id: int
    created: float
    kind: str
    sheet: Mapping[str, Any]


@dataclass(frozen=True)
class Rating:
    """What one rater said of one item."""

    item: int
    rater: str
    value: str
    created: float


class Ratings:
    """Rounds and ratings of one workspace. Safe to share like the store they lie in."""

    def __init__(self, store: Store) -> None:
        self.store = store
        store.make(TABLES)

    def begin(self, task: str, kind: str, sheet: Mapping[str, Any]) -> int:
        """Keep what a round shows; returns the round's id."""
        row = {"task": task, "kind": kind, "sheet": dict(sheet), "created": time.time()}
        with self.store.transaction() as record:
            made = record.execute(ROUNDS.insert().values(row)).inserted_primary_key
        assert made is not None
        return int(made[0])

    def rounds(self, task: str) -> tuple[Kept, ...]:
        """The rounds of a task, oldest first."""
        query = sql.select(ROUNDS).where(ROUNDS.c.task == task).order_by(ROUNDS.c.id)
        return tuple(
            Kept(row["id"], row["created"], row["kind"], row["sheet"]) for row in self._rows(query)
        )

    def rate(self, round: int, item: int, rater: str, value: str) -> None:
        """Keep what a rater says of an item. A later rating of it counts instead."""
        row = {"round": round, "item": item, "rater": rater, "value": value}
        with self.store.transaction() as record:
            record.execute(RATINGS.insert().values(created=time.time(), **row))

    def of(self, round: int) -> tuple[Rating, ...]:
        """The latest rating of each item by each rater, in the order of rating."""
        query = sql.select(RATINGS).where(RATINGS.c.round == round).order_by(RATINGS.c.id)
        last = {(row["item"], row["rater"]): row for row in self._rows(query)}
        found = sorted(last.values(), key=lambda row: row["id"])
        return tuple(
            Rating(row["item"], row["rater"], row["value"], row["created"]) for row in found
        )

    def end(self, round: int, rater: str) -> None:
        """A rater is done with a round: from now on it may be revealed to them."""
        row = {"round": round, "rater": rater, "created": time.time()}
        with self.store.transaction() as record:
            record.execute(insert(ENDED).values(row).on_conflict_do_nothing())

    def ended(self, round: int) -> tuple[str, ...]:
        """Who has ended a round, in that order."""
        query = sql.select(ENDED).where(ENDED.c.round == round).order_by(ENDED.c.created)
        return tuple(row["rater"] for row in self._rows(query))

    def _rows(self, query: sql.Select[Any]) -> Sequence[Mapping[str, Any]]:
        with self.store.transaction() as record:
            return [dict(row) for row in record.execute(query).mappings()]
