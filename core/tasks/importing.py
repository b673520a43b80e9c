"""Bring a person's own task into the workspace: a folder, a zip of one, or a file of examples."""

import errno
import json
import lzma
import os
import re
import shutil
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.errors import TaskUnreadable
from core.records import Example, Task
from core.tasks import catalog, rows
from core.workspace import Workspace, disk_full, write_text, writing

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
MAX_BYTES = 100_000_000  # of all files together, unpacked
LITTER = {"__MACOSX", ".DS_Store"}  # what macOS packs beside the folder
DAMAGES = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError,
    RuntimeError,  # encrypted, or packed in an unknown way
    ValueError,  # offsets and names that cannot be
)  # fmt: skip
METRIC = {"json": "field_accuracy", "label": "accuracy", "text": "token_f1"}
DEFAULT_BAR = 0.8
MOST_LABELS = 20


@dataclass(frozen=True)
class Imported:
    """A task now in the workspace, and what had to be assumed about it."""

    task: Task
    defaults: tuple[str, ...]  # sentences, one per assumption


def bring(workspace: Workspace, source: Path, name: str) -> Imported:
    """Copy `source` into the workspace as the task `name`.

    Raises:
        TaskUnreadable: The name is taken or no slug, or the source cannot be read. Nothing is kept.
    """
    if not NAME.fullmatch(name):
        raise TaskUnreadable(
            f"{name!r} cannot be a task's name.",
            remedy="Use lower-case letters, digits and hyphens, at most 60.",
        )
    if name in catalog.names(workspace):
        raise TaskUnreadable(f"A task {name!r} is there.", remedy="Choose another name.")
    with writing(workspace.tasks), tempfile.TemporaryDirectory(dir=workspace.tasks) as place:
        folder = Path(place) / name
        defaults = _gather(source, folder, name)
        catalog.read(folder)
        folder.rename(workspace.tasks / name)
    return Imported(catalog.load(workspace, name), defaults)


def _gather(source: Path, folder: Path, name: str) -> tuple[str, ...]:
    if source.is_dir():
        _copy(source, folder)
    elif source.suffix == ".zip":
        _unpack(source, folder)
    elif source.suffix in (".jsonl", ".csv", ".tsv"):
        rows.decoded(source)
        folder.mkdir()
        shutil.copyfile(source, folder / f"examples{source.suffix}")
    else:
        raise TaskUnreadable(
            f"{source.name or source} is neither a folder nor .jsonl, .csv, .tsv or .zip.",
            remedy="Give one of these.",
        )
    if (folder / "task.toml").exists():
        return ()
    return _describe(folder, name)


def _unpack(source: Path, folder: Path) -> None:
    place = folder.with_name(".unpacked")  # no task's name
    place.mkdir()
    try:
        with zipfile.ZipFile(source) as packed:
            wanted = [entry for entry in packed.infolist() if not _is_litter(entry.filename)]
            if sum(entry.file_size for entry in wanted) > MAX_BYTES:
                raise _too_large(source.name)
            packed.extractall(place, wanted)  # drops absolute paths and "..": see its documentation
    except OSError as refused:
        if refused.errno == errno.ENOSPC:
            raise disk_full(folder) from refused
        raise _damaged(source, refused) from refused
    except DAMAGES as broken:
        raise _damaged(source, broken) from broken
    _root(place, source.name).rename(folder)


def _is_litter(packed: str) -> bool:
    return not LITTER.isdisjoint(PurePosixPath(packed).parts)


def _root(place: Path, name: str) -> Path:
    """The task's folder: `place`, or the one inside, if the folder itself was packed."""
    inside = list(place.iterdir())
    if not inside:
        raise TaskUnreadable(f"{name} is empty.", remedy="Pack the files of a task into it.")
    if len(inside) == 1 and inside[0].is_dir():
        return _root(inside[0], name)
    return place


def _damaged(source: Path, why: Exception) -> TaskUnreadable:
    return TaskUnreadable(f"{source.name}: {str(why) or 'cut short'}.", remedy="Pack it again.")


def _too_large(name: str) -> TaskUnreadable:
    return TaskUnreadable(
        f"{name} holds over {MAX_BYTES // 1_000_000} MB.", remedy="Leave some out."
    )


def _copy(source: Path, folder: Path) -> None:
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


class _Copier:
    """Copies one file after another, `MAX_BYTES` at most."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.left = MAX_BYTES

    def __call__(self, source: str, target: str) -> str:
        self.left -= os.stat(source).st_size
        if self.left < 0:
            raise _too_large(self.name)
        try:
            return shutil.copyfile(source, target)
        except OSError as refused:
            if refused.errno == errno.ENOSPC:  # copytree would keep no more than its words
                raise disk_full(Path(target)) from refused
            raise


def _describe(folder: Path, name: str) -> tuple[str, ...]:
    found = [folder / file for file in catalog.EXAMPLES if (folder / file).exists()]
    examples = rows.read(found[0]) if found else ()
    output = _output(examples)
    title = name.replace("-", " ").capitalize()
    instruction = "Answer in the form of the examples."
    labels = sorted({example.reference for example in examples}) if output == "label" else []
    said = {
        "title": title, "goal": title, "instruction": instruction,
        "output": output, "metric": METRIC[output], "success_bar": DEFAULT_BAR, "labels": labels,
    }  # fmt: skip
    # JSON strings, numbers and lists are TOML, too.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in said.items()]
    write_text(folder / "task.toml", "\n".join(lines) + "\n")
    return (
        f"The instruction is {instruction!r}: write your own into task.toml.",
        f"The output was taken for {output} and is measured by {METRIC[output]}.",
        f"The success bar is {DEFAULT_BAR:.0%}.",
    )


def _output(examples: tuple[Example, ...]) -> str:
    """Json where every reference is an object, label where few short ones recur, else text."""
    references = [example.reference for example in examples]
    if references and all(_is_object(reference) for reference in references):
        return "json"
    kinds = set(references)
    short = all(len(kind.split()) <= 4 for kind in kinds)
    recurring = len(kinds) <= min(MOST_LABELS, len(references) // 4)
    return "label" if short and recurring else "text"


def _is_object(reference: str) -> bool:
    try:
        return isinstance(json.loads(reference), dict)
    except (ValueError, RecursionError):
        return False
