"""Bringing a file: which column is what, what a preview shows, and the way out and back in."""

import random
import zipfile
from pathlib import Path

import pytest

from core.cli import main
from core.errors import TaskUnreadable
from core.records import Example, Task
from core.tasks import columns, exporting, gate, importing, lines, rows, sheet, unpacking
from core.tasks.split import split
from core.workspace import Workspace

TICKETS = "id,Ticket text,Queue\n1,The lamp flickers.,repairs\n2,Where is my parcel?,post\n"


def written(folder: Path, name: str, content: str) -> Path:
    file = folder / name
    file.write_text(content, encoding="utf-8", newline="")
    return file


def pairs(examples: tuple[Example, ...]) -> list[tuple[str, str, str]]:
    return [(one.input, one.reference, one.group) for one in examples]


def chat(*turns: tuple[str, str]) -> str:
    said = ", ".join(f'{{"role": "{role}", "content": "{content}"}}' for role, content in turns)
    return f'{{"messages": [{said}]}}\n'


# Which column is what


@pytest.mark.parametrize(
    ("header", "guess"),
    [
        ("Ticket text,Queue", {"input": "Ticket text", "reference": "Queue"}),
        ("answer_text,question_text", {"input": "question_text", "reference": "answer_text"}),
        ("Label,Text", {"input": "Text", "reference": "Label"}),
        ("Output,Input", {"input": "Input", "reference": "Output"}),
        ("reference,text,input", {"input": "input", "reference": "reference"}),
    ],
)
def test_columns_are_known_by_their_names(header: str, guess: dict[str, str]) -> None:
    table = sheet.read(f"{header}\n" + ",".join("abc"[: header.count(",") + 1]) + "\n", "a.csv")
    assert columns.guess(table).columns == guess
    assert columns.guess(table).certain


def test_columns_of_unknown_names_are_told_apart_by_their_length() -> None:
    table = sheet.read("n,long one,short one\n1,four words stand here,two words\n", "a.csv")
    guess = columns.guess(table)
    assert guess.columns == {"input": "long one", "reference": "short one"}
    assert not guess.certain
    assert guess.reasons[-1] == columns.FIRST_LINE
    assert guess.reasons[0].startswith("'long one' was taken for the input because it has the long")


