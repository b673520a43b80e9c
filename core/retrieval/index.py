"""The index of some documents: their passages, and their vectors in Chroma.

An index is named by the fingerprint of passages and embedder. Chroma writes to what it
opens, shares nothing safely between processes and can take the process down over one
damaged byte. So each opening works on a private copy of a finished index (`shelf`), whose
digests were checked: what Chroma reads is, byte for byte, what a finished build wrote. That
costs milliseconds where a probing child would cost a second. Anything else in place of an
index is built anew from the documents and the kept vectors.
"""

import shutil
import weakref
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from core import workspace as files
from core.errors import IndexUnavailable, WorkspaceUnusable
from core.records import Document, Passage, Retrieval, fingerprint
from core.retrieval import building, chroma, shelf
from core.retrieval.chunking import passages
from core.retrieval.embedding import Embedder, Vectors, cached
from core.store import Store
from core.workspace import Workspace

BATCH = 256  # texts embedded between two reports of progress
LAYOUT = 2  # change it when the built files change in meaning

USUAL = Retrieval()

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Entries:
    """What an index is made of."""

    passages: tuple[Passage, ...]
    texts: tuple[str, ...]  # what the embedder reads of each
    keys: tuple[str, ...]  # of each, no two alike
    marks: tuple[str, ...]  # of each one's document


class Index:
    """An opened index. Safe between threads; what it holds open goes when it does."""

    def __init__(self, fingerprint: str, entries: Entries, held: chroma.Collection) -> None:
        self.fingerprint = fingerprint
        self.entries = entries.passages
        self.texts = entries.texts
        self._keys = entries.keys
        self._rows = {key: row for row, key in enumerate(entries.keys)}
        self._held = held
        weakref.finalize(self, held.close)

    def __len__(self) -> int:
        return len(self.entries)

    def rows(self, vector: Vectors, k: int, documents: Collection[str] = ()) -> list[int]:
        """Positions in `entries` of the k passages nearest to a vector of shape (dimensions,).

        All if there are fewer. Of equals the first in `entries` comes first: Chroma gives them
        in an order that differs from one built index to the next, so it is asked for more until
        the last is farther than the k-th.

        Args:
            vector: Of unit length.
            k: Most positions.
            documents: Names of the documents to look in; none means all.
        """
        marks = [mark(name) for name in documents]
        asked = min(k + 1, len(self))
        found = self._held.nearest(vector, asked, marks)
        while asked < len(self) and len(found) > k and found[-1][1] == found[k - 1][1]:
            asked = min(2 * asked, len(self))
            found = self._held.nearest(vector, asked, marks)
        ranked = [(-score, self._rows[key]) for key, score in found]
        return [row for _, row in sorted(ranked)[:k]]

    def scored(self, vector: Vectors, rows: Sequence[int]) -> tuple[Passage, ...]:
        """These passages with their cosine similarity to a vector of unit length."""
        kept = self._held.vectors([self._keys[row] for row in rows])
        likeness = (float(np.dot(vector, kept[self._keys[row]])) for row in rows)
        return tuple(
            replace(self.entries[row], score=round(score, 6))
            for row, score in zip(rows, likeness, strict=True)
        )


