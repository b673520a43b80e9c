"""Passages in Chroma, nearest first. The only room that knows Chroma.

An index is a pure function of passages and embedder, named by their fingerprint. Chroma
writes to what it opens, shares nothing safely between processes and can take the process
down over one damaged byte. So each opening works on a private copy of a finished index
(`shelf`), whose digests were checked: what Chroma reads is, byte for byte, what a finished
build wrote. That costs milliseconds where a probing child would cost a second. Anything
else in place of an index is built anew from the documents and the kept vectors.
"""

import contextlib
import shutil
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core import workspace as files
from core.errors import IndexUnavailable, WorkspaceUnusable
from core.records import Document, Passage, fingerprint
from core.retrieval import shelf
from core.retrieval.chunking import MAX_WORDS, passages
from core.retrieval.embedding import Embedder, Vectors, cached
from core.store import Store
from core.workspace import Workspace

BATCH = 64  # texts embedded between two reports of progress
CHROMA_BATCH = 5000  # Chroma refuses more than 5461 at once
LAYOUT = 1  # change it when the built files change in meaning
COLLECTION = "passages"
EMPTY_BYTES = 500_000  # of an index without passages, measured, rounded up
VECTOR_SHARE = 3  # bytes of an index for each byte of its vectors, measured
# Wide enough to make the approximate search exact at the size of a playground's documents.
HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 200}


class Index:
    """An opened index. Safe between threads; its private copy goes when it does."""

    def __init__(self, fingerprint: str, entries: Sequence[Passage], copy: shelf.Copy) -> None:
        self.fingerprint = fingerprint
        self.entries = tuple(entries)
        self._lock = threading.Lock()
        weakref.finalize(self, copy.remove)
        with _sentences():
            client = _client(copy.folder)
            weakref.finalize(self, client.close)  # runs before the copy goes: last in, first out
            self._collection = client.get_collection(COLLECTION, embedding_function=None)

    def __len__(self) -> int:
        return len(self.entries)

    def nearest(self, vector: Vectors, k: int) -> tuple[Passage, ...]:
        """The k passages nearest to a vector of shape (dimensions,), or all if there are fewer."""
        with self._lock, _sentences():
            found = self._collection.query(
                query_embeddings=[vector], n_results=min(k, len(self)), include=["distances"]
            )
        return tuple(
            replace(self.entries[int(key)], score=round(1.0 - distance, 6))
            for key, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        )


def open_index(
    workspace: Workspace,
    store: Store,
    documents: Sequence[Document],
    embedder: Embedder,
    progress: Callable[[int, int], None] | None = None,
    words: int = MAX_WORDS,
) -> Index:
    """Open the index of these documents; build it first where it is missing or damaged.

    Args:
        workspace: Its `indexes` folder holds the files.
        store: Keeps the vectors, so that an edited document costs only its own passages.
        documents: What to search.
        embedder: Called only where an index must be built.
        progress: Told how many passages of how many have their vectors.
        words: Most words of a passage.

    Raises:
        IndexUnavailable: There is nothing to search, or Chroma refused.
        WorkspaceUnusable: The disk is full or may not be written.
    """
    entries = [passage for document in documents for passage in passages(document, words)]
    if not entries:
        raise IndexUnavailable(
            "There are no documents to search.", remedy="Add a document on the Documents page."
        )
    name = fingerprint(LAYOUT, _version(), embedder.digest, entries)
    copy = _copy(workspace.indexes, name)
    if copy is None:
        # Not under the lock: it may take minutes, and another process need not wait for it.
        vectors = _vectors(entries, cached(embedder, store), progress)
        copy = _copy(workspace.indexes, name, vectors)
    assert copy is not None
    return Index(name, entries, copy)


def described(passage: Passage) -> str:
    """What the embedder reads of a passage: its title and headings above its text."""
    above = " > ".join(filter(None, (passage.title, passage.heading)))
    return f"{above}\n{passage.text}"


def _vectors(
    entries: Sequence[Passage], embedder: Embedder, progress: Callable[[int, int], None] | None
) -> Vectors:
    texts = [described(passage) for passage in entries]
    made = []
    for start in range(0, len(texts), BATCH):
        made.append(embedder.embed(texts[start : start + BATCH]))
        if progress:
            progress(min(start + BATCH, len(texts)), len(texts))
    return np.concatenate(made)


def _copy(indexes: Path, name: str, vectors: Vectors | None = None) -> shelf.Copy | None:
    """A copy of the finished index; without one, it is first built if there are vectors."""
    with files.lock(indexes / ".lock"):
        parts = shelf.content(indexes, name)
        if parts is None and vectors is not None:
            _check_room(indexes, vectors)
            shelf.build(indexes, name, lambda folder: _fill(folder, vectors))
            parts = shelf.content(indexes, name)
        if parts is None:
            return None
        shelf.sweep(indexes, name)
        return shelf.Copy(indexes, parts)


def _check_room(indexes: Path, vectors: Vectors) -> None:
    needed = 2 * (EMPTY_BYTES + VECTOR_SHARE * vectors.nbytes)  # the index and one copy
    free = shutil.disk_usage(indexes).free
    if free < needed:
        raise WorkspaceUnusable(
            f"The index needs {needed:,} bytes of disk, and {free:,} are free.",
            remedy="Free some space and try again; the documents are whole.",
        )


def _fill(folder: Path, vectors: Vectors) -> None:
    with _sentences(), contextlib.closing(_client(folder)) as client:
        collection = client.create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": HNSW}
        )
        for start in range(0, len(vectors), CHROMA_BATCH):
            part = vectors[start : start + CHROMA_BATCH]
            collection.add(ids=[str(start + row) for row in range(len(part))], embeddings=part)


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


@contextlib.contextmanager
def _sentences() -> Iterator[None]:
    """Turn what Chroma refuses into a sentence with its remedy."""
    from chromadb.errors import ChromaError

    try:
        yield
    except ChromaError as refused:
        raise IndexUnavailable(
            f"The index cannot be built or read ({refused}).",
            remedy="Free some disk space and try again; the documents are whole.",
        ) from refused


def _version() -> str:
    from importlib.metadata import version

    return version("chromadb")
