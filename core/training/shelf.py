"""What runs made: the adapters of a task, the one in use, runs that ship, foreign adapters."""

import io
import secrets
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.errors import AdapterRefused
from core.models import adapters, foreign
from core.records import Adapter
from core.tasks.unpacking import DAMAGES
from core.training.recipe import Recipe
from core.training.record import Run, alone, listing, read
from core.training.state import note, status
from core.workspace import Workspace, read_json, write_bytes, write_json, writing

SHIPPED = ("recipe.json", "run.json", "events.jsonl", "adapter")
FILES = (adapters.CONFIG, adapters.WEIGHTS, adapters.MANIFEST)  # of an adapter
BASE_ALONE = ""  # chosen in place of a run: no adapter is in use
IMPORTED = "imported:"  # keys of runs that were trained elsewhere begin so
MOST_UNPACKED = 2**30  # bytes of a zip's files together


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
    current: Adapter | None = None  # the one that the levers use
    chosen: str | None = None  # a run, or `BASE_ALONE`; None where nobody chose


def adapters_for(workspace: Workspace, task: str, base_digest: str, split: str = "") -> Shelf:
    """What finished runs made for a task, parted by the gate of a base with this digest.

    Where `split` is given, a run on another split is refused: it may have learned what
    is now in the holdout. In use is the one that was chosen, if it fits, else the newest
    that was trained here.
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
            admitted.append(adapters.admit(run.result, run.name, base_digest))
        except AdapterRefused as why:
            refused.append(Refused(run.name, str(why)))
    chosen = _kept(workspace)["current"].get(task)
    return Shelf(tuple(admitted), tuple(refused), _current(chosen, admitted), chosen)


def _current(chosen: str | None, admitted: Sequence[Adapter]) -> Adapter | None:
    named = [one for one in admitted if one.run == chosen]
    own = [one for one in admitted if not imported(read(one.folder.parent))]
    return None if chosen == BASE_ALONE else next(iter([*named, *own]), None)


def choose(workspace: Workspace, task: str, run: str) -> None:
    """Keep which run's adapter the levers of a task use from now on, or `BASE_ALONE`."""
    with alone(workspace):
        kept = _kept(workspace)
        kept["current"][task] = run
        write_json(_file(workspace), kept)


def let_go(workspace: Workspace, run: Run) -> None:
    """Before a run is deleted: it is no longer in use, and not installed again if it shipped."""
    with alone(workspace):
        kept = _kept(workspace)
        if kept["current"].get(run.task) == run.name:
            del kept["current"][run.task]
        kept["deleted"] = sorted({*kept["deleted"], run.name})
        write_json(_file(workspace), kept)


def _file(workspace: Workspace) -> Path:
    return workspace.runs / "shelf.json"


def _kept(workspace: Workspace) -> dict[str, Any]:
    """`current`: run by task, as chosen; `deleted`: names of runs."""
    file = _file(workspace)
    kept: dict[str, Any] = read_json(file) if file.exists() else {"current": {}, "deleted": []}
    return kept


