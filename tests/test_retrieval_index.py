"""The index: built once, checked before it is opened, rebuilt from the documents when damaged."""

import os
import shutil
import threading
from pathlib import Path

import pytest

from core.errors import IndexUnavailable, WorkspaceUnusable
from core.records import Document
from core.retrieval import index
from core.store import Store
from core.workspace import Workspace
from tests.hashed import HOURS, RETURNS, HashedWords, finished, found, nearest, spoil


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


def test_no_word_of_a_document_lies_in_the_index(workspace: Workspace, store: Store) -> None:
    index.open_index(workspace, store, [RETURNS], HashedWords())
    held = b"".join(path.read_bytes() for path in workspace.indexes.rglob("*") if path.is_file())
    assert b"parcel" not in held
    assert b"returns" not in held
