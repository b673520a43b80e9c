"""Vectors in Chroma. The only room that knows it.

Chroma gets vectors and keys, never a word of a document.
"""

import contextlib
import os
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.errors import IndexUnavailable
from core.retrieval.embedding import Vectors

BATCH = 5000  # Chroma refuses more than 5461 at once
COLLECTION = "passages"
UNFINISHED = "first-lever-unfinished-"
DAY = 86_400  # seconds
PATIENCE = 10.0  # seconds for a server to answer its first request
KEY_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*_API_KEY")
# Wide enough to find 1.0 of the exact twenty nearest of 10,000 random clustered vectors.
HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 200}


class Collection:
    """An open collection of vectors by key. Safe between threads."""

    def __init__(self, held: Any, close: Callable[[], None]) -> None:
        self._held = held
        self.close = close  # lets go of the files
        self._lock = threading.Lock()

    def nearest(
        self, vector: Vectors, k: int, documents: Sequence[str] = ()
    ) -> list[tuple[str, float]]:
        """Keys of the k vectors nearest to one of shape (dimensions,), with their likeness.

        `documents` are marks of the documents to look in; none means all.
        """
        only = {"where": {"document": {"$in": list(documents)}}} if documents else {}
        with self._lock, sentences():
            found = self._held.query(
                query_embeddings=[vector], n_results=k, include=["distances"], **only
            )
        return [
            (key, round(1.0 - distance, 6))
            for key, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def vectors(self, keys: Sequence[str]) -> Mapping[str, Vectors]:
        """Vectors by key."""
        with self._lock, sentences():
            found = self._held.get(ids=list(keys), include=["embeddings"])
        return dict(zip(found["ids"], found["embeddings"], strict=True))


def opened(folder: Path, release: Callable[[], None]) -> Collection:
    """The collection in a folder; `release` gives the folder back once it is closed."""
    with contextlib.ExitStack() as open_till_then, sentences():
        open_till_then.callback(release)
        client = embedded(folder)
        open_till_then.callback(client.close)
        held = client.get_collection(COLLECTION, embedding_function=None)
        return Collection(held, open_till_then.pop_all().close)


def embedded(folder: Path) -> Any:
    """A client whose files lie in a folder of this process."""
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def server(address: str, key_variable: str = "") -> Any:
    """A client of a team's Chroma server.

    Args:
        address: Such as `http://127.0.0.1:8000`.
        key_variable: Environment variable with the token that a proxy before it asks for.

    Raises:
        IndexUnavailable: It is no address, or no Chroma answers there.
    """
    import chromadb
    import httpx
    from chromadb.config import Settings

    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
        raise IndexUnavailable(
            "That is no address of a Chroma server.",
            remedy="Give one such as http://127.0.0.1:8000, without user and password.",
        )
    headers = {"Authorization": f"Bearer {_key(key_variable)}"} if key_variable else {}
    _knock(address, headers)
    try:
        return chromadb.HttpClient(
            parts.hostname,
            parts.port or (443 if parts.scheme == "https" else 80),
            ssl=parts.scheme == "https",
            headers=headers,
            settings=Settings(anonymized_telemetry=False),
        )
    except (ValueError, httpx.HTTPError) as refused:
        raise _silent(address) from refused


def _knock(address: str, headers: Mapping[str, str]) -> None:
    """See whether a Chroma answers, on a connection that is closed whatever comes of it."""
    import httpx

    try:
        with httpx.Client(headers=headers, timeout=PATIENCE) as door:
            said = door.get(f"{address.rstrip('/')}/api/v2/heartbeat").raise_for_status().json()
    except (ValueError, httpx.HTTPError, httpx.InvalidURL) as refused:
        raise _silent(address) from refused
    if "nanosecond heartbeat" not in said:
        raise _silent(address)


def leave(client: Any) -> None:
    """Let go of a server; Chroma 1.5.9 itself forgets its connections."""
    sessions = client._server._session, client._admin_client._server._session
    client.close()
    for session in sessions:
        session.close()


def _key(variable: str) -> str:
    if not KEY_VARIABLE.fullmatch(variable) or not os.environ.get(variable):
        raise IndexUnavailable(
            "The variable with the token of the Chroma server is not set.",
            remedy="Put the token into an environment variable whose name ends in _API_KEY.",
        )
    return os.environ[variable]


def _silent(address: str) -> IndexUnavailable:
    return IndexUnavailable(
        f"No Chroma server answers at {address}.",
        remedy="Start it, or empty the address on the Settings page to index on this machine.",
    )


def whole(client: Any, name: str, size: int) -> Collection | None:
    """The collection of that name on a server, if it is there with all its vectors."""
    from chromadb.errors import NotFoundError

    with sentences():
        try:
            held = client.get_collection(name, embedding_function=None)
            if held.count() == size:
                return Collection(held, lambda: None)
            client.delete_collection(name)
        except NotFoundError:
            pass
        return None


def publish(
    client: Any, name: str, vectors: Vectors, keys: Sequence[str], documents: Sequence[str]
) -> None:
    """Build a collection on a server under a name of its own, and rename it once it is whole."""
    from chromadb.errors import ChromaError

    aside = f"{UNFINISHED}{secrets.token_hex(8)}"
    with sentences():
        made = client.create_collection(
            aside,
            embedding_function=None,
            configuration={"hnsw": HNSW},
            metadata={"began": int(time.time())},
        )
        try:
            add(made, vectors, keys, documents)
            made.modify(name=name)
        except ChromaError:
            with contextlib.suppress(ChromaError):
                client.delete_collection(aside)
            if whole(client, name, len(keys)) is None:  # no one else was faster
                raise


def tidy(client: Any, names: frozenset[str] = frozenset()) -> None:
    """Remove collections by name, and what builders left unfinished a day ago or earlier."""
    with sentences():
        for held in client.list_collections():
            began = (held.metadata or {}).get("began", 0)
            stale = held.name.startswith(UNFINISHED) and began < time.time() - DAY
            if stale or held.name in names:
                client.delete_collection(held.name)


def fill(folder: Path, vectors: Vectors, keys: Sequence[str], documents: Sequence[str]) -> None:
    """Write a new collection into an empty folder."""
    with sentences(), contextlib.closing(embedded(folder)) as client:
        made = client.create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": HNSW}
        )
        add(made, vectors, keys, documents)


