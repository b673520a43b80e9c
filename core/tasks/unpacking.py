"""Copy or unpack a task's folder into the workspace, within limits whatever it declares."""

import errno
import lzma
import os
import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from core.errors import TaskUnreadable
from core.workspace import disk_full

MAX_BYTES = 100_000_000  # of all files together, unpacked
MAX_FILES = 10_000
MAX_DEPTH = 32  # folders in one another; deleting a thousand overflows the stack
PIECE = 1 << 16  # bytes
LITTER = {"__MACOSX", ".DS_Store"}  # what macOS packs beside the folder
# The other ways unpack a few bytes into gigabytes before the first can be counted.
WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DAMAGES = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError,
    RuntimeError,  # encrypted, or packed in an unknown way
    ValueError,  # offsets and names that cannot be
)  # fmt: skip


def unpack(source: Path, folder: Path) -> None:
    """Unpack a zip of a task as `folder`, whether its files or their folder were packed.

    Raises:
        TaskUnreadable: Damaged, encrypted, empty or over the limits.
    """
    place = folder.with_name(".unpacked")  # no task's name
    place.mkdir()
    try:
        with zipfile.ZipFile(source) as packed:
            _extract(packed, place, source.name)
    except OSError as refused:
        if refused.errno == errno.ENOSPC:
            raise disk_full(folder) from refused
        raise _damaged(source, refused.strerror or refused) from refused
    except DAMAGES as broken:
        raise _damaged(source, broken) from broken
    _root(place, source.name).rename(folder)


def copy(source: Path, folder: Path) -> None:
    """Copy a task's folder as `folder`.

    Raises:
        TaskUnreadable: It holds the workspace, a file that cannot be read, or over the limits.
    """
    if source.resolve() in folder.resolve().parents:
        raise TaskUnreadable(
            f"{source} holds First Lever's own files.", remedy="Give the task's folder alone."
        )
    try:
        shutil.copytree(source, folder, copy_function=_Copier(source.name))
    except OSError as refused:
        if refused.errno == errno.ENOSPC:
            raise disk_full(folder) from refused
        # copytree gathers its refusals: the reason of the first
        why = refused.args[0][0][-1] if isinstance(refused, shutil.Error) else refused
        raise TaskUnreadable(
            f"{source.name} cannot be copied ({why}).", remedy="Mend or leave out that file."
        ) from refused


class _Room:
    """What may still come, of files and of bytes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.files = MAX_FILES
        self.bytes = MAX_BYTES

    def take(self, size: int, files: int = 0) -> None:
        self.files -= files
        self.bytes -= size
        if self.bytes < 0:
            raise _too_large(self.name, f"{MAX_BYTES // 1_000_000} MB")
        if self.files < 0:
            raise _too_large(self.name, f"{MAX_FILES:,} files")


class _Copier(_Room):
    """Copies one file after another while there is room."""

    def __call__(self, source: str, target: str) -> str:
        self.take(os.stat(source).st_size, files=1)
        try:
            return shutil.copyfile(source, target)
        except OSError as refused:
            if refused.errno == errno.ENOSPC:  # copytree would keep no more than its words
                raise disk_full(Path(target)) from refused
            raise


def _extract(packed: zipfile.ZipFile, place: Path, name: str) -> None:
    wanted = [entry for entry in packed.infolist() if not _is_litter(entry.filename)]
    _Room(name).take(sum(entry.file_size for entry in wanted), files=len(wanted))
    room = _Room(name)  # counted again as it comes: what is declared may be a lie
    for entry in wanted:
        if entry.compress_type not in WAYS:
            raise NotImplementedError(f"{entry.filename[:80]} is packed in an unusual way")
        target = place.joinpath(*_parts(entry.filename))
        if entry.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(packed, entry, target, room)


def _parts(packed: str) -> list[str]:
    """The names of a path without what would lead elsewhere: its root and every "..".

    Raises:
        ValueError: Nothing is left, or too many.
    """
    parts = [part for part in PurePosixPath(packed).parts if part not in ("/", "//", "..")]
    if not parts:
        raise ValueError(f"it holds a file called {packed[:80]!r}")
    if len(parts) > MAX_DEPTH:
        raise ValueError(f"it holds folders over {MAX_DEPTH} deep")
    return parts


def _write(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, room: _Room) -> None:
    with packed.open(entry) as source, target.open("wb") as file:
        while piece := source.read(PIECE):
            room.take(len(piece))
            file.write(piece)


def _is_litter(packed: str) -> bool:
    return not LITTER.isdisjoint(PurePosixPath(packed).parts)


def _root(place: Path, name: str) -> Path:
    """The task's folder: `place`, or the one inside, if the folder itself was packed."""
    while len(inside := list(place.iterdir())) == 1 and inside[0].is_dir():
        place = inside[0]
    if not inside:
        raise TaskUnreadable(f"{name} is empty.", remedy="Pack the files of a task into it.")
    return place


def _damaged(source: Path, why: object) -> TaskUnreadable:
    return TaskUnreadable(
        f"{source.name}: {str(why) or 'cut short'}.",
        remedy="Pack it again, as an ordinary zip without a password.",
    )


def _too_large(name: str, limit: str) -> TaskUnreadable:
    return TaskUnreadable(f"{name} holds over {limit}.", remedy="Leave some out.")
