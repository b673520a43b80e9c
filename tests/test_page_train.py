"""The Train page inside the whole app: runs are folders made by hand, nothing is trained."""

import io
import json
import os
import time
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from streamlit.testing.v1 import AppTest

from core.evaluation import capacity
from core.models import adapters, backbone
from core.models import whole as all_weights
from core.records import Task
from core.training import notes, runs, shelf
from core.training.recipe import PRESETS, Recipe
from core.workbench import Workbench
from core.workspace import write_json
from pages.shared import resources, training_charts
from pages.tune import runs as panels
from tests import measured, tiny
from tests.measured import FAILED, FINISHED, STARTED, STEP, VALIDATION, MeasuredWorkbench

APP = Path(__file__).parent.parent / "app.py"
BASE = "ba" * 32  # digest of the fake model
OTHER = "cd" * 32


class Bench(MeasuredWorkbench):
    """The fake workbench with the real one's shelf; measured are the adapters it is told of."""

    holdout: Mapping[str, Any] = {}
    shelf = Workbench.shelf
    use = Workbench.use
    adopt = Workbench.adopt
    forget = Workbench.forget
    log = Workbench.log
    sampled = Workbench.sampled
    _trainable = Workbench._trainable
    _try = Workbench._try
    _proved: ClassVar[set[str]] = set()

    def held_out(self, task: Task) -> Mapping[str, Any]:
        return self.holdout


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    made = Bench(tmp_path)
    monkeypatch.setattr(resources, "workbench", lambda: made)
    return made


def opened() -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=120).run()
    return app.switch_page("pages/tune/train.py").run()


def said(page: AppTest) -> str:
    return "\n".join(line.value for line in [*page.markdown, *page.caption])


def labels(page: AppTest) -> list[str]:
    return [one.label for one in page.button]


def lora(folder: Path, seed: int = 0, base: str = BASE) -> Path:
    """The files of an adapter of rank 1, with a manifest."""
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True)
    weights = {f"q.lora_{part}.weight": torch.full((1, 1), float(seed + 1)) for part in "AB"}
    save_file(weights, folder / adapters.WEIGHTS)
    settings = {"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": 1, "lora_alpha": 2}
    write_json(folder / adapters.CONFIG, {**settings, "target_modules": ["q"]})
    adapters.write_manifest(folder, base)
    return folder


def finished(bench: Bench, name: str, seed: int = 0, **asked: Any) -> Path:
    """A finished run with an adapter; `asked` replaces what its run.json says."""
    folder = measured.run(bench, name, STARTED, STEP, VALIDATION, FINISHED)
    lora(folder / "adapter", seed)
    told = json.loads((folder / "run.json").read_text())
    write_json(folder / "run.json", told | asked)
    return folder


def alive(folder: Path) -> None:
    """A sign of life that lasts as long as the test does."""
    (folder / "heartbeat").touch()
    later = time.time() + 3600
    os.utime(folder / "heartbeat", (later, later))


def in_use(bench: Bench) -> str:
    current = bench.shelf(bench.task("capitals")).current
    return current.run if current else ""


