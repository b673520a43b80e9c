"""What a cluster gets to train a run: our code, what was asked, and the base where it lies here."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.models.checkpoint import EMBEDDED, EMBEDDED_FOLDER
from core.workspace import read_json, write_json

CORE = Path(__file__).parents[2]
ASKED = ("recipe.json", "rows.jsonl")
BASE = "base"  # folder of a base that is sent along
MOST_BASE_BYTES = 300 * 2**20  # a larger one must lie at the same path there
UNNEEDED = shutil.ignore_patterns("__pycache__", "samples", "pretrain", EMBEDDED_FOLDER.name)


@dataclass(frozen=True)
class Package:
    """A folder to send."""

    folder: Path
    run: str  # name of the run's folder in it


def pack(run: Path, into: Path) -> Package:
    """Lay out in `into` everything that `sending` needs. Neither keys nor other tasks go along."""
    shutil.copytree(CORE, into / CORE.name, ignore=UNNEEDED)
    there = into / run.name
    there.mkdir()
    for name in ASKED:
        shutil.copy(run / name, there)
    asked = read_json(run / "run.json")
    write_json(there / "run.json", {**asked, "model": _base(asked["model"], into)})
    return Package(into, run.name)


def _base(reference: str, into: Path) -> str:
    """The reference under which the cluster finds the base."""
    place: Any = EMBEDDED_FOLDER if reference == EMBEDDED else Path(reference).expanduser()
    if not place.is_dir() or _bytes(place) > MOST_BASE_BYTES:
        return reference
    shutil.copytree(place, into / BASE)
    return BASE


def _bytes(place: Path) -> int:
    return sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
