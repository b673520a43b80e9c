"""A remedy changes the rows it names and nothing else, and every one can be undone."""

import errno
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import workspace
from core.errors import TaskUnreadable, WorkspaceUnusable
from core.records import Example, Finding, Fix, Task
from core.tasks import catalog, frozen, gate, history, rows
from core.tasks.mending import changes, mend, undo
from core.workbench import Workbench
from core.workspace import write_json, write_text

TOML = """title = "Shop"
goal = "G"
instruction = "I"
output = "text"
metric = "exact_match"
success_bar = 0.5
"""
FOUR = """{"input": "a", "reference": "1", "price": 1.50}
{"reference": "2", "input": "b", "tags": ["x", "ü"]}

{"input": "c", "reference": "3"}
{"input": "d", "reference": "4"}
"""


def made(folder: Path, text: str, name: str = "examples.jsonl") -> Path:
    """The folder of a task with these examples."""
    write_text(folder / "task.toml", TOML)
    (folder / name).write_bytes(text.encode())
    return folder


def finding(*affected: int, fix: Fix = "") -> Finding:
    return Finding(
        "code", "Something", len(affected), affected, "Mend it.", False, "", fix, affected
    )


def told(folder: Path) -> list[tuple[str, str, str]]:
    return [(one.input, one.reference, one.group) for one in catalog.read(folder).examples]


def parts(task: Task) -> dict[str, str]:
    """The part of each reference."""
    kept = frozen.of_task(task)
    sides = {"train": kept.train, "validation": kept.validation, "holdout": kept.holdout}
    return {row.reference: part for part, examples in sides.items() for row in examples}


def numbered(folder: Path, count: int = 10) -> Path:
    """A task of that many different rows, split."""
    said = [{"input": f"question {n}", "reference": f"answer {n}"} for n in range(1, count + 1)]
    made(folder, "".join(json.dumps(one) + "\n" for one in said))
    frozen.of_task(catalog.read(folder))
    return folder


def test_dropping_leaves_every_other_line_as_it_was(tmp_path: Path) -> None:
    folder = made(tmp_path / "shop", FOUR)
    change = mend(folder, finding(1, 4), "drop")
    assert (folder / "examples.jsonl").read_text() == (
        '{"reference": "2", "input": "b", "tags": ["x", "ü"]}\n\n{"input": "d", "reference": "4"}\n'
    )
    assert (change.what, change.rows, change.fix) == ("Dropped 2 rows", 2, "drop")


def test_merging_keeps_the_first_of_each_cluster(tmp_path: Path) -> None:
    folder = made(tmp_path / "shop", FOUR)
    mend(folder, finding(1, 2, 4, 5), "merge", together=[(1, 4), (2, 5)])
    assert [row[0] for row in told(folder)] == ["a", "b"]


def test_masking_keeps_the_other_fields(tmp_path: Path) -> None:
    text = (
        '{"id": 7, "input": "Write to mia@shop.com", "reference": "ok"}\r\n'
        '{"input": "b", "reference": "2"}'
    )
    folder = made(tmp_path / "shop", text)
    mend(folder, finding(1), "mask")
    assert (folder / "examples.jsonl").read_bytes() == (
        b'{"id": 7, "input": "Write to [email]", "reference": "ok"}\r\n'
        b'{"input": "b", "reference": "2"}'
    )


def test_masking_reaches_into_conversations_and_objects(tmp_path: Path) -> None:
    chat = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "I am mia@shop.com"},
        {"role": "assistant", "content": "Hello"},
    ]
    lines = [{"messages": chat, "id": 1}, {"input": "b", "reference": {"to": "mia@shop.com"}}]
    folder = made(tmp_path / "shop", "\n".join(map(json.dumps, lines)))
    mend(folder, finding(1, 2), "mask")
    first, second = map(json.loads, (folder / "examples.jsonl").read_text().split("\n"))
    assert [turn["content"] for turn in first["messages"]] == ["Be kind.", "I am [email]", "Hello"]
    assert second == {"input": "b", "reference": {"to": "[email]"}}


