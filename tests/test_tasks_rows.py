"""Examples files: the right rows, or an error that names the line."""

from pathlib import Path

import pytest

from core.errors import TaskUnreadable
from core.records import Example
from core.tasks import rows


def written(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.mark.parametrize(
    "line",
    [
        '{"input": "2 + 2?", "reference": "4"}',
        '{"prompt": "2 + 2?", "completion": "4"}',
        '{"question": "2 + 2?", "answer": "4"}',
        '{"messages": [{"role": "system", "content": "Add."},'
        ' {"role": "user", "content": "2 + 2?"}, {"role": "assistant", "content": "4"}]}',
    ],
)
def test_every_known_form_gives_the_same_example(tmp_path: Path, line: str) -> None:
    assert rows.read(written(tmp_path, "e.jsonl", line + "\n")) == (Example("2 + 2?", "4", row=1),)


def test_an_object_as_reference_becomes_its_json(tmp_path: Path) -> None:
    file = written(tmp_path, "e.jsonl", '{"input": "a", "reference": {"kind": "b"}}')
    assert rows.read(file)[0].reference == '{"kind": "b"}'


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('{"input": "a", "reference": "b"}\n{"input": "a", "refer', "line 2: not JSON"),
        ('{"input": "a", "input": "b", "reference": "c"}', "a key stands twice"),
        ('{"input": "a", "reference": NaN}', "line 1: not JSON"),
        ('{"input": "a", "reference": null}', "line 1, reference: NoneType"),
        ('{"input": "a", "reference": 4}', "line 1, reference: int"),
        ('{"text": "a"}', "line 1: found text"),
        ("[1, 2]", "line 1: not an object"),
        ("[" * 3000 + "]" * 3000, "line 1: not"),
        ('{"messages": [{"role": "user", "content": "a"}]}', "a conversation of 1 messages"),
        ('{"messages": 3}', "not in the OpenAI chat form"),
        ("", "holds no examples"),
        (r'{"input": "a \ud83d", "reference": "b"}', "line 1, input: half a character"),
        (r'{"input": "a", "reference": ["\ud83d"]}', "line 1, reference: list"),
        (r'{"input": "a", "reference": {"k": "\ude00"}}', "line 1, reference: half a character"),
        (r'{"input": "a", "reference": "b", "group": "\ud83d"}', "line 1, group: half a char"),
        (r'{"\ud83d": "a"}', "line 1: half a character"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, content: str, complaint: str) -> None:
    with pytest.raises(TaskUnreadable, match=complaint):
        rows.read(written(tmp_path, "e.jsonl", content))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_is_read_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    file = written(tmp_path, "e.csv", 'Input,Reference\n"Où, là?",ici\n'.encode(encoding))
    assert rows.read(file) == (Example("Où, là?", "ici", row=1),)


def test_a_semicolon_or_a_tab_may_separate(tmp_path: Path) -> None:
    for name, mark in (("a.csv", ";"), ("b.tsv", "\t")):
        file = written(tmp_path, name, f"input{mark}reference\na{mark}b\n")
        assert rows.read(file)[0].reference == "b"


def test_a_ragged_csv_row_is_refused_and_never_shifted(tmp_path: Path) -> None:
    file = written(tmp_path, "e.csv", "input,reference\na,b\nc,d,e\n")
    with pytest.raises(TaskUnreadable, match="line 3: 3 cells under 2 column names"):
        rows.read(file)


def test_text_in_another_encoding_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(TaskUnreadable, match="line 2: not UTF-8 text"):
        rows.read(written(tmp_path, "e.csv", b"input,reference\n\xe9,b\n"))


def test_a_whole_emoji_may_be_written_as_two_escapes(tmp_path: Path) -> None:
    file = written(tmp_path, "e.jsonl", r'{"input": "\ud83d\ude00", "reference": "b"}')
    assert rows.read(file)[0].input == "😀"


@pytest.mark.parametrize(
    ("said", "group"), [("0", "0"), ('"g"', "g"), ("null", ""), ('""', ""), ("false", "False")]
)
def test_a_group_is_lost_only_where_none_is_said(tmp_path: Path, said: str, group: str) -> None:
    line = f'{{"input": "a", "reference": "b", "group": {said}}}'
    assert rows.read(written(tmp_path, "e.jsonl", line))[0].group == group
