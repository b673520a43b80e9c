"""Former versions of documents: each content once, named by its digest, and a log of what was done.

They lie beside the task's documents in `.versions/<document>/`. The text as it is goes into its
version before another takes its place, so that a kill in between loses nothing.
"""

import hashlib
import shutil
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from core.errors import DocumentUnreadable
from core.records import Document
from core.retrieval import documents
from core.retrieval.naming import safe_name
from core.workspace import append_line, lines, write_bytes, writing

FOLDER = ".versions"
LOG = "log.jsonl"

Deed = Literal["found", "added", "edited", "restored", "deleted"]


@dataclass(frozen=True)
class Version:
    """A document as it once was."""

    document: str  # file name
    digest: str  # SHA-256 of its content
    when: float  # seconds since the epoch
    what: Deed  # what brought it about


def store(folder: Path, name: str, content: bytes, what: Deed = "added") -> Document:
    """Keep an uploaded file as `documents.store` does, and the former text as a version.

    Raises:
        DocumentUnreadable: Of an unknown kind, too large, damaged, encrypted or without text.
    """
    _keep(folder, _target(folder, name), "found")
    document = documents.store(folder, name, content)
    _keep(folder, document.name, what)
    return document


def write_text(folder: Path, name: str, text: str, what: Deed = "edited") -> Document:
    """Keep a text that was written in place, and the former one as a version.

    Raises:
        DocumentUnreadable: A kind that is not text, too large or without text.
    """
    _keep(folder, name, "found")
    document = documents.write_text(folder, name, text)
    _keep(folder, document.name, what)
    return document


def remove(folder: Path, name: str, *, keep: bool = False) -> None:
    """Delete a document, and its versions unless they are to be kept.

    Raises:
        DocumentUnreadable: There is none of that name.
    """
    if keep:
        _keep(folder, name, "found")
    documents.remove(folder, name)
    if keep:
        last = history(folder, name)[0]
        _log(_place(folder, name), last.digest, "deleted")
    else:
        forget(folder, name)


def forget(folder: Path, name: str) -> None:
    """Delete all versions of a document; the document itself stays."""
    place = _place(folder, name)
    if place.is_dir():
        with writing(place):
            shutil.rmtree(place)


def restore(folder: Path, version: Version) -> Document:
    """Put a version in the place of the text as it is, or of a document that was deleted.

    Raises:
        DocumentUnreadable: The version is damaged.
    """
    return store(folder, version.document, _content(folder, version), "restored")


def history(folder: Path, name: str) -> tuple[Version, ...]:
    """What was done to a document, the latest first; nothing if it never changed here."""
    found = [
        Version(name, str(line["digest"]), float(line["when"]), line["what"])
        for line in lines(_place(folder, name) / LOG)
        if line.get("what") in get_args(Deed)
    ]
    return tuple(reversed(found))


def deleted(folder: Path) -> tuple[Version, ...]:
    """The last version of each document that is gone but was kept, by name."""
    place = folder.parent / FOLDER
    names = sorted(one.name for one in place.iterdir() if one.is_dir()) if place.is_dir() else []
    gone = [name for name in names if name not in _names(folder)]
    return tuple(found[0] for name in gone if (found := history(folder, name)))


def read(folder: Path, version: Version) -> Document:
    """The document as it was in a version.

    Raises:
        DocumentUnreadable: The version is damaged.
    """
    return _read(version.document, _content(folder, version))


def with_former(found: Iterable[Document], former: Document) -> tuple[Document, ...]:
    """The documents as they were when one of them was another."""
    others = [one for one in found if one.name != former.name]
    return tuple(sorted([*others, former], key=lambda one: one.name))


@lru_cache(maxsize=64)
def _read(name: str, content: bytes) -> Document:
    with tempfile.TemporaryDirectory() as aside:
        return documents.store(Path(aside), name, content)


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def _target(folder: Path, name: str) -> str:
    """The name of the document that a file of that name would replace."""
    return name if name in _names(folder) else safe_name(name)


def _place(folder: Path, name: str) -> Path:
    return folder.parent / FOLDER / name


def _keep(folder: Path, name: str, what: Deed) -> None:
    """Note the file as it is, if it is there and not the latest version already."""
    source = folder / name
    if name.startswith(".") or name not in _names(folder) or not source.is_file():
        return
    content, place = source.read_bytes(), _place(folder, name)
    digest = hashlib.sha256(content).hexdigest()
    last = next(iter(history(folder, name)), None)
    if last and last.digest == digest and last.what != "deleted":
        return
    if not (place / digest).exists():
        write_bytes(place / digest, content)
    _log(place, digest, what)


def _log(place: Path, digest: str, what: Deed) -> None:
    append_line(place / LOG, {"digest": digest, "when": time.time(), "what": what})


def _content(folder: Path, version: Version) -> bytes:
    try:
        content = (_place(folder, version.document) / version.digest).read_bytes()
    except OSError as lost:
        raise _damaged(version) from lost
    if hashlib.sha256(content).hexdigest() != version.digest:
        raise _damaged(version)
    return content


def _damaged(version: Version) -> DocumentUnreadable:
    return DocumentUnreadable(
        f"This version of {version.document} is missing or damaged.",
        remedy="Choose another version.",
    )
