"""Tasks by name, the samples that ship, and bringing one's own."""

import zipfile
from pathlib import Path

import pytest

from core.errors import TaskUnreadable, UnknownTask
from core.tasks import catalog, gate, importing
from core.tasks.split import split
from core.workspace import Workspace

SIZES = {
    "store-policies": 250,
    "ticket-triage": 400,
    "brand-voice": 300,
    "review-sentiment": 250,
    "policy-card": 200,
    "contract-lines": 24,
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "home")


@pytest.mark.parametrize("name", SIZES)
def test_each_sample_has_its_examples(workspace: Workspace, name: str) -> None:
    assert len(catalog.load(workspace, name).examples) == SIZES[name]


@pytest.mark.parametrize("name", sorted(set(SIZES) - {"contract-lines"}))
def test_the_data_gate_passes_on_the_samples(workspace: Workspace, name: str) -> None:
    task = catalog.load(workspace, name)
    assert not [found for found in gate.findings(task, split(task.examples)) if found.blocking]


def test_the_sample_that_is_too_small_is_blocked_for_that_alone(workspace: Workspace) -> None:
    task = catalog.load(workspace, "contract-lines")
    found = gate.findings(task, split(task.examples))
    assert [one.code for one in found] == ["few-examples", "small-holdout"]


def test_a_sample_is_copied_so_that_the_shipped_documents_stay(workspace: Workspace) -> None:
    task = catalog.load(workspace, "store-policies")
    assert task.folder == workspace.tasks / "store-policies"
    assert len(list((task.folder / "documents").iterdir())) == 30


def test_an_unknown_task_names_the_choices(workspace: Workspace) -> None:
    with pytest.raises(UnknownTask, match=r"no task 'moon'.*store-policies"):
        catalog.load(workspace, "moon")


def test_a_file_of_examples_becomes_a_task_with_stated_defaults(
    workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("question,answer\n" + "".join(f"q{n},{'yn'[n % 2]}\n" for n in range(8)))
    imported = importing.bring(workspace, file, "mine")
    assert (imported.task.output, imported.task.metric) == ("label", "accuracy")
    assert imported.task.labels == ("n", "y")
    assert imported.defaults[2] == "The success bar is 80%."
    assert catalog.names(workspace)[-1] == "mine"


def test_a_packed_folder_is_imported_as_it_is(workspace: Workspace, tmp_path: Path) -> None:
    packed = tmp_path / "task.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in (catalog.SAMPLES / "contract-lines").iterdir():
            archive.write(file, f"contract-lines/{file.name}")
    imported = importing.bring(workspace, packed, "lines")
    assert len(imported.task.examples) == 24
    assert imported.defaults == ()


@pytest.mark.parametrize("name", ["../up", "A b", "", "x" * 61, "store-policies"])
def test_a_name_that_is_no_slug_or_is_taken_is_refused(
    workspace: Workspace, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("input,reference\na,b\n")
    with pytest.raises(TaskUnreadable):
        importing.bring(workspace, file, name)


def test_a_broken_file_leaves_nothing_behind(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("{not json")
    with pytest.raises(TaskUnreadable):
        importing.bring(workspace, file, "mine")
    assert not list(workspace.tasks.iterdir())


def test_a_broken_zip_is_a_sentence(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(b"PK but not really")
    with pytest.raises(TaskUnreadable, match="Pack it again"):
        importing.bring(workspace, file, "mine")
