"""The record: one SQLite database of everything that was asked, marked, scored and decided.

Acknowledged means on disk: every write is a transaction of its own (WAL,
`synchronous=FULL`). Rows are added, never changed, save what its owner states
anew. Values that other rooms own (answers, reports) are stored as their JSON.
"""

import contextlib
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import sqlalchemy as sql
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.schema import CreateIndex, CreateTable

from core.errors import WorkspaceUnusable
from core.records import Answer, Passage
from core.workspace import NOT_WRITABLE, disk_full, writing

BUSY_SECONDS = 30
DAMAGED = (
    "is damaged",
    "Move it away or put a saved copy in its place; a new one begins empty.",
)
REFUSALS = {
    sqlite3.SQLITE_PERM: ("cannot be opened", NOT_WRITABLE),
    sqlite3.SQLITE_BUSY: ("is in use", "Close other First Levers, or try again in a minute."),
    sqlite3.SQLITE_LOCKED: ("is in use", "Close other First Levers, or try again in a minute."),
    sqlite3.SQLITE_READONLY: ("cannot be written", NOT_WRITABLE),
    sqlite3.SQLITE_IOERR: ("cannot be read or written", "Check its disk, then try again."),
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", NOT_WRITABLE),
    sqlite3.SQLITE_NOTADB: DAMAGED,
}

META = sql.MetaData()


def _id() -> sql.Column[int]:
    return sql.Column("id", sql.Integer, primary_key=True)


def _created() -> sql.Column[float]:
    return sql.Column("created", sql.Float, nullable=False)  # Unix seconds


TURNS = sql.Table(
    "turns", META, _id(), _created(),
    sql.Column("conversation", sql.String, nullable=False, index=True),
    sql.Column("task", sql.String, nullable=False),
    sql.Column("question", sql.String, nullable=False),
    sql.Column("answers", sql.JSON, nullable=False),  # one Answer per lever asked
)  # fmt: skip
MARKS = sql.Table(
    "marks", META, _id(), _created(),
    sql.Column("turn", sql.ForeignKey("turns.id"), nullable=False, index=True),
    sql.Column("lever", sql.String, nullable=False),  # the better one, or "tie"
)  # fmt: skip
ANSWERS = sql.Table(
    "answers", META, _created(),
    sql.Column("key", sql.String, primary_key=True),  # fingerprint of all that made it
    sql.Column("answer", sql.JSON, nullable=False),
)  # fmt: skip
OPENINGS = sql.Table(
    "openings", META, _id(), _created(),
    sql.Column("task", sql.String, nullable=False, index=True),
    sql.Column("split", sql.String, nullable=False),
)  # fmt: skip
REPORTS = sql.Table(
    "reports", META, _id(), _created(),
    sql.Column("task", sql.String, nullable=False, index=True),
    sql.Column("kind", sql.String, nullable=False),  # evaluation | verdict
    sql.Column("report", sql.JSON, nullable=False),
)  # fmt: skip
STATED = sql.Table(
    "stated", META, _created(),
    sql.Column("task", sql.String, primary_key=True),
    sql.Column("key", sql.String, primary_key=True),
    sql.Column("value", sql.JSON, nullable=False),
)  # fmt: skip
VECTORS = sql.Table(
    "vectors", META,
    sql.Column("key", sql.String, primary_key=True),  # passage text digest + embedder digest
    sql.Column("vector", sql.LargeBinary, nullable=False),  # float32, little-endian
)  # fmt: skip


