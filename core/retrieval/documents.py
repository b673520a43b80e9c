"""The documents that retrieval may read: files in a task's folder, under names of our own.

A file is parsed before it is stored, so that what cannot be read is never kept. One
damaged file among many takes no other down: it is listed with its reason.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core import workspace
from core.errors import DocumentUnreadable
from core.records import Document
from core.retrieval.naming import safe_name, suffix_of
from core.retrieval.pdf import pages_of

MAX_BYTES = 25 * 2**20  # also the upload limit of the server
PAGE_BREAK = "\n\n"


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
    document = _parsed(target.name, content)
    workspace.write_bytes(target, content)
    return document


def write_text(folder: Path, name: str, text: str) -> Document:
    """Keep a Markdown or plain text document that was written or edited in place.

    Raises:
        DocumentUnreadable: Of another kind, too large or without text.
    """
    if suffix_of(name) == ".pdf":
        raise DocumentUnreadable(
            f"{name} is a PDF, which cannot be edited as text.",
            remedy="Upload a new version of it, or write a .md document.",
        )
    return store(folder, name, text.encode())


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
        (folder / name).unlink()


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
        if path.suffix.lower() == ".pdf":
            return _paged(path.name, _kept_pages(path, status.st_mtime_ns, status.st_size))
        return _parsed(path.name, path.read_bytes())
    except OSError as refused:
        raise DocumentUnreadable(
            f"{path.name} cannot be read ({refused.strerror}).",
            remedy="Check the file and its permissions.",
        ) from refused


@lru_cache(maxsize=512)
def _kept_pages(path: Path, modified: int, size: int) -> tuple[str, ...] | DocumentUnreadable:
    """Pages of a PDF, parsed once per version of the file; a refusal is kept as well."""
    try:
        return pages_of(path.name, path.read_bytes())
    except DocumentUnreadable as refused:
        return refused


def _parsed(name: str, content: bytes) -> Document:
    _check_size(name, len(content))
    if suffix_of(name) == ".pdf":
        return _paged(name, pages_of(name, content))
    text = _decoded(name, content).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise DocumentUnreadable(f"{name} is empty.", remedy="Write something in it first.")
    heading = (
        re.search(r"^# +(.{1,200})$", text, re.MULTILINE) if name.lower().endswith(".md") else None
    )
    return Document(name, heading[1].strip(" #") if heading else _title(name), text)


def _paged(name: str, pages: tuple[str, ...] | DocumentUnreadable) -> Document:
    if isinstance(pages, DocumentUnreadable):
        raise pages
    starts, at = [], 0
    for page in pages:
        starts.append(at)
        at += len(page) + len(PAGE_BREAK)
    return Document(name, _title(name), PAGE_BREAK.join(pages), tuple(starts))


def _title(name: str) -> str:
    words = re.sub(r"[-_\s]+", " ", Path(name).stem).strip()
    return words[:1].upper() + words[1:]


def _check_size(name: str, size: int) -> None:
    if size > MAX_BYTES:
        raise DocumentUnreadable(
            f"{name} has {size / 2**20:.0f} MB; at most {MAX_BYTES // 2**20} MB are read.",
            remedy="Split it, or keep only the part that answers questions.",
        )


def _decoded(name: str, content: bytes) -> str:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError as refused:
        raise DocumentUnreadable(
            f"{name} is not UTF-8 text (byte {refused.start} does not fit).",
            remedy="Save it as UTF-8 and add it again.",
        ) from refused
    if "\0" in text:
        raise DocumentUnreadable(
            f"{name} holds binary data, not text.", remedy="Add it in its own format or as text."
        )
    return text
