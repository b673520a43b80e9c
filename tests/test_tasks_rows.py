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
        ('{"input": "a", "reference": null}', "line 1, reference: nothing .null.*or leave out"),
        (
            '{"input": "a", "reference": 4}',
            "line 1, reference: a number where text belongs. Put it in quotes",
        ),
        ('{"text": "a"}', "line 1: found text"),
        ("[1, 2]", "line 1: not an object"),
        ("[" * 3000 + "]" * 3000, "line 1: not"),
        ('{"messages": [{"role": "user", "content": "a"}]}', "a conversation of 1 messages"),
        ('{"messages": 3}', "not in the OpenAI chat form"),
        (
            '{"messages": [{"role": "user", "content": [{"type": "image_url"}]},'
            ' {"role": "assistant", "content": "a"}]}',
            "line 1: a message holds something other than text",
        ),
        ('{"input": "a", "reference": {"n": 1e999}}', "line 1: not JSON .*too large a number"),
        (r'{"input": "a\u0000", "reference": "b"}', "line 1, input: a NUL character"),
        (f'{{"input": "{"x" * 32_001}", "reference": "b"}}', "line 1, input: 32,001 characters"),
        ("", "holds no examples"),
        (r'{"input": "a \ud83d", "reference": "b"}', "line 1, input: half a character"),
        (r'{"input": "a", "reference": ["\ud83d"]}', "line 1, reference: a list"),
        ('{"input": true, "reference": "a"}', "line 1, input: true or false"),
        ('{"input": "a", "reference": ' + '{"k":' * 3000 + "1" + "}" * 3001, "nested too deep"),
        ('[\n {"input": "a", "reference": "b"}\n]', "line 1: not an object but a JSON list"),
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


def test_content_in_parts_is_joined_and_a_developer_message_is_a_system_one(
    tmp_path: Path,
) -> None:
    line = (
        '{"messages": [{"role": "developer", "content": "Add."},'
        ' {"role": "user", "content": [{"type": "text", "text": "2"}, {"type": "text", "text": "3"}'
        ']}, {"role": "assistant", "content": "5"}]}'
    )
    assert rows.read(written(tmp_path, "e.jsonl", line)) == (Example("2\n3", "5", row=1),)


UTF = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")


@pytest.mark.parametrize("encoding", UTF)
def test_an_encoding_is_known_with_and_without_its_mark(tmp_path: Path, encoding: str) -> None:
    sheet = written(tmp_path, "e.csv", "input;reference\r\n一日一\u3000Ā;là\r\n".encode(encoding))
    chats = written(tmp_path, "e.jsonl", '{"input": "一", "reference": "là"}'.encode(encoding))
    assert rows.read(sheet) == (Example("一日一\u3000Ā", "là", row=1),)
    assert rows.read(chats) == (Example("一", "là", row=1),)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_though_cells_hold_the_others(tmp_path: Path, mark: str) -> None:
    header = f'"Input"{mark}"Note, long; or | short"{mark}reference'
    file = written(tmp_path, "e.csv", f'{header}\n"a, b; c | d\te"{mark}{mark}f\n')
    assert rows.read(file) == (Example("a, b; c | d\te", "f", row=1),)


def test_a_cell_may_hold_line_breaks_and_a_file_may_end_lines_in_any_way(tmp_path: Path) -> None:
    broken = written(tmp_path, "a.csv", 'input,reference\r\n"a\nb\r\nc","say ""d"""\r\n')
    mac = written(tmp_path, "b.csv", "input,reference\ra,b\rc,d")
    assert rows.read(broken) == (Example("a\nb\r\nc", 'say "d"', row=1),)
    assert rows.read(mac) == (Example("a", "b", row=1), Example("c", "d", row=2))


def test_blank_rows_are_left_out_and_counted_in_the_positions(tmp_path: Path) -> None:
    file = written(tmp_path, "e.csv", "input,reference\n,\na,b\n\n,,,\nc,d\n")
    assert [(one.input, one.row) for one in rows.read(file)] == [("a", 2), ("c", 5)]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("input,reference\na\nb\n", "line 2: 1 cell under 2 column names; so it is on line 3"),
        (
            'input,reference\n"a\nb",c\nd\ne,f\ng\nh,i,j\nk\nl\nm\nn\n',
            "line 4: 1 cell under 2 column names; so it is on lines 6, 7, 8, 9 and 2 more",
        ),
        ('input,reference\n"a,b\nc,d\n', "line 2: unexpected end of data. Check its quotes"),
        ('input,reference\n"a" b,c\n', "line 2: ',' expected after"),
        ("input,reference\n" + "x" * 140_000, "line 2: a cell without end"),
        ("input,reference\na\x00,b\n", "line 2: a NUL character"),
        ("input,Input\na,b\n", "line 1: two columns are called 'input'. Rename"),
        ("sep=;\ninput;reference\na;b\n", "line 1: a note for Excel .*Delete that line"),
        ("input,,reference\na,,b\n", "line 1: column 2 has no name"),
        ("\n\na,b\n", "line 1: no column names"),
        ("input,reference\n", "holds no examples"),
        (f"{'a long text, ' * 20}\nb,c\n".replace(", ", " "), "is no column name"),
        ("foo,bar\na,b\n", "line 1: found foo, bar.*--map input=COLUMN"),
        ("input,reference\n" + "a,b\n" * 100_001, "holds 100,001 rows. Give 100,000 at most"),
    ],
)
def test_a_sheet_that_does_not_fit_is_refused_with_its_lines(
    tmp_path: Path, content: str, complaint: str
) -> None:
    with pytest.raises(TaskUnreadable, match=complaint):
        rows.read(written(tmp_path, "e.csv", content))


def test_latin_text_is_refused_with_the_remedy(tmp_path: Path) -> None:
    file = written(tmp_path, "e.csv", "input,reference\ncafé,b\n".encode("cp1252"))
    with pytest.raises(TaskUnreadable, match=r'Save the file as UTF-8 \(in Excel: "CSV UTF-8"\)'):
        rows.read(file)


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    file = written(tmp_path, "e.csv", b"")
    with file.open("wb") as wide:
        wide.truncate(25_000_001)
    with pytest.raises(TaskUnreadable, match="over 25 MB"):
        rows.read(file)
