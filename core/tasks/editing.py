"""Write an examples file anew with some rows changed or left out, and all else as it stood."""

import csv
import io
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from core.errors import TaskUnreadable
from core.records import Example
from core.tasks import columns, rows, sheet
from core.workspace import writing

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
BOM = "\ufeff"

Edits = Mapping[int, Example | None]  # by row number; None leaves the row out


def edited(source: Path, examples: Sequence[Example], edits: Edits) -> bytes:
    """The file's content with the edits, in its own format and encoding.

    Args:
        source: The examples file.
        examples: What is read from it.
        edits: Input, reference and group of the rows that change.

    Raises:
        TaskUnreadable: Nothing would be left, or what would be read differs from what is wanted.
    """
    old = {example.row: example for example in examples}
    wanted = [edits.get(row, example) for row, example in old.items()]
    left = [example for example in wanted if example]
    if not left:
        raise TaskUnreadable(
            f"No example of {source.name} would be left.", remedy="Add good examples first."
        )
    text = rows.decoded(source)
    if source.suffix == ".jsonl":
        changed = _json_lines(text, old, edits)
    else:
        mark = sheet.delimiter(text, "\t" if source.suffix == ".tsv" else ",")
        changed = _csv_lines(text, mark, old, edits)
    content = _encoded(source, text, "".join(changed))
    if _said(_read(source.name, content)) != _said(left):
        raise TaskUnreadable(
            f"{source.name} is written in a way that cannot be mended here.",
            remedy="Mend the rows in the file itself.",
        )
    return content


def _said(examples: Sequence[Example]) -> list[tuple[str, str, str]]:
    return [(one.input, one.reference, one.group) for one in examples]


def _read(name: str, content: bytes) -> tuple[Example, ...]:
    """What a file of this content would be read as."""
    with writing(Path(tempfile.gettempdir())), tempfile.TemporaryDirectory() as place:
        trial = Path(place) / name
        trial.write_bytes(content)
        return rows.read(trial)


def _encoded(source: Path, text: str, changed: str) -> bytes:
    """`changed` in the encoding and with the byte order mark that the source has for `text`."""
    raw = source.read_bytes()
    for mark in ("", BOM):
        for encoding in ENCODINGS:
            if (mark + text).encode(encoding) == raw:
                return (mark + changed).encode(encoding)
    return changed.encode()


def _json_lines(text: str, old: Mapping[int, Example], edits: Edits) -> Iterator[str]:
    for number, line in enumerate(io.StringIO(text), start=1):
        if number not in edits:
            yield line
        elif new := edits[number]:
            end = line[len(line.rstrip("\r\n")) :]
            yield json.dumps(_row(json.loads(line), old[number], new), ensure_ascii=False) + end


def _row(row: dict[str, Any], old: Example, new: Example) -> dict[str, Any]:
    """The row as an object with what is new in it; its other fields stay."""
    asked, wanted = _fields(row)
    row = dict(row)
    if "messages" in row:
        told = {"user": (old.input, new.input), "assistant": (old.reference, new.reference)}
        row["messages"] = [
            _turn(turn, *told.get(turn["role"], ("", ""))) for turn in row["messages"]
        ]
    else:
        row[asked] = _value(row[asked], old.input, new.input)
        row[wanted] = _value(row[wanted], old.reference, new.reference)
    return row if new.group == old.group else {**row, "group": new.group}


def _fields(row: Mapping[str, Any]) -> tuple[str, str]:
    """The names under which the reader finds input and reference."""
    return next((pair for pair in columns.PAIRS if pair[0] in row and pair[1] in row), ("", ""))


def _turn(turn: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    return {**turn, "content": _value(turn["content"], old, new)}


def _value(value: Any, old: str, new: str) -> Any:
    if new == old:
        return value
    return json.loads(new) if isinstance(value, dict) and _is_object(new) else new


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _csv_lines(
    text: str, delimiter: str, old: Mapping[int, Example], edits: Edits
) -> Iterator[str]:
    records = _records(text, delimiter)
    header, line = next(records)
    names = [name.strip().casefold() for name in header]
    groups = any(new and new.group != old[row].group for row, new in edits.items())
    added = groups and "group" not in names
    yield _longer(line, delimiter, "group") if added else line
    for number, (cells, line) in enumerate(records, start=1):
        new = edits.get(number, old.get(number))
        if number not in edits or not cells:
            yield _longer(line, delimiter, "") if added and cells else line
        elif new:
            row = _row(dict(zip(names, cells, strict=True)), old[number], new)
            yield _joined([row.get(name, "") for name in names], delimiter, line, added, new.group)


def _records(text: str, delimiter: str) -> Iterator[tuple[list[str], str]]:
    """Cells of each record with the very text they stand in."""
    taken: list[str] = []

    def noted() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):  # as the reader takes lines
            taken.append(line)
            yield line

    for cells in csv.reader(noted(), delimiter=delimiter, strict=True):
        yield cells, "".join(taken)
        taken.clear()


def _joined(cells: list[str], delimiter: str, line: str, added: bool, group: str) -> str:
    """A record of these cells that ends as the line does."""
    end = line[len(line.rstrip("\r\n")) :]
    told = io.StringIO()
    writer = csv.writer(told, delimiter=delimiter, lineterminator="")
    writer.writerow([*cells, group] if added else cells)
    return told.getvalue() + end


def _longer(line: str, delimiter: str, cell: str) -> str:
    """The line with one more cell at its end."""
    body = line.rstrip("\r\n")
    return f"{body}{delimiter}{cell}{line[len(body) :]}"
