"""Bring a person's own task into the workspace: a folder, a zip of one, or a file of examples."""

import json
import re
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from core.errors import TaskUnreadable
from core.records import Example, Task
from core.tasks import catalog, rows
from core.workspace import Workspace, write_text, writing

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
MAX_UNPACKED = 100_000_000  # bytes
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
        shutil.copytree(source, folder)
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
    try:
        with zipfile.ZipFile(source) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED:
                raise TaskUnreadable(f"{source.name} unpacks too large.", remedy="Leave some out.")
            packed.extractall(folder)  # drops absolute paths and "..": see its documentation
    except (zipfile.BadZipFile, OSError, RuntimeError) as broken:
        raise TaskUnreadable(f"{source.name}: {broken}.", remedy="Pack it again.") from broken
    inside = list(folder.iterdir())
    if len(inside) == 1 and inside[0].is_dir():  # the folder itself was packed
        for part in inside[0].iterdir():
            part.rename(folder / part.name)
        inside[0].rmdir()


def _describe(folder: Path, name: str) -> tuple[str, ...]:
    found = [folder / file for file in catalog.EXAMPLES if (folder / file).exists()]
    examples = rows.read(found[0]) if found else ()
    output = _output(examples)
    title = name.replace("-", " ").capitalize()
    instruction = "Answer in the form of the examples."
    labels = sorted({example.reference for example in examples}) if output == "label" else []
    said = {
        "name": name, "title": title, "goal": title, "instruction": instruction,
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
