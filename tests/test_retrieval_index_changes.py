"""The index after an edit, after a builder was killed, and with two processes at once."""

import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from core.records import Document, Retrieval
from core.retrieval import building, chroma, index, shelf
from core.store import Store
from core.workspace import Workspace
from tests.hashed import HOURS, RETURNS, HashedWords, finished, nearest, spoil

ROOT = Path(__file__).parents[1]
MANY = [Document(f"{n}.md", "Rule", f"Rule number {n} of the house is kept.") for n in range(20)]


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How each index came about."""
    done: list[str] = []
    for name in ("fill", "change"):
        real = getattr(chroma, name)
        monkeypatch.setattr(
            chroma, name, lambda *said, real=real, name=name: (done.append(name), real(*said))
        )
    return done


def test_a_small_edit_changes_the_last_index_in_place_of_building_one(
    workspace: Workspace, store: Store, built: list[str]
) -> None:
    index.open_index(workspace, store, MANY, HashedWords())
    edited = [replace(MANY[0], text="Parcels leave on Friday."), *MANY[1:]]
    opened = index.open_index(workspace, store, edited, HashedWords())
    assert built == ["fill", "change"]
    assert nearest(opened, "Parcels leave on Friday") == ["Parcels leave on Friday."]
    everything = nearest(opened, "Rule number 0 of the house is kept.", k=40)
    assert sorted(everything) == sorted(one.text for one in edited)


def test_a_large_change_builds_the_index_whole(
    workspace: Workspace, store: Store, built: list[str]
) -> None:
    index.open_index(workspace, store, MANY, HashedWords())
    index.open_index(workspace, store, MANY[:10], HashedWords())
    assert built == ["fill", "fill"]


def test_a_chain_of_changes_ends_in_a_whole_build(
    workspace: Workspace, store: Store, built: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "MOST_CHANGES", 1)
    monkeypatch.setattr(shelf, "KEEP", 1)  # each begins with the one before it
    for number in range(4):
        edited = [replace(MANY[0], text=f"Edit {number}."), *MANY[1:]]
        index.open_index(workspace, store, edited, HashedWords())
    assert built == ["fill", "change", "fill", "change"]


@pytest.mark.parametrize("content", [b"", b"[]", b'{"made": 1}', b"[" * 100_000])
def test_what_cannot_be_begun_with_is_passed_over(
    workspace: Workspace, store: Store, built: list[str], content: bytes
) -> None:
    index.open_index(workspace, store, MANY, HashedWords())
    (folder,) = finished(workspace)
    (folder / "keys.json").write_bytes(content)
    opened = index.open_index(workspace, store, MANY[:19], HashedWords())
    assert built == ["fill", "fill"]
    assert len(opened) == 19


def test_a_damaged_index_is_not_begun_with(
    workspace: Workspace, store: Store, built: list[str]
) -> None:
    index.open_index(workspace, store, MANY, HashedWords())
    (folder,) = finished(workspace)
    for path in folder.rglob("*.bin"):
        spoil(path, "flip")
    index.open_index(workspace, store, MANY[:19], HashedWords())
    assert built == ["fill", "fill"]


def test_an_edit_reads_no_kept_vector_but_those_it_needs(
    workspace: Workspace, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    kept = store.kept_vectors
    monkeypatch.setattr(
        store, "kept_vectors", lambda keys: (asked.append(len(keys)), kept(keys))[1]
    )
    many = Document("many.md", "Many", "\n\n".join(f"## Rule {n}\n\nSay {n}." for n in range(40)))
    index.open_index(workspace, store, [many, HOURS], HashedWords(), retrieval=Retrieval(5))
    asked.clear()
    edited = replace(HOURS, text=HOURS.text.replace("nine", "ten"))
    opened = index.open_index(
        workspace, store, [many, edited], HashedWords(), retrieval=Retrieval(5)
    )
    assert nearest(opened, "opens at ten on Monday") == ["The shop opens at ten on Monday."]
    assert sum(asked) < 10  # of more than forty


OPENER = """
import sys, time
from pathlib import Path
from core.retrieval import index
from core.store import Store
from core.workspace import Workspace
from tests.hashed import HOURS, RETURNS, HashedWords, nearest

workspace = Workspace(Path(sys.argv[1]))
if "die" in sys.argv:
    write_json = index.files.write_json
    def hang(*_):
        print("building", flush=True)
        time.sleep(60)
    index.files.write_json = hang
opened = index.open_index(workspace, Store(workspace.database), [HOURS, RETURNS], HashedWords())
print(nearest(opened, "the label costs four euros")[0][:9], flush=True)
if "wait" in sys.argv:
    time.sleep(60)
"""


def opener(workspace: Workspace, *words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", OPENER, str(workspace.root), *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )


def test_an_index_whose_builder_was_killed_is_built_by_the_next(
    workspace: Workspace, store: Store
) -> None:
    child = opener(workspace, "die")
    assert child.stdout
    assert child.stdout.readline() == b"building\n"
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert [path.name[:10] for path in workspace.indexes.glob(".b*")] == [".building-"]
    started = time.monotonic()
    opened = index.open_index(workspace, store, [HOURS, RETURNS], HashedWords())
    assert time.monotonic() - started < 60  # of 120 s of patience: a dead builder's lock is free
    assert nearest(opened, "opens at nine") == ["The shop opens at nine on Monday."]
    assert list(workspace.indexes.glob(".building-*")) == []


def test_a_killed_process_leaves_no_copy_for_good(workspace: Workspace, store: Store) -> None:
    child = opener(workspace, "wait")
    assert child.stdout
    assert child.stdout.readline() == b"The label\n"
    alive = index.open_index(workspace, store, [HOURS, RETURNS], HashedWords())
    assert len(list(workspace.indexes.glob(".open-*"))) == 2
    child.kill()
    child.communicate()
    again = index.open_index(workspace, store, [HOURS, RETURNS], HashedWords())
    assert len(list(workspace.indexes.glob(".open-*"))) == 2
    assert alive.fingerprint == again.fingerprint


def test_two_processes_open_at_once(workspace: Workspace, store: Store) -> None:
    assert store.database.exists()
    children = [opener(workspace), opener(workspace)]
    assert [child.communicate(timeout=120)[0] for child in children] == [b"The label\n"] * 2
    assert [child.returncode for child in children] == [0, 0]
    assert len(finished(workspace)) == 1
