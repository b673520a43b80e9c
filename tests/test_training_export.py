"""What is handed over with a run: whole or absent, and runnable by somebody else."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from core.errors import AdapterRefused, CannotTrain, RunUnknown
from core.models import backbone, checkpoint
from core.models import whole as sealed
from core.models.backbone import load
from core.models.engine import Engine
from core.records import Message
from core.training import manifest
from core.training import rows as training_rows
from core.training.export import ROOT, export, learned
from core.training.handover import recording, scripts
from core.training.handover.bundle import Bundle
from core.training.recipe import Recipe
from core.training.record import Run, read
from core.training.rows import Row, Rows
from core.workspace import append_line, write_json
from tests import tiny

RECIPE = Recipe(
    rank=4, alpha=8, batch=2, epochs=3.0, learning_rate=0.01, seed=7, accumulation=4,
    weight_decay=0.1,
)  # fmt: skip
FILES = [
    "README.md", "adapter", "answers.json", "dataset_info.json", "llamafactory.yaml",
    "manifest.json", "merged", "train.jsonl", "train_with_trl.py", "use_me.py",
    "validation.jsonl",
]  # fmt: skip


def _row(question: str, answer: str) -> Row:
    return Row((Message("system", "Colour."), Message("user", question)), answer, tokens=40)


ROWS = Rows(
    train=(_row("sky", "blue"), _row('grass \u2028 and "moss"', "green")),
    validation=tuple(_row(thing, "white") for thing in ("snow", "salt", "milk", "chalk")),
    dropped=1,
)


@pytest.fixture
def base() -> Path:
    """The model that ships: one of random bytes writes no text that can be compared."""
    return checkpoint.folder(checkpoint.EMBEDDED)


@pytest.fixture
def run(tmp_path: Path, base: Path) -> Run:
    """The folder of a finished run."""
    folder = tmp_path / "runs" / "colours-1"
    tiny.adapter(folder / "adapter", base, seed=3)
    tiny.rewrite(folder / "adapter", base_model_name_or_path="base")
    made = tiny.sealed(folder / "adapter", base)
    asked = {
        "task": "colours", "model": str(base), "base_digest": made.base_digest,
        "levers": ["lora"], "split": "abc", "data": "0123456789abcdef", "rows": 2,
        "validation_rows": 4, "dropped": 1, "created": time.time(), "key": "k", "run": folder.name,
    }  # fmt: skip
    write_json(folder / "run.json", asked)
    write_json(folder / "recipe.json", asdict(RECIPE))
    training_rows.write(ROWS, folder / "rows.jsonl")
    for event in (
        {"event": "started", "step": 0, "steps": 3},
        {"event": "validation", "step": 3, "loss": 0.5, "seconds": 1.0},
        {"event": "finished", "adapter": made.digest, "seconds": 2.0},
    ):
        append_line(folder / "events.jsonl", event)
    return read(folder)


def bundle(run: Run, base: Path) -> Bundle:
    engine = Engine(load(str(base)))
    from core.models import adapters

    adapter = adapters.admit(run.result, run.name, engine.digest)
    try:
        recorded = recording.recorded(ROWS, adapter, engine)
    finally:
        engine.close()
    return Bundle(ROWS, recorded, {"lora, accuracy": "50 % (20 to 80)"}, "cc0-1.0")


def test_everything_is_there_and_the_manifest_agrees(run: Run, base: Path, tmp_path: Path) -> None:
    folder = export(run, tmp_path / "out", bundle(run, base))
    assert sorted(file.name for file in folder.iterdir()) == FILES
    assert manifest.whole(folder)
    card = (folder / "README.md").read_text()
    assert "run `colours-1`" in card
    assert "| fingerprint of the rows | `0123456789abcdef` |" in card
    assert "license: cc0-1.0" in card
    assert "| lora, accuracy | 50 % (20 to 80) |" in card
    everything = [file for file in folder.rglob("*") if file.is_file()]
    assert not any(str(tmp_path).encode() in file.read_bytes() for file in everything)


def test_the_script_repeats_the_recorded_answers(run: Run, base: Path, tmp_path: Path) -> None:
    folder = export(run, tmp_path / "out", bundle(run, base))
    assert _said(folder, "use_me.py")[0].endswith("3 of 3 equal")
    assert _said(folder, "use_me.py", "--base", str(base))[0].endswith("3 of 3 equal")
    recorded = json.loads((folder / "answers.json").read_text())
    write_json(folder / "answers.json", [{**recorded[0], "answer": "something else"}])
    said, status = _said(folder, "use_me.py")
    assert said.endswith("0 of 1 equal")
    assert status == 1


def _said(folder: Path, script: str, *words: str) -> tuple[str, int]:
    """What a script prints and its exit status, run as its new owner would: without the project."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", script, *words],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout.strip(), done.returncode


