"""Take a finished run elsewhere: its weights, card, data, and scripts that repeat it.

Merging loads the base in a process of its own, so that its memory comes back:
`python -m core.training.export RUN_FOLDER PARTIAL_FOLDER`.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from core.errors import CannotTrain, RunUnknown
from core.models import adapters, backbone, whole
from core.training import card, manifest, process, rows
from core.training.handover import data, scripts
from core.training.handover.bundle import Bundle
from core.training.record import Run, read
from core.training.rows import Rows
from core.training.state import status
from core.workspace import write_text, writing

ROOT = Path(__file__).parents[2]  # of the project
OWN = ("core", "pages", "tests", ".git", ".streamlit")


def export(run: Run, to: Path, bundle: Bundle) -> Path:
    """Write all of it to a folder, and last manifest.json; returns the folder.

    `adapter/` and `merged/`, or `model/` where all weights were trained; README.md, train.jsonl,
    validation.jsonl, use_me.py with the answers it must repeat, train_with_trl.py,
    llamafactory.yaml with dataset_info.json.

    Raises:
        RunUnknown: The run has not finished.
        AdapterRefused: The adapter was changed since.
        CannotTrain: The folder is a file, not empty, or First Lever's own; or the base could
            not be merged.
        WorkspaceUnusable: It cannot be written.
    """
    now = status(run.folder)
    if now.state != "finished":
        raise RunUnknown(f"{run.name} is {now.state}.", remedy="Export a run that has finished.")
    adapters.admit(run.result, run.name, run.base_digest)
    to = _place(to)
    partial = to.with_name(f".{to.name}.partial")
    with writing(to):
        shutil.rmtree(partial, ignore_errors=True)
        _weights(run, partial)
        write_text(partial / "README.md", card.card(run, now, bundle))
        data.write(partial, bundle.rows)
        data.write_recorded(partial, bundle.recorded)
        scripts.write(partial, run.recipe)
        manifest.seal(partial)
        if to.exists():
            to.rmdir()
        partial.rename(to)
    return to


def learned(run: Run) -> Rows | None:
    """The rows that the run learned, where its folder keeps them: runs that ship do not."""
    file = run.folder / "rows.jsonl"
    if not file.exists():
        return None
    return Rows(tuple(rows.read(file, "train")), tuple(rows.read(file, "validation")), run.dropped)


def _place(to: Path) -> Path:
    """Where the export goes, with a name of its own even for ".": new, or an empty folder."""
    place = Path(os.path.realpath(to))
    if place == ROOT or any(place.is_relative_to(ROOT / own) for own in OWN):
        raise CannotTrain(
            f"{place} holds First Lever's own files.", remedy="Name a folder elsewhere."
        )
    with writing(place):
        if os.path.lexists(place) and not place.is_dir():
            raise CannotTrain(f"{place} is a file.", remedy="Name a new folder.")
        if place.is_dir() and any(place.iterdir()):
            raise CannotTrain(f"{place} is not empty.", remedy="Name a new folder.")
    return place


def _weights(run: Run, partial: Path) -> None:
    if run.recipe.whole:
        unneeded = shutil.ignore_patterns(whole.MANIFEST)
        shutil.copytree(run.result, partial / "model", ignore=unneeded)
    else:
        shutil.copytree(run.result, partial / "adapter")
        _merge_elsewhere(run, partial)


def _merge_elsewhere(run: Run, partial: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "core.training.export", str(run.folder), str(partial)],
        cwd=ROOT,
        env=process.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise CannotTrain(
            f"The base could not be merged with the adapter ({said}).",
            remedy="Check that the model the run was trained on is still there.",
        )


def merge(run: Run, partial: Path) -> None:
    """Write the base with the adapter in its weights, in fp32, and its tokenizer.

    Raises:
        CannotTrain: The base is no longer the one that the run was trained on.
    """
    if backbone.digest(run.model) != run.base_digest:
        raise CannotTrain(f"{run.model} has changed.", remedy="Bring the old files back.")
    model, tokenizer = backbone.pair(run.model)
    merged = _merged(model, partial / "adapter")
    merged.save_pretrained(partial / "merged")
    tokenizer.save_pretrained(partial / "merged")


def _merged(model: Any, adapter: Path) -> Any:
    from peft import PeftModel

    return PeftModel.from_pretrained(model, adapter).merge_and_unload(safe_merge=True)


if __name__ == "__main__":
    merge(read(Path(sys.argv[1])), Path(sys.argv[2]))
