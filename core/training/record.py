"""The record of one training run, as its folder keeps it."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from core.errors import RunUnknown
from core.training.recipe import Recipe
from core.workspace import Workspace, lock, read_json


@dataclass(frozen=True)
class Run:
    """What was asked of one training run."""

    name: str  # folder name
    folder: Path
    task: str
    recipe: Recipe
    model: str  # reference of the base
    base_digest: str
    levers: tuple[str, ...]  # whose prompts the rows have
    split: str  # version of the split the rows come from, "" where unknown
    rows: int  # train rows
    validation_rows: int
    dropped: int
    created: float  # Unix seconds
    key: str  # of the request: one key, one run
    data: str = ""  # fingerprint of the rows, "" where unknown

    @property
    def result(self) -> Path:
        """Folder of what it made, there only once it is whole."""
        return self.folder / ("weights" if self.recipe.whole else "adapter")


def read(folder: Path) -> Run:
    """What was asked of the run in a folder.

    Raises:
        RunUnknown: There is no run.
    """
    if not (folder / "run.json").exists():
        raise RunUnknown(
            f"There is no run {folder.name!r}.", remedy="Choose one of those that `runs` lists."
        )
    said = read_json(folder / "run.json")
    said["levers"] = tuple(said["levers"])
    return Run(
        name=folder.name,
        folder=folder,
        recipe=Recipe(**read_json(folder / "recipe.json")),
        **{name: said[name] for name in Run.__dataclass_fields__ if name in said},
    )


def find(workspace: Workspace, name: str) -> Run:
    """A run by its name.

    Raises:
        RunUnknown: None of that name.
    """
    if name not in {run.name for run in listing(workspace)}:
        raise RunUnknown(f"There is no run {name!r}.", remedy="List them with `runs`.")
    return read(workspace.runs / name)


def listing(workspace: Workspace, task: str | None = None) -> list[Run]:
    """Runs, of one task where it is given, newest first."""
    found = [read(file.parent) for file in workspace.runs.glob("[!.]*/run.json")]
    wanted = [run for run in found if task in (None, run.task)]
    return sorted(wanted, key=lambda run: (run.created, run.name), reverse=True)


def alone(workspace: Workspace) -> AbstractContextManager[None]:
    """Hold the workspace's runs: one process at a time begins, resumes or deletes one."""
    return lock(workspace.runs / ".lock")