def test_a_customer_becomes_the_group_unless_there_is_only_one() -> None:
    several = sheet.read("prompt,completion,customer_id\na,b,1\nc,d,2\n", "a.csv")
    single = sheet.read("prompt,completion,customer_id\na,b,1\nc,d,1\n", "a.csv")
    assert columns.guess(several).columns["group"] == "customer_id"
    assert "group" not in columns.guess(single).columns


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"input": "Queue"}, "No column was chosen for the reference"),
        ({"input": "Queue", "reference": "Queue"}, "chosen twice"),
        ({"input": "Queue", "reference": "Text"}, "no column 'Text'. Choose: id, Ticket text, Qu"),
        ({"inputs": "Queue"}, "no field 'inputs'. Choose: input, reference, group"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(said: dict[str, str], complaint: str) -> None:
    with pytest.raises(TaskUnreadable, match=complaint):
        columns.checked(sheet.read(TICKETS, "a.csv"), said)


def test_a_chosen_column_may_be_written_in_another_case() -> None:
    said = {"input": "ticket_text", "reference": "QUEUE"}
    assert columns.checked(sheet.read(TICKETS, "a.csv"), said) == {
        "input": "Ticket text",
        "reference": "Queue",
    }


# What a preview shows


def test_a_preview_shows_the_first_twenty_examples_and_how_many_there_are(tmp_path: Path) -> None:
    file = written(tmp_path, "a.csv", "q,a\n" + "".join(f" q {n} ,yes\n" for n in range(1, 31)))
    shown = importing.preview(file, {"input": "q", "reference": "a"})
    assert (len(shown.rows), shown.total, shown.problems) == (20, 30, ())
    assert shown.rows[0] == Example("q 1", "yes", row=1)
    assert shown.columns == ("q", "a")


def test_a_preview_keeps_nothing(tmp_path: Path, workspace: Workspace) -> None:
    importing.preview(written(tmp_path, "a.csv", TICKETS))
    assert not list(workspace.tasks.iterdir())
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.csv", "home"]


def test_what_stands_in_the_way_is_a_problem_of_the_preview(tmp_path: Path) -> None:
    shown = importing.preview(written(tmp_path, "a.csv", "input,reference\na\n"))
    assert [one.problem for one in shown.problems] == [
        "a.csv, line 2: 1 cell under 2 column names."
    ]
    assert shown.rows == ()


def test_the_columns_stay_to_choose_from_when_a_choice_is_wrong(tmp_path: Path) -> None:
    file = written(tmp_path, "a.csv", TICKETS)
    shown = importing.preview(file, {"input": "id", "reference": "id"})
    assert shown.columns == ("id", "Ticket text", "Queue")
    assert len(shown.problems) == 1


def test_a_packed_task_is_shown_as_well(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("task/examples.csv", TICKETS)
    shown = importing.preview(tmp_path / "a.zip")
    assert pairs(shown.rows)[0] == ("The lamp flickers.", "repairs", "")


def test_a_packed_file_of_any_name_is_taken_for_the_examples(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("My tickets.CSV", TICKETS)
        packed.writestr("documents/a.md", "# Lamps")
    assert len(importing.preview(tmp_path / "a.zip").rows) == 2
    with zipfile.ZipFile(tmp_path / "b.zip", "a") as packed:
        packed.writestr("deeper/examples.csv", TICKETS)
        packed.writestr("notes.txt", "x")
    (problem,) = importing.preview(tmp_path / "b.zip").problems
    assert str(problem) == (
        "There are no examples in it, only deeper, notes.txt. "
        "Put a file examples.jsonl or examples.csv at its top."
    )


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("task.toml", 'title = "T"', "task.toml lacks goal, instruction"),
        ("task.toml", f"x = {'[' * 5000}{']' * 5000}", "nested too deep"),
        ("task.toml", f"x = {'1' * 5000}", "task.toml: "),
        ("split.json", "{}", "split.json is not as First Lever wrote it"),
        (".history/0001/change.json", "{}", ".history/0001 is damaged"),
        (f"documents/{'a' * 300}.md", "x", "a.zip: File name too long. Pack it again"),
    ],
)
def test_a_packed_task_that_could_not_be_opened_is_refused_before_it_comes_in(
    tmp_path: Path, workspace: Workspace, name: str, content: str, complaint: str
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr(name, content)
        packed.writestr("examples.csv", TICKETS)
    (problem,) = importing.preview(tmp_path / "a.zip").problems
    assert complaint in str(problem)
    with pytest.raises(TaskUnreadable):
        importing.bring(workspace, tmp_path / "a.zip", "mine")
    assert not list(workspace.tasks.iterdir())


# What comes in


def test_examples_of_other_column_names_are_kept_in_our_own_form(
    tmp_path: Path, workspace: Workspace
) -> None:
    brought = importing.bring(workspace, written(tmp_path, "a.csv", TICKETS), "mine")
    assert [file.name for file in sorted(brought.task.folder.iterdir())] == [
        "examples.jsonl",
        "task.toml",
    ]
    assert pairs(brought.task.examples) == [
        ("The lamp flickers.", "repairs", ""),
        ("Where is my parcel?", "post", ""),
    ]
    assert "'Queue' was taken for the reference because of its name." in brought.defaults


def test_a_label_with_a_slip_of_the_pen_is_none(tmp_path: Path, workspace: Workspace) -> None:
    said = ["Refund"] * 20 + ["refund"] * 3 + ["Refnud"] + ["Moral"] * 20 + ["Amoral"] * 2
    said += ["Grade 1"] * 20 + ["Grade 2"]
    content = "input,reference\n" + "".join(f"q{n},{one}\n" for n, one in enumerate(said))
    brought = importing.bring(workspace, written(tmp_path, "a.csv", content), "mine")
    assert brought.task.labels == ("Amoral", "Grade 1", "Grade 2", "Moral", "Refund")
    assert brought.defaults[-1] == (
        "Left out of the list of labels, as slips of the pen: "
        "'Refnud' (probably 'Refund'), 'refund' (probably 'Refund')."
    )
    seen = gate.Examined(brought.task, split(brought.task.examples))
    (slips,) = [one for one in gate.findings(seen) if one.code == "label-spelling"]
    assert (slips.affected, slips.fix) == ((21, 22, 23, 24), "spell")


def test_the_columns_that_were_chosen_are_the_ones_that_are_read(
    tmp_path: Path, workspace: Workspace
) -> None:
    file = written(tmp_path, "a.csv", TICKETS)
    chosen = {"input": "Queue", "reference": "id", "group": "Ticket text"}
    brought = importing.bring(workspace, file, "mine", chosen)
    assert pairs(brought.task.examples)[0] == ("repairs", "1", "The lamp flickers.")
    assert pairs(importing.preview(file, chosen).rows) == pairs(brought.task.examples)


@pytest.mark.parametrize("chosen", [None, {"input": "Prompt", "reference": "Completion"}])
def test_a_file_that_needs_no_choice_is_kept_as_it_is(
    tmp_path: Path, workspace: Workspace, chosen: dict[str, str] | None
) -> None:
    content = "Note;Prompt;Completion\r\nx;a;b\r\n"
    brought = importing.bring(workspace, written(tmp_path, "a.csv", content), "mine", chosen)
    assert (brought.task.folder / "examples.csv").read_bytes() == content.encode()


def test_the_command_line_takes_columns_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, "a.csv", "foo,my bar\na,b\n")
    words = ["import", str(file), "--name", "mine", "--home", str(tmp_path / "home")]
    assert main(words) == 2
    assert "--map input=COLUMN" in capsys.readouterr().err
    assert main([*words, "--map", "input=my bar", "--map", "reference=foo"]) == 0
    assert capsys.readouterr().out.startswith("mine: 1 rows.")
    again = rows.read(tmp_path / "home" / "tasks" / "mine" / "examples.jsonl")
    assert pairs(again) == [("b", "a", "")]


def test_columns_that_nothing_tells_apart_are_asked_for(
    tmp_path: Path, workspace: Workspace
) -> None:
    file = written(tmp_path, "a.csv", "foo,bar\na,b\n")
    with pytest.raises(TaskUnreadable, match=r"line 1: found foo, bar.*--map input=COLUMN"):
        importing.bring(workspace, file, "mine")
    assert not list(workspace.tasks.iterdir())


def test_a_system_message_that_all_rows_share_is_the_instruction(
    tmp_path: Path, workspace: Workspace
) -> None:
    line = chat(("system", "Add, \x7fplease."), ("user", "2 + 2?"), ("assistant", "4"))
    brought = importing.bring(workspace, written(tmp_path, "a.jsonl", line * 2), "mine")
    assert brought.task.instruction == "Add, \x7fplease."
    assert brought.defaults[0] == "The instruction is the system message that all rows share."


def test_different_system_messages_are_left_out_and_that_is_said(
    tmp_path: Path, workspace: Workspace
) -> None:
    turns = ("user", "2 + 2?"), ("assistant", "4")
    content = chat(("system", "Add."), *turns) + chat(*turns)
    brought = importing.bring(workspace, written(tmp_path, "a.jsonl", content), "mine")
    assert brought.task.instruction == "Answer in the form of the examples."
    assert brought.defaults[0].startswith("The 2 different system messages of the rows are left")


def test_an_empty_reference_is_no_label(tmp_path: Path, workspace: Workspace) -> None:
    content = "input,reference\n" + "a,yes\nb,no\nc,\n" * 8
    brought = importing.bring(workspace, written(tmp_path, "a.csv", content), "mine")
    assert brought.task.labels == ("no", "yes")


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("My tickets (2).csv", "my-tickets-2"),
        ("../../étude.jsonl", "tude"),
        ("日本.csv", "my-task"),
        (f"{'x' * 80}.csv", "x" * 60),
    ],
)
def test_a_file_name_suggests_a_name_for_the_task(filename: str, name: str) -> None:
    assert importing.slug(filename) == name