def install(workspace: Workspace, shipped: Path) -> Run | None:
    """Copy a finished run that ships with a sample, unless it is there already or was deleted.

    It keeps the name it was trained under; None where it was deleted.
    """
    place = workspace.runs / read_json(shipped / "run.json")["run"]
    if place.exists():
        return read(place)
    with alone(workspace), writing(place):
        if place.name in _kept(workspace)["deleted"]:
            return None
        if not place.exists():
            partial = place.with_name(f".{place.name}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir()
            for name in SHIPPED:
                copy = shutil.copytree if (shipped / name).is_dir() else shutil.copy
                copy(shipped / name, partial / name)
            partial.rename(place)
    return read(place)


def imported(run: Run) -> bool:
    """Whether its adapter was trained elsewhere: what it learned from is not known here."""
    return run.key.startswith(IMPORTED)


def size(adapter: Adapter) -> int:
    """Bytes of what a run made."""
    return sum(file.stat().st_size for file in adapter.folder.iterdir())


def packed(run: Run) -> bytes:
    """The adapter alone as a zip, its manifest with it; `adopt` reads it again."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name in FILES:
            file.write(run.folder / "adapter" / name, f"{run.name}/{name}")
    return content.getvalue()


@dataclass(frozen=True)
class Base:
    """What a foreign adapter is laid on, and how sure that is."""

    reference: str
    digest: str
    stated: bool = False  # a person says that it was trained on this one


def adopt(
    workspace: Workspace,
    task: str,
    source: Path,
    base: Base,
    prove: Callable[[Adapter], None] = lambda adapter: None,
) -> Run:
    """Bring a foreign adapter in as a finished run, or return the run that has it already.

    `source` is a folder or a zip of one. Configuration, weights and manifest are taken; the
    manifest must name the base by its digest. Where there is none, a person may state the base,
    and every shape must fit it. `prove` tries the adapter out before anything of it is kept.

    Raises:
        AdapterRefused: By the gate, or the zip is damaged or too large. Nothing is kept.
    """
    with writing(workspace.runs), tempfile.TemporaryDirectory(dir=workspace.runs, prefix=".") as at:
        found = _opened(source, Path(at) / "import")
        adapter = _admitted(found, source.name, base, Path(at) / "files")
        prove(adapter)
        with alone(workspace):
            for run in listing(workspace, task):
                if run.key == IMPORTED + adapter.digest:
                    return run
            place = workspace.runs / f"{task}-imported-{secrets.token_hex(4)}"
            asked = {
                "task": task, "model": base.reference, "base_digest": base.digest,
                "run": place.name,
            }  # fmt: skip
            _write(Path(at) / "run", adapter, asked)
            (Path(at) / "run").rename(place)
    return read(place)


def _admitted(found: Path, name: str, base: Base, aside: Path) -> Adapter:
    if (found / adapters.MANIFEST).exists():
        return adapters.admit(found, name, base.digest)
    adapters.examine(found)
    if not base.stated:
        raise AdapterRefused(
            f"{name} has no {adapters.MANIFEST}, so that its base is unknown.",
            remedy="If you know that it was trained on the chosen model, say so beside the files "
            "and import it again.",
        )
    for file in (adapters.CONFIG, adapters.WEIGHTS):  # a person's folder is not written to
        write_bytes(aside / file, (found / file).read_bytes())
    return foreign.take(aside, name, base.reference, base.digest)


def _write(folder: Path, adapter: Adapter, asked: dict[str, Any]) -> None:
    for name in FILES:
        write_bytes(folder / "adapter" / name, (adapter.folder / name).read_bytes())
    adapters.admit(folder / "adapter", adapter.run, adapter.base_digest)  # what was kept
    write_json(folder / "recipe.json", asdict(_recipe(adapters.read_settings(adapter.folder))))
    unknown = {"levers": [], "split": "", "rows": 0, "validation_rows": 0, "dropped": 0}
    known = {"created": time.time(), "key": IMPORTED + adapter.digest}
    write_json(folder / "run.json", asked | unknown | known)
    note(folder, "finished", adapter=adapter.digest, seconds=0.0)


def _recipe(settings: adapters.LoraSettings) -> Recipe:
    """Its shape; how it was trained, nobody wrote down."""
    return Recipe(
        rank=settings.r, alpha=min(max(1, round(settings.lora_alpha)), 512),
        target_modules=", ".join(settings.target_modules),
        rslora=settings.use_rslora, dora=settings.use_dora,
    )  # fmt: skip


def _opened(source: Path, place: Path) -> Path:
    """The folder that holds the adapter's files; a zip is unpacked first."""
    if not source.is_dir():
        _unpack(source, place)
    root = source if source.is_dir() else place
    found = sorted(root.rglob(adapters.CONFIG), key=lambda file: len(file.parts))
    return found[0].parent if found else root


def _unpack(source: Path, place: Path) -> None:
    try:
        with zipfile.ZipFile(source) as file:
            if sum(one.file_size for one in file.infolist()) > MOST_UNPACKED:
                large = f"{source.name} holds over {MOST_UNPACKED >> 20:,} MB."
                raise AdapterRefused(large, remedy="Pack the adapter's own files alone.")
            file.extractall(place)  # drops absolute paths and ".."
    except DAMAGES as broken:
        why = f"{source.name}: {str(broken) or 'cut short'}."
        raise AdapterRefused(why, remedy="Pack it again.") from broken
