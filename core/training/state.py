"""The state of a run, read from its folder alone.

- `recipe.json`, `run.json`, `rows.jsonl`: what was asked. Written once, before the worker.
- `queued`: there while it waits for another run to end.
- `process.json`, `heartbeat`: who works on it, and when it last showed life.
- `events.jsonl`: one line per step and per validation; the last line is the state.
- `worker.log`: whatever the worker printed, tracebacks included.
- `stop`: there once a person asked it to end.
- `checkpoints/`: to resume from; gone once the run has finished.
- `adapter/`, or `weights/` where all were trained: the result, present only once it is whole.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from core.training import checkpoints, process, queueing
from core.workspace import append_line, lines, read_json, writing

State = Literal[
    "queued", "starting", "running", "finished", "failed", "diverged", "stopped", "lost"
]
Ended = Literal["finished", "failed", "diverged", "stopped"]
UNDER_WAY: tuple[State, ...] = ("queued", "starting", "running")
REPEATED = ("step", "validation", "answers")  # events that a resumed run notes again
PACE_STEPS = 20  # the newest of them say how fast a run is
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
    tokens_per_second: float | None = None  # over the newest steps, validation included
    seconds_left: float | None = None  # at most, while it runs: it may end earlier
    ahead: int = 0  # runs that are trained before this one begins, while it waits

    @property
    def active(self) -> bool:
        """Whether it waits or a worker is at it."""
        return self.state in UNDER_WAY

    @property
    def at_work(self) -> bool:
        """Whether a worker is at it."""
        return self.active and self.state != "queued"


def events(folder: Path) -> list[dict[str, Any]]:
    """What the worker noted, oldest first. Steps that a resumed run did again appear once."""
    kept: list[dict[str, Any]] = []
    for event in lines(folder / "events.jsonl"):
        if event["event"] == "started":
            kept = [old for old in kept if not _done_again(old, event["step"])]
        kept.append(event)
    return kept


def _done_again(event: dict[str, Any], start: int) -> bool:
    return event["event"] in REPEATED and (event["step"] > start or start == 0)


def status(folder: Path) -> RunState:
    """The state of a run: its last event, or what its process and heartbeat tell."""
    happened = events(folder)
    last = happened[-1] if happened else {}
    if last.get("event") in get_args(Ended):
        return _state(
            folder, last["event"], happened, last.get("cause", ""), last.get("remedy", "")
        )
    if queueing.queued(folder):
        return _state(folder, "queued", happened)
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
    pace = _pace(happened)
    left = planned[-1] - steps[-1]["step"] if steps and planned else 0
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
        tokens_per_second=pace.tokens if pace else None,
        seconds_left=left * pace.seconds if pace and state == "running" else None,
        ahead=_ahead(folder) if state == "queued" else 0,
    )


@dataclass(frozen=True)
class _Pace:
    """How fast the newest steps were."""

    tokens: float  # per second
    seconds: float  # per step


def _pace(happened: list[dict[str, Any]]) -> _Pace | None:
    """Over the newest steps of one worker; None before there are two."""
    begun = [place for place, event in enumerate(happened) if event["event"] == "started"]
    here = happened[begun[-1] :] if begun else happened
    steps = [event for event in here if event["event"] == "step"][-PACE_STEPS:]
    if len(steps) < 2 or steps[-1]["seconds"] <= steps[0]["seconds"]:
        return None
    took = steps[-1]["seconds"] - steps[0]["seconds"]
    tokens = steps[-1].get("tokens", 0) - steps[0].get("tokens", 0)
    return _Pace(tokens / took, took / (steps[-1]["step"] - steps[0]["step"]))


def _ahead(folder: Path) -> int:
    line = queueing.waiting(folder.parent)
    return 1 + (line.index(folder) if folder in line else 0)  # the run at work is one


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
