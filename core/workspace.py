"""Where files lie and how they are written: one folder, whole files or none.

A write goes to a temporary name beside its target, is flushed to disk and then
renamed, so that a kill or a full disk leaves the old file as it was.
"""

import contextlib
import errno
import fcntl
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.errors import WorkspaceUnusable

LOCK_PATIENCE = 120.0  # seconds; longer than building the largest sample's index
LEFT = re.compile(r"\.[0-9a-f]{16}\.partial")  # of `write_bytes`
OLD = 60.0  # seconds; no writer takes so long
NOT_WRITABLE = "Set FIRST_LEVER_HOME to a folder that you may write."
REMEDIES = {
    errno.EACCES: NOT_WRITABLE,
    errno.EPERM: NOT_WRITABLE,
    errno.EROFS: NOT_WRITABLE,
    errno.ENOTDIR: NOT_WRITABLE,
    errno.EEXIST: NOT_WRITABLE,
    errno.EISDIR: "Name a file.",
    errno.ENAMETOOLONG: "Give a shorter name.",
    errno.ENOTEMPTY: "Name another folder, or empty this one.",
    errno.EBUSY: "Name a folder inside it.",  # it is where another disk is mounted
    errno.ELOOP: "Its links lead in a circle: name another place.",
}


class Workspace:
    """The folder that holds everything a person made: tasks, runs, indexes and the record.

    Raises:
        WorkspaceUnusable: The folder cannot be made or written.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().resolve()
        self.tasks = self.root / "tasks"
        self.runs = self.root / "runs"
        self.indexes = self.root / "indexes"
        self.exports = self.root / "exports"
        self.settings = self.root / "settings.json"
        self.database = self.root / "record.sqlite"
        with writing(self.root):
            for folder in (self.tasks, self.runs, self.indexes):
                folder.mkdir(parents=True, exist_ok=True)
            probe = self.root / f".writable-{os.getpid()}"
            probe.touch()
            probe.unlink(missing_ok=True)


def default_root() -> Path:
    """`FIRST_LEVER_HOME`, or `~/.first-lever`."""
    return Path(os.environ.get("FIRST_LEVER_HOME") or "~/.first-lever")


@contextlib.contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turn what a disk refuses into a sentence with its remedy.

    Raises:
        WorkspaceUnusable: Read-only, no permission, a name that cannot be, or full, with the
            free bytes.
    """
    try:
        yield
    except shutil.Error as refused:  # of a folder that was copied: every file with its reason
        raise WorkspaceUnusable(
            f"{place} cannot be written ({refused.args[0][0][-1]}).",
            remedy="Free some space, or allow reading and writing there.",
        ) from refused
    except OSError as refused:
        if refused.errno == errno.ENOSPC:
            raise disk_full(place) from refused
        if refused.errno in REMEDIES:
            raise WorkspaceUnusable(
                f"{place} cannot be written ({refused.strerror}).",
                remedy=REMEDIES[refused.errno],
            ) from refused
        raise


def disk_full(place: Path) -> WorkspaceUnusable:
    """The failure to raise when the disk that holds `place` has no room."""
    free = shutil.disk_usage(_existing(place)).free
    return WorkspaceUnusable(
        f"The disk that holds {place} is full ({free:,} bytes free).",
        remedy="Free some space and try again; what was stored before is whole.",
    )


def _existing(place: Path) -> Path:
    return next(folder for folder in (place, *place.parents) if folder.exists())


def write_bytes(target: Path, content: bytes) -> None:
    """Write a whole file or leave the old one. Through a link, the file it leads to.

    Raises:
        WorkspaceUnusable: The target is a folder, or see `writing`.
    """
    with writing(target):
        whole = Path(os.path.realpath(target))  # "." has no name before
        if whole.is_dir():
            raise WorkspaceUnusable(f"{target} is a folder.", remedy="Name a file.")
        whole.parent.mkdir(parents=True, exist_ok=True)
        partial = whole.with_name(f".{secrets.token_hex(8)}.partial")  # one per writer
        try:
            with partial.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(whole)
        finally:
            partial.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what killed writers left half-written in a folder and below."""
    for left in folder.rglob(".*.partial"):
        with contextlib.suppress(OSError):  # gone meanwhile, or not ours
            if LEFT.fullmatch(left.name) and time.time() - left.stat().st_mtime > OLD:
                left.unlink()


def write_text(target: Path, text: str) -> None:
    """Write a whole UTF-8 file or leave the old one."""
    write_bytes(target, text.encode())


def write_json(target: Path, value: Any) -> None:
    """Write a whole JSON file or leave the old one."""
    write_text(target, json.dumps(value, indent=2, ensure_ascii=False))


def read_json(source: Path) -> Any:
    """The JSON value in a file."""
    return json.loads(source.read_text(encoding="utf-8"))


def append_line(target: Path, value: Any) -> None:
    """Add one JSON line, on disk before this returns."""
    with writing(target), target.open("a", encoding="utf-8") as file:
        file.write(json.dumps(value, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def lines(source: Path) -> list[Any]:
    """Complete JSON lines of a file, oldest first; a line still being written is left out."""
    text = source.read_text(encoding="utf-8") if source.exists() else ""
    return [json.loads(line) for line in text.split("\n")[:-1] if line]


@contextlib.contextmanager
def lock(name: Path) -> Iterator[None]:
    """Hold `name` alone among all processes. The kernel frees it when a holder dies.

    Raises:
        WorkspaceUnusable: Another process held it for `LOCK_PATIENCE` seconds.
    """
    with writing(name), name.open("a") as file:
        deadline = time.monotonic() + LOCK_PATIENCE
        while not _locked(file.fileno()):
            if time.monotonic() > deadline:
                raise WorkspaceUnusable(
                    f"{name.name} is in use by another First Lever.",
                    remedy="Wait for it to finish, or close it.",
                )
            time.sleep(0.05)
        yield


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