class Store:
    """The record of one workspace. Safe to share between threads and between processes.

    Raises:
        WorkspaceUnusable: Here and from every method: the database is damaged, may not be
            written, was held by another for `BUSY_SECONDS`, or its disk is full.
    """

    def __init__(self, database: Path) -> None:
        self.database = database
        self.engine = sql.create_engine(
            f"sqlite:///{database}", connect_args={"timeout": BUSY_SECONDS}
        )
        sql.event.listen(self.engine, "connect", _durable)
        self.make(META)

    def make(self, tables: sql.MetaData) -> None:
        """Add those of the tables that are not there yet."""
        with self._open() as record:
            for table in tables.sorted_tables:  # two processes may open a new workspace at once
                record.execute(CreateTable(table, if_not_exists=True))
                for index in table.indexes:
                    record.execute(CreateIndex(index, if_not_exists=True))

    def transaction(self) -> contextlib.AbstractContextManager[sql.Connection]:
        """One transaction, for a room that keeps tables of its own in this record."""
        return self._open()

    def close(self) -> None:
        """Let go of the database file."""
        self.engine.dispose()

    def add_turn(
        self, conversation: str, task: str, question: str, answers: Sequence[Answer]
    ) -> int:
        """Keep one question with its answers; returns the turn's id."""
        row = {
            "conversation": conversation,
            "task": task,
            "question": question,
            "answers": [asdict(answer) for answer in answers],
        }
        return self._add(TURNS, row)

    def turns(self, conversation: str) -> list[tuple[int, str, tuple[Answer, ...]]]:
        """Turns of a conversation, oldest first: id, question, answers."""
        query = sql.select(TURNS).where(TURNS.c.conversation == conversation).order_by(TURNS.c.id)
        return [
            (row["id"], row["question"], tuple(answer_from(found) for found in row["answers"]))
            for row in self._rows(query)
        ]

    def mark(self, turn: int, lever: str) -> None:
        """Keep which lever's answer was the better one. A later mark counts instead."""
        self._add(MARKS, {"turn": turn, "lever": lever})

    def marks(self, turns: Iterable[int]) -> dict[int, str]:
        """The last mark of each turn that has one."""
        query = sql.select(MARKS).where(MARKS.c.turn.in_(list(turns))).order_by(MARKS.c.id)
        return {row["turn"]: row["lever"] for row in self._rows(query)}

    def keep_answer(self, key: str, answer: Answer) -> None:
        """Keep an evaluation answer under the fingerprint of what made it; the first one stays."""
        row = {"key": key, "answer": asdict(answer), "created": time.time()}
        with self._open() as record:
            record.execute(insert(ANSWERS).values(row).on_conflict_do_nothing())

    def kept_answers(self, keys: Iterable[str]) -> dict[str, Answer]:
        """Those of the answers that are already there, by key."""
        wanted = list(keys)
        found: dict[str, Answer] = {}
        for start in range(0, len(wanted), 500):
            query = sql.select(ANSWERS).where(ANSWERS.c.key.in_(wanted[start : start + 500]))
            found |= {row["key"]: answer_from(row["answer"]) for row in self._rows(query)}
        return found

    def open_holdout(self, task: str, split: str) -> int:
        """Count one opening of the holdout; returns how often it was opened, this one included."""
        self._add(OPENINGS, {"task": task, "split": split})
        return self.openings(task, split)

    def openings(self, task: str, split: str) -> int:
        """How often this split's holdout was opened."""
        query = sql.select(sql.func.count()).where(
            OPENINGS.c.task == task, OPENINGS.c.split == split
        )
        with self._open() as record:
            return int(record.execute(query).scalar_one())

    def keep_report(self, task: str, kind: str, report: Mapping[str, Any]) -> int:
        """Keep an evaluation or a verdict; returns its id."""
        return self._add(REPORTS, {"task": task, "kind": kind, "report": dict(report)})

    def latest_report(self, task: str, kind: str) -> dict[str, Any] | None:
        """The newest report of that kind with its `id` and `created`, or None before the first."""
        query = (
            sql.select(REPORTS)
            .where(REPORTS.c.task == task, REPORTS.c.kind == kind)
            .order_by(REPORTS.c.id.desc())
            .limit(1)
        )
        for row in self._rows(query):
            return {**row["report"], "id": row["id"], "created": row["created"]}
        return None

    def reports(self, task: str, kind: str) -> list[dict[str, Any]]:
        """All reports of that kind with their `id` and `created`, oldest first."""
        query = sql.select(REPORTS).where(REPORTS.c.task == task, REPORTS.c.kind == kind)
        return [
            {**row["report"], "id": row["id"], "created": row["created"]}
            for row in self._rows(query.order_by(REPORTS.c.id))
        ]

    def state(self, task: str, key: str, value: bool | float | str | None) -> None:
        """Keep what the owner states of a task, in place of what was stated before.

        None takes it back.
        """
        row = {"task": task, "key": key, "value": value, "created": time.time()}
        changed = {"value": value, "created": row["created"]}
        statement = insert(STATED).values(row)
        with self._open() as record:
            record.execute(
                statement.on_conflict_do_update(index_elements=["task", "key"], set_=changed)
            )

    def stated(self, task: str) -> dict[str, bool | float | str | None]:
        """What the owner stated of a task; None where it was taken back."""
        query = sql.select(STATED).where(STATED.c.task == task)
        return {row["key"]: row["value"] for row in self._rows(query)}

    def keep_vectors(self, vectors: Mapping[str, bytes]) -> None:
        """Keep embeddings by key."""
        rows = [{"key": key, "vector": vector} for key, vector in vectors.items()]
        if rows:
            with self._open() as record:
                record.execute(insert(VECTORS).on_conflict_do_nothing(), rows)

    def kept_vectors(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Those of the embeddings that are already there, by key."""
        wanted = list(keys)
        found: dict[str, bytes] = {}
        for start in range(0, len(wanted), 500):
            query = sql.select(VECTORS).where(VECTORS.c.key.in_(wanted[start : start + 500]))
            found |= {row["key"]: row["vector"] for row in self._rows(query)}
        return found

    def forget_vectors(self, but: Collection[str]) -> int:
        """Remove all embeddings but those under some keys, from the files too; returns how many."""
        held = {row["key"] for row in self._rows(sql.select(VECTORS.c.key))}
        gone = sorted(held - set(but))
        with self._open() as record:
            for start in range(0, len(gone), 500):
                part = gone[start : start + 500]
                record.execute(VECTORS.delete().where(VECTORS.c.key.in_(part)))
        with self.engine.connect() as record:  # outside of a transaction: the journal goes, too
            record.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return len(gone)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sql.Connection]:
        """One transaction, to read or to write."""
        with writing(self.database):
            try:
                with self.engine.begin() as record:
                    yield record
            except sql.exc.DatabaseError as refused:
                known = _refusal(self.database, refused)
                if known is None:
                    raise
                raise known from refused

    def _add(self, table: sql.Table, row: Mapping[str, Any]) -> int:
        with self._open() as record:
            done = record.execute(table.insert().values(created=time.time(), **row))
        key = done.inserted_primary_key
        assert key is not None
        return int(key[0])

    def _rows(self, query: sql.Select[Any]) -> list[dict[str, Any]]:
        with self._open() as record:
            return [dict(row) for row in record.execute(query).mappings()]


def answer_from(stored: Mapping[str, Any]) -> Answer:
    """An answer from its JSON. Fields of a newer version are left out."""
    known = {name: stored[name] for name in Answer.__dataclass_fields__ if name in stored}
    known["passages"] = tuple(Passage(**passage) for passage in stored.get("passages", ()))
    return Answer(**known)


def _refusal(database: Path, refused: sql.exc.DatabaseError) -> WorkspaceUnusable | None:
    """What SQLite refused, in our words; None for a bug."""
    code = getattr(refused.orig, "sqlite_errorcode", 0) & 0xFF  # higher bits say which kind of it
    if code == sqlite3.SQLITE_FULL:
        return disk_full(database)
    if code not in REFUSALS:
        return None
    problem, remedy = REFUSALS[code]
    return WorkspaceUnusable(f"{database} {problem} ({refused.orig}).", remedy=remedy)


def _durable(connection: Any, _: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
