"""What is deleted is gone from the workspace: text, parsed text, vectors and index."""

from pathlib import Path

import pytest

from core.retrieval import documents
from core.workbench import Workbench
from tests.hashed import HashedWords, capitals

SECRET = "The vault opens with the number 7391 on every second Tuesday of the month."


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    made = capitals(tmp_path)
    folder = made.workspace.tasks / "capitals"
    documents.store(folder / "documents", "vault.html", f"<p>{SECRET}".encode())
    return made


def everything(root: Path) -> bytes:
    return b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())


def test_a_deleted_document_leaves_neither_words_nor_vectors(bench: Workbench) -> None:
    task, root = bench.task("capitals"), bench.workspace.root
    bench.retriever(task)
    vector = HashedWords().embed([f"Vault\n{SECRET}"])[0].astype("<f4").tobytes()
    assert b"7391" in everything(root)
    assert vector in everything(root)
    documents.remove(task.folder / "documents", "vault.html")
    assert bench.purge() == 1
    assert b"7391" not in everything(root)
    assert vector not in everything(root)
    bench.close()


def test_after_a_purge_the_rest_is_found_without_being_read_anew(bench: Workbench) -> None:
    task = bench.task("capitals")
    bench.retriever(task)
    documents.remove(task.folder / "documents", "vault.html")
    bench.purge()
    asked = bench.embedder.embedder.asked
    before = len(asked)
    (found,) = bench.retriever(task).search("capital of France", k=1)
    assert found.document == "france.md"
    assert len(asked) == before + 1  # the question
    bench.close()


def test_a_task_that_cannot_be_read_stops_no_purge(bench: Workbench) -> None:
    bench.retriever(bench.task("capitals"))
    (bench.workspace.tasks / "capitals" / "task.toml").write_text("broken", encoding="utf-8")
    assert bench.purge() == 2
    bench.close()
