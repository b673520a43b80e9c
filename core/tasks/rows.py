"""Read examples from JSON lines or CSV: the right rows, or an error that names the line."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from core.errors import TaskUnreadable
from core.records import Example

PAIRS = (("input", "reference"), ("prompt", "completion"), ("question", "answer"))
MAX_ROWS = 100_000
MAX_BYTES = 25_000_000
MAX_CHARACTERS = 32_000  # in one cell
DELIMITERS = (",", ";", "\t")


def read(source: Path) -> tuple[Example, ...]:
    """Examples of a `.jsonl`, `.csv` or `.tsv` file, in its order.

    Raises:
        TaskUnreadable: Names the file, the line and what to change.
    """
    text = decoded(source)
    rows = _json_rows(text, source) if source.suffix == ".jsonl" else _csv_rows(text, source)
    examples = tuple(rows)
    if not examples:
        raise TaskUnreadable(
            f"{source.name} holds no examples.", remedy="Add one example per line."
        )
    return examples


def decoded(source: Path) -> str:
    """A file's text: UTF-8 (with or without BOM) or UTF-16 (with BOM).

    Raises:
        TaskUnreadable: Missing, too large, or in another encoding.
    """
    if not source.is_file():
        raise TaskUnreadable(f"There is no file {source.name}.", remedy="Check the path.")
    if source.stat().st_size > MAX_BYTES:
        raise TaskUnreadable(
            f"{source.name} is over {MAX_BYTES // 1_000_000} MB.", remedy="Give a smaller sample."
        )
    raw = source.read_bytes()
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as broken:
        line = raw[: broken.start].count(b"\n") + 1
        raise TaskUnreadable(
            f"{source.name}, line {line}: not {encoding.removesuffix('-sig').upper()} text.",
            remedy="Save the file as UTF-8.",
        ) from broken


def _json_rows(text: str, source: Path) -> Iterator[Example]:
    # Not splitlines(): it also breaks at characters that may stand inside a JSON string.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{source.name}, line {number}"
        if number > MAX_ROWS:
            raise TaskUnreadable(f"{place}: over {MAX_ROWS:,} rows.", remedy="Give fewer rows.")
        yield _example(_json_row(line, place), place, number)


def _json_row(line: str, place: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line, parse_constant=_no_number, object_pairs_hook=_no_twins)
    except (ValueError, RecursionError) as broken:
        raise TaskUnreadable(
            f"{place}: not JSON ({str(broken)[:80]}).", remedy="Write one JSON object per line."
        ) from broken
    if not isinstance(row, dict):
        raise TaskUnreadable(f"{place}: not an object.", remedy='Write {"input": …} on it.')
    return row


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is not a number in JSON")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        raise ValueError("a key stands twice")
    return row


def _example(row: Mapping[str, Any], place: str, number: int) -> Example:
    if "messages" in row:
        row = _from_messages(row, place)
    for asked, wanted in PAIRS:
        if asked in row and wanted in row:
            return Example(
                input=_text(row[asked], f"{place}, {asked}"),
                reference=_text(row[wanted], f"{place}, {wanted}"),
                group=_group(row.get("group"), place),
                row=number,
            )
    raise TaskUnreadable(
        f"{place}: found {_whole(', '.join(map(str, row)), place) or 'nothing'}.",
        remedy="Name the two fields input and reference (or prompt and completion).",
    )


def _from_messages(row: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    messages = row["messages"]
    try:
        turns = [(turn["role"], turn["content"]) for turn in messages if turn["role"] != "system"]
    except (TypeError, KeyError) as broken:
        raise TaskUnreadable(
            f"{place}: messages are not in the OpenAI chat form.",
            remedy='Give each message a "role" and a "content".',
        ) from broken
    if [role for role, _ in turns] != ["user", "assistant"]:
        raise TaskUnreadable(
            f"{place}: a conversation of {len(turns)} messages.",
            remedy="Give one user and one assistant message per row.",
        )
    return {"input": turns[0][1], "reference": turns[1][1], "group": row.get("group")}


def _text(value: Any, place: str) -> str:
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, str):
        raise TaskUnreadable(
            f"{place}: {type(value).__name__} where text belongs.", remedy="Put it in quotes."
        )
    if len(value) > MAX_CHARACTERS:
        raise TaskUnreadable(
            f"{place}: {len(value):,} characters.", remedy=f"Keep it under {MAX_CHARACTERS:,}."
        )
    return _whole(value.replace("\x00", "").strip(), place)


def _group(value: Any, place: str) -> str:
    return "" if value is None else _whole(str(value), f"{place}, group")


def _whole(text: str, place: str) -> str:
    r"""`text`, unless it holds a lone surrogate: JSON's "\ud83d" can say one, UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError as cut:
        raise TaskUnreadable(
            f"{place}: half a character (a cut emoji).", remedy="Write it whole or drop it."
        ) from cut
    return text


def _csv_rows(text: str, source: Path) -> Iterator[Example]:
    delimiter = max(DELIMITERS, key=text.split("\n", 1)[0].count)
    table = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        header = [name.strip().lower() for name in next(table, [])]
        for number, cells in enumerate(table, start=1):
            place = f"{source.name}, line {table.line_num}"
            if not cells:
                continue
            if len(cells) != len(header):
                raise TaskUnreadable(
                    f"{place}: {len(cells)} cells under {len(header)} column names.",
                    remedy="Quote cells that hold the delimiter.",
                )
            yield _example(dict(zip(header, cells, strict=True)), place, number)
    except csv.Error as broken:
        raise TaskUnreadable(
            f"{source.name}, line {table.line_num}: {broken}.", remedy="Check its quotes."
        ) from broken
