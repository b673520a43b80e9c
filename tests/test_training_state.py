"""States: read from a folder alone, and true."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.training import checkpoints, journal, manifest, process, queueing, state
from core.workspace import append_line, write_json


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run as `launch` leaves it, an hour ago."""
    write_json(tmp_path / "run.json", {"task": "triage", "created": 1000.0})
    _age(tmp_path / "run.json")
    return tmp_path


def _age(file: Path, seconds: float = 3600.0) -> None:
    os.utime(file, (time.time() - seconds,) * 2)


def _note(folder: Path, *events: dict[str, Any]) -> None:
    for event in events:
        append_line(folder / "events.jsonl", event)


def _step(step: int, loss: float = 1.0) -> dict[str, Any]:
    return {"event": "step", "step": step, "loss": loss, "tokens": 10 * step, "seconds": 2.0 * step}


STARTED = {"event": "started", "step": 0, "steps": 8, "seconds": 0.5}


def test_an_ending_is_the_state_whatever_the_process_does(folder: Path) -> None:
    _note(folder, STARTED, _step(1), {"event": "failed", "cause": "No.", "remedy": "Do."})
    found = state.status(folder)
    assert (found.state, found.cause, found.remedy) == ("failed", "No.", "Do.")
    assert (found.steps, found.total_steps, found.seconds, found.loss) == (1, 8, 2.0, 1.0)


def test_a_run_whose_process_is_gone_is_lost_and_says_where_to_resume(folder: Path) -> None:
    child = subprocess.Popen(["sleep", "60"], start_new_session=True)
    process.record(folder / "process.json", process.of(child.pid))
    _note(folder, STARTED, _step(1))
    assert state.status(folder).state == "running"
    checkpoint = folder / "checkpoints" / "checkpoint-6"
    checkpoint.mkdir(parents=True)
    manifest.seal(checkpoint)
    child.kill()  # and nobody waits for it: it stays as a zombie
    time.sleep(0.2)
    found = state.status(folder)
    assert found.state == "lost"
    assert found.cause == "The worker ended without saying why."
    assert found.remedy == "Resume the run: it goes on from step 6."
    child.wait()


def test_the_signal_that_ended_a_worker_is_told_where_it_is_known(folder: Path) -> None:
    process.record(folder / "process.json", process.Process(pid=2**22 + 1, began=0.0))
    write_json(folder / "exit.json", {"pid": 2**22 + 1, "code": -9})
    assert state.status(folder).cause == (
        "The worker was killed (by a person, or by the system when memory was short)."
    )


@pytest.fixture
def sleeper() -> Iterator[process.Process]:
    """A process that does nothing."""
    with subprocess.Popen(["sleep", "60"]) as child:
        yield process.of(child.pid)
        child.kill()


def test_a_worker_that_hangs_is_lost_after_ten_seconds(
    folder: Path, sleeper: process.Process
) -> None:
    process.record(folder / "process.json", sleeper)
    _note(folder, STARTED)
    _age(folder / "process.json")
    (folder / "heartbeat").touch()
    assert state.status(folder).state == "running"
    _age(folder / "heartbeat", 12.0)
    found = state.status(folder)
    assert (found.state, found.cause) == ("lost", "The worker has not shown life for 12 s.")


def test_a_worker_that_computes_without_a_heartbeat_is_slow_not_lost(folder: Path) -> None:
    process.record(folder / "process.json", process.of(os.getpid()))  # this one runs
    _note(folder, STARTED)
    _age(folder / "process.json", 60.0)
    assert state.status(folder).state == "running"
    _age(folder / "process.json", 130.0)
    assert state.status(folder).state == "lost"


def test_a_number_that_another_process_took_over_is_not_the_worker() -> None:
    assert not process.Process(os.getpid(), began=1000.0).alive()


def test_a_folder_without_a_worker_is_lost(folder: Path) -> None:
    assert state.status(folder).state == "lost"
    assert state.status(folder).cause == "The worker was never started."


def test_before_the_first_event_a_run_is_starting(folder: Path) -> None:
    process.record(folder / "process.json", process.of(os.getpid()))
    assert state.status(folder).state == "starting"
    _note(folder, STARTED)
    assert state.status(folder).state == "running"
    _note(folder, {"event": "stopped"}, {"event": "resumed"})
    assert state.status(folder).state == "starting"


