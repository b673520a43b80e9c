"""Tasks by name, the samples that ship, and bringing one's own."""

import errno
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import TaskUnreadable, UnknownTask, WorkspaceUnusable
from core.records import Form
from core.tasks import catalog, gate, importing, unpacking
from core.tasks.split import split
from core.workspace import Workspace

SIZES = {
    "store-policies": 409,
    "ticket-triage": 400,
    "brand-voice": 300,
    "review-sentiment": 600,
    "policy-card": 428,
    "contract-lines": 24,
}


@pytest.mark.parametrize("name", SIZES)
def test_each_sample_has_its_examples(workspace: Workspace, name: str) -> None:
    assert len(catalog.load(workspace, name).examples) == SIZES[name]


@pytest.mark.parametrize("name", sorted(set(SIZES) - {"contract-lines"}))
def test_the_data_gate_passes_on_the_samples(workspace: Workspace, name: str) -> None:
    task = catalog.load(workspace, name)
    assert not [
        found
        for found in gate.findings(gate.Examined(task, split(task.examples)))
        if found.blocking
    ]


def test_the_sample_that_is_too_small_is_blocked_for_that_alone(workspace: Workspace) -> None:
    task = catalog.load(workspace, "contract-lines")
    found = gate.findings(gate.Examined(task, split(task.examples)))
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
    assert imported.task.name == "lines"


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


SETTINGS = {
    "name": '"other"',
    "title": '"T"',
    "goal": '"G"',
    "instruction": '"I"',
    "output": '"text"',
    "metric": '"exact_match"',
    "success_bar": "0.5",
}


def described(folder: Path, **changes: str) -> Path:
    """A task of one row, its settings written as TOML."""
    folder.mkdir()
    lines = [f"{key} = {value}" for key, value in {**SETTINGS, **changes}.items()]
    (folder / "task.toml").write_text("\n".join(lines))
    (folder / "examples.jsonl").write_text('{"input": "a", "reference": "b"}')
    return folder


@pytest.mark.parametrize("said", ['"store-policies"', '"../../evil"', "3"])
def test_a_task_is_named_by_its_folder_whatever_its_file_says(
    tmp_path: Path, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = described(tmp_path / "mine", name=said)
    monkeypatch.chdir(folder)
    assert catalog.read(folder).name == "mine"
    assert catalog.read(Path()).name == "mine"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("title", "3"),
        ("goal", '" "'),
        ("instruction", '["Answer."]'),
        ("output", '["text"]'),
        ("metric", "true"),
        ("success_bar", '"high"'),
        ("labels", '"yes"'),
        ("labels", "[1, 2]"),
        ("schema", '["kind"]'),
        ("answers", "false"),
        ("retrieval", "3"),
        ("retrieval", "{words = 4}"),
        ("retrieval", "{pages = 2}"),
        ("format", "3"),
        ("format", "{max_words = 0}"),
        ("format", "{max_words = true}"),
        ("format", '{must_match = "("}'),
        ("format", "{most_words = 3}"),
    ],
)
def test_a_setting_of_the_wrong_type_is_named(tmp_path: Path, key: str, said: str) -> None:
    with pytest.raises(TaskUnreadable, match=f"task.toml: {key} is "):
        catalog.read(described(tmp_path / "mine", **{key: said}))


def test_rules_of_form_are_read_and_change_the_task_s_version(tmp_path: Path) -> None:
    plain = catalog.read(described(tmp_path / "plain"))
    rules = "{max_words = 12, starts_with = 'Hello', must_match = '[0-9]'}"
    ruled = catalog.read(described(tmp_path / "ruled", format=rules))
    assert ruled.form == Form(max_words=12, starts_with="Hello", must_match="[0-9]")
    assert plain.form == Form()
    assert plain.version != ruled.version


def test_a_setting_that_is_missing_is_named(tmp_path: Path) -> None:
    folder = described(tmp_path / "mine")
    (folder / "task.toml").write_text('title = "T"')
    with pytest.raises(TaskUnreadable, match="lacks goal, instruction, output, metric"):
        catalog.read(folder)


