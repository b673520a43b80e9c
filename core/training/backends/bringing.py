"""What a cluster told, put into the run's folder as a worker here would have written it."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.errors import AdapterRefused
from core.models import adapters
from core.training import state
from core.training.backends.telling import Told
from core.workspace import lines, read_json, write_bytes, write_text, writing

NAMES = {adapters.CONFIG, adapters.WEIGHTS, adapters.MANIFEST}


def bring(folder: Path, told: Told, job: str) -> None:
    """Add the job's events that are new; its adapter before the one that says it is there.

    Raises:
        AdapterRefused: It did not pass the gate, or is not the one that was announced.
    """
    write_text(folder / "worker.log", told.log)
    known = sum(event.get("job") == job for event in lines(folder / "events.jsonl"))
    for event in told.events[known:]:
        if event["event"] == "finished":
            _place(folder, told.files, event)
        state.note(folder, **{**event, "job": job})


def _place(folder: Path, files: Sequence[tuple[str, bytes]], finished: Mapping[str, Any]) -> None:
    partial, place = folder / ".adapter.partial", folder / "adapter"
    with writing(folder):
        shutil.rmtree(partial, ignore_errors=True)
        for name, content in files:
            if name in NAMES:  # what else a cluster sends has no business here
                write_bytes(partial / name, content)
        base_digest = read_json(folder / "run.json")["base_digest"]
        if adapters.admit(partial, folder.name, base_digest).digest != finished["adapter"]:
            raise AdapterRefused(
                f"The adapter of {folder.name} is not the one that the cluster announced.",
                remedy="Resume the run: it is trained again.",
            )
        shutil.rmtree(place, ignore_errors=True)
        partial.rename(place)
