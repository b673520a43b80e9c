"""Finished indexes as folders of one workspace, and private copies of them.

An index is built aside and renamed into place with a manifest that holds the digest of
every file; nobody writes to it again. What opens one works on a copy of its own, made from
bytes that match the manifest: a half-built or damaged index is no index at all.

All but `Copy.remove` is called with the lock of the shelf held.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from core import workspace as files

KEEP = 5  # indexes of a workspace, newest first
MANIFEST = "manifest.json"


class Copy:
    """A folder of one process, locked for as long as that process lives."""

    def __init__(self, shelf: Path, parts: dict[str, bytes]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=".open-", dir=shelf))
        self.handle = os.open(self.folder, os.O_RDONLY)
        fcntl.flock(self.handle, fcntl.LOCK_EX)
        try:
            unpack(self.folder, parts)
        except OSError:
            self.remove()
            raise

    def remove(self) -> None:
        """Give the folder back."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self.handle)


def unpack(folder: Path, parts: dict[str, bytes]) -> None:
    """Write the files of an index."""
    for name, part in parts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(part)


def content(shelf: Path, name: str) -> dict[str, bytes] | None:
    """The files of a finished index by relative path; None where one byte is not as built."""
    try:
        manifest = files.read_json(shelf / name / MANIFEST)
        found = _parts(shelf / name)
    except (OSError, ValueError, RecursionError):  # missing, or no JSON any more
        return None
    return found if manifest == {"fingerprint": name, "files": _digests(found)} else None


def build(shelf: Path, name: str, fill: Callable[[Path], None]) -> None:
    """Put an index on the shelf, in place of what is there under its name.

    Args:
        shelf: The folder of all indexes.
        name: The fingerprint of what the index is made from.
        fill: Writes the index into the folder it is given.
    """
    making = shelf / f".building-{name}"
    _remove(making)
    _remove(shelf / name)
    try:
        making.mkdir()
        fill(making)
        manifest = {"fingerprint": name, "files": _digests(_parts(making))}
        files.write_json(making / MANIFEST, manifest)
        making.rename(shelf / name)
    finally:
        _remove(making)


def sweep(shelf: Path, name: str) -> None:
    """Note that an index is used, and remove what nobody needs any more.

    That is indexes older than the newest `KEEP`, half-built ones and copies of dead processes.
    """
    os.utime(shelf / name)
    finished = [path for path in shelf.iterdir() if not path.name.startswith(".")]
    finished.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    stale = [path for path in finished[KEEP:] if path.name != name]
    stale += shelf.glob(".building-*")
    stale += (path for path in shelf.glob(".open-*") if not _alive(path))
    for path in stale:
        with contextlib.suppress(OSError):  # what cannot be removed must not keep an index shut
            _remove(path)


def clear(shelf: Path) -> None:
    """Remove every finished index; those that are open go on with their copies."""
    for path in shelf.iterdir():
        if not path.name.startswith("."):
            _remove(path)


def _parts(folder: Path) -> dict[str, bytes]:
    """Files by their path within the folder, the manifest aside."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def _digests(parts: dict[str, bytes]) -> dict[str, str]:
    return {path: hashlib.sha256(part).hexdigest() for path, part in parts.items()}


def _alive(copy: Path) -> bool:
    """Whether the process that opened this copy still runs: the kernel frees a dead one's lock."""
    try:
        handle = os.open(copy, os.O_RDONLY)
    except FileNotFoundError:  # given back meanwhile
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
