"""Another embedder: its index is whole before it answers, and a wrong folder changes nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import ModelUnavailable, WorkspaceUnusable
from core.retrieval import embedding, served
from core.retrieval.served import Service, met
from core.workbench import Workbench, opened
from core.workspace import disk_full
from tests.hashed import HashedWords, capitals
from tests.test_retrieval_served import Provider, serving


class Other(HashedWords):
    """Reads as the first does, under another name."""

    digest = "other"


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return capitals(tmp_path)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setattr(served, "WAITS", (0.0, 0.0))
    with serving() as made:
        yield made


def test_a_folder_without_a_model_changes_nothing(bench: Workbench, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="missing"):
        bench.use_embedder(str(tmp_path / "nothing"))
    assert bench.embedder.digest == "hashed-words"
    assert bench.embedder_chosen() == ""
    bench.close()


def test_the_new_index_stands_beside_the_old_one_before_the_new_embedder_answers(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, seen = bench.task("capitals"), []
    old = bench.retriever(task)
    monkeypatch.setattr(embedding, "MiniLM", lambda folder: Other())
    bench.use_embedder("/models/other", lambda done, total: seen.append(bench.embedder.digest))
    assert seen == ["hashed-words"]  # while it was built the old one was in use
    assert (bench.embedder.digest, bench.embedder_chosen()) == ("other", "/models/other")
    names = {path.name for path in bench.workspace.indexes.iterdir() if path.name[0] != "."}
    new = bench.retriever(task)
    assert names == {old.index.fingerprint, new.index.fingerprint}
    assert old.search("capital of France", k=1)[0].document == "france.md"
    assert new.search("capital of France", k=1)[0].document == "france.md"
    bench.close()


def test_where_the_disk_is_full_the_old_embedder_stays(
    bench: Workbench, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise disk_full(bench.workspace.root)

    monkeypatch.setattr(opened, "write_json", full)
    with pytest.raises(WorkspaceUnusable, match="is full"):
        bench.use_embedder(Service(provider.url, "small"))
    assert (bench.embedder.digest, bench.embedder_chosen()) == ("hashed-words", "")
    bench.close()


def test_where_the_disk_is_full_vectors_of_an_endpoint_are_a_sentence(
    bench: Workbench, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise disk_full(bench.workspace.root)

    bench.retriever(bench.task("capitals"))
    with monkeypatch.context() as patch:
        patch.setattr(bench.store, "keep_vectors", full)
        with pytest.raises(WorkspaceUnusable, match="is full"):
            bench.use_embedder(Service(provider.url, "small"))
    assert bench.embedder.digest == "hashed-words"
    bench.use_embedder(Service(provider.url, "small"))
    assert bench.embedder.digest != "hashed-words"
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


def test_an_endpoint_reads_passages_and_is_known_again_without_being_asked(
    bench: Workbench, provider: Provider
) -> None:
    task = bench.task("capitals")
    old = bench.retriever(task).index.fingerprint
    bench.use_embedder(Service(provider.url, "small"))
    new = bench.retriever(task)
    assert new.index.fingerprint != old
    assert new.search("capital of France", k=1)[0].document == "france.md"
    bench.close()
    asked = len(provider.asked)
    again = Workbench(bench.workspace.root)
    assert again.retriever(task).index.fingerprint == new.index.fingerprint
    assert again.embedder_chosen() == met(Service(provider.url, "small"))
    assert len(provider.asked) == asked + 1  # by the line above alone
    again.close()


def test_an_endpoint_that_does_not_answer_changes_nothing(
    bench: Workbench, provider: Provider
) -> None:
    provider.statuses = [500] * 3
    with pytest.raises(ModelUnavailable, match="status 500"):
        bench.use_embedder(Service(provider.url, "small"))
    assert (bench.embedder.digest, bench.embedder_chosen()) == ("hashed-words", "")
    bench.close()
