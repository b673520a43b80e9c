"""Turns are kept by share and for so many days, and what is deleted is gone from the files."""

import sqlite3
import time
from pathlib import Path

import pytest

from core.errors import SettingOutOfRange, WorkspaceUnusable
from core.journal import Journal, Keeping
from core.records import Answer
from core.store import Store
from core.workbench import Workbench

SECRET = "the vault opens with 7391"
ANSWER = Answer("prompt", "q", SECRET, "m", "d", "", "", "p", "i")


def on_disk(store: Store) -> bytes:
    return b"".join(file.read_bytes() for file in store.database.parent.glob("record.sqlite*"))


def aged(store: Store, turn: int, days: float) -> None:
    """A turn as if it had been asked so long ago."""
    with sqlite3.connect(store.database) as record:
        record.execute(
            "UPDATE turns SET created = ? WHERE id = ?", (time.time() - days * 86400, turn)
        )


def test_a_turn_below_the_share_is_kept(store: Store) -> None:
    journal = Journal(store, Keeping(share=25), chance=lambda: 0.24)
    turn = journal.add("c", "shop", SECRET, [ANSWER])
    assert store.turns("c") == journal.turns("c") == [(turn, SECRET, (ANSWER,))]


def test_a_turn_above_the_share_is_shown_but_never_written(store: Store) -> None:
    journal = Journal(store, Keeping(share=25), chance=lambda: 0.25)
    turn = journal.add("c", "shop", SECRET, [ANSWER])
    journal.mark(turn, "prompt")
    assert journal.turns("c") == [(-1, SECRET, (ANSWER,))]
    assert journal.marks([turn]) == {turn: "prompt"}
    assert journal.turns("other") == []
    assert SECRET.encode() not in on_disk(store)


def test_kept_and_other_turns_stand_in_the_order_in_which_they_were_asked(store: Store) -> None:
    drawn = iter([0.9, 0.1, 0.9, 0.9, 0.1])
    journal = Journal(store, Keeping(share=50), chance=lambda: next(drawn))
    for question in "abcde":
        journal.add("c", "shop", question, [])
    assert [question for _, question, _ in journal.turns("c")] == ["a", "b", "c", "d", "e"]
    assert [question for _, question, _ in store.turns("c")] == ["b", "e"]


def test_after_its_days_a_turn_is_gone_with_its_marks_and_newer_ones_stay(store: Store) -> None:
    journal = Journal(store, Keeping(days=30))
    old, new = (journal.add("c", "shop", question, []) for question in ("old", "new"))
    journal.mark(old, "rag")
    journal.mark(new, "lora")
    aged(store, old, 30.1)
    aged(store, new, 29.9)
    assert journal.purge() == 1
    assert [question for _, question, _ in journal.turns("c")] == ["new"]
    assert journal.marks([old, new]) == {new: "lora"}


def test_a_workspace_is_purged_when_it_is_opened(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    bench.keep_turns(Keeping(share=100, days=7))
    aged(bench.store, bench.journal.add("c", "shop", SECRET, [ANSWER]), 8)
    bench.close()
    again = Workbench(tmp_path)
    assert again.journal.keeping == Keeping(share=100, days=7)
    assert again.journal.kept() == (0, None)
    assert SECRET.encode() not in on_disk(again.store)
    again.close()


def test_a_server_that_runs_for_days_purges_as_questions_come_in(store: Store) -> None:
    journal = Journal(store, Keeping(days=1))
    aged(store, journal.add("c", "shop", "old", []), 2)
    journal._swept = time.time() - 86_401
    journal.add("c", "shop", "new", [])
    assert [question for _, question, _ in journal.turns("c")] == ["new"]


def test_what_is_deleted_is_gone_from_the_files(store: Store) -> None:
    journal = Journal(store)
    long = Answer("rag", "q", f"{SECRET} " * 5000, "m", "d", "", "", "p", "i")  # spans many pages
    journal.add("c", "shop", SECRET, [ANSWER, long])
    assert SECRET.encode() in on_disk(store)
    assert journal.forget() == 1
    assert SECRET.encode() not in on_disk(store)
    assert journal.turns("c") == []


def test_deleting_takes_turns_that_were_never_written_too(store: Store) -> None:
    journal = Journal(store, Keeping(share=0))
    journal.mark(journal.add("c", "shop", SECRET, [ANSWER]), "prompt")
    assert journal.forget() == 0
    assert (journal.turns("c"), journal.marks([-1])) == ([], {})


def test_a_reader_that_holds_the_log_is_no_silent_failure(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.store.BUSY_SECONDS", 0)
    impatient = Store(store.database)
    journal = Journal(impatient)
    journal.add("c", "shop", SECRET, [ANSWER])
    reader = sqlite3.connect(store.database, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM turns").fetchone()
    with pytest.raises(WorkspaceUnusable, match="still stands in the log"):
        journal.forget()
    journal.sweep()  # what begins a server is not stopped by it
    assert SECRET.encode() in on_disk(store)
    reader.close()
    journal.forget()
    assert SECRET.encode() not in on_disk(store)
    impatient.close()


@pytest.mark.parametrize(("share", "days"), [(-1, 30), (101, 30), (50, 0)])
def test_what_cannot_be_kept_is_refused(share: int, days: int) -> None:
    with pytest.raises(SettingOutOfRange):
        Keeping(share=share, days=days)
