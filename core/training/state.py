"""The state of a run, read from its folder alone.

- `recipe.json`, `run.json`, `rows.jsonl`: what was asked. Written once, before the worker.
- `process.json`, `heartbeat`: who works on it, and when it last showed life.
- `events.jsonl`: one line per step and per validation; the last line is the state.
- `worker.log`: whatever the worker printed, tracebacks included.
- `stop`: there once a person asked it to end.
- `checkpoints/`: to resume from; gone once the run has finished.
- `adapter/`: the result, present only once it is whole.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from core.training import checkpoints, process
from core.workspace import append_line, lines, read_json, writing

State = Literal["starting", "running", "finished", "failed", "stopped", "lost"]
Ended = Literal["finished", "failed", "stopped"]
UNDER_WAY: tuple[State, ...] = ("starting", "running")
SILENCE = 10.0  # seconds without a heartbeat; the worker gives one every two
BUSY_SILENCE = 120.0  # the same while it computes: loading libraries holds back its heartbeat
SIGNALS = {9: "killed (by a person, or by the system when memory was short)", 15: "terminated"}


@dataclass(frozen=True)
class RunState:
    """What a run is doing or how it ended, with cause and next step where it did not finish."""

    run: str
    task: str
    started: float  # Unix seconds
    state: State
    steps: int = 0  # done
    total_steps: int = 0  # planned; it may end earlier
    seconds: float = 0.0  # worked so far, time between a kill and a resume left out
    loss: float | None = None
    validation_loss: float | None = None
    best_validation_loss: float | None = None
    adapter: str = ""  # digest
    cause: str = ""
    remedy: str = ""

    @property
    def active(self) -> bool:
        """Whether a worker is at it."""
        return self.state in UNDER_WAY


def events(folder: Path) -> list[dict[str, Any]]:
    """What the worker noted, oldest first. Steps that a resumed run did again appear once."""
    kept: list[dict[str, Any]] = []
    for event in lines(folder / "events.jsonl"):
        if event["event"] == "started":
            kept = [old for old in kept if not _done_again(old, event["step"])]
        kept.append(event)
    return kept


def _done_again(event: dict[str, Any], start: int) -> bool:
    return event["event"] in ("step", "validation") and (event["step"] > start or start == 0)


def status(folder: Path) -> RunState:
    """The state of a run: its last event, or what its process and heartbeat tell."""
    happened = events(folder)
    last = happened[-1] if happened else {}
    if last.get("event") in get_args(Ended):
        return _state(
            folder, last["event"], happened, last.get("cause", ""), last.get("remedy", "")
        )
    silent = _silence(folder)
    if silent:
        return _state(folder, "lost", happened, silent, _resume_remedy(folder))
    begun = any(event["event"] in ("started", "step") for event in _since_resume(happened))
    return _state(folder, "running" if begun else "starting", happened)


def note(folder: Path, event: str, **values: Any) -> None:
    """Add an event in a worker's place, once it is gone.

    A line that a full disk or a lost machine cut short is taken away first.
    """
    file = folder / "events.jsonl"
    with writing(file), file.open("ab+") as log:
        log.seek(0)
        log.truncate(log.read().rfind(b"\n") + 1)
    append_line(file, {"event": event, **values})


def unended(folder: Path) -> bool:
    """Whether no ending was noted yet."""
    happened = events(folder)
    return not happened or happened[-1]["event"] not in get_args(Ended)


def _state(
    folder: Path, state: State, happened: list[dict[str, Any]], cause: str = "", remedy: str = ""
) -> RunState:
    steps = [event for event in happened if event["event"] == "step"]
    measured = [event["loss"] for event in happened if event["event"] == "validation"]
    planned = [event["steps"] for event in happened if event["event"] == "started"]
    asked = read_json(folder / "run.json")
    return RunState(
        run=folder.name,
        task=asked["task"],
        started=asked["created"],
        state=state,
        steps=steps[-1]["step"] if steps else 0,
        total_steps=planned[-1] if planned else 0,
        seconds=max((event.get("seconds", 0.0) for event in happened), default=0.0),
        loss=steps[-1]["loss"] if steps else None,
        validation_loss=measured[-1] if measured else None,
        best_validation_loss=min(measured, default=None),
        adapter=happened[-1].get("adapter", "") if happened else "",
        cause=cause,
        remedy=remedy,
    )


def _since_resume(happened: list[dict[str, Any]]) -> list[dict[str, Any]]:
    resumed = [place for place, event in enumerate(happened) if event["event"] == "resumed"]
    return happened[resumed[-1] + 1 :] if resumed else happened


def _silence(folder: Path) -> str:
    """Why nobody works on a run without an ending, "" where somebody does."""
    worker = process.recorded(folder / "process.json")
    quiet = time.time() - _last_sign(folder)
    if worker is None:
        return "The worker was never started." if quiet > SILENCE else ""
    if not worker.alive():
        return f"The worker {_exit(folder, worker.pid)}."
    patience = BUSY_SILENCE if worker.busy() else SILENCE
    return f"The worker has not shown life for {quiet:.0f} s." if quiet > patience else ""


def _last_sign(folder: Path) -> float:
    signs = [folder / "heartbeat", folder / "process.json", folder / "run.json"]
    return max((sign.stat().st_mtime for sign in signs if sign.exists()), default=0.0)


def _exit(folder: Path, pid: int) -> str:
    file = folder / "exit.json"
    left = read_json(file) if file.exists() else {}
    code = left["code"] if left.get("pid") == pid else None
    if code is None:
        return "ended without saying why"
    return (
        f"was {SIGNALS.get(-code, f'ended by signal {-code}')}" if code < 0 else f"left with {code}"
    )


def _resume_remedy(folder: Path) -> str:
    step = checkpoints.step(folder / "checkpoints")
    place = f"from step {step}" if step else "from the start"
    return f"Resume the run: it goes on {place}."