def test_a_slip_of_the_pen_becomes_the_label_that_was_meant(tmp_path: Path) -> None:
    text = (
        '{"id": 7, "input": "a", "reference": "Postive"}\n{"input": "b", "reference": "negative"}\n'
    )
    folder = made(tmp_path / "shop", text)
    file = folder / "task.toml"
    said = re.sub("output = .*", 'output = "label"', file.read_text(encoding="utf-8"))
    write_text(file, f'labels = ["positive", "negative"]\n{said}')
    (found,) = [one for one in gate.findings(examined(folder)) if one.fix == "spell"]
    change = mend(folder, found, found.fix)
    assert (folder / "examples.jsonl").read_text() == text.replace("Postive", "positive")
    assert change.what == "Wrote the label of 1 row as in the list"
    assert not any(one.fix == "spell" for one in gate.findings(examined(folder)))


def examined(folder: Path) -> gate.Examined:
    """The task there, split."""
    task = catalog.read(folder)
    return gate.Examined(task, frozen.of_task(task))


CSV = (
    "Id;Reference;Input\r\n"
    '"1";yes;"first; with\r\na break"\r\n'
    "\r\n"
    "2;no;write to mia@shop.com\r\n"
    '3;"no";third'
)


def test_a_sheet_keeps_its_columns_their_order_and_the_other_lines(tmp_path: Path) -> None:
    folder = made(tmp_path / "shop", CSV, "examples.csv")
    mend(folder, finding(3), "mask")
    assert (folder / "examples.csv").read_bytes().decode() == CSV.replace("mia@shop.com", "[email]")
    mend(folder, finding(1), "drop")
    assert (folder / "examples.csv").read_bytes().decode() == (
        'Id;Reference;Input\r\n\r\n2;no;write to [email]\r\n3;"no";third'
    )


def test_regrouping_adds_a_column_where_a_sheet_has_none(tmp_path: Path) -> None:
    folder = made(tmp_path / "shop", CSV, "examples.csv")
    mend(folder, finding(1, 4), "regroup")
    assert [row[2] for row in told(folder)] == ["together-1", "", "together-1"]
    header = (folder / "examples.csv").read_bytes().decode().split("\r\n")[0]
    assert header == "Id;Reference;Input;group"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_file_keeps_its_encoding(tmp_path: Path, encoding: str) -> None:
    folder = made(tmp_path / "shop", "")
    text = "input,reference\na,ü\nb,2\n"
    (folder / "examples.jsonl").unlink()
    (folder / "examples.csv").write_bytes(text.encode(encoding))
    mend(folder, finding(2), "drop")
    assert (folder / "examples.csv").read_bytes() == "input,reference\na,ü\n".encode(encoding)


def test_rows_kept_together_go_to_the_holdout_where_one_of_them_is(tmp_path: Path) -> None:
    folder = numbered(tmp_path / "shop")
    before = parts(catalog.read(folder))
    assert (before["answer 10"], before["answer 1"], before["answer 9"]) == (
        "holdout",
        "train",
        "validation",
    )
    mend(folder, finding(1, 10), "move")
    after = parts(catalog.read(folder))
    assert after == {**before, "answer 1": "holdout"}


def test_each_cluster_gets_a_group_of_its_own_and_brings_its_group_along(tmp_path: Path) -> None:
    rows = [("a", "x"), ("b", ""), ("c", "x"), ("d", ""), ("e", ""), ("f", "")]
    said = [{"input": text, "reference": text, "group": group} for text, group in rows]
    folder = made(tmp_path / "shop", "\n".join(map(json.dumps, said)))
    mend(folder, finding(1, 2, 4, 5), "regroup", together=[(1, 2), (4, 5)])
    groups = {row[0]: row[2] for row in told(folder)}
    assert groups["a"] == groups["b"] == groups["c"] != groups["d"] == groups["e"]
    assert groups["f"] == ""


