"""What the record acknowledged is there, whoever writes beside it."""

import contextlib
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sql

from core.errors import WorkspaceUnusable
from core.records import Answer, Passage
from core.store import Store

PASSAGE = Passage("a.md", "A", "", "text", 0, 4, None, 0.5)
ANSWER = Answer("rag", "q", "a", "m", "d", "", "", "p", "i", (PASSAGE,), 3, 1, 0.5)


def test_a_conversation_comes_back_as_it_was(store: Store) -> None:
    turn = store.add_turn("c1", "shop", "q", [ANSWER])
    store.add_turn("c2", "shop", "other", [])
    assert store.turns("c1") == [(turn, "q", (ANSWER,))]


def test_the_last_mark_counts(store: Store) -> None:
    turn = store.add_turn("c1", "shop", "q", [ANSWER])
    store.mark(turn, "rag")
    store.mark(turn, "tie")
    assert store.marks([turn]) == {turn: "tie"}


def test_an_answer_once_kept_stays(store: Store) -> None:
    store.keep_answer("key", ANSWER)
    store.keep_answer("key", Answer("rag", "q", "other", "m", "d", "", "", "p", "i"))
    assert store.kept_answers(["key", "none"]) == {"key": ANSWER}


def test_openings_of_the_holdout_are_counted_per_split(store: Store) -> None:
    assert [store.open_holdout("shop", "s1"), store.open_holdout("shop", "s1")] == [1, 2]
    assert store.openings("shop", "s2") == 0


def test_what_is_stated_anew_replaces_what_was_stated(store: Store) -> None:
    store.state("shop", "volume_per_month", 10)
    store.state("shop", "volume_per_month", 20)
    assert store.stated("shop") == {"volume_per_month": 20}


def test_the_latest_report_is_the_one_shown(store: Store) -> None:
    assert store.latest_report("shop", "evaluation") is None
    store.keep_report("shop", "evaluation", {"n": 1})
    store.keep_report("shop", "evaluation", {"n": 2})
    found = store.latest_report("shop", "evaluation")
    assert found is not None
    assert found["n"] == 2


def test_eight_writers_lose_no_row(store: Store) -> None:
    def write(writer: int) -> None:
        for row in range(50):
            store.add_turn(f"w{writer}", "shop", f"q{row}", [])

    writers = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [len(store.turns(f"w{n}")) for n in range(8)] == [50] * 8


def test_a_killed_writer_leaves_every_acknowledged_row(tmp_path: Path) -> None:
    writer = (
        "import sys; from pathlib import Path; from core.store import Store\n"
        "store = Store(Path(sys.argv[1]))\n"
        "for n in range(10**6): store.add_turn('c', 't', str(n), []); print(n, flush=True)\n"
    )
    database = tmp_path / "record.sqlite"
    process = subprocess.Popen(
        [sys.executable, "-c", writer, str(database)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    assert process.stdout is not None
    acknowledged = [int(process.stdout.readline()) for _ in range(30)]
    process.kill()
    process.communicate()
    questions = [question for _, question, _ in Store(database).turns("c")]
    assert questions[:30] == [str(n) for n in acknowledged]


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    database = tmp_path / "record.sqlite"
    database.write_bytes(b"no database at all " * 100)
    with pytest.raises(WorkspaceUnusable, match=r"record.sqlite is damaged .*Move it away"):
        Store(database)


def test_a_record_damaged_while_open_is_a_sentence_to_a_reader(tmp_path: Path) -> None:
    database = tmp_path / "record.sqlite"
    store = Store(database)
    store.add_turn("c", "shop", "q", [])
    store.close()
    database.write_bytes(database.read_bytes()[:4096] + b"\xff" * 100_000)
    with pytest.raises(WorkspaceUnusable, match="is damaged"):
        store.turns("c")


def told(store: Store, pragma: str) -> None:
    """Have every later connection begin with a pragma."""
    store.close()
    sql.event.listen(store.engine, "connect", lambda opened, _: opened.execute(pragma))


def test_a_record_that_may_not_be_written_can_still_be_read(store: Store) -> None:
    told(store, "PRAGMA query_only=ON")
    with pytest.raises(WorkspaceUnusable, match=r"cannot be written .*Set FIRST_LEVER_HOME"):
        store.state("shop", "private", True)
    assert store.stated("shop") == {}


def test_a_full_disk_names_the_free_bytes_and_keeps_what_was_there(store: Store) -> None:
    store.add_turn("c", "shop", "short", [])
    told(store, "PRAGMA max_page_count=1")  # SQLite takes the present size for the most
    with pytest.raises(WorkspaceUnusable, match="bytes free"):
        store.add_turn("c", "shop", "long" * 10_000, [])
    assert [question for _, question, _ in store.turns("c")] == ["short"]


def test_a_record_that_another_holds_too_long_is_a_sentence(store: Store) -> None:
    told(store, "PRAGMA busy_timeout=10")
    with contextlib.closing(sqlite3.connect(store.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WorkspaceUnusable, match=r"is in use .*Close other First Levers"):
            store.mark(1, "rag")


def test_a_mark_of_no_turn_stays_a_bug(store: Store) -> None:
    with pytest.raises(sql.exc.IntegrityError):
        store.mark(99, "rag")
