"""Rereading by a cross-encoder: a tiny one with drawn weights, made here."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from core.errors import ModelUnavailable
from core.records import Document, Retrieval
from core.retrieval import embedding, index
from core.retrieval.reranking import LocalReranker
from core.retrieval.search import Retriever
from core.store import Store
from core.workbench import Workbench
from core.workspace import Workspace
from tests.fakes import ROWS, SETTINGS
from tests.hashed import HashedWords

RULES = [Document(f"{n}.md", "Rule", f"Rule {'on ' * n}holds.") for n in range(1, 30)]


class Longest:
    """Prefers the longest text."""

    digest = "longest"

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        return [float(len(text)) for text in texts]


def cross_encoder(folder: Path, labels: int = 1, safe: bool = True) -> Path:
    """A BERT of one layer, with weights drawn by a seed."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    torch.manual_seed(0)
    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "paris", "is", "a", "city", "where"]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words), hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=8, num_labels=labels, initializer_range=1.0,
    )  # fmt: skip
    BertForSequenceClassification(config).eval().save_pretrained(folder)
    if not safe:
        (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    return folder


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[index.Index]:
    workspace = Workspace(tmp_path / "home")
    store = Store(workspace.database)
    yield index.open_index(workspace, store, RULES, HashedWords())
    store.close()


def test_the_best_are_put_in_the_rerankers_order(opened: index.Index) -> None:
    plain = Retriever(opened, HashedWords()).search("Rule on holds", k=20)
    found = Retriever(opened, HashedWords(), reranker=Longest()).search("Rule on holds", k=3)
    assert list(found) == sorted(plain, key=lambda one: -len(one.text))[:3]
    assert [one.score for one in found] != sorted([one.score for one in found], reverse=True)


def test_its_name_is_part_of_the_search(opened: index.Index) -> None:
    names = {
        Retriever(opened, HashedWords(), reranker=reranker).fingerprint
        for reranker in (None, Longest())
    }
    assert len(names) == 2


def test_a_local_cross_encoder_reads_question_and_passage(tmp_path: Path) -> None:
    made = LocalReranker(cross_encoder(tmp_path / "tiny"))
    texts = ["paris is a city", "where", "paris is a city"]
    scores = made.scores("where is paris", texts)
    assert scores[0] == pytest.approx(scores[2], abs=1e-5)
    assert abs(scores[0] - scores[1]) > 1e-4
    assert made.digest == LocalReranker(tmp_path / "tiny").digest


def test_what_is_no_cross_encoder_is_refused(tmp_path: Path) -> None:
    three = cross_encoder(tmp_path / "three", labels=3)
    pickled = cross_encoder(tmp_path / "pickled", safe=False)
    broken = cross_encoder(tmp_path / "broken")
    (broken / "config.json").unlink()
    for folder in (tmp_path / "absent", three, pickled, broken):
        with pytest.raises(ModelUnavailable, match="Choose the folder of a cross-encoder"):
            LocalReranker(folder).scores("where", ["paris"])


def test_a_task_that_asks_for_it_gets_it_and_without_one_says_so(tmp_path: Path) -> None:
    bench = Workbench(tmp_path / "home")
    bench.embedder = embedding.cached(HashedWords(), bench.store)
    folder = bench.workspace.tasks / "capitals"
    (folder / "documents").mkdir(parents=True)
    asks = SETTINGS.format(output="text") + "\n[retrieval]\nrerank = true\n"
    (folder / "task.toml").write_text(asks, encoding="utf-8")
    (folder / "examples.jsonl").write_text(ROWS, encoding="utf-8")
    (folder / "documents" / "france.md").write_text("Paris is a city.", encoding="utf-8")
    task = bench.task("capitals")
    assert task.retrieval == Retrieval(rerank=True)
    with pytest.raises(ModelUnavailable, match="asks for a reranker, and none is chosen"):
        bench.retriever(task)
    with pytest.raises(ModelUnavailable):
        bench.use_reranker(str(tmp_path / "absent"))
    bench.use_reranker(str(cross_encoder(tmp_path / "tiny")))
    found = bench.retriever(task)
    assert found.fingerprint != found.index.fingerprint
    assert found.search("Where is Paris?")[0].document == "france.md"
    bench.use_reranker("")
    assert bench.reranker_folder() == ""
    bench.close()