def test_a_masked_row_stays_in_its_part(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    said = [{"input": f"I am no{n}@shop.com in {'x' * n}", "reference": f"{n}"} for n in range(20)]
    made(folder, "\n".join(map(json.dumps, said)))
    before = parts(catalog.read(folder))
    mend(folder, finding(*range(1, 21)), "mask")
    assert "@" not in (folder / "examples.jsonl").read_text()
    assert parts(catalog.read(folder)) == before
    undo(folder)
    assert parts(catalog.read(folder)) == before


@pytest.mark.parametrize(
    ("fix", "affected"), [("drop", (2,)), ("regroup", (1, 4)), ("move", (2, 5))]
)
def test_undoing_brings_back_file_and_split(
    tmp_path: Path, fix: Fix, affected: tuple[int, ...]
) -> None:
    folder = made(tmp_path / "shop", FOUR)
    before = parts(catalog.read(folder))
    mend(folder, finding(*affected), fix)
    undone = undo(folder)
    assert (folder / "examples.jsonl").read_text() == FOUR
    assert parts(catalog.read(folder)) == before
    assert undone.what.startswith("Undone: ")
    assert changes(folder) == ()


def test_changes_are_listed_latest_first_and_undone_one_by_one(tmp_path: Path) -> None:
    folder = made(tmp_path / "shop", FOUR)
    mend(folder, finding(1), "drop")
    mend(folder, finding(3, 4), "drop")
    assert [one.what for one in changes(folder)] == ["Dropped 2 rows", "Dropped 1 row"]
    undo(folder)
    assert [row[0] for row in told(folder)] == ["b", "c", "d"]
    undo(folder)
    assert (folder / "examples.jsonl").read_text() == FOUR
    with pytest.raises(TaskUnreadable, match="nothing to undo"):
        undo(folder)


def test_a_finding_of_an_earlier_look_is_not_applied_to_other_rows(tmp_path: Path) -> None:
    folder = made(tmp_path / "shop", FOUR)
    seen = catalog.read(folder).examples
    mend(folder, finding(1), "drop", seen=seen)
    with pytest.raises(TaskUnreadable, match="look again"):
        mend(folder, finding(1), "drop", seen=seen)
    with pytest.raises(TaskUnreadable, match="look again"):
        undo(folder, seen)
    assert len(told(folder)) == 3


@pytest.mark.parametrize(
    ("fix", "affected", "said"),
    [
        ("", (1,), "No click mends this"),
        ("drop", (9,), "Row 9 is not"),
        ("drop", (3,), "Row 3 is not"),  # a blank line
        ("drop", (), "None of its rows"),
        ("mask", (1,), "need no change"),
        ("drop", (1, 2, 4, 5), "No example of examples.jsonl would be left"),
    ],
)
def test_what_cannot_be_mended_is_a_sentence_and_changes_nothing(
    tmp_path: Path, fix: Fix, affected: tuple[int, ...], said: str
) -> None:
    folder = made(tmp_path / "shop", FOUR)
    with pytest.raises(TaskUnreadable, match=said):
        mend(folder, finding(*affected), fix)
    assert (folder / "examples.jsonl").read_text() == FOUR
    assert changes(folder) == ()


def test_an_edit_by_hand_is_not_undone(tmp_path: Path) -> None:
    folder = made(tmp_path / "shop", FOUR)
    mend(folder, finding(1), "drop")
    edited = '{"input": "mine", "reference": "1"}\n'
    write_text(folder / "examples.jsonl", edited)
    with pytest.raises(TaskUnreadable, match=r"edited after.*\.history/0001/examples\.jsonl"):
        undo(folder)
    assert (folder / "examples.jsonl").read_text() == edited


def test_a_full_disk_leaves_the_examples_and_no_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made(tmp_path / "shop", FOUR)
    frozen.of_task(catalog.read(folder))
    before = (folder / "split.json").read_text()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(workspace.os, "fsync", full)
    with pytest.raises(WorkspaceUnusable, match="bytes free"):
        mend(folder, finding(1, 2), "regroup")
    monkeypatch.undo()
    assert (folder / "examples.jsonl").read_text() == FOUR
    assert (folder / "split.json").read_text() == before
    assert changes(folder) == ()
    assert [*(folder / ".history").iterdir()] == []


@pytest.mark.parametrize("killed", ["examples.jsonl", "split.json"])
def test_a_kill_in_the_middle_leaves_the_old_rows_and_the_next_change_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed: str
) -> None:
    folder = made(tmp_path / "shop", FOUR)
    before = parts(catalog.read(folder))
    write = workspace.write_bytes

    def dying(target: Path, content: bytes) -> None:
        if target == folder / killed:
            raise KeyboardInterrupt
        write(target, content)

    for room in (workspace, history, mend.__globals__):
        names = room if isinstance(room, dict) else vars(room)
        monkeypatch.setitem(names, "write_bytes", dying)
    with pytest.raises(KeyboardInterrupt):
        mend(folder, finding(1, 2), "regroup")
    monkeypatch.undo()
    assert (folder / "examples.jsonl").read_text() == FOUR
    assert parts(catalog.read(folder)) == before
    assert changes(folder) == ()
    mend(folder, finding(1), "drop")
    assert [one.what for one in changes(folder)] == ["Dropped 1 row"]
    undo(folder)
    assert changes(folder) == ()


