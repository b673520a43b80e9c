"""Tasks by name: those in the workspace, and the samples that ship.

A sample is copied into the workspace when it is first opened, so that its
documents can be edited and the shipped ones stay as they were.
"""

import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from core.errors import TaskUnreadable, UnknownTask
from core.records import OutputKind, Task
from core.tasks import rows
from core.workspace import Workspace, lock, writing

SAMPLES = Path(__file__).parent / "samples"
EXAMPLES = ("examples.jsonl", "examples.csv", "examples.tsv")
NEEDED = ("name", "title", "goal", "instruction", "output", "metric", "success_bar")


def samples() -> list[str]:
    """Names of the tasks that ship, the one to begin with first."""
    names = sorted(folder.parent.name for folder in SAMPLES.glob("*/task.toml"))
    return sorted(names, key=lambda name: name != "store-policies")


def shipped_runs(name: str) -> list[Path]:
    """Folders of the finished training runs that ship with a sample."""
    return sorted(file.parent for file in (SAMPLES / name / "runs").glob("*/run.json"))


def names(workspace: Workspace) -> list[str]:
    """Names of all tasks: samples first, then the person's own."""
    own = sorted(folder.parent.name for folder in workspace.tasks.glob("*/task.toml"))
    return samples() + [name for name in own if name not in samples()]


def load(workspace: Workspace, name: str) -> Task:
    """A task by its name.

    Raises:
        UnknownTask: Neither in the workspace nor a sample.
        TaskUnreadable: It is there but cannot be read.
    """
    if name not in names(workspace):
        raise UnknownTask(
            f"There is no task {name!r}.", remedy=f"Choose one of: {', '.join(names(workspace))}."
        )
    folder = workspace.tasks / name
    if not (folder / "task.toml").exists():
        _copy_sample(name, folder)
    return read(folder)


def _copy_sample(name: str, folder: Path) -> None:
    with writing(folder), lock(folder.with_name(f".{name}.lock")):
        if (folder / "task.toml").exists():
            return
        partial = folder.with_name(f".{name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(SAMPLES / name, partial, ignore=shutil.ignore_patterns("runs"))
        partial.rename(folder)


def read(folder: Path) -> Task:
    """A task from its folder (see the command line's description of one).

    Raises:
        TaskUnreadable: Names the file and what is wrong in it.
    """
    said = _settings(folder / "task.toml")
    missing = [key for key in NEEDED if key not in said]
    if missing:
        raise TaskUnreadable(
            f"{folder.name}/task.toml lacks {', '.join(missing)}.", remedy="Add what is missing."
        )
    found = [folder / name for name in EXAMPLES if (folder / name).exists()]
    if not found:
        raise TaskUnreadable(
            f"{folder.name} has no examples.", remedy=f"Add a file {EXAMPLES[0]} to it."
        )
    return Task(
        **{key: said[key] for key in NEEDED},
        examples=rows.read(found[0]),
        folder=folder,
        labels=tuple(said.get("labels", ())),
        schema=_schema(said.get("schema", {})),
        answers=said.get("answers", {}),
    )


def _settings(file: Path) -> dict[str, Any]:
    try:
        said = tomllib.loads(rows.decoded(file))
    except tomllib.TOMLDecodeError as broken:
        raise TaskUnreadable(f"{file.name}: {broken}.", remedy="Mend that line.") from broken
    if said.get("output", "text") not in get_args(OutputKind):
        raise TaskUnreadable(
            f"{file.name}: output is {said['output']!r}.",
            remedy=f"Choose one of: {', '.join(get_args(OutputKind))}.",
        )
    bar = said.get("success_bar", 0.0)
    if isinstance(bar, bool) or not isinstance(bar, int | float) or not 0 <= bar <= 1:
        raise TaskUnreadable(
            f"{file.name}: success_bar is {bar!r}.", remedy="Give a share between 0 and 1."
        )
    return said


def _schema(said: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Allowed values by key; a type name in place of a list allows any value."""
    return {
        key: tuple(map(str, allowed)) if isinstance(allowed, list) else ()
        for key, allowed in said.items()
    }
