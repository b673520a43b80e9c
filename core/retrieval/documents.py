"""The documents that retrieval may read: files in a task's folder, under names of our own.

A file is parsed before it is stored, so that what cannot be read is never kept. One
damaged file among many takes no other down: it is listed with its reason.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from core import workspace
from core.errors import DocumentUnreadable
from core.records import Document
from core.retrieval import parsing, plain, reading, refusal
from core.retrieval.naming import safe_name, suffix_of
from core.retrieval.sections import PLAIN, sections

MAX_BYTES = 25 * 2**20  # also the upload limit of the server
PAGE_BREAK = "\n\n"
EDITABLE = (".md", ".txt")  # whose text is the file itself
TITLE = re.compile(r"^# +(.{1,200})$", re.MULTILINE)


@dataclass(frozen=True)
class Library:
    """What a folder of documents holds, sorted by name."""

    documents: tuple[Document, ...]
    unreadable: tuple[tuple[str, DocumentUnreadable], ...]  # file name and why


def read_all(folder: Path) -> Library:
    """Every document of a folder, and every file that could not be read as one.

    Names that begin with a dot are not documents. A folder that is not there holds none.
    """
    documents, unreadable = [], []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith("."):
            continue
        try:
            documents.append(_read(path))
        except DocumentUnreadable as refused:
            unreadable.append((path.name, refused))
    return Library(tuple(documents), tuple(unreadable))


def store(folder: Path, name: str, content: bytes) -> Document:
    """Keep an uploaded file, in place of a document of the same name.

    Raises:
        DocumentUnreadable: Of an unknown kind, too large, damaged, encrypted or without
            text. Nothing is stored then.
    """
    target = _target(folder, name)
    _check_size(target.name, len(content))
    document = _parsed(target.name, content, folder, ours=True)
    former = target.read_bytes() if target.is_file() else content
    workspace.write_bytes(target, content)
    if former != content:
        reading.forget(folder, target.name, former)
    return document


def write_text(folder: Path, name: str, text: str) -> Document:
    """Keep a Markdown or plain text document that was written or edited in place.

    Raises:
        DocumentUnreadable: Of another kind, too large or without text.
    """
    if suffix_of(name) not in EDITABLE:
        raise DocumentUnreadable(
            f"{name} cannot be edited as text.",
            remedy="Upload a new version of it, or write a .md document.",
        )
    return store(folder, name, text.encode())


def json_lines(documents: Iterable[Document]) -> Iterator[str]:
    """A line of JSON for each document: name, title, text, and where pages and sections begin."""
    for one in documents:
        said = asdict(one) | {"sections": [asdict(part) for part in sections(one)]}
        yield json.dumps(said, ensure_ascii=False) + "\n"


def remove(folder: Path, name: str) -> None:
    """Delete a document.

    Raises:
        DocumentUnreadable: There is none of that name.
    """
    if name.startswith(".") or name not in _names(folder):
        raise DocumentUnreadable(
            f"There is no document {name!r}.", remedy="Choose one of the documents of this task."
        )
    with workspace.writing(folder):
        former = (folder / name).read_bytes() if (folder / name).is_file() else b""
        (folder / name).unlink()
        reading.forget(folder, name, former)
    workspace.sweep(folder)
    _kept.cache_clear()


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def _target(folder: Path, name: str) -> Path:
    """Where a document of that name lies; a name that is already there stays as it is."""
    return folder / (name if name in _names(folder) and suffix_of(name) else safe_name(name))


def _read(path: Path) -> Document:
    suffix_of(path.name)
    if path.is_symlink() or not path.is_file():
        raise DocumentUnreadable(
            f"{path.name} is not a plain file.", remedy="Put the file itself among the documents."
        )
    try:
        status = path.stat()
        _check_size(path.name, status.st_size)
        if path.suffix.lower() in EDITABLE:
            return _parsed(path.name, path.read_bytes(), path.parent)
        return _told(_kept(path, status.st_mtime_ns, status.st_size))
    except OSError as refused:
        raise DocumentUnreadable(
            f"{path.name} cannot be read ({refused.strerror}).",
            remedy="Check the file and its permissions.",
        ) from refused


@lru_cache(maxsize=4096)
def _kept(path: Path, modified: int, size: int) -> Document | DocumentUnreadable:
    """A document that must be parsed, once per version of its file; a refusal is kept as well."""
    try:
        return _parsed(path.name, path.read_bytes(), path.parent)
    except DocumentUnreadable as refused:
        return refused


def _told(kept: Document | DocumentUnreadable) -> Document:
    if isinstance(kept, DocumentUnreadable):
        raise kept
    return kept


def _parsed(name: str, content: bytes, folder: Path, ours: bool = False) -> Document:
    _check_size(name, len(content))
    if suffix_of(name) not in EDITABLE:
        found = reading.kept(folder, name, content, ours)
        text = PAGE_BREAK.join(found.parts)
        return Document(name, _title(name, text), text, _starts(found) if found.paged else ())
    try:
        text = plain.decoded(content)
    except refusal.Refused as refused:
        raise refusal.sentence(name, refused.reason, refused.detail) from refused
    if not text.strip():
        raise DocumentUnreadable(f"{name} is empty.", remedy="Write something in it first.")
    return Document(name, _title(name, text), text)


def _starts(found: parsing.Parsed) -> tuple[int, ...]:
    starts, at = [], 0
    for part in found.parts:
        starts.append(at)
        at += len(part) + len(PAGE_BREAK)
    return tuple(starts)


def _title(name: str, text: str) -> str:
    """The first heading of Markdown, else the file's name in words."""
    heading = None if name.lower().endswith(PLAIN) else TITLE.search(text)
    if heading:
        return heading[1].strip(" #")
    words = re.sub(r"[-_\s]+", " ", Path(name).stem).strip()
    return words[:1].upper() + words[1:]


def _check_size(name: str, size: int) -> None:
    if size > MAX_BYTES:
        raise DocumentUnreadable(
            f"{name} has {size / 2**20:.0f} MB; at most {MAX_BYTES // 2**20} MB are read.",
            remedy="Split it, or keep only the part that answers questions.",
        )
