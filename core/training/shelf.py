"""What runs made: the adapters of a task, and runs that ship ready."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from core.errors import AdapterRefused
from core.models import adapters
from core.records import Adapter
from core.training.record import Run, alone, listing, read
from core.training.state import status
from core.workspace import Workspace, read_json, writing

SHIPPED = ("recipe.json", "run.json", "events.jsonl", "adapter")


@dataclass(frozen=True)
class Refused:
    """An adapter that did not pass the gate, and why."""

    run: str
    why: str


@dataclass(frozen=True)
class Shelf:
    """Adapters of finished runs for one task and one base, newest first."""

    admitted: tuple[Adapter, ...]
    refused: tuple[Refused, ...]


def adapters_for(workspace: Workspace, task: str, base_digest: str, split: str = "") -> Shelf:
    """What finished runs made for a task, parted by the gate of a base with this digest.

    Where `split` is given, a run on another split is refused: it may have learned what
    is now in the holdout.
    """
    admitted: list[Adapter] = []
    refused: list[Refused] = []
    for run in listing(workspace, task):
        if status(run.folder).state != "finished":
            continue
        if split and run.split and run.split != split:
            refused.append(Refused(run.name, "It was trained on another split of the examples."))
            continue
        try:
            admitted.append(adapters.admit(run.folder / "adapter", run.name, base_digest))
        except AdapterRefused as why:
            refused.append(Refused(run.name, str(why)))
    return Shelf(tuple(admitted), tuple(refused))


def install(workspace: Workspace, shipped: Path) -> Run:
    """Copy a finished run that ships with a sample, unless it is there already.

    It keeps the name it was trained under.
    """
    place = workspace.runs / read_json(shipped / "run.json")["run"]
    if place.exists():
        return read(place)
    with alone(workspace), writing(place):
        if not place.exists():
            partial = place.with_name(f".{place.name}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir()
            for name in SHIPPED:
                _copy(shipped / name, partial / name)
            partial.rename(place)
    return read(place)


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