def test_a_run_in_line_is_queued_and_says_how_many_are_ahead(tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_json(tmp_path / name / "run.json", {"task": "triage", "created": 1000.0})
        queueing.join(tmp_path / name)
    found = [state.status(tmp_path / name) for name in ("first", "second")]
    assert [(one.state, one.ahead) for one in found] == [("queued", 1), ("queued", 2)]
    assert (found[0].active, found[0].at_work) == (True, False)
    queueing.leave(tmp_path / "first")
    assert [folder.name for folder in queueing.waiting(tmp_path)] == ["second"]
    assert state.status(tmp_path / "first").state == "starting"  # the heartbeat counts from here


def test_a_resumed_run_in_line_is_queued_though_its_old_worker_is_gone(folder: Path) -> None:
    process.record(folder / "process.json", process.Process(pid=2**22 + 1, began=0.0))
    _note(folder, STARTED, {"event": "stopped"}, {"event": "resumed"})
    queueing.join(folder)
    assert state.status(folder).state == "queued"
    _note(folder, {"event": "stopped"})
    assert state.status(folder).state == "stopped"  # a cancel counts, whatever stands in line


def test_a_divergence_is_a_state_of_its_own(folder: Path) -> None:
    _note(folder, STARTED, _step(1), {"event": "diverged", "cause": "It did.", "remedy": "Slow."})
    found = state.status(folder)
    assert (found.state, found.cause, found.remedy) == ("diverged", "It did.", "Slow.")
    assert not found.active


def test_the_pace_is_that_of_the_newest_worker(folder: Path, sleeper: process.Process) -> None:
    process.record(folder / "process.json", sleeper)
    (folder / "heartbeat").touch()
    _note(folder, STARTED, _step(1), _step(2), {"event": "resumed"})
    _note(folder, {**STARTED, "step": 2, "seconds": 500.0})
    assert state.status(folder).tokens_per_second is None
    for step in (3, 4, 5):  # ten tokens every four seconds
        _note(folder, {**_step(step), "seconds": 500.0 + 4.0 * step})
    found = state.status(folder)
    assert (found.tokens_per_second, found.seconds_left) == (2.5, 12.0)  # three steps to go


def test_steps_done_again_after_a_resume_appear_once(folder: Path) -> None:
    sampled = {"event": "answers", "step": 3, "answers": []}
    _note(folder, STARTED, _step(1), _step(2), _step(3), sampled, {"event": "resumed"})
    _note(folder, {**STARTED, "step": 2}, _step(3, loss=0.5))
    assert "answers" not in [event["event"] for event in state.events(folder)]
    found = [(event["step"], event["loss"]) for event in state.events(folder) if "loss" in event]
    assert found == [(1, 1.0), (2, 1.0), (3, 0.5)]


def test_a_line_still_being_written_is_left_for_next_time(folder: Path) -> None:
    _note(folder, STARTED)
    with (folder / "events.jsonl").open("a") as log:
        log.write('{"event": "st')
    assert [event["event"] for event in state.events(folder)] == ["started"]
    state.note(folder, "stopped")
    assert [event["event"] for event in state.events(folder)] == ["started", "stopped"]


def test_tokens_and_seconds_count_the_whole_run(folder: Path) -> None:
    _note(folder, STARTED, _step(1), _step(2), _step(3), {"event": "resumed"})
    again = journal.Journal(folder)
    again.started(step=2, steps=8)
    again.logged(3, {"loss": 0.5, "epoch": 1.0, "learning_rate": 0.1, "num_tokens": 7})
    last = state.events(folder)[-1]
    assert last["tokens"] == 27  # 20 up to the checkpoint, 7 since
    assert 6.0 <= last["seconds"] < 7.0  # the work that a kill cost was work


@pytest.mark.parametrize(
    ("logs", "what"),
    [
        ({"loss": float("nan")}, "loss"),
        ({"loss": 1.0, "grad_norm": float("inf")}, "gradient"),
        ({"eval_loss": float("nan")}, "validation loss"),
    ],
)
def test_what_is_no_number_is_a_divergence(folder: Path, logs: dict[str, float], what: str) -> None:
    with pytest.raises(
        journal.Diverged, match=f"diverged: at step 5 the {what} was no longer a number.*a tenth"
    ):
        journal.Journal(folder).logged(5, logs)


def test_a_checkpoint_counts_only_when_it_is_sealed_and_whole(tmp_path: Path) -> None:
    for step, sealed in ((5, True), (10, True), (15, False)):
        checkpoint = tmp_path / f"checkpoint-{step}"
        checkpoint.mkdir()
        (checkpoint / "weights").write_text(json.dumps(step))
        if sealed:
            manifest.seal(checkpoint)
    assert checkpoints.step(tmp_path) == 10
    (tmp_path / "checkpoint-10" / "weights").write_text("1")  # truncated
    assert checkpoints.latest(tmp_path) == tmp_path / "checkpoint-5"
    assert sorted(left.name for left in tmp_path.iterdir()) == ["checkpoint-5"]