# Zips that lie


def test_a_zip_of_too_many_files_is_refused(
    tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "MAX_FILES", 2)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        for number in range(3):
            packed.writestr(f"{number}.md", "")
    with pytest.raises(TaskUnreadable, match=r"holds over 2 files\. Leave some out"):
        importing.bring(workspace, tmp_path / "a.zip", "mine")
    assert not list(workspace.tasks.iterdir())


def test_bytes_are_counted_as_they_come_whatever_was_declared(
    tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("examples.jsonl", " " * 5000)
    monkeypatch.setattr(unpacking, "MAX_BYTES", 1000)
    honest = zipfile.ZipFile.infolist

    def lying(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
        return [Entry(entry) for entry in honest(archive)]

    monkeypatch.setattr(zipfile.ZipFile, "infolist", lying)
    with pytest.raises(TaskUnreadable, match="holds over 0 MB"):
        importing.bring(workspace, tmp_path / "a.zip", "mine")


class Entry(zipfile.ZipInfo):
    """An entry whose size is asked twice: small when it is declared, whole when it is read."""

    def __init__(self, real: zipfile.ZipInfo) -> None:
        super().__init__(real.filename, real.date_time)
        for name in zipfile.ZipInfo.__slots__:
            if name != "file_size" and hasattr(real, name):
                setattr(self, name, getattr(real, name))
        self.whole, self.asked = real.file_size, 0

    @property
    def file_size(self) -> int:  # type: ignore[override]
        self.asked += 1
        return 1 if self.asked == 1 else self.whole

    @file_size.setter
    def file_size(self, size: int) -> None: ...


def test_a_zip_packed_in_an_unusual_way_is_refused_unread(
    tmp_path: Path, workspace: Workspace
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_BZIP2) as packed:
        packed.writestr("examples.jsonl", '{"input": "a", "reference": "b"}')
    with pytest.raises(TaskUnreadable, match=r"packed in an unusual way.*an ordinary zip"):
        importing.bring(workspace, tmp_path / "a.zip", "mine")


def test_a_path_that_leads_elsewhere_stays_inside(tmp_path: Path, workspace: Workspace) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("../../up.md", "up")
        packed.writestr("/root.md", "root")
        packed.writestr("examples.jsonl", '{"input": "a", "reference": "b"}')
    brought = importing.bring(workspace, tmp_path / "a.zip", "mine")
    assert sorted(file.name for file in brought.task.folder.iterdir()) == [
        "examples.jsonl",
        "root.md",
        "task.toml",
        "up.md",
    ]
    assert not list(tmp_path.rglob("up.md"))[1:]


def test_a_zip_of_folders_in_folders_without_end_is_refused(
    tmp_path: Path, workspace: Workspace
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("a/" * 1500 + "examples.jsonl", '{"input": "a", "reference": "b"}')
    with pytest.raises(TaskUnreadable, match="folders over 32 deep"):
        importing.bring(workspace, tmp_path / "a.zip", "mine")
    assert not list(workspace.tasks.iterdir())


# The way out and back in

AWKWARD = (
    '"', "'", "\\", "\n", "\r\n", "\t", "\u2028", "\u2029", "\x85", "\x0b", "\x7f", "😀", "é",
    "日本", " ", "{", "}", ",", ";", "\\n", "\\u2028", "</b>", "a", "B", "7",
)  # fmt: skip


def awkward(seed: int) -> list[Example]:
    """40 examples of awkward pieces, ends bare as the reader leaves them."""
    drawn = random.Random(seed)

    def text() -> str:
        return "".join(drawn.choices(AWKWARD, k=drawn.randint(0, 12))).strip()

    return [Example(text(), text(), drawn.choice(("", "g 1", 'g "2"'))) for _ in range(40)]


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("form", ["chat", "plain"])
def test_what_is_exported_is_read_again_as_it_was(tmp_path: Path, seed: int, form: str) -> None:
    examples = awkward(seed)
    task = Task("t", "T", "G", 'Say "yes"\u2028or no.', "text", "f1", 0.5, (), tmp_path)
    text = exporting.openai_chat(task, examples) if form == "chat" else exporting.plain(examples)
    assert len(text.splitlines()) == 40
    again = rows.read(written(tmp_path, "a.jsonl", text))
    assert pairs(again) == pairs(tuple(examples))
    assert [one.row for one in again] == list(range(1, 41))


def test_an_export_is_openai_chat_line_by_line(tmp_path: Path) -> None:
    task = Task("t", "T", "G", "Add.", "text", "f1", 0.5, (), tmp_path)
    assert exporting.openai_chat(task, [Example("2 + 2?", "4"), Example("é", "😀", "g")]) == (
        '{"messages": [{"role": "system", "content": "Add."}, {"role": "user", "content": "2 + 2?"}'
        ', {"role": "assistant", "content": "4"}]}\n'
        '{"messages": [{"role": "system", "content": "Add."}, {"role": "user", "content": "é"}'
        ', {"role": "assistant", "content": "😀"}], "group": "g"}\n'
    )


def test_the_instruction_comes_back_with_the_rows(tmp_path: Path, workspace: Workspace) -> None:
    task = Task("t", "T", "G", "Add.\nBriefly.", "text", "f1", 0.5, (), tmp_path)
    text = exporting.openai_chat(task, [Example("2 + 2?", "4")])
    brought = importing.bring(workspace, written(tmp_path, "a.jsonl", text), "mine")
    assert brought.task.instruction == "Add.\nBriefly."


def test_keys_that_only_some_rows_have_are_columns_too() -> None:
    found = lines.read('{"input": "a"}\n{"input": "b", "note": "c"}', "a.jsonl")
    assert found.columns == ("input", "note")
