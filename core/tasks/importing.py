"""Bring a person's own task into the workspace: a folder, a zip of one, or a file of examples."""

import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import TaskUnreadable
from core.records import Example, Task
from core.tasks import catalog, describing, exporting, frozen, history, rows, unpacking
from core.tasks import columns as naming
from core.tasks.sheet import Table
from core.workspace import Workspace, write_text, writing

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
FILES = (".jsonl", ".csv", ".tsv")
SHOWN = 20  # examples in a preview


@dataclass(frozen=True)
class Imported:
    """A task now in the workspace, and what had to be assumed about it."""

    task: Task
    defaults: tuple[str, ...]  # sentences, one per assumption


@dataclass(frozen=True)
class Preview:
    """What would come in, and as what."""

    columns: tuple[str, ...]  # to choose from; () where the file leaves no choice, as chats do
    guess: Mapping[str, str]  # input, reference and perhaps group -> column
    reasons: tuple[str, ...]  # sentences, one per column that was guessed
    rows: tuple[Example, ...]  # the first, exactly as they would be trained on
    total: int  # examples in the file
    problems: tuple[TaskUnreadable, ...]  # each stands in the way


def preview(source: Path, columns: Mapping[str, str] | None = None) -> Preview:
    """The examples of a source as `bring` would take them in; nothing is kept.

    `columns` is field -> column; without it the guess is taken, however uncertain.
    """
    try:
        with tempfile.TemporaryDirectory() as place, writing(Path(place)):
            folder = Path(place) / "task"
            _gather(source, folder)
            _check_kept(folder)
            return _previewed(rows.table(_examples(folder), _called(source)), columns)
    except TaskUnreadable as unread:
        return Preview((), {}, (), (), 0, (unread,))


def _previewed(table: Table, columns: Mapping[str, str] | None) -> Preview:
    guess = naming.guess(table)
    fixed = _says_itself(table) and not naming.own(table)
    offered = ((), {}, ()) if fixed else (table.columns, guess.columns, guess.reasons)
    try:
        taken = naming.checked(table, columns or guess.columns) if not fixed else {}
        found = rows.examples(table, _needed(table, taken))
    except TaskUnreadable as unread:
        return Preview(*offered, (), len(table.rows), (unread,))
    return Preview(*offered, found[:SHOWN], len(found), ())


def bring(
    workspace: Workspace, source: Path, name: str, columns: Mapping[str, str] | None = None
) -> Imported:
    """Copy `source` into the workspace as the task `name`.

    `columns` is field (input, reference, group) -> column. Without it the names of the columns
    decide, and what had to be guessed is among the defaults.

    Raises:
        TaskUnreadable: The name is taken or no slug, or the source cannot be read. Nothing is kept.
    """
    _check_name(workspace, name)
    with writing(workspace.tasks), tempfile.TemporaryDirectory(dir=workspace.tasks) as place:
        folder = Path(place) / name
        _gather(source, folder)
        _check_kept(folder)
        whole = (folder / "task.toml").exists()
        guessed = _settle(folder, _called(source), columns, whole)
        defaults = () if whole else describing.describe(folder, name, _examples(folder))
        catalog.read(folder)
        folder.rename(workspace.tasks / name)
    return Imported(catalog.load(workspace, name), (*defaults, *guessed))


def slug(filename: str) -> str:
    """A task's name made of a file's: `My tickets (2).csv` as `my-tickets-2`."""
    words = re.sub(r"[^a-z0-9]+", "-", Path(filename).stem.lower()).strip("-")
    return words[:60].strip("-") or "my-task"


def _check_name(workspace: Workspace, name: str) -> None:
    if not NAME.fullmatch(name):
        raise TaskUnreadable(
            f"{name!r} cannot be a task's name.",
            remedy="Use lower-case letters, digits and hyphens, at most 60.",
        )
    if name in catalog.names(workspace):
        raise TaskUnreadable(f"A task {name!r} is there.", remedy="Choose another name.")


def _gather(source: Path, folder: Path) -> None:
    kind = source.suffix.lower()
    if source.is_dir():
        unpacking.copy(source, folder)
        _name_examples(folder)
    elif kind == ".zip":
        unpacking.unpack(source, folder)
        _name_examples(folder)
    elif kind in FILES:
        rows.decoded(source)
        folder.mkdir()
        shutil.copyfile(source, folder / f"examples{kind}")
    else:
        raise TaskUnreadable(
            f"{source.name or source} is neither a folder nor .jsonl, .csv, .tsv or .zip.",
            remedy="Give one of these.",
        )


def _check_kept(folder: Path) -> None:
    """Refuse a packed task whose settings, split or former versions cannot be read."""
    if (folder / "task.toml").exists():
        catalog.stated(folder)
    frozen.read(folder)
    history.changes(folder)


def _name_examples(folder: Path) -> None:
    """Give the only file that can hold the examples the name that is looked for."""
    could = [file for file in folder.iterdir() if file.suffix.lower() in FILES and file.is_file()]
    if len(could) == 1:
        could[0].rename(folder / f"examples{could[0].suffix.lower()}")


def _examples(folder: Path) -> Path:
    """The task's file of examples.

    Raises:
        TaskUnreadable: There is none.
    """
    found = [folder / name for name in catalog.EXAMPLES if (folder / name).exists()]
    if not found:
        held = naming.listed(sorted(one.name for one in folder.iterdir())) or "nothing"
        raise TaskUnreadable(
            f"There are no examples in it, only {held}.",
            remedy=f"Put a file {' or '.join(catalog.EXAMPLES[:2])} at its top.",
        )
    return found[0]


def _called(source: Path) -> str:
    """What messages call the examples: the person's own file, "" where it was one of several."""
    return source.name if source.suffix.lower() in FILES and source.is_file() else ""


def _settle(
    folder: Path, name: str, columns: Mapping[str, str] | None, whole: bool
) -> tuple[str, ...]:
    """Write the examples in our own form where the file's columns do not say what they are.

    Returns the sentences of a guess. A whole task is taken at its word where it can be.
    """
    file = _examples(folder)
    table = rows.table(file, name)
    if not columns and _says_itself(table) and (whole or not naming.own(table)):
        return ()
    guess = naming.guess(table)
    if not columns and not guess.certain:
        rows.examples(table)  # says what is missing
    taken = naming.checked(table, columns or guess.columns)
    if _needed(table, taken):
        found = rows.examples(table, taken)
        file.unlink()
        write_text(folder / catalog.EXAMPLES[0], exporting.plain(found))
    return () if columns else guess.reasons


def _needed(table: Table, taken: Mapping[str, str]) -> Mapping[str, str] | None:
    """The columns to read by, unless the file's own names say the same."""
    return None if taken == naming.own(table) else taken


def _says_itself(table: Table) -> bool:
    """Whether the file's names say what its columns are; of chats and the like, its first row's."""
    if table.is_sheet or naming.own(table):
        return bool(naming.own(table))
    return "messages" in table.columns
