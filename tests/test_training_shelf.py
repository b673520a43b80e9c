"""The shelf: which adapter is in use, what becomes of it, and which foreign ones are let in."""

import json
import os
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from core.errors import AdapterRefused, CannotTrain, LeverUnavailable
from core.models import adapters, backbone
from core.records import Adapter, Task
from core.training import runs, shelf
from core.training.recipe import Recipe
from core.training.record import Run
from core.training.state import note
from core.workbench import Workbench
from core.workspace import Workspace, write_json
from tests import tiny
from tests.fakes import ROWS, SETTINGS, FakeModel

TASK = "capitals"
BASE, OTHER = "ba" * 32, "cd" * 32  # digests; the first is the fake model's
LORA = {
    "peft_type": "LORA", "task_type": "CAUSAL_LM", "r": 2, "lora_alpha": 4,
    "target_modules": ["q", "v"],
}  # fmt: skip


def lora(folder: Path, seed: int = 1, base: str = BASE, **changes: Any) -> Path:
    """An adapter of rank 2 as a trainer leaves it, with the manifest that names its base."""
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True)
    shapes = {"A": (2, 3), "B": (3, 2)}
    weights = {
        f"{module}.lora_{part}.weight": torch.full(shape, float(seed))
        for module in "qv"
        for part, shape in shapes.items()
    }
    save_file(weights, folder / adapters.WEIGHTS)
    write_json(folder / adapters.CONFIG, LORA | changes)
    adapters.write_manifest(folder, base)
    return folder


def finished(workspace: Workspace, name: str, created: float, **asked: Any) -> Run:
    """A finished run; `asked` replaces what its run.json says."""
    folder = workspace.runs / name
    lora(folder / "adapter", seed=int(created))
    told = {
        "run": name, "task": TASK, "model": "embedded", "base_digest": BASE, "levers": ["lora"],
        "split": "", "rows": 20, "validation_rows": 4, "dropped": 0, "created": created,
        "key": name,
    }  # fmt: skip
    write_json(folder / "recipe.json", asdict(Recipe()))
    write_json(folder / "run.json", told | asked)
    note(folder, "finished", adapter="", seconds=1.0)
    return runs.read(folder)


def in_use(workspace: Workspace) -> str:
    current = shelf.adapters_for(workspace, TASK, BASE).current
    return current.run if current else ""


EMBEDDED = shelf.Base("embedded", BASE)


