"""Runs: real workers, each training a model of a few thousand weights in a process of its own."""

import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from core.errors import CannotTrain, RunUnknown
from core.models import adapters, backbone
from core.models.engine import Engine
from core.records import Message, Request, fingerprint
from core.training import checkpoints, keeping, process, runs
from core.training.recipe import Recipe
from core.training.record import Run
from core.training.rows import Row, Rows
from core.workspace import Workspace
from tests import tiny

TASK = "colours"
PAIRS = [("sky", "blue"), ("grass", "green"), ("coal", "black"), ("snow", "white")]
SHORT = Recipe(rank=4, batch=2, epochs=5.0, learning_rate=5e-3, evaluations=8)
LONG = Recipe(rank=4, batch=2, epochs=50.0, learning_rate=5e-3, evaluations=20, patience=100)


def _row(question: str, answer: str) -> Row:
    return Row((Message("system", "Colour."), Message("user", question)), answer, tokens=40)


ROWS = Rows(
    train=tuple(_row(f"{thing} {number}", colour) for thing, colour in PAIRS for number in "1234"),
    validation=tuple(_row(f"{thing} 5", colour) for thing, colour in PAIRS),
    dropped=1,
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.checkpoint(tmp_path_factory.mktemp("models") / "base")


def begin(workspace: Workspace, base: Path, recipe: Recipe, key: str) -> Run:
    return runs.launch(
        workspace,
        task=TASK,
        recipe=recipe,
        model=str(base),
        base_digest=backbone.digest(str(base)),
        rows=ROWS,
        levers=["lora"],
        key=key,
    )


def until(condition: Callable[[], bool], seconds: float) -> float:
    """Wait for a condition; returns the seconds it took."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, "it took too long"
        time.sleep(0.02)
    return time.monotonic() - begun


def ended(run: Run) -> bool:
    return not runs.status(run.folder).active


def worker(run: Run) -> process.Process:
    found = process.recorded(run.folder / "process.json")
    assert found
    return found


OTHER = Recipe(
    rank=4, batch=2, accumulation=2, epochs=2.0, evaluations=2, precision="fp32", metric_rows=0,
    dora=True, rslora=True, target_modules="attention only",
)  # fmt: skip


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, base: Path) -> tuple[Workspace, Run]:
    """A workspace with one run that went through undisturbed."""
    workspace = Workspace(tmp_path_factory.mktemp("finished"))
    run = begin(workspace, base, SHORT, "undisturbed")
    until(lambda: ended(run), 200)
    return workspace, run


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory, base: Path) -> tuple[Workspace, Run]:
    """A finished run of everything that is off unless asked for, in fp32."""
    workspace = Workspace(tmp_path_factory.mktemp("other"))
    run = begin(workspace, base, OTHER, "other")
    until(lambda: ended(run), 200)
    return workspace, run


def test_a_run_finishes_and_says_what_it_made(finished: tuple[Workspace, Run], base: Path) -> None:
    workspace, run = finished
    state = runs.status(run.folder)
    assert (state.state, state.steps, state.total_steps, state.task) == ("finished", 40, 40, TASK)
    assert state.cause == ""
    (adapter,) = runs.adapters_for(workspace, TASK, backbone.digest(str(base))).admitted
    assert (adapter.run, adapter.digest) == (run.name, state.adapter)
    assert not (run.folder / "checkpoints").exists()  # the disk is given back
    kept = list((run.folder / "adapter").iterdir())
    assert not any(str(base).encode() in file.read_bytes() for file in kept)


def test_every_step_and_validation_is_noted(finished: tuple[Workspace, Run]) -> None:
    noted = runs.events(finished[1].folder)
    steps = [event for event in noted if event["event"] == "step"]
    measured = [event for event in noted if event["event"] == "validation"]
    assert [event["step"] for event in steps] == list(range(1, 41))
    assert [event["step"] for event in measured] == [0, 5, 10, 15, 20, 25, 30, 35, 40]
    assert noted[0]["event"] == "started"
    assert set(noted[0]["versions"]) >= {"python", "torch", "transformers", "trl", "peft"}
    assert noted[0]["hardware"]["cores"] == os.cpu_count()
    assert noted[0]["hardware"]["memory_bytes"] > 0
    assert noted[-1]["event"] == "finished"
    assert noted[-1]["base_unchanged"] is True
    assert min(event["loss"] for event in measured[1:]) == noted[-1]["best_validation_loss"]
    assert measured[-1]["loss"] < measured[0]["loss"]


def test_a_run_names_the_rows_it_learned(
    finished: tuple[Workspace, Run], other: tuple[Workspace, Run]
) -> None:
    assert len(finished[1].data) == 16
    assert finished[1].data == other[1].data == fingerprint(ROWS.train, ROWS.validation)
    assert finished[1].data != fingerprint(ROWS.train[1:], ROWS.validation)


def test_the_loss_is_taken_on_the_completion_only(other: tuple[Workspace, Run], base: Path) -> None:
    noted = runs.events(other[1].folder)
    before = next(event["loss"] for event in noted if event["event"] == "validation")
    expected = [completion_loss(base, row) for row in ROWS.validation]
    assert before == pytest.approx(weighted(expected[:2], expected[2:]), rel=1e-4)


def completion_loss(base: Path, row: Row) -> tuple[float, int]:
    """Summed loss of the base on the bytes after the assistant's mark, and how many they are."""
    import torch

    model, words = backbone.pair(str(base))
    text = f"<|system|> Colour.\n<|user|> {row.prompt[1].content}\n<|assistant|>"
    prompt = words(text, return_tensors="pt")["input_ids"]
    whole = words(f"{text} {row.completion}<|end|>", return_tensors="pt")["input_ids"]
    with torch.no_grad():
        odds = model(whole).logits.log_softmax(-1)[0, prompt.shape[1] - 1 : -1]
    said = whole[0, prompt.shape[1] :]
    return -float(odds.gather(1, said[:, None]).sum()), len(said)


def weighted(*batches: Sequence[tuple[float, int]]) -> float:
    """Mean over batches of the mean over their tokens, as the trainer evaluates."""
    means = [sum(loss for loss, _ in batch) / sum(n for _, n in batch) for batch in batches]
    return sum(means) / len(means)


def test_two_batches_to_a_step_halve_the_steps(other: tuple[Workspace, Run]) -> None:
    state = runs.status(other[1].folder)
    assert (state.state, state.steps) == ("finished", 8)  # 2 passes of 16 rows, 4 a step


def test_a_dora_adapter_passes_the_gate_and_answers_beside_others(
    finished: tuple[Workspace, Run], other: tuple[Workspace, Run], base: Path
) -> None:
    digest = backbone.digest(str(base))
    (dora,) = runs.adapters_for(other[0], TASK, digest).admitted
    (plain,) = runs.adapters_for(finished[0], TASK, digest).admitted
    settings = adapters.settings_of(dora)
    assert (settings.use_dora, settings.use_rslora) == (True, True)
    assert all(name.startswith("self_attn.") for name in settings.target_modules)
    engine = Engine(backbone.load(str(base)))
    try:
        asked = [tiny.ask("sky 5", adapter) for adapter in (dora, None, plain)]
        together = _said(engine, asked)
        assert together == [_said(engine, [one])[0] for one in asked]
    finally:
        engine.close()


def _said(engine: Engine, asked: list[Request]) -> list[str]:
    pieces = engine.stream(asked, threading.Event())
    done = {piece.index: piece.done.text for piece in pieces if piece.done}
    return [done[place] for place in range(len(asked))]


def test_what_a_tokenizer_was_last_used_for_is_not_kept(base: Path, tmp_path: Path) -> None:
    _, tokenizer = backbone.pair(str(base))
    tokenizer(["sky", "sky 5 sky"], padding=True, truncation=True, max_length=2)
    keeping.forget_last_use(tokenizer)
    tokenizer.save_pretrained(tmp_path)
    kept = json.loads((tmp_path / "tokenizer.json").read_text(encoding="utf-8"))
    assert (kept["padding"], kept["truncation"]) == (None, None)


WHOLE = Recipe(trains="all weights", batch=2, epochs=2.0, learning_rate=5e-3, evaluations=4)


def test_all_weights_are_trained_in_a_copy_and_killed_go_on_to_the_same_weights(
    tmp_path: Path, base: Path
) -> None:
    digest = backbone.digest(str(base))
    workspaces = [Workspace(tmp_path / name) for name in ("undisturbed", "killed")]
    undisturbed, killed = (begin(one, base, WHOLE, "whole") for one in workspaces)
    until(lambda: checkpoints.step(killed.folder / "checkpoints") >= 4 or ended(killed), 200)
    os.killpg(worker(killed).pid, signal.SIGKILL)
    until(lambda: ended(killed), 30)
    assert runs.resume(workspaces[1], killed).active
    until(lambda: ended(killed) and ended(undisturbed), 200)
    made = [runs.adapters_for(workspace, TASK, digest).admitted[0] for workspace in workspaces]
    assert [one.whole for one in made] == [True, True]
    assert made[0].digest == made[1].digest != digest
    assert runs.events(killed.folder)[-1]["base_unchanged"] is True
    kept = sorted(file.name for file in (killed.folder / "weights").iterdir())
    assert {"model.safetensors", "weights_manifest.json", "tokenizer.json"} < {*kept}
    assert not any(
        str(base).encode() in (killed.folder / "weights" / name).read_bytes() for name in kept
    )
    losses = [one["loss"] for one in runs.events(killed.folder) if one["event"] == "validation"]
    assert losses[-1] < losses[0]


def test_all_weights_are_not_sent_to_a_cluster(tmp_path: Path, base: Path) -> None:
    with pytest.raises(CannotTrain, match="A cluster sends back adapters only"):
        runs.launch(
            Workspace(tmp_path), task=TASK, recipe=WHOLE, model=str(base), base_digest="d",
            rows=ROWS, levers=["lora"], key="k", ray="http://127.0.0.1:9",
        )  # fmt: skip
    assert runs.listing(Workspace(tmp_path)) == []


def test_the_adapter_changes_what_the_base_says(
    finished: tuple[Workspace, Run], base: Path
) -> None:
    import torch
    from peft import PeftModel

    model, words = backbone.pair(str(base))
    question = words("<|system|> Colour.\n<|user|> sky 5\n<|assistant|>", return_tensors="pt")
    with torch.no_grad():
        plain = model(**question).logits
        adapted = PeftModel.from_pretrained(model, finished[1].folder / "adapter")
        tuned = adapted(**question).logits
    assert (plain - tuned).abs().max() > 0.1


def test_a_finished_run_is_not_resumed(finished: tuple[Workspace, Run]) -> None:
    with pytest.raises(RunUnknown, match="is finished; there is nothing to go on with"):
        runs.resume(*finished)


def test_an_adapter_of_another_base_is_refused_and_not_hidden(
    finished: tuple[Workspace, Run],
) -> None:
    workspace, run = finished
    shelf = runs.adapters_for(workspace, TASK, "another base")
    assert shelf.admitted == ()
    assert [refused.run for refused in shelf.refused] == [run.name]
    assert "trained on another base model" in shelf.refused[0].why


def test_a_shipped_run_is_installed_once_under_its_own_name(
    finished: tuple[Workspace, Run], tmp_path: Path, base: Path
) -> None:
    run = finished[1]
    shipped = shutil.copytree(run.folder, tmp_path / "sample" / "run")
    workspace = Workspace(tmp_path / "other")
    for _ in range(2):
        assert runs.install(workspace, shipped).name == run.name
    place = workspace.runs / run.name
    assert sorted(file.name for file in place.iterdir()) == [
        "adapter", "events.jsonl", "recipe.json", "run.json",
    ]  # fmt: skip
    assert runs.status(place).state == "finished"
    assert len(runs.adapters_for(workspace, TASK, backbone.digest(str(base))).admitted) == 1


def test_a_killed_run_is_lost_and_resumes_to_the_same_adapter(
    finished: tuple[Workspace, Run], tmp_path: Path, base: Path
) -> None:
    run = begin(Workspace(tmp_path), base, SHORT, "killed")
    until(lambda: checkpoints.step(run.folder / "checkpoints") >= 10, 200)
    os.killpg(worker(run).pid, signal.SIGKILL)
    until(lambda: runs.status(run.folder).state == "lost", 10)
    assert runs.status(run.folder).remedy.startswith("Resume the run: it goes on from step")
    runs.resume(Workspace(tmp_path), run)
    until(lambda: ended(run), 200)
    state = runs.status(run.folder)
    undisturbed = runs.status(finished[1].folder)
    assert (state.state, state.steps) == ("finished", 40)
    assert state.adapter == undisturbed.adapter  # bit for bit
    assert state.best_validation_loss == undisturbed.best_validation_loss
    steps = [event["step"] for event in runs.events(run.folder) if event["event"] == "step"]
    assert steps == list(range(1, 41))


def test_ten_clicks_start_one_run_and_a_stop_is_real(tmp_path: Path, base: Path) -> None:
    workspace = Workspace(tmp_path)
    clicks = [
        threading.Thread(target=begin, args=(workspace, base, LONG, "one key")) for _ in range(10)
    ]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    (run,) = runs.listing(workspace)
    with pytest.raises(CannotTrain, match="Stop it first"):
        runs.forget(workspace, run)
    until(lambda: runs.status(run.folder).steps > 5, 200)
    begun = time.monotonic()
    assert runs.stop(run.folder).state == "stopped"
    assert time.monotonic() - begun < 5
    assert not worker(run).alive()
    assert not (run.folder / "adapter").exists()
    runs.forget(workspace, run)
    assert runs.listing(workspace) == []


def test_a_second_run_waits_and_begins_by_itself_when_the_first_ends(
    tmp_path: Path, base: Path
) -> None:
    workspace = Workspace(tmp_path)
    first = begin(workspace, base, LONG, "first")
    second, third = begin(workspace, base, OTHER, "second"), begin(workspace, base, OTHER, "third")
    waiting = [runs.status(run.folder) for run in (second, third)]
    assert [(one.state, one.ahead) for one in waiting] == [("queued", 1), ("queued", 2)]
    assert begin(workspace, base, OTHER, "second").name == second.name  # one press, one run
    runs.advance(workspace)
    assert runs.status(second.folder).state == "queued"  # the first is still at work
    assert runs.stop(second.folder).state == "stopped"  # while it waits
    assert not (second.folder / "process.json").exists()
    with pytest.raises(CannotTrain, match="Stop it first"):
        runs.forget(workspace, third)
    assert runs.resume(workspace, second).state == "queued"
    assert runs.status(second.folder).ahead == 2  # behind the third now
    runs.stop(first.folder)
    assert runs.status(third.folder).at_work
    until(lambda: ended(third) and ended(second), 200)  # nobody but the third begins the second
    assert [runs.status(run.folder).state for run in (first, third, second)] == [
        "stopped", "finished", "finished",
    ]  # fmt: skip


def test_whoever_looks_begins_the_next_when_a_worker_was_killed(tmp_path: Path, base: Path) -> None:
    workspace = Workspace(tmp_path)
    first = begin(workspace, base, LONG, "first")
    second = begin(workspace, base, LONG, "second")
    os.killpg(worker(first).pid, signal.SIGKILL)
    until(lambda: not worker(first).alive(), 5)
    looks = [threading.Thread(target=runs.advance, args=(workspace,)) for _ in range(5)]
    for look in looks:
        look.start()
    for look in looks:
        look.join()
    assert runs.status(first.folder).state == "lost"
    assert runs.status(second.folder).state == "starting"
    runs.stop(second.folder)


def test_a_run_that_computes_with_infinities_diverges_and_offers_no_adapter(
    tmp_path: Path, base: Path
) -> None:
    from safetensors.torch import load_file, save_file

    broken = shutil.copytree(base, tmp_path / "broken")
    weights = load_file(broken / "model.safetensors")
    weights["model.norm.weight"][0] = float("inf")
    save_file(weights, broken / "model.safetensors", metadata={"format": "pt"})
    workspace = Workspace(tmp_path / "home")
    run = begin(workspace, broken, SHORT, "diverging")
    until(lambda: ended(run), 200)
    found = runs.status(run.folder)
    assert found.state == "diverged"
    assert found.cause == (
        "The training diverged: at step 0 the validation loss was no longer a number."
    )
    assert found.remedy == "Start again with a tenth of the learning rate."
    assert runs.adapters_for(workspace, TASK, backbone.digest(str(broken))).admitted == ()
    with pytest.raises(RunUnknown, match=r"is diverged.*a tenth of the learning rate"):
        runs.resume(workspace, run)


def test_a_stop_while_the_worker_is_still_loading_is_real_too(tmp_path: Path, base: Path) -> None:
    run = begin(Workspace(tmp_path), base, LONG, "early")
    assert runs.status(run.folder).state == "starting"
    assert runs.stop(run.folder).state == "stopped"
    assert not worker(run).alive()


def test_a_hung_worker_is_lost_and_can_be_stopped(tmp_path: Path, base: Path) -> None:
    run = begin(Workspace(tmp_path), base, LONG, "hung")
    until(lambda: (run.folder / "heartbeat").exists(), 200)
    os.killpg(worker(run).pid, signal.SIGSTOP)
    until(lambda: runs.status(run.folder).state == "lost", 13)  # ten seconds and one beat
    assert "has not shown life for" in runs.status(run.folder).cause
    assert runs.stop(run.folder).state == "stopped"
    assert not worker(run).alive()


def test_a_model_that_changed_since_fails_the_run_with_its_cause(
    tmp_path: Path, base: Path
) -> None:
    other = shutil.copytree(base, tmp_path / "other")
    run = begin(Workspace(tmp_path / "home"), other, SHORT, "changed")
    shutil.copy(tiny.checkpoint(tmp_path / "new", seed=1) / "model.safetensors", other)
    until(lambda: ended(run), 200)
    state = runs.status(run.folder)
    assert (state.state, state.cause) == (
        "failed",
        f"The model {other} has changed since this run was asked for.",
    )
    assert "Traceback" in (run.folder / "worker.log").read_text()


def test_an_unknown_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunUnknown, match="no run 'nothing'"):
        runs.find(Workspace(tmp_path), "nothing")
