"""Another embedder: its index is whole before it answers, and a wrong folder changes nothing."""

from pathlib import Path

import pytest

from core.errors import ModelUnavailable
from core.retrieval import documents, embedding
from core.workbench import Workbench
from tests.fakes import ROWS, SETTINGS
from tests.test_retrieval_index import HashedWords


class Other(HashedWords):
    """Reads as the first does, under another name."""

    digest = "other"


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    made = Workbench(tmp_path)
    made.embedder = embedding.cached(HashedWords(), made.store)
    folder = made.workspace.tasks / "capitals"
    folder.mkdir()
    (folder / "task.toml").write_text(SETTINGS.format(output="text"), encoding="utf-8")
    (folder / "examples.jsonl").write_text(ROWS, encoding="utf-8")
    documents.store(folder / "documents", "france.md", b"The capital of France is Paris.")
    return made


def test_a_folder_without_a_model_changes_nothing(bench: Workbench, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="missing"):
        bench.use_embedder(str(tmp_path / "nothing"))
    assert bench.embedder.digest == "hashed-words"
    assert bench.embedder_folder() == ""
    bench.close()


def test_the_new_index_stands_beside_the_old_one_before_the_new_embedder_answers(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, seen = bench.task("capitals"), []
    old = bench.retriever(task)
    monkeypatch.setattr(embedding, "MiniLM", lambda folder: Other())
    bench.use_embedder("/models/other", lambda done, total: seen.append(bench.embedder.digest))
    assert seen == ["hashed-words"]  # while it was built the old one was in use
    assert (bench.embedder.digest, bench.embedder_folder()) == ("other", "/models/other")
    names = {path.name for path in bench.workspace.indexes.iterdir() if path.name[0] != "."}
    new = bench.retriever(task)
    assert names == {old.index.fingerprint, new.index.fingerprint}
    assert old.search("capital of France", k=1)[0].document == "france.md"
    assert new.search("capital of France", k=1)[0].document == "france.md"
    bench.close()


def test_the_choice_outlives_the_process(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "MiniLM", lambda folder: Other() if folder else HashedWords())
    bench.use_embedder("/models/other")
    bench.close()
    again = Workbench(bench.workspace.root)
    assert again.embedder.digest == "other"
    again.use_embedder("")
    assert again.embedder.digest == "hashed-words"
    again.close()