def open_index(
    workspace: Workspace,
    store: Store,
    documents: Sequence[Document],
    embedder: Embedder,
    progress: Progress | None = None,
    retrieval: Retrieval = USUAL,
    server: Any = None,
) -> Index:
    """Open the index of these documents; build it first where it is missing or damaged.

    Args:
        workspace: Its `indexes` folder holds the files.
        store: Keeps the vectors, so that an edited document costs only its own passages.
        documents: What to search.
        embedder: Called only where an index must be built.
        progress: Told how many passages of how many have their vectors.
        retrieval: How documents are cut.
        server: A team's Chroma (`chroma.server`) to keep the index in, in place of the workspace.

    Raises:
        IndexUnavailable: There is nothing to search, or Chroma refused.
        WorkspaceUnusable: The disk is full or may not be written.
    """
    entries = entries_of(documents, retrieval)
    made = fingerprint(LAYOUT, chroma.version(), embedder.digest)
    name = fingerprint(made, entries.keys)
    if server is not None:
        held = _served(server, name, entries, cached(embedder, store), progress)
        return Index(name, entries, held)
    copy = _copy(workspace.indexes, name)
    if copy is None:
        kept = cached(embedder, store)
        build = building.Build(
            made, entries.keys, entries.marks,
            lambda rows: embedded([entries.texts[row] for row in rows], kept),
        )  # fmt: skip
        # Not under the lock: it may take minutes, and another process need not wait for it.
        embedded([entries.texts[row] for row in build.new(workspace.indexes)], kept, progress)
        copy = _copy(workspace.indexes, name, build)
    assert copy is not None
    return Index(name, entries, chroma.opened(copy.folder, copy.remove))


def served_name(fingerprint: str) -> str:
    """Of an index on a team's server."""
    return f"first-lever-{fingerprint}"


def _served(
    server: Any, name: str, entries: Entries, embedder: Embedder, progress: Progress | None
) -> chroma.Collection:
    """The collection on a team's server; built there first where it is missing."""
    collection, size = served_name(name), len(entries.keys)
    held = chroma.whole(server, collection, size)
    if held is None:
        vectors = embedded(entries.texts, embedder, progress)
        chroma.tidy(server)
        chroma.publish(server, collection, vectors, entries.keys, entries.marks)
        held = chroma.whole(server, collection, size)
    assert held is not None
    return held


def entries_of(documents: Sequence[Document], retrieval: Retrieval) -> Entries:
    """The passages of some documents with their keys.

    Raises:
        IndexUnavailable: There are none.
    """
    cut = retrieval.words, retrieval.overlap
    found = [one for each in documents for one in passages(each, *cut)]
    if not found:
        raise IndexUnavailable(
            "There are no documents to search.", remedy="Add a document on the Documents page."
        )
    texts = tuple(map(described, found))
    seen: Counter[str] = Counter()
    keys = []
    for passage, text in zip(found, texts, strict=True):
        key = fingerprint(passage.document, text)
        keys.append(f"{key}-{seen[key]}")
        seen[key] += 1
    marks = {each.name: mark(each.name) for each in documents}
    return Entries(tuple(found), texts, tuple(keys), tuple(marks[one.document] for one in found))


def described(passage: Passage) -> str:
    """What the embedder reads of a passage: its title and headings above its text."""
    above = " > ".join(filter(None, (passage.title, passage.heading)))
    return f"{above}\n{passage.text}"


def mark(document: str) -> str:
    """What Chroma knows of a document: not even its name."""
    return fingerprint(document)


def embedded(texts: Sequence[str], embedder: Embedder, progress: Progress | None = None) -> Vectors:
    """A row for each text, in batches; no row has no dimensions."""
    made = [np.empty((0, 0), np.float32)] if not texts else []
    for start in range(0, len(texts), BATCH):
        made.append(embedder.embed(texts[start : start + BATCH]))
        if progress:
            progress(min(start + BATCH, len(texts)), len(texts))
    return np.concatenate(made)


def _copy(indexes: Path, name: str, build: building.Build | None = None) -> shelf.Copy | None:
    """A copy of the finished index; without one, it is first built if there is a way to."""
    with files.lock(indexes / ".lock"):
        parts = shelf.content(indexes, name)
        if parts is None and build is not None:
            _check_room(indexes, build.needed)
            shelf.build(indexes, name, lambda folder: build(folder, indexes))
            parts = shelf.content(indexes, name)
        if parts is None:
            return None
        shelf.sweep(indexes, name)
        return shelf.Copy(indexes, parts)


def _check_room(indexes: Path, needed: int) -> None:
    free = shutil.disk_usage(indexes).free
    if free < needed:
        raise WorkspaceUnusable(
            f"The index needs {needed:,} bytes of disk, and {free:,} are free.",
            remedy="Free some space and try again; the documents are whole.",
        )
