"""The index: built once, checked before it is opened, rebuilt from the documents when damaged."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import IndexUnavailable, WorkspaceUnusable
from core.records import Document, Passage, Retrieval
from core.retrieval import building, chroma, index, shelf
from core.retrieval.embedding import Vectors
from core.store import Store
from core.workspace import Workspace

ROOT = Path(__file__).parents[1]
HOURS = Document("hours.md", "Hours", "## Week\n\nThe shop opens at nine on Monday.\n")
RETURNS = Document(
    "returns.md",
    "Returns",
    "## Time\n\nA parcel can be sent back within thirty days of its arrival at your own door.\n\n"
    "## Cost\n\nThe label for sending a parcel back to us costs four euros in every country.\n",
)


class HashedWords:
    """An embedder of 64 dimensions, one per hash of a word, which counts what it was asked."""

    digest = "hashed-words"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        rows = np.zeros((len(texts), 64), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().replace(".", " ").split():
                row[zlib.crc32(word.encode()) % 64] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def store(workspace: Workspace) -> Iterator[Store]:
    store = Store(workspace.database)
    yield store
    store.close()


def nearest(opened: index.Index, question: str, k: int = 1) -> list[str]:
    return [passage.text for passage in found(opened, question, k)]


def found(
    opened: index.Index, question: str, k: int = 1, documents: Sequence[str] = ()
) -> tuple[Passage, ...]:
    vector = HashedWords().embed([question])[0]
    return opened.scored(vector, opened.rows(vector, k, documents))


def finished(workspace: Workspace) -> list[Path]:
    return [path for path in workspace.indexes.iterdir() if not path.name.startswith(".")]


def test_the_nearest_passage_comes_first_with_its_origin(
    workspace: Workspace, store: Store
) -> None:
    opened = index.open_index(workspace, store, [HOURS, RETURNS], HashedWords())
    first, second, third = found(opened, "the label costs four euros", 9)
    assert (first.document, first.heading, first.page) == ("returns.md", "Cost", None)
    assert RETURNS.text[first.start : first.end] == first.text
    assert 1 >= first.score > second.score >= third.score >= -1


def test_the_score_is_the_cosine_similarity(workspace: Workspace, store: Store) -> None:
    opened = index.open_index(workspace, store, [HOURS], HashedWords())
    vector = HashedWords().embed(["Hours > Week\nThe shop opens at nine on Monday."])[0]
    assert opened.scored(vector, [0])[0].score == pytest.approx(1.0, abs=1e-5)
    assert opened.scored(-vector, [0])[0].score == pytest.approx(-1.0, abs=1e-5)


def test_of_equal_passages_the_first_comes_first(workspace: Workspace, store: Store) -> None:
    documents = [Document(f"{n}.md", "Hours", HOURS.text) for n in range(70)]
    opened = index.open_index(workspace, store, documents, HashedWords())
    vector = HashedWords().embed(["When does the shop open?"])[0]
    assert [opened.rows(vector, k) for k in (1, 40, 99)] == [[0], [*range(40)], [*range(70)]]


def test_without_a_passage_there_is_nothing_to_open(workspace: Workspace, store: Store) -> None:
    with pytest.raises(IndexUnavailable, match="Add a document on the Documents page"):
        index.open_index(workspace, store, [Document("a.md", "A", " ")], HashedWords())


def test_the_fingerprint_names_passages_and_embedder(workspace: Workspace, store: Store) -> None:
    def name(document: Document, digest: str = "one") -> str:
        embedder = HashedWords()
        embedder.digest = digest
        return index.open_index(workspace, store, [document], embedder).fingerprint

    assert name(HOURS) == name(HOURS)
    assert len({name(HOURS), name(RETURNS), name(HOURS, "two")}) == 3


def test_an_edited_document_costs_only_its_changed_passages(
    workspace: Workspace, store: Store
) -> None:
    embedder = HashedWords()
    told: list[tuple[int, int]] = []
    index.open_index(workspace, store, [HOURS, RETURNS], embedder)
    assert len(embedder.asked) == 3
    edited = Document("returns.md", "Returns", RETURNS.text.replace("four", "five"))
    index.open_index(
        workspace, store, [HOURS, edited], embedder, lambda done, total: told.append((done, total))
    )
    assert embedder.asked[3:] == [
        "Returns > Cost\n"
        "The label for sending a parcel back to us costs five euros in every country."
    ]
    assert told == [(3, 3)]


def test_a_second_opening_embeds_nothing(workspace: Workspace, store: Store) -> None:
    embedder = HashedWords()
    index.open_index(workspace, store, [HOURS], embedder)
    index.open_index(workspace, store, [HOURS], embedder)
    assert len(embedder.asked) == 1


@pytest.mark.parametrize(
    "damage", ["flip", "truncate", "empty", "missing", "garbage", "folder", "added"]
)
@pytest.mark.parametrize("kind", ["manifest.json", "chroma.sqlite3", "data_level0.bin", "*"])
def test_whatever_is_damaged_is_rebuilt_and_answers_right(
    workspace: Workspace, store: Store, damage: str, kind: str
) -> None:
    index.open_index(workspace, store, [HOURS, RETURNS], HashedWords())
    (folder,) = finished(workspace)
    spoiled = [path for path in folder.rglob(kind) if path.is_file()]
    assert spoiled
    for path in spoiled:
        spoil(path, damage)
    embedder = HashedWords()
    opened = index.open_index(workspace, store, [HOURS, RETURNS], embedder)
    assert nearest(opened, "The label costs four euros") == [
        "The label for sending a parcel back to us costs four euros in every country."
    ]
    assert embedder.asked == []  # the vectors were kept
    assert index.open_index(workspace, store, [HOURS, RETURNS], embedder)


def spoil(path: Path, damage: str) -> None:
    content = bytearray(path.read_bytes() or b"\0")
    middle = len(content) // 2
    content[middle] ^= 255
    if damage == "flip":
        path.write_bytes(content)
    elif damage == "truncate":
        path.write_bytes(path.read_bytes()[:middle])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "missing":
        path.unlink()
    elif damage == "garbage":
        path.write_bytes(b"[" * 100_000)
    elif damage == "folder":
        path.unlink()
        path.mkdir()
    else:
        path.with_name("chroma.sqlite3-wal").write_bytes(b"\x37\x7f\x06\x82" * 100)


def test_a_file_in_place_of_an_index_is_replaced(workspace: Workspace, store: Store) -> None:
    index.open_index(workspace, store, [HOURS], HashedWords())
    (folder,) = finished(workspace)
    shutil.rmtree(folder)
    folder.write_bytes(b"")
    assert len(index.open_index(workspace, store, [HOURS], HashedWords())) == 1


def test_an_index_that_is_open_goes_on_while_its_files_are_damaged(
    workspace: Workspace, store: Store
) -> None:
    opened = index.open_index(workspace, store, [HOURS, RETURNS], HashedWords())
    (folder,) = finished(workspace)
    shutil.rmtree(folder)
    assert nearest(opened, "opens at nine on Monday") == ["The shop opens at nine on Monday."]


def test_a_copy_goes_when_its_index_does(workspace: Workspace, store: Store) -> None:
    opened = index.open_index(workspace, store, [HOURS], HashedWords())
    assert len(list(workspace.indexes.glob(".open-*"))) == 1
    del opened
    assert list(workspace.indexes.glob(".open-*")) == []


def test_only_the_newest_five_indexes_are_kept(workspace: Workspace, store: Store) -> None:
    first = index.open_index(workspace, store, [HOURS], HashedWords())
    names = [first.fingerprint]
    for number in range(6):
        text = f"Version {number} of the text."
        opened = index.open_index(workspace, store, [Document("a.md", "A", text)], HashedWords())
        names.append(opened.fingerprint)
        for age, name in enumerate(reversed(names)):
            if (workspace.indexes / name).exists():
                os.utime(workspace.indexes / name, (1e9 - age, 1e9 - age))
    assert {path.name for path in finished(workspace)} == set(names[-5:])
    assert nearest(first, "opens at nine") == ["The shop opens at nine on Monday."]


def test_a_full_disk_is_a_sentence(
    workspace: Workspace, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    index.open_index(workspace, store, [HOURS], HashedWords())
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(WorkspaceUnusable, match="is full"):
            index.open_index(workspace, store, [HOURS], HashedWords())
    assert list(workspace.indexes.glob(".open-*")) == []
    assert len(index.open_index(workspace, store, [HOURS], HashedWords())) == 1


def test_threads_share_an_index(workspace: Workspace, store: Store) -> None:
    opened = index.open_index(workspace, store, [HOURS, RETURNS], HashedWords())
    expected = {
        "opens at nine on Monday": "hours.md",
        "the label costs four euros": "returns.md",
    }
    wrong: list[str] = []

    def ask() -> None:
        for question, document in list(expected.items()) * 20:
            if found(opened, question)[0].document != document:
                wrong.append(question)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


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


def test_no_word_of_a_document_lies_in_the_index(workspace: Workspace, store: Store) -> None:
    index.open_index(workspace, store, [RETURNS], HashedWords())
    held = b"".join(path.read_bytes() for path in workspace.indexes.rglob("*") if path.is_file())
    assert b"parcel" not in held
    assert b"returns" not in held


OPENER = """
import sys, time
from pathlib import Path
from core.retrieval import index
from core.store import Store
from core.workspace import Workspace
from tests.test_retrieval_index import HOURS, RETURNS, HashedWords, nearest

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
    assert (
        time.monotonic() - started < 60
    )  # of 120 s of patience: the dead builder's lock does not block
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