def packed(file: Path, entries: dict[str, str]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return file


ROW = '{"input": "a", "reference": "b"}'


@pytest.mark.parametrize(
    "entries",
    [
        {"examples.jsonl": ROW},
        {"task/examples.jsonl": ROW, "__MACOSX/task/._examples.jsonl": "x", ".DS_Store": "x"},
        {"task/examples.jsonl": ROW, "task/task/note.md": "x"},
        {"task/task/examples.jsonl": ROW},
        {"mine/examples.jsonl": ROW, "mine/mine": "x"},
    ],
    ids=["flat", "macos", "a folder named like its own", "twice wrapped", "named like the task"],
)
def test_a_zip_is_unpacked_however_it_was_packed(
    workspace: Workspace, tmp_path: Path, entries: dict[str, str]
) -> None:
    imported = importing.bring(workspace, packed(tmp_path / "a.zip", entries), "mine")
    assert [example.input for example in imported.task.examples] == ["a"]
    assert [file.name for file in workspace.tasks.iterdir()] == ["mine"]
    assert not list(workspace.tasks.rglob("*MACOSX*"))


def damaged(file: Path) -> Path:
    """A zip whose compressed bytes are wrong, though its directory is right."""
    packed(file, {"examples.jsonl": "".join(f"{n} " for n in range(2000))})
    content = bytearray(file.read_bytes())
    content[60:90] = b"\xff" * 30
    file.write_bytes(content)
    return file


def cut(file: Path) -> Path:
    """A zip whose directory promises more bytes than there are."""
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("examples.jsonl", ROW)
    content = file.read_bytes()
    start = content.index(b"PK\x01\x02")
    longer = (60_000).to_bytes(4, "little")
    file.write_bytes(content[: start + 20] + longer * 2 + content[start + 28 :])
    return file


def holding_the_workspace(file: Path) -> Path:
    return file.parent


def with_a_dead_link(file: Path) -> Path:
    folder = described(file.with_name("dead"))
    (folder / "notes.md").symlink_to("nowhere")
    return folder


def with_a_pipe(file: Path) -> Path:
    folder = described(file.with_name("pipe"))
    os.mkfifo(folder / "notes.md")
    return folder


@pytest.mark.parametrize(
    ("made", "complaint"),
    [
        (damaged, "a.zip: .* Pack it again"),
        (cut, "a.zip: .* Pack it again"),
        (lambda file: packed(file, {}), "a.zip is empty"),
        (lambda file: packed(file, {"__MACOSX/._a": "x"}), "a.zip is empty"),
        (lambda file: packed(file, {"..": "x"}), "a.zip: .*Pack it again"),
        (lambda file: packed(file, {"x" * 300: "x"}), "a.zip: .*Pack it again"),
        (with_a_dead_link, "dead cannot be copied .*leave out that file"),
        (with_a_pipe, "pipe cannot be copied .*leave out that file"),
        (holding_the_workspace, "own files. Give the task's folder alone"),
    ],
)
def test_what_cannot_be_brought_is_a_sentence_and_leaves_nothing_behind(
    workspace: Workspace, tmp_path: Path, made: Callable[[Path], Path], complaint: str
) -> None:
    source = made(tmp_path / "a.zip")
    with pytest.raises(TaskUnreadable, match=complaint):
        importing.bring(workspace, source, "mine")
    assert not list(workspace.tasks.iterdir())


@pytest.mark.parametrize("made", [described, lambda file: packed(file, {"a": "x" * 30})])
def test_a_folder_and_a_zip_have_the_same_limit(
    workspace: Workspace,
    tmp_path: Path,
    made: Callable[[Path], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(unpacking, "MAX_BYTES", 20)
    with pytest.raises(TaskUnreadable, match="Leave some out"):
        importing.bring(workspace, made(tmp_path / "a.zip"), "mine")
    assert not list(workspace.tasks.iterdir())


def test_a_disk_that_fills_while_a_folder_is_copied_says_so(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: str) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(WorkspaceUnusable, match="bytes free"):
        importing.bring(workspace, described(tmp_path / "a"), "mine")
    assert not list(workspace.tasks.iterdir())
