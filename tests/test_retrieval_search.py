"""A question finds passages, nearest first, none twice."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from core.errors import QuestionEmpty
from core.records import Document, Retrieval, SearchMode
from core.retrieval.embedding import Vectors
from core.retrieval.index import Index, open_index
from core.retrieval.search import Retriever
from core.store import Store
from core.workspace import Workspace

RED = "Red paint dries within two hours, and it needs a second coat after one day."
BLUE = "Blue paint dries within two hours, and it needs a second coat after one day."


class Colours:
    """One dimension for each of two colours, and a third."""

    digest = "colours"

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = [["red" in text.lower(), "blue" in text.lower(), 0.1] for text in texts]
        vectors = np.array(rows, np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def retriever(tmp_path: Path) -> Iterator[Retriever]:
    workspace = Workspace(tmp_path)
    store = Store(workspace.database)
    documents = [Document(f"red-{n}.md", f"Red {n}", RED) for n in range(30)]
    documents += [Document("shout.md", "Red", RED.upper()), Document("blue.md", "Blue", BLUE)]
    yield Retriever(open_index(workspace, store, documents, Colours()), Colours())
    store.close()


def test_copies_of_a_passage_count_once(retriever: Retriever) -> None:
    assert [passage.text.lower() for passage in retriever.search("red", k=3)] == [
        RED.lower(),
        BLUE.lower(),
    ]


def test_one_passage_is_the_nearest(retriever: Retriever) -> None:
    (found,) = retriever.search("blue?", k=1)
    assert (found.document, found.score) == ("blue.md", pytest.approx(1.0, abs=1e-4))


def test_a_retriever_is_named_by_its_index(retriever: Retriever) -> None:
    assert retriever.fingerprint == retriever.index.fingerprint


@pytest.mark.parametrize("question", ["", " \n"])
def test_an_empty_question_is_refused(retriever: Retriever, question: str) -> None:
    with pytest.raises(QuestionEmpty, match="Write what you want to know"):
        retriever.search(question)


def test_langchain_gets_the_same_passages_with_their_origin(retriever: Retriever) -> None:
    (found,) = retriever.as_langchain(k=1).invoke("blue")
    assert found.page_content == BLUE
    assert found.metadata == {
        "document": "blue.md",
        "title": "Blue",
        "heading": "",
        "start": 0,
        "end": 76,
        "page": None,
        "score": pytest.approx(1.0, abs=1e-4),
    }


CODES = (
    Document("a.md", "Codes", "The part AB-1204 is kept on the third shelf of the red store room."),
    Document("b.md", "Codes", "The part AB-1205 is kept on the third shelf of the red store room."),
    Document("c.md", "Paint", BLUE),
)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Index]:
    workspace = Workspace(tmp_path)
    store = Store(workspace.database)
    yield open_index(workspace, store, CODES, Colours())
    store.close()


def by(opened: Index, mode: SearchMode) -> Retriever:
    return Retriever(opened, Colours(), Retrieval(mode=mode))


def test_each_mode_finds_what_it_looks_at(opened: Index) -> None:
    asked = "AB-1205 in blue"
    assert [by(opened, mode).search(asked, k=1)[0].document for mode in ("dense", "lexical")] == [
        "c.md",  # the colour
        "b.md",  # the code
    ]
    assert {found.document for found in by(opened, "hybrid").search(asked, k=2)} == {"b.md", "c.md"}


def test_whatever_ranked_a_passage_its_score_is_its_likeness(opened: Index) -> None:
    (found,) = by(opened, "lexical").search("AB-1205 in blue", k=1)
    # question (0, 1, 0.1), passage (1, 0, 0.1), both of length sqrt(1.01): 0.01 / 1.01
    assert found.score == pytest.approx(0.0099, abs=1e-4)


@pytest.mark.parametrize("mode", ["dense", "lexical", "hybrid"])
def test_a_search_can_keep_to_some_documents(opened: Index, mode: SearchMode) -> None:
    found = by(opened, mode).search("AB-1205 in blue", k=3, documents=["a.md"])
    assert [one.document for one in found] == ["a.md"]


def test_another_way_to_search_has_another_name(opened: Index) -> None:
    names = {by(opened, mode).fingerprint for mode in ("dense", "lexical", "hybrid")}
    assert len(names) == 3


def test_a_hybrid_search_puts_a_named_code_first_and_meaning_next(opened: Index) -> None:
    found = by(opened, "hybrid").search("Is AB-1204 blue?", k=2)
    assert [one.document for one in found] == ["a.md", "c.md"]


def test_what_other_wordings_find_is_joined(retriever: Retriever) -> None:
    alone = retriever.search("red", k=1)
    assert [one.document for one in alone] != ["blue.md"]
    joined = retriever.search("red", k=2, others=["blue", "blue one"])
    assert {one.document for one in joined} >= {"blue.md", alone[0].document}
    scores = {one.text: one.score for one in retriever.search("red", k=9)}
    assert [one.score for one in joined] == [scores[one.text] for one in joined]