@pytest.fixture
def whole(run: Run, base: Path) -> Run:
    """The same run with all weights trained."""
    import torch
    from safetensors.torch import load_file, save_file

    recipe = Recipe(trains="all weights", batch=2, epochs=3.0, learning_rate=0.001, seed=7)
    write_json(run.folder / "recipe.json", asdict(recipe))
    folder = run.folder / "weights"
    model, tokenizer = backbone.pair(str(base))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    weights = load_file(folder / "model.safetensors")
    torch.manual_seed(1)
    name = next(name for name in weights if name.endswith("w1.weight"))
    weights[name] += torch.randn_like(weights[name])  # another model than the base
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    sealed.seal(folder, backbone.digest(str(base)))
    return read(run.folder)


def test_all_weights_are_handed_over_without_an_adapter_and_answer_as_recorded(
    whole: Run, base: Path, tmp_path: Path
) -> None:
    folder = export(whole, tmp_path / "out", bundle(whole, base))
    names = {file.name for file in folder.iterdir()}
    assert names == {*FILES, "model"} - {"adapter", "merged"}
    assert "weights_manifest.json" not in {file.name for file in (folder / "model").iterdir()}
    assert _said(folder, "use_me.py")[0].endswith("3 of 3 equal")
    assert _said(folder, "use_me.py", "--base", str(base))[1] == 2
    card = (folder / "README.md").read_text()
    assert "library_name: transformers" in card
    assert "# colours: all weights tuned" in card
    script = (folder / "train_with_trl.py").read_text()
    compile(script, "train_with_trl.py", "exec")
    assert "peft_config=None," in script
    settings = (folder / "llamafactory.yaml").read_text().splitlines()
    assert 'finetuning_type: "full"' in settings
    assert not [line for line in settings if line.startswith("lora")]


def test_the_rows_are_those_that_were_learned(run: Run, base: Path, tmp_path: Path) -> None:
    folder = export(run, tmp_path / "out", Bundle(ROWS))
    lines = (folder / "train.jsonl").read_text().split("\n")[:-1]
    assert [json.loads(line) for line in lines] == [
        {
            "messages": [
                {"role": "system", "content": "Colour."},
                {"role": "user", "content": asked},
                {"role": "assistant", "content": answer},
            ]
        }
        for asked, answer in (("sky", "blue"), ('grass \u2028 and "moss"', "green"))
    ]
    assert learned(run) == ROWS


def test_the_recipe_goes_elsewhere_as_it_was(run: Run, tmp_path: Path) -> None:
    folder = export(run, tmp_path / "out", Bundle(ROWS))
    script = (folder / "train_with_trl.py").read_text()
    compile(script, "train_with_trl.py", "exec")
    assert "r=4, lora_alpha=8" in script
    assert "learning_rate=0.01, num_train_epochs=3.0" in script
    settings = (folder / "llamafactory.yaml").read_text().splitlines()
    assert "per_device_train_batch_size=2, gradient_accumulation_steps=4" in script
    assert {"gradient_accumulation_steps: 4", "weight_decay: 0.1"} <= set(settings)
    assert "lora_rank: 4" in settings
    assert 'lora_target: "q_proj,v_proj"' in settings


