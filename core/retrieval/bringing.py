"""Documents taken from a folder of this machine into a task."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import DocumentUnreadable
from core.retrieval import versions
from core.retrieval.documents import MAX_BYTES
from core.retrieval.naming import SUFFIXES, safe_name

MOST_FILES = 2_000


@dataclass(frozen=True)
class Brought:
    """What became of the files of a folder."""

    added: tuple[str, ...]  # names of documents that are new or changed
    same: int  # files that were here already
    refused: tuple[tuple[str, DocumentUnreadable], ...]  # path within the folder, and why


def bring(
    source: Path, folder: Path, progress: Callable[[int, int], None] = lambda done, total: None
) -> Brought:
    """Copy every document below a folder, under names of our own; again only what has changed.

    Hidden files, links and other kinds of files are passed over.

    Raises:
        DocumentUnreadable: It is no folder, or holds no document or too many.
    """
    files = _files(source.expanduser())
    added: list[str] = []
    same, refused = 0, []
    for done, path in enumerate(files):
        progress(done, len(files))
        within = path.relative_to(source.expanduser()).as_posix()
        try:
            content = _content(path)
            target = folder / safe_name(within)
            if target.is_file() and target.read_bytes() == content:
                same += 1
                continue
            added.append(versions.store(folder, within, content).name)
        except DocumentUnreadable as why:
            refused.append((within, why))
    progress(len(files), len(files))
    return Brought(tuple(added), same, tuple(refused))


def _files(source: Path) -> list[Path]:
    if not source.is_dir():
        raise DocumentUnreadable(
            f"{source} is not a folder of this machine.", remedy="Give the whole path of a folder."
        )
    found = sorted(_walked(source))
    if not found:
        raise DocumentUnreadable(
            f"{source} holds no document.", remedy=f"Put files of {', '.join(SUFFIXES)} there."
        )
    if len(found) > MOST_FILES:
        raise DocumentUnreadable(
            f"{source} holds more than {MOST_FILES:,} documents.",
            remedy="Name a folder within it.",
        )
    return found


def _walked(source: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(source):  # follows no links
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(place) / name
            known = path.suffix.lower() in SUFFIXES and not name.startswith(".")
            if known and path.is_file() and not path.is_symlink():
                yield path


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)  # enough to be refused as too large
    except OSError as refused:
        raise DocumentUnreadable(
            f"{path.name} cannot be read ({refused.strerror}).", remedy="Allow reading it."
        ) from refused