@pytest.mark.parametrize(
    "spoil",
    [
        {"file": "../../secret"},
        {"rows": "many"},
        {"when": float("inf")},  # no calendar shows it
        {"when": 1e300},
    ],
)
def test_a_damaged_history_is_a_sentence(tmp_path: Path, spoil: dict[str, object]) -> None:
    folder = made(tmp_path / "shop", FOUR)
    mend(folder, finding(1), "drop")
    file = folder / ".history" / "0001" / "change.json"
    write_json(file, {**json.loads(file.read_text()), **spoil})
    with pytest.raises(TaskUnreadable, match=r"Delete the folder \.history/0001"):
        changes(folder)


def test_a_file_that_would_be_read_otherwise_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made(tmp_path / "shop", FOUR)
    seen = catalog.read(folder).examples
    monkeypatch.setattr("core.tasks.editing._read", lambda name, content: seen)
    with pytest.raises(TaskUnreadable, match="cannot be mended here"):
        mend(folder, finding(1), "drop")
    assert rows.read(folder / "examples.jsonl") == seen


class Apart:
    """An embedder that finds no two texts alike."""

    digest = "apart"

    def embed(self, texts: Sequence[str]) -> Any:
        return np.eye(len(texts), dtype=np.float32)


def test_the_workbench_applies_what_the_gate_found_and_takes_it_back(tmp_path: Path) -> None:
    bench = Workbench(tmp_path / "home")
    bench.embedder = Apart()  # type: ignore[assignment]
    folder = bench.workspace.tasks / "shop"
    said = [Example(f"question {n}", f"answer {n}") for n in "abcdefghij"] + [
        Example("question A", "answer a"),
        Example("write to mia@shop.com", "ok"),
    ]
    lines = [json.dumps({"input": one.input, "reference": one.reference}) for one in said]
    made(folder, "\n".join(lines))
    for code, left in (("duplicate", 11), ("email", 11)):
        task = bench.task("shop")
        (found,) = [one for one in bench.findings(task) if one.code == code]
        bench.mend(task, found)
        assert len(bench.task("shop").examples) == left
        assert code not in {one.code for one in bench.findings(bench.task("shop"))}
    assert [one.code for one in bench.changes(bench.task("shop"))] == ["email", "duplicate"]
    bench.undo(bench.task("shop"))
    bench.undo(bench.task("shop"))
    assert (folder / "examples.jsonl").read_text() == "\n".join(lines)
    bench.close()