def change(
    folder: Path,
    gone: Sequence[str],
    vectors: Vectors,
    keys: Sequence[str],
    documents: Sequence[str],
) -> None:
    """Take keys out of the collection in a folder, and add others."""
    with sentences(), contextlib.closing(embedded(folder)) as client:
        held = client.get_collection(COLLECTION, embedding_function=None)
        for start in range(0, len(gone), BATCH):
            held.delete(ids=list(gone[start : start + BATCH]))
        add(held, vectors, keys, documents)


def add(held: Any, vectors: Vectors, keys: Sequence[str], documents: Sequence[str]) -> None:
    """Add vectors under keys, each marked with its document."""
    for start in range(0, len(keys), BATCH):
        part = slice(start, start + BATCH)
        held.add(
            ids=list(keys[part]),
            embeddings=vectors[part],
            metadatas=[{"document": mark} for mark in documents[part]],
        )


@contextlib.contextmanager
def sentences() -> Iterator[None]:
    """Turn what Chroma refuses into a sentence with its remedy."""
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except httpx.HTTPError as refused:
        raise IndexUnavailable(
            "The Chroma server does not answer.",
            remedy="Check that it runs, or empty its address on the Settings page.",
        ) from refused
    except ChromaError as refused:
        raise IndexUnavailable(
            f"The index cannot be built or read ({refused}).",
            remedy="Free some disk space and try again; the documents are whole.",
        ) from refused


def version() -> str:
    """Of Chroma, which changes its files between versions."""
    from importlib.metadata import version

    return version("chromadb")
