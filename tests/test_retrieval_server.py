"""A team's store: the index on a real Chroma server that the test starts on loopback."""

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from core.errors import IndexUnavailable
from core.records import Document
from core.retrieval import chroma, index
from core.retrieval.search import Retriever
from core.store import Store
from core.workspace import Workspace
from tests.hashed import HOURS, RETURNS, HashedWords, capitals, found, nearest

CHROMA = Path(sys.executable).with_name("chroma")


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port, place = free_port(), tmp_path_factory.mktemp("server")
    command = [CHROMA, "run", "--host", "127.0.0.1", "--port", str(port), "--path", str(place)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        for _ in range(300):
            with contextlib.suppress(IndexUnavailable):
                chroma.leave(chroma.server(f"http://127.0.0.1:{port}"))
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        child.kill()


@pytest.fixture
def client(address: str) -> Iterator[Any]:
    made = chroma.server(address)
    yield made
    for held in made.list_collections():
        made.delete_collection(held.name)
    chroma.leave(made)


def opened(
    workspace: Workspace, store: Store, client: Any, *found: Document, by: Any = None
) -> index.Index:
    asked = found or (HOURS, RETURNS)
    return index.open_index(workspace, store, asked, by or HashedWords(), server=client)


def test_the_nearest_passage_comes_first_as_in_the_workspace(
    workspace: Workspace, store: Store, client: Any
) -> None:
    here = index.open_index(workspace, store, [HOURS, RETURNS], HashedWords())
    there = opened(workspace, store, client)
    asked = "the label costs four euros"
    assert there.fingerprint == here.fingerprint
    assert found(there, asked, 9) == found(here, asked, 9)
    (only,) = found(there, asked, 9, documents=["hours.md"])
    assert only.document == "hours.md"


def test_a_retriever_searches_it(workspace: Workspace, store: Store, client: Any) -> None:
    (found,) = Retriever(opened(workspace, store, client), HashedWords()).search(
        "the label costs four euros", k=1
    )
    assert found.heading == "Cost"


def test_a_teammate_finds_the_index_built(
    workspace: Workspace, store: Store, client: Any, tmp_path: Path
) -> None:
    opened(workspace, store, client)
    other = Workspace(tmp_path / "other")
    theirs, embedder = Store(other.database), HashedWords()
    opened(other, theirs, client, by=embedder)
    assert embedder.asked == []
    theirs.close()


def test_an_edit_gets_a_collection_of_its_own_and_leaves_the_other(
    workspace: Workspace, store: Store, client: Any
) -> None:
    first = opened(workspace, store, client)
    second = opened(workspace, store, client, HOURS, replace(RETURNS, text="Nothing comes back."))
    assert nearest(second, "nothing comes back") == ["Nothing comes back."]
    assert nearest(first, "opens at nine on Monday") == ["The shop opens at nine on Monday."]
    assert len(client.list_collections()) == 2


def test_a_collection_that_lost_vectors_is_built_anew(
    workspace: Workspace, store: Store, client: Any
) -> None:
    opened(workspace, store, client)
    (held,) = client.list_collections()
    held.delete(ids=held.get()["ids"][:1])
    assert len(nearest(opened(workspace, store, client), "opens at nine", k=9)) == 3


def test_a_build_that_breaks_off_leaves_no_index_under_its_name(
    workspace: Workspace, store: Store, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(chroma, "add", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            opened(workspace, store, client)
    (left,) = client.list_collections()
    assert left.name.startswith("first-lever-unfinished-")
    assert len(opened(workspace, store, client)) == 3
    left.modify(metadata={"began": 0})
    chroma.tidy(client)
    assert [
        one.name.startswith("first-lever-unfinished-") for one in client.list_collections()
    ] == [False]


def test_the_server_learns_no_word_and_no_name(
    workspace: Workspace, store: Store, client: Any
) -> None:
    opened(workspace, store, client)
    (held,) = client.list_collections()
    everything = held.get(include=["metadatas", "documents", "uris"])
    assert everything["documents"] == [None] * 3
    assert "returns" not in str(everything)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ("chroma", "no address of a Chroma server"),
        ("ftp://127.0.0.1", "no address of a Chroma server"),
        ("http://me:secret@127.0.0.1", "no address of a Chroma server"),
        ("http://127.0.0.1:9", "No Chroma server answers at http://127.0.0.1:9"),
    ],
)
def test_what_is_no_chroma_server_is_a_sentence(wrong: str, problem: str) -> None:
    with pytest.raises(IndexUnavailable, match=problem) as refused:
        chroma.server(wrong)
    assert "secret" not in str(refused.value)


def test_a_token_must_stand_in_a_variable_for_keys(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HOME", "CHROMA_API_KEY"):
        with pytest.raises(IndexUnavailable, match="ends in _API_KEY"):
            chroma.server(address, variable)


def test_the_token_goes_to_the_server_as_a_header(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str | None] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers.get("Authorization"))
            self.send_error(401)

        def log_message(self, *_: object) -> None: ...

    monkeypatch.setenv("CHROMA_API_KEY", "tok-123")
    with HTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        threading.Thread(target=proxy.handle_request, daemon=True).start()
        with pytest.raises(IndexUnavailable, match="No Chroma server answers") as refused:
            chroma.server(f"http://127.0.0.1:{proxy.server_port}", "CHROMA_API_KEY")
    assert seen == ["Bearer tok-123"]
    assert "tok-123" not in str(refused.value)


def test_a_workspace_moves_to_the_server_and_back(
    tmp_path: Path, client: Any, address: str
) -> None:
    bench = capitals(tmp_path)
    bench.use_chroma(address)
    assert bench.chroma_server() == (address, "")
    assert bench.retriever(bench.task("capitals")).search("capital", k=1)
    assert len(client.list_collections()) == 1
    bench.purge()
    assert client.list_collections() == []
    with pytest.raises(IndexUnavailable):
        bench.use_chroma("http://127.0.0.1:9")
    assert bench.chroma_server() == (address, "")
    bench.use_chroma("")
    assert bench.retriever(bench.task("capitals")).search("capital", k=1)
    assert client.list_collections() == []
    bench.close()
