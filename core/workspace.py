"""Where files lie and how they are written: one folder, whole files or none.

A write goes to a temporary name beside its target, is flushed to disk and then
renamed, so that a kill or a full disk leaves the old file as it was.
"""

import contextlib
import errno
import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.errors import WorkspaceUnusable

LOCK_PATIENCE = 120.0  # seconds; longer than building the largest sample's index


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
        WorkspaceUnusable: Read-only, no permission, or full, with the free bytes.
    """
    try:
        yield
    except OSError as refused:
        if refused.errno == errno.ENOSPC:
            free = shutil.disk_usage(_existing(place)).free
            raise WorkspaceUnusable(
                f"The disk that holds {place} is full ({free:,} bytes free).",
                remedy="Free some space and try again; what was stored before is whole.",
            ) from refused
        if refused.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
            raise WorkspaceUnusable(
                f"{place} cannot be written ({refused.strerror}).",
                remedy="Set FIRST_LEVER_HOME to a folder that you may write.",
            ) from refused
        raise


def _existing(place: Path) -> Path:
    return next(folder for folder in (place, *place.parents) if folder.exists())


def write_bytes(target: Path, content: bytes) -> None:
    """Write a whole file or leave the old one."""
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
        try:
            with partial.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)


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
