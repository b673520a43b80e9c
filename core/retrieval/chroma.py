"""Vectors in Chroma. The only room that knows it.

Chroma gets vectors and keys, never a word of a document.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from core.errors import IndexUnavailable
from core.retrieval.embedding import Vectors

BATCH = 5000  # Chroma refuses more than 5461 at once
COLLECTION = "passages"
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
    from chromadb.errors import ChromaError

    try:
        yield
    except ChromaError as refused:
        raise IndexUnavailable(
            f"The index cannot be built or read ({refused}).",
            remedy="Free some disk space and try again; the documents are whole.",
        ) from refused


def version() -> str:
    """Of Chroma, which changes its files between versions."""
    from importlib.metadata import version

    return version("chromadb")
