"""Documents taken from a folder of this machine into a task."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import DocumentUnreadable
from core.retrieval import versions
from core.retrieval.documents import MAX_BYTES
from core.retrieval.naming import SUFFIXES, safe_name

MOST_FILES = 2_000
TOLD = 5  # names of files passed over, of each reason


@dataclass(frozen=True)
class Brought:
    """What became of the files of a folder."""

    added: tuple[str, ...]  # names of documents that are new or changed
    same: int  # files that were here already
    refused: tuple[tuple[str, DocumentUnreadable], ...]  # path within the folder, and why
    passed_over: tuple[tuple[str, str], ...] = ()  # path within the folder, and why

    def passed(self) -> Iterator[str]:
        """A line for each reason to pass files over: how many, and the first of them."""
        by_reason: defaultdict[str, list[str]] = defaultdict(list)
        for name, why in self.passed_over:
            by_reason[why].append(name)
        for why, names in sorted(by_reason.items()):
            more = f" and {len(names) - TOLD:,} more" if len(names) > TOLD else ""
            yield f"{len(names):,} passed over, {why}: {', '.join(names[:TOLD])}{more}"


def bring(
    source: Path, folder: Path, progress: Callable[[int, int], None] = lambda done, total: None
) -> Brought:
    """Copy every document below a folder, under names of our own; again only what has changed.

    Hidden files and folders, links and other kinds of files are passed over, each with its reason.

    Raises:
        DocumentUnreadable: It is no folder, or holds no document or too many.
    """
    files, passed_over = _files(source.expanduser())
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
    return Brought(tuple(added), same, tuple(refused), passed_over)


def _files(source: Path) -> tuple[list[Path], tuple[tuple[str, str], ...]]:
    """The documents below a folder, and what else lies there with the reason to leave it."""
    if not source.is_dir():
        raise DocumentUnreadable(
            f"{source} is not a folder of this machine.", remedy="Give the whole path of a folder."
        )
    walked = sorted(_walked(source))
    found = [path for path, why in walked if not why]
    if not found:
        raise DocumentUnreadable(
            f"{source} holds no document.", remedy=f"Put files of {', '.join(SUFFIXES)} there."
        )
    if len(found) > MOST_FILES:
        raise DocumentUnreadable(
            f"{source} holds more than {MOST_FILES:,} documents.",
            remedy="Name a folder within it.",
        )
    return found, tuple((path.relative_to(source).as_posix(), why) for path, why in walked if why)


def _walked(source: Path) -> Iterator[tuple[Path, str]]:
    """Every file below, and every folder that is not looked into, each with why not, "" if read."""
    shut: list[OSError] = []
    for place, folders, names in os.walk(source, onerror=shut.append):  # follows no links
        closed = [name for name in folders if _why_not(Path(place) / name)]
        folders[:] = [name for name in folders if name not in closed]
        for name in (*closed, *names):
            path = Path(place) / name
            known = path.suffix.lower() in SUFFIXES or name in closed
            yield path, _why_not(path) or ("" if known else "of a kind that is not read")
    yield from ((Path(one.filename), "which cannot be opened") for one in shut)


def _why_not(path: Path) -> str:
    if path.name.startswith("."):
        return "hidden"
    if path.is_symlink():
        return "a link"
    return "" if path.is_file() or path.is_dir() else "no plain file"


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)  # enough to be refused as too large
    except OSError as refused:
        raise DocumentUnreadable(
            f"{path.name} cannot be read ({refused.strerror}).", remedy="Allow reading it."
        ) from refused