def zipped(folder: Path, to: Path, *more: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(to, "w") as file:
        for one in folder.iterdir():
            file.write(one, f"my-adapter/{one.name}")
        for name, content in more:
            file.writestr(name, content)
    return to


# In use


def test_the_newest_is_in_use_until_someone_chooses(workspace: Workspace) -> None:
    finished(workspace, "old", 1)
    finished(workspace, "new", 2)
    assert in_use(workspace) == "new"
    shelf.choose(workspace, TASK, "old")
    finished(workspace, "newer", 3)
    assert in_use(workspace) == "old"
    assert in_use(Workspace(workspace.root)) == "old"  # the choice is on disk


def test_a_choice_holds_for_its_own_task(workspace: Workspace) -> None:
    finished(workspace, "old", 1)
    finished(workspace, "new", 2)
    shelf.choose(workspace, "another-task", "old")
    assert in_use(workspace) == "new"


def test_back_at_the_base_a_new_run_changes_nothing(workspace: Workspace) -> None:
    finished(workspace, "old", 1)
    shelf.choose(workspace, TASK, shelf.BASE_ALONE)
    finished(workspace, "new", 2)
    found = shelf.adapters_for(workspace, TASK, BASE)
    assert found.current is None
    assert [one.run for one in found.admitted] == ["new", "old"]


def test_a_chosen_adapter_that_no_longer_fits_gives_way_to_the_newest(
    workspace: Workspace,
) -> None:
    finished(workspace, "old", 1, split="before")
    finished(workspace, "new", 2, split="now")
    shelf.choose(workspace, TASK, "old")
    found = shelf.adapters_for(workspace, TASK, BASE, split="now")
    assert found.current
    assert found.current.run == "new"
    assert [one.run for one in found.refused] == ["old"]


def test_what_let_go_of_a_run_in_use_takes_the_next(workspace: Workspace) -> None:
    finished(workspace, "old", 1)
    new = finished(workspace, "new", 2)
    shelf.choose(workspace, TASK, "new")
    shelf.let_go(workspace, new)
    runs.forget(workspace, new)
    assert in_use(workspace) == "old"


def test_a_shipped_run_that_was_deleted_does_not_come_back(
    workspace: Workspace, tmp_path: Path
) -> None:
    shipped = finished(Workspace(tmp_path / "sample"), "shipped", 1).folder
    run = shelf.install(workspace, shipped)
    assert run
    shelf.let_go(workspace, run)
    runs.forget(workspace, run)
    assert shelf.install(workspace, shipped) is None
    assert runs.listing(workspace) == []


# The whole house honours it


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    made = Workbench(tmp_path / "home")
    folder = made.workspace.tasks / TASK
    folder.mkdir(parents=True)
    (folder / "task.toml").write_text(SETTINGS.format(output="text"), encoding="utf-8")
    (folder / "examples.jsonl").write_text(ROWS, encoding="utf-8")
    made._model = FakeModel()  # type: ignore[assignment]
    return made


@pytest.fixture
def task(bench: Workbench) -> Task:
    return bench.task(TASK)


def answering(bench: Workbench, task: Task) -> str:
    adapter = bench.lever(task, "lora").adapter
    return adapter.run if adapter else ""


def test_levers_answer_with_the_adapter_in_use(bench: Workbench, task: Task) -> None:
    finished(bench.workspace, "old", 1)
    finished(bench.workspace, "new", 2)
    assert answering(bench, task) == "new"
    bench.use(task, "old")
    assert answering(bench, task) == "old"
    assert [one.run for one in bench.adapters(task)] == ["old", "new"]


def test_back_at_the_base_lora_says_that_none_is_chosen(bench: Workbench, task: Task) -> None:
    finished(bench.workspace, "old", 1)
    bench.use(task, shelf.BASE_ALONE)
    ready, missing = bench.levers(task, ("prompt", "lora"))
    assert [one.name for one in ready] == ["prompt"]
    assert missing["lora"] == (
        "No adapter is chosen for Capitals: the base answers alone. Choose one on the Train page."
    )
    assert bench.adapters(task) == []


def test_an_adapter_that_does_not_fit_is_not_taken_into_use(bench: Workbench, task: Task) -> None:
    finished(bench.workspace, "old", 1)
    finished(bench.workspace, "elsewhere", 2, split="another")
    with pytest.raises(LeverUnavailable, match="trained on another split"):
        bench.use(task, "elsewhere")
    with pytest.raises(LeverUnavailable, match="It is gone"):
        bench.use(task, "never-was")
    assert answering(bench, task) == "old"


def test_deleting_the_one_in_use_leaves_the_next(bench: Workbench, task: Task) -> None:
    finished(bench.workspace, "old", 1)
    new = finished(bench.workspace, "new", 2)
    bench.use(task, "new")
    bench.forget(new)
    assert answering(bench, task) == "old"


def test_a_run_at_work_is_not_deleted(bench: Workbench, task: Task) -> None:
    run = finished(bench.workspace, "busy", 1)
    (run.folder / "events.jsonl").unlink()
    write_json(run.folder / "queued", {"since": 1.0})
    with pytest.raises(CannotTrain, match="is at work"):
        bench.forget(run)
    assert run.folder.exists()


# From elsewhere


def test_a_zip_of_an_adapter_becomes_a_finished_run(workspace: Workspace, tmp_path: Path) -> None:
    source = zipped(lora(tmp_path / "theirs"), tmp_path / "theirs.zip")
    run = shelf.adopt(workspace, TASK, source, EMBEDDED)
    assert shelf.imported(run)
    assert (run.recipe.rank, run.recipe.alpha, run.recipe.target_modules) == (2, 4, "q, v")
    assert runs.status(run.folder).state == "finished"
    assert sorted(file.name for file in (run.folder / "adapter").iterdir()) == sorted(shelf.FILES)
    assert [one.run for one in shelf.adapters_for(workspace, TASK, BASE).admitted] == [run.name]


def test_a_folder_is_as_good_and_the_same_adapter_comes_in_once(
    workspace: Workspace, tmp_path: Path
) -> None:
    theirs = lora(tmp_path / "theirs")
    first = shelf.adopt(workspace, TASK, theirs, EMBEDDED)
    again = shelf.adopt(workspace, TASK, zipped(theirs, tmp_path / "a.zip"), EMBEDDED)
    assert (again.name, len(runs.listing(workspace))) == (first.name, 1)


def test_an_imported_adapter_is_used_only_once_it_is_chosen(
    workspace: Workspace, tmp_path: Path
) -> None:
    run = shelf.adopt(workspace, TASK, lora(tmp_path / "theirs", 9), EMBEDDED)
    assert in_use(workspace) == ""
    finished(workspace, "own", 1)
    assert in_use(workspace) == "own"
    shelf.choose(workspace, TASK, run.name)
    assert in_use(workspace) == run.name


def test_what_is_downloaded_can_be_imported(workspace: Workspace, tmp_path: Path) -> None:
    run = finished(workspace, "own", 1)
    (tmp_path / "own.zip").write_bytes(shelf.packed(run))
    other = Workspace(tmp_path / "other")
    adopted = shelf.adopt(other, TASK, tmp_path / "own.zip", EMBEDDED)
    there, here = (adapters.weights_digest(one.folder / "adapter") for one in (adopted, run))
    assert there == here


def refused(workspace: Workspace, source: Path) -> str:
    with pytest.raises(AdapterRefused) as why:
        shelf.adopt(workspace, TASK, source, EMBEDDED)
    assert sorted(os.listdir(workspace.runs)) in ([], [".lock"])  # nothing is kept
    return why.value.problem


def test_an_adapter_of_another_base_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    source = zipped(lora(tmp_path / "theirs", base=OTHER), tmp_path / "theirs.zip")
    assert refused(workspace, source) == (
        "The adapter of theirs.zip was trained on another base model."
    )


def test_an_adapter_that_names_no_base_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    theirs = lora(tmp_path / "theirs")
    (theirs / adapters.MANIFEST).unlink()
    assert "its base is unknown" in refused(workspace, theirs)


def foreign(place: Path, base: Path, **lora: Any) -> Path:
    """The files of an adapter as PEFT writes them: without our manifest."""
    made = tiny.adapter(place, base, **lora).folder
    (made / adapters.MANIFEST).unlink()
    return made


def test_an_adapter_that_names_no_base_comes_in_for_the_one_that_is_stated_and_stays_marked(
    workspace: Workspace, tmp_path: Path
) -> None:
    base = tiny.checkpoint(tmp_path / "base")
    source = foreign(tmp_path / "theirs", base)
    stated = shelf.Base(str(base), backbone.digest(str(base)), stated=True)
    tried: list[Adapter] = []
    run = shelf.adopt(workspace, TASK, source, stated, tried.append)
    assert [one.digest for one in tried] == [adapters.weights_digest(source)]
    assert adapters.base_is_stated(run.folder / "adapter")
    assert not (source / adapters.MANIFEST).exists()  # a person's folder is not written to
    own = finished(workspace, "own", 1)
    assert not adapters.base_is_stated(own.folder / "adapter")


def test_a_stated_base_whose_shapes_do_not_fit_is_refused(
    workspace: Workspace, tmp_path: Path
) -> None:
    base = tiny.checkpoint(tmp_path / "base")
    source = foreign(tmp_path / "theirs", base)
    other = shelf.Base("embedded", backbone.digest("embedded"), stated=True)
    with pytest.raises(AdapterRefused, match=r"wants 4 x |does not have"):
        shelf.adopt(workspace, TASK, source, other)
    assert runs.listing(workspace) == []


def test_what_fails_when_it_is_tried_is_not_kept(workspace: Workspace, tmp_path: Path) -> None:
    def leaks(adapter: Adapter) -> None:
        raise LeverUnavailable("It changes the base.", remedy="Do not use it.")

    with pytest.raises(LeverUnavailable):
        shelf.adopt(workspace, TASK, lora(tmp_path / "theirs"), shelf.Base("e", BASE), leaks)
    assert runs.listing(workspace) == []


def test_a_stated_base_overrules_no_manifest(workspace: Workspace, tmp_path: Path) -> None:
    source = lora(tmp_path / "theirs", base=OTHER)
    with pytest.raises(AdapterRefused, match="was trained on another base model"):
        shelf.adopt(workspace, TASK, source, shelf.Base("embedded", BASE, stated=True))


def test_pickles_are_refused_and_not_left_behind(workspace: Workspace, tmp_path: Path) -> None:
    more = ("my-adapter/optimizer.pt", b"cos\nsystem\n")
    source = zipped(lora(tmp_path / "theirs"), tmp_path / "theirs.zip", more)
    assert "can run code" in refused(workspace, source)


def test_a_setting_that_touches_the_base_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    theirs = lora(tmp_path / "theirs")
    told = json.loads((theirs / adapters.CONFIG).read_text())
    write_json(theirs / adapters.CONFIG, told | {"init_lora_weights": "pissa"})
    assert "sets init_lora_weights" in refused(workspace, theirs)


def test_a_zip_without_an_adapter_says_what_it_lacks(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    source = zipped(tmp_path / "empty", tmp_path / "empty.zip", ("readme.txt", b"hello"))
    assert "lacks adapter_config.json" in refused(workspace, source)


def test_a_damaged_zip_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    source = tmp_path / "cut.zip"
    source.write_bytes(zipped(lora(tmp_path / "theirs"), tmp_path / "whole.zip").read_bytes()[:200])
    assert "cut.zip" in refused(workspace, source)


def test_a_zip_that_unpacks_to_too_much_is_refused(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MOST_UNPACKED", 2**20)
    more = ("my-adapter/zeros.txt", b"0" * (2**20 + 1))
    source = zipped(lora(tmp_path / "theirs"), tmp_path / "bomb.zip", more)
    assert refused(workspace, source) == "bomb.zip holds over 1 MB."


def test_names_that_lead_out_of_a_zip_stay_inside(workspace: Workspace, tmp_path: Path) -> None:
    more = ("../../outside.txt", b"here")
    source = zipped(lora(tmp_path / "theirs"), tmp_path / "theirs.zip", more)
    shelf.adopt(workspace, TASK, source, EMBEDDED)
    assert not list(workspace.root.rglob("outside.txt"))
