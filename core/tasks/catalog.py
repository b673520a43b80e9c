"""Tasks by name: those in the workspace, and the samples that ship.

A sample is copied into the workspace when it is first opened, so that its
documents can be edited and the shipped ones stay as they were.
"""

import shutil
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

import regex

from core.errors import TaskUnreadable, UnknownTask
from core.records import Form, OutputKind, Retrieval, Task
from core.tasks import retrieving, rows
from core.workspace import Workspace, lock, writing

SAMPLES = Path(__file__).parent / "samples"
EXAMPLES = ("examples.jsonl", "examples.csv", "examples.tsv")
NEEDED = ("title", "goal", "instruction", "output", "metric", "success_bar")


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

    Its name is the folder's, whatever `task.toml` says: runs and reports are kept under it, and
    two folders must not share them.

    Raises:
        TaskUnreadable: Names the file and what is wrong in it.
    """
    said = stated(folder)
    found = [folder / name for name in EXAMPLES if (folder / name).exists()]
    if not found:
        raise TaskUnreadable(
            f"{folder.name} has no examples.", remedy=f"Add a file {EXAMPLES[0]} to it."
        )
    return Task(
        name=folder.resolve().name,
        **{key: said[key] for key in NEEDED},
        examples=rows.read(found[0]),
        folder=folder,
        labels=tuple(said.get("labels", ())),
        schema=_schema(said.get("schema", {})),
        answers=said.get("answers", {}),
        retrieval=Retrieval(**said.get("retrieval", {})),
        form=Form(**said.get("format", {})),
    )


def stated(folder: Path) -> Mapping[str, Any]:
    """What a folder's `task.toml` says.

    Raises:
        TaskUnreadable: It is damaged, something is missing, or a value does not fit.
    """
    said = _settings(folder / "task.toml")
    missing = [key for key in NEEDED if key not in said]
    if missing:
        raise TaskUnreadable(
            f"{folder.name}/task.toml lacks {', '.join(missing)}.", remedy="Add what is missing."
        )
    return said


def _settings(file: Path) -> dict[str, Any]:
    try:
        said = tomllib.loads(rows.decoded(file))
    except RecursionError as deep:
        raise TaskUnreadable(
            f"{file.name}: values nested too deep to be read.", remedy="Write them flat."
        ) from deep
    except ValueError as broken:  # not TOML, or a number of thousands of digits
        raise TaskUnreadable(f"{file.name}: {broken}.", remedy="Mend that line.") from broken
    for key, (fits, remedy) in FORMS.items():
        if key in said and not fits(said[key]):
            raise TaskUnreadable(f"{file.name}: {key} is {said[key]!r}.", remedy=remedy)
    return said


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_output(value: Any) -> bool:
    return value in get_args(OutputKind)


def _is_share(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and 0 <= value <= 1


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_format(value: Any) -> bool:
    return isinstance(value, dict) and all(
        key in FORMAT and FORMAT[key](rule) for key, rule in value.items()
    )


def _is_count(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int) and value >= 1


def _is_pattern(value: Any) -> bool:
    try:
        regex.compile(value)
    except (regex.error, TypeError):
        return False
    return _is_text(value)


FORMAT: dict[str, Callable[[Any], bool]] = {
    "max_words": _is_count,
    "min_words": _is_count,
    "starts_with": _is_text,
    "ends_with": _is_text,
    "must_match": _is_pattern,
}
FORMS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "title": (_is_text, "Write some words in quotes."),
    "goal": (_is_text, "Write some words in quotes."),
    "instruction": (_is_text, "Write some words in quotes."),
    "metric": (_is_text, "Write a metric's name in quotes."),
    "output": (_is_output, f"Choose one of: {', '.join(get_args(OutputKind))}."),
    "success_bar": (_is_share, "Give a share between 0 and 1."),
    "labels": (_is_list_of_text, 'Give a list of words in quotes, such as ["yes", "no"].'),
    "schema": (_is_table, "Write it as a table: a line [schema], then one line per key."),
    "retrieval": (retrieving.fits, retrieving.REMEDY),
    "format": (
        _is_format,
        "Give max_words or min_words as a number from 1, starts_with or ends_with as words in "
        "quotes, must_match as a regular expression in single quotes.",
    ),
    "answers": (_is_table, "Write it as a table: a line [answers], then one line per answer."),
}


def _schema(said: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Allowed values by key; a type name in place of a list allows any value."""
    return {
        key: tuple(map(str, allowed)) if isinstance(allowed, list) else ()
        for key, allowed in said.items()
    }