def test_dora_and_rslora_go_elsewhere_too(tmp_path: Path) -> None:
    said = {"r": 4, "lora_alpha": 8, "lora_dropout": 0.0, "target_modules": ["q_proj"]}
    for name, ways in (("plain", {}), ("both", {"use_dora": True, "use_rslora": True})):
        write_json(tmp_path / name / "adapter" / "adapter_config.json", said | ways)
        scripts.write(tmp_path / name, RECIPE)
        script = (tmp_path / name / "train_with_trl.py").read_text()
        compile(script, "train_with_trl.py", "exec")
        settings = (tmp_path / name / "llamafactory.yaml").read_text().splitlines()
        assert ("use_rslora=True, use_dora=True" in script) == bool(ways)
        assert ({"use_rslora: true", "use_dora: true"} <= set(settings)) == bool(ways)


@pytest.mark.parametrize("place", ["core/out", "tests", "."])
def test_the_project_itself_is_no_place_for_an_export(run: Run, place: str) -> None:
    with pytest.raises(CannotTrain, match="First Lever's own files"):
        export(run, ROOT / place, Bundle(ROWS))


def test_a_file_and_a_full_folder_are_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("keep me")
    with pytest.raises(CannotTrain, match="is not empty"):
        export(run, tmp_path / "full", Bundle(ROWS))
    with pytest.raises(CannotTrain, match="is a file"):
        export(run, tmp_path / "full" / "letter.txt", Bundle(ROWS))
    assert (tmp_path / "full" / "letter.txt").read_text() == "keep me"


def test_a_changed_adapter_is_not_exported(run: Run, tmp_path: Path) -> None:
    weights = run.folder / "adapter" / "adapter_model.safetensors"
    changed = bytearray(weights.read_bytes())
    changed[-1] ^= 1
    weights.write_bytes(changed)
    with pytest.raises(AdapterRefused):
        export(run, tmp_path / "out", Bundle(ROWS))
    assert not (tmp_path / "out").exists()


def test_an_unfinished_run_is_not_exported(run: Run, tmp_path: Path) -> None:
    (run.folder / "events.jsonl").write_text('{"event": "stopped", "seconds": 1}\n')
    with pytest.raises(RunUnknown, match="is stopped"):
        export(run, tmp_path / "out", Bundle(ROWS))


def test_a_kill_leaves_nothing_under_the_final_name(run: Run, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from core.training.export import export;"
        "from core.training.handover.bundle import Bundle; from core.training.record import read;"
        "from core.training.rows import Rows;"
        "export(read(Path(sys.argv[1])), Path(sys.argv[2]), Bundle(Rows((), (), 0)))"
    )
    out = tmp_path / "out"
    words = [sys.executable, "-c", code, str(run.folder), str(out)]
    started = subprocess.Popen(words, cwd=ROOT, start_new_session=True)
    partial = tmp_path / ".out.partial"
    for _ in range(6000):
        if partial.exists():
            break
        time.sleep(0.01)
    os.killpg(started.pid, signal.SIGKILL)
    started.wait()
    assert not out.exists()
    assert manifest.whole(export(run, out, Bundle(ROWS)))  # and the next try is not in its way
    assert not partial.exists()


def test_the_merged_model_answers_as_the_adapter_does(run: Run, base: Path, tmp_path: Path) -> None:
    made = bundle(run, base)
    folder = export(run, tmp_path / "out", made)
    model, _ = backbone.pair(str(folder / "merged"))
    assert not any("lora" in name for name, _ in model.named_parameters())
    merged = Engine(load(str(folder / "merged")))
    try:
        for one in made.recorded:
            request = recording.request(one.messages, None)
            (done,) = [p.done for p in merged.stream([request], threading.Event()) if p.done]
            assert done.text == one.answer
    finally:
        merged.close()
