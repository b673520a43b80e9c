"""A small library, an embedder that counts words, and what an index is looked at with."""

import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.records import Document, Passage
from core.retrieval import documents, embedding, index
from core.retrieval.embedding import Vectors
from core.workbench import Workbench
from core.workspace import Workspace
from tests.fakes import ROWS, SETTINGS

HOURS = Document("hours.md", "Hours", "## Week\n\nThe shop opens at nine on Monday.\n")
RETURNS = Document(
    "returns.md",
    "Returns",
    "## Time\n\nA parcel can be sent back within thirty days of its arrival at your own door.\n\n"
    "## Cost\n\nThe label for sending a parcel back to us costs four euros in every country.\n",
)


class HashedWords:
    """An embedder of 64 dimensions, one per hash of a word, which counts what it was asked."""

    digest = "hashed-words"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        rows = np.zeros((len(texts), 64), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().replace(".", " ").split():
                row[zlib.crc32(word.encode()) % 64] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def capitals(root: Path) -> Workbench:
    """A workbench whose task has thirty rows and one document."""
    made = Workbench(root)
    made.embedder = embedding.cached(HashedWords(), made.store)
    folder = made.workspace.tasks / "capitals"
    folder.mkdir()
    (folder / "task.toml").write_text(SETTINGS.format(output="text"), encoding="utf-8")
    (folder / "examples.jsonl").write_text(ROWS, encoding="utf-8")
    documents.store(folder / "documents", "france.md", b"The capital of France is Paris.")
    return made


def nearest(opened: index.Index, question: str, k: int = 1) -> list[str]:
    return [passage.text for passage in found(opened, question, k)]


def found(
    opened: index.Index, question: str, k: int = 1, documents: Sequence[str] = ()
) -> tuple[Passage, ...]:
    vector = HashedWords().embed([question])[0]
    return opened.scored(vector, opened.rows(vector, k, documents))


def finished(workspace: Workspace) -> list[Path]:
    return [path for path in workspace.indexes.iterdir() if not path.name.startswith(".")]


def spoil(path: Path, damage: str) -> None:
    content = bytearray(path.read_bytes() or b"\0")
    middle = len(content) // 2
    content[middle] ^= 255
    if damage == "flip":
        path.write_bytes(content)
    elif damage == "truncate":
        path.write_bytes(path.read_bytes()[:middle])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "missing":
        path.unlink()
    elif damage == "garbage":
        path.write_bytes(b"[" * 100_000)
    elif damage == "folder":
        path.unlink()
        path.mkdir()
    else:
        path.with_name("chroma.sqlite3-wal").write_bytes(b"\x37\x7f\x06\x82" * 100)
