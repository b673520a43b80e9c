"""What the Playground keeps of questions and answers: a share of them, for so many days.

A turn that is not kept stays in this process's memory, so that its tab shows it until the server
ends; it is never written. What is deleted is overwritten in the file (`secure_delete`), and the
write-ahead log that still held it is emptied.
"""

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sql

from core.errors import WorkspaceUnusable
from core.records import Answer
from core.settings import check, knob
from core.store import MARKS, TURNS, Store

DAY = 86_400.0  # seconds
MOST_PASSING = 500  # turns held in memory, the newest

Turn = tuple[int, str, tuple[Answer, ...]]  # id, question, answers


@dataclass(frozen=True)
class Keeping:
    """What the owner of the workspace wants kept.

    Raises:
        SettingOutOfRange: A value is out of its range.
    """

    share: int = knob(
        100, 0, 100, "Of every 100 questions, so many are kept, drawn at random.", "%"
    )
    days: int = knob(30, 1, 3650, "After so many days they are deleted for good.", "days")

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class _Passing:
    """A turn that is not written: its negative id, and the kept turn that it came after."""

    conversation: str
    after: int
    turn: Turn


class Journal:
    """Turns of the Playground. Safe to share like the store they lie in.

    Args:
        store: The record.
        keeping: What is kept; may be replaced at any time.
        chance: A number in [0, 1), drawn anew each time.
    """

    def __init__(
        self,
        store: Store,
        keeping: Keeping | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.store = store
        self.keeping = keeping or Keeping()
        self._chance = chance
        self._lock = threading.Lock()
        self._passing: list[_Passing] = []
        self._passed = 0  # turns that were not kept
        self._marks: dict[int, str] = {}  # of turns that were not kept
        self._swept = 0.0  # Unix seconds of the last look for what is too old

    def add(self, conversation: str, task: str, question: str, answers: Sequence[Answer]) -> int:
        """Keep a turn, or only hold it in memory; returns its id, negative where it is not kept."""
        if time.time() - self._swept > DAY:
            self.sweep()
        if self._chance() * 100 < self.keeping.share:
            return self.store.add_turn(conversation, task, question, answers)
        after = max((number for number, _, _ in self.store.turns(conversation)), default=0)
        with self._lock:
            self._passed += 1
            turn = (-self._passed, question, tuple(answers))
            self._passing = [*self._passing, _Passing(conversation, after, turn)][-MOST_PASSING:]
            return turn[0]

    def turns(self, conversation: str) -> list[Turn]:
        """Turns of a conversation, oldest first, kept or not."""
        kept = [(turn[0], 0, turn) for turn in self.store.turns(conversation)]
        held = [
            (one.after, -one.turn[0], one.turn)
            for one in self._passing
            if one.conversation == conversation
        ]
        return [turn for _, _, turn in sorted(kept + held, key=lambda one: one[:2])]

    def mark(self, turn: int, lever: str) -> None:
        """Keep which lever's answer was the better one, where the turn is kept."""
        if turn > 0:
            self.store.mark(turn, lever)
        else:
            self._marks[turn] = lever

    def marks(self, turns: Iterable[int]) -> dict[int, str]:
        """The last mark of each turn that has one."""
        wanted = list(turns)
        held = {turn: self._marks[turn] for turn in wanted if turn in self._marks}
        return self.store.marks([turn for turn in wanted if turn > 0]) | held

    def kept(self) -> tuple[int, float | None]:
        """How many turns lie in the record, and when the oldest was asked (Unix seconds)."""
        query = sql.select(sql.func.count(), sql.func.min(TURNS.c.created))
        with self.store.transaction() as record:
            many, oldest = record.execute(query).one()
        return int(many), oldest

    def sweep(self) -> None:
        """Purge if nobody else is reading; else the next one does."""
        with contextlib.suppress(WorkspaceUnusable):
            self.purge()

    def purge(self) -> int:
        """Delete what is older than it may be kept; returns how many turns.

        Raises:
            WorkspaceUnusable: See `forget`.
        """
        self._swept = time.time()
        return self._delete(TURNS.c.created < self._swept - self.keeping.days * DAY)

    def forget(self) -> int:
        """Delete every turn of every conversation; returns how many were in the record.

        Raises:
            WorkspaceUnusable: Another process is reading, so that the log still holds a copy.
        """
        with self._lock:
            self._passing, self._marks = [], {}
        return self._delete(sql.true())

    def _delete(self, which: sql.ColumnElement[bool]) -> int:
        old = sql.select(TURNS.c.id).where(which)
        with self.store.transaction() as record:
            record.execute(MARKS.delete().where(MARKS.c.turn.in_(old)))
            gone = record.execute(TURNS.delete().where(which)).rowcount
        self._empty_log()  # though nothing went now: it may not have been possible before
        return int(gone)

    def _empty_log(self) -> None:
        with self.store.engine.connect() as record:  # not inside of a transaction
            blocked = record.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
        if blocked:
            raise WorkspaceUnusable(
                f"What was deleted still stands in the log of {self.store.database}: it is in use.",
                remedy="Close other First Levers, then delete again.",
            )