def packed(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for one in folder.iterdir():
            file.write(one, f"adapter/{one.name}")
    return content.getvalue()


# A run, live


def test_before_the_first_run_the_page_says_what_to_do(bench: Bench) -> None:
    page = opened()
    assert not page.exception
    assert "No run yet" in [one.value for one in page.subheader]
    assert "No adapter yet" in said(page)
    assert [one.value for one in page.metric] == ["20", "160", "2 min", "640 MB"]


def test_another_preset_changes_the_forecast(bench: Bench) -> None:
    page = opened()
    page.segmented_control(key="train_preset").set_value("quick").run()
    assert [one.value for one in page.metric][1] == "80"


def test_a_base_of_the_wrong_size_is_named_with_the_next_step(bench: Bench) -> None:
    why, step = "The loss stayed *high*.", "Choose a larger base."
    bench.advised = (capacity.Advice("too small", "The base cannot learn", why, step),)
    (warned,) = [one for one in opened().warning if "loss stayed" in one.value]
    assert warned.value == r"The loss stayed \*high\*\. Choose a larger base\."


def test_ten_presses_start_one_run(bench: Bench) -> None:
    first, second = opened(), opened()
    first.button(key="train_start").click().run()
    second.button(key="train_start").click().run()
    assert len(bench.runs()) == 1
    assert opened().button(key="train_start").disabled


def test_a_run_under_way_shows_its_progress_and_stops(bench: Bench) -> None:
    folder = measured.run(bench, "capitals-1", STARTED, VALIDATION, STEP)
    alive(folder)
    page = opened()
    assert "Step 10 of 40 · 15 s so far · about 40 s left" in said(page)
    assert "It has read every row; this is pass 5. In each step, with 8 rows" in said(page)
    page.button(key="train_stop_capitals-1").click().run()
    assert bench.state(bench.run(folder.name)).state == "stopped"
    assert page.button(key="train_resume_capitals-1")


def test_a_run_that_waits_says_for_whom_and_leaves_the_queue(bench: Bench) -> None:
    folder = measured.run(bench, "capitals-1")
    write_json(folder / "queued", {"since": 1.0})
    page = opened()
    assert "Waits for 1 run" in said(page)
    assert page.button(key="train_stop_capitals-1").label == "Leave the queue"


def test_a_failed_run_says_why_and_what_next_and_shows_its_log(bench: Bench) -> None:
    folder = measured.run(bench, "capitals-1", STARTED, STEP, FAILED)
    (folder / "worker.log").write_text("".join(f"line {number}\n" for number in range(50)))
    page = opened()
    assert page.error[0].value == "Start again with half the batch\\."
    assert "The memory was not enough" in page.error[0].proto.title
    printed = page.code[0].value.splitlines()
    assert (printed[0], printed[-1], len(printed)) == ("line 10", "line 49", 40)


def test_a_diverged_run_is_neither_resumed_nor_an_adapter(bench: Bench) -> None:
    measured.run(bench, "capitals-1", STARTED, STEP, {**FAILED, "event": "diverged"})
    page = opened()
    assert not page.exception
    assert "Resume" not in labels(page)
    assert "Run again with changes" in labels(page)
    assert in_use(bench) == ""


def test_a_run_resumes(bench: Bench) -> None:
    folder = measured.run(bench, "capitals-1", STARTED, STEP, {"event": "stopped"})
    opened().button(key="train_resume_capitals-1").click().run()
    assert runs.events(folder)[-1]["event"] == "resumed"


def test_finished_runs_are_listed_with_their_adapter(bench: Bench) -> None:
    measured.run(
        bench, "capitals-1", STARTED, STEP, VALIDATION, FINISHED | {"base_unchanged": True}
    )
    page = opened()
    row = page.dataframe[0].value.iloc[0]
    assert row["State"] == "Finished"
    assert row["Best validation loss"] == "1.250"
    assert row["Adapter"] == "a1b2c3d4"
    assert "Base unchanged" in said(page)


def test_settings_that_cannot_run_are_refused_with_a_way_out(bench: Bench) -> None:
    page = opened()
    page.number_input(key="train_balanced_rank").set_value(200).run()
    assert page.error[0].value == "Choose a smaller rank\\."


def test_each_number_says_what_it_does_and_its_range(bench: Bench) -> None:
    page = opened()
    helps = {one.label: one.help for one in page.number_input}
    assert helps["Rank"].endswith("in proportion. From 1 to 256.")
    assert helps["Learning rate"].endswith("From 0.000001 to 0.02.")
    assert "A token is about" in helps["Max tokens"]


def test_a_run_is_asked_for_again_with_its_own_settings(bench: Bench) -> None:
    folder = measured.run(bench, "capitals-1", STARTED, STEP, FAILED)
    told = json.loads((folder / "recipe.json").read_text())
    own = {"epochs": 2.0, "rank": 12, "alpha": 16, "evaluations": 4, "dora": True}
    write_json(folder / "recipe.json", told | own | {"target_modules": "q_proj, v_proj"})
    page = opened()
    page.button(key="train_again_capitals-1").click().run()
    assert not page.exception
    assert page.segmented_control(key="train_preset").value == "quick"
    assert page.number_input(key="train_quick_rank").value == 12
    assert page.toggle(key="train_quick_dora").value is True
    assert page.selectbox(key="train_quick_target_modules").value == "q_proj, v_proj"
    assert [one.value for one in page.metric][1] == "120"


def test_a_recipe_of_a_preset_fills_in_that_preset() -> None:
    assert panels.form(Recipe())["train_preset"] == "balanced"
    assert panels.form(replace(Recipe(), seed=3))["train_balanced_seed"] == 3


# Curves


def validations(*losses: float) -> list[dict[str, Any]]:
    return [
        {"event": "validation", "step": 10 * at, "loss": loss} for at, loss in enumerate(losses)
    ]


def test_all_weights_are_asked_for_with_their_own_step_and_without_an_adapter(
    bench: Bench,
) -> None:
    page = opened()
    page.selectbox(key="train_balanced_trains").set_value("all weights").run()
    assert page.number_input(key="train_balanced_learning_rate_whole").value == 0.0005
    assert page.number_input(key="train_balanced_rank").disabled
    assert page.selectbox(key="train_balanced_target_modules").disabled
    assert "The adapter: not used, as all weights learn" in said(page)
    page.selectbox(key="train_balanced_trains").set_value("adapter").run()
    assert not page.number_input(key="train_balanced_rank").disabled
    assert page.number_input(key="train_balanced_learning_rate").value == 0.005


def test_a_recipe_for_all_weights_fills_in_its_own_step() -> None:
    asked = replace(PRESETS["quick"].recipe.training("all weights"), learning_rate=0.002)
    filled = panels.form(asked)
    assert filled["train_preset"] == "quick"
    assert filled["train_quick_trains"] == "all weights"
    assert filled["train_quick_learning_rate_whole"] == 0.002
    assert "train_quick_learning_rate" not in filled


def test_the_turn_is_said_beside_the_curve(bench: Bench) -> None:
    measured.run(bench, "capitals-1", STARTED, *validations(2.0, 1.2, 0.9, 1.0, 1.1), FINISHED)
    page = opened()
    assert "From here on it learns the rows by heart (step 20)." in said(page)


def test_tokens_per_second_leave_out_the_time_of_a_validation() -> None:
    step = {"event": "step", "step": 1, "tokens": 100, "seconds": 1.0}
    happened = [
        step,
        step | {"step": 2, "tokens": 300, "seconds": 2.0},
        {"event": "validation", "step": 2, "loss": 1.0, "seconds": 9.0},
        step | {"step": 3, "tokens": 400, "seconds": 10.0},
        step | {"step": 4, "tokens": 500, "seconds": 11.0},
    ]
    assert training_charts.tokens_per_second(happened) == [(2, 200.0), (4, 150.0)]


def test_more_curves_show_what_sampled_answers_score(bench: Bench) -> None:
    answers = [
        {"row": 0, "input": "a", "reference": "City 1", "text": "City 1"},
        {"row": 1, "input": "b", "reference": "City 2", "text": "**Rome**"},
    ]
    told = {"event": "answers", "step": 10, "answers": answers, "seconds": 15.0}
    measured.run(bench, "capitals-1", STARTED, STEP | {"learning_rate": 0.1}, told, FINISHED)
    page = opened()
    page.toggle(key="train_curves_capitals-1").set_value(True).run()
    assert not page.exception
    assert "Newest sample: 50%." in said(page)
    assert len(page.get("vega_lite_chart")) == 3  # loss, learning rate, the sample's scores


# Runs among each other


def test_two_runs_are_compared_by_what_differs(bench: Bench) -> None:
    first = measured.run(bench, "capitals-1", STARTED, STEP, VALIDATION, FINISHED)
    measured.run(bench, "capitals-2", STARTED, STEP, VALIDATION | {"loss": 1.125}, FINISHED)
    told = json.loads((first / "recipe.json").read_text())
    write_json(first / "recipe.json", told | {"rank": 4, "learning_rate": 0.001})
    notes.write(first, "Small", "**half**")
    page = opened()
    assert not page.exception
    [_, figures, settings] = [one.value for one in page.dataframe]
    assert list(settings.iloc[:, 0]) == ["Rank", "Learning rate"]
    assert list(settings["Small"]) == ["4", "0.001"]
    assert figures["Small"].iloc[1] == "1.250"
    assert "Small: **half**" in [one.value for one in page.text]  # as text, not as Markdown
    page.selectbox(key="train_compare_first").set_value("capitals-1").run()
    assert "Pick two different runs." in said(page)


def test_title_and_notes_are_kept(bench: Bench) -> None:
    folder = finished(bench, "capitals-1")
    page = opened()
    page.text_input[0].set_value("First try")
    page.text_area[0].set_value("Rank 16 was enough.")
    page.button(key="train_keep_capitals-1").click().run()
    assert notes.read(folder) == notes.Notes("First try", "Rank 16 was enough.")
    assert page.dataframe[0].value.iloc[0]["Title"] == "First try"


def test_the_run_at_work_is_looked_at_first(bench: Bench) -> None:
    alive(measured.run(bench, "capitals-1", STARTED, STEP))
    waits = measured.run(bench, "capitals-2")
    write_json(waits / "queued", {"since": 1.0})
    page = opened()
    assert "Step 10 of 40" in said(page)
    page.selectbox(key="train_look_capitals-2").set_value("capitals-2").run()
    assert "Waits for 1 run" in said(page)


# Adapters


def test_an_adapter_is_shown_with_what_it_is_and_what_it_is_worth(bench: Bench) -> None:
    folder = finished(bench, "capitals-1", split="")
    digest = adapters.weights_digest(folder / "adapter")
    bench.holdout = {digest: {"lora": measured.measured(0.7, 0.56, 0.81).metrics["exact_match"]}}
    page = opened()
    assert not page.exception
    assert "Balanced: rank 16, alpha 32, all linear; 5 passes" in said(page)
    assert "Learned from 20 rows." in said(page)
    worth = "Best validation loss: 1.250. On the holdout, LoRA: Exact match 70% (56 to 81)."
    assert worth in said(page)


def test_a_run_of_all_weights_says_that_it_cannot_share_a_batch(bench: Bench) -> None:
    folder = measured.run(bench, "capitals-1", STARTED, STEP, VALIDATION, FINISHED)
    write_json(folder / "recipe.json", asdict(PRESETS["quick"].recipe.training("all weights")))
    all_weights.seal(tiny.checkpoint(folder / "weights", seed=9), BASE)
    page = opened()
    assert not page.exception
    shown = said(page)
    assert ":violet-badge[:material/select_all: All weights]" in shown
    assert "Quick try: all weights; 2 passes at a learning rate of 0.0005, seed 0." in shown
    assert "train_fetch_capitals-1" not in {one.key for one in page.get("download_button")}
    assert in_use(bench) == "capitals-1"


def test_another_adapter_is_taken_into_use(bench: Bench) -> None:
    finished(bench, "capitals-1", 1, created=1.0)
    finished(bench, "capitals-2", 2, created=2.0)
    assert in_use(bench) == "capitals-2"
    opened().button(key="train_use_capitals-1").click().run()
    assert in_use(bench) == "capitals-1"


def test_going_back_to_the_base_leaves_every_adapter(bench: Bench) -> None:
    finished(bench, "capitals-1")
    page = opened()
    page.button(key="train_base").click().run()
    assert "The base alone answers." in said(page)
    assert in_use(bench) == ""
    page.button(key="train_use_capitals-1").click().run()
    assert in_use(bench) == "capitals-1"


def test_an_adapter_is_renamed(bench: Bench) -> None:
    folder = finished(bench, "capitals-1")
    notes.write(folder, "", "Kept.")
    page = opened()
    [field] = [one for one in page.text_input if (one.key or "").startswith("train_rename_")]
    field.set_value("<b>Bold</b>")
    page.button(key="train_renamed_capitals-1").click().run()
    assert notes.read(folder) == notes.Notes("<b>Bold</b>", "Kept.")
    assert r"**\<b\>Bold\<\/b\>**" in said(page)


def test_a_deleted_adapter_gives_way_to_the_next(bench: Bench) -> None:
    finished(bench, "capitals-1", 1, created=1.0)
    folder = finished(bench, "capitals-2", 2, created=2.0)
    page = opened()
    page.button(key="train_delete_capitals-2").click().run()
    assert not folder.exists()
    assert in_use(bench) == "capitals-1"


def test_an_adapter_of_another_split_says_why_it_cannot_be_used(bench: Bench) -> None:
    finished(bench, "capitals-1", split="another")
    page = opened()
    assert "It was trained on another split of the examples" in said(page)
    assert not [one for one in page.button if one.label == "Use this one"]


def test_a_foreign_adapter_is_imported_but_not_used_unasked(bench: Bench, tmp_path: Path) -> None:
    finished(bench, "capitals-1", created=1.0)
    page = opened()
    page.file_uploader(key="train_import_files").upload(
        "other.zip", packed(lora(tmp_path / "other", seed=5)), "application/zip"
    ).run()
    page.button(key="train_import").click().run()
    assert not page.error
    assert len(bench.shelf(bench.task("capitals")).admitted) == 2
    assert in_use(bench) == "capitals-1"
    assert "It may have seen the holdout" in said(page)
    assert len(page.dataframe[0].value) == 1  # it is no run of this machine


def test_a_foreign_adapter_of_another_base_is_refused(bench: Bench, tmp_path: Path) -> None:
    page = opened()
    page.file_uploader(key="train_import_files").upload(
        "other.zip", packed(lora(tmp_path / "other", base=OTHER)), "application/zip"
    ).run()
    page.button(key="train_import").click().run()
    assert "was trained on another base model" in page.error[0].proto.title
    assert page.button(key="train_start")  # the rest of the page stands
    assert shelf.adapters_for(bench.workspace, "capitals", BASE).admitted == ()


def test_an_adapter_without_a_manifest_comes_in_on_a_persons_word_and_is_marked(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backbone, "layers", lambda reference: {"q": (1, 1)})
    theirs = lora(tmp_path / "other", seed=5)
    (theirs / adapters.MANIFEST).unlink()
    page = opened()
    page.file_uploader(key="train_import_files").upload(
        "other.zip", packed(theirs), "application/zip"
    ).run()
    page.button(key="train_import").click().run()
    assert "no adapter_manifest" in page.error[0].proto.title.replace("\\", "")
    page.checkbox(key="train_import_stated").check().run()
    page.button(key="train_import").click().run()
    assert not page.error
    assert "Foreign, base stated by you" in said(page)
    assert len(bench.shelf(bench.task("capitals")).admitted) == 1
