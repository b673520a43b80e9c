"""Documents cut into passages along their structure, each with its exact origin.

A passage is a section under a heading if that is short enough, else a run of its
paragraphs, table rows or sentences. `document.text[start:end]` is always the passage's text.
"""

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from core.records import Document, Passage
from core.retrieval.sections import Section, sections, trimmed
from core.retrieval.wording import TITLES

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

MAX_WORDS = 90  # at most 180 tokens, of the 256 that the embedder reads
SENTENCES = 3  # so many of the separators below leave sentences whole
SHORT_WORDS = 12  # sections below this join a short neighbour

# What about one to two tokens make: a word of English, three digits, two letters of another
# script, a run of marks. So no script and no table overflows the embedder.
PIECE = re.compile(r"[a-zA-Z'-]{1,12}|\d{1,3}|[^\W\d_a-zA-Z]{1,2}|[^\w\s]{2,4}|_{1,4}")
# Titles, initials and the like: their full stop ends no sentence.
SHORTENED = "".join(
    rf"(?<!\b(?i:{re.escape(one)})\.)" for one in sorted({*TITLES, "e.g", "i.e", "vs"})
)
SENTENCE = rf"(?<=[.!?]){SHORTENED}(?<!\b[A-Z]\.)\s+"
# Paragraphs, lines, sentences, clauses, words, else 24 signs at a time, so that not even text
# without white space is cut sign by sign. (U+3002: the full stop of Chinese.)
SEPARATORS = [r"\n\n+", r"\n", SENTENCE, r"(?<=\u3002)", r"[;:,] +", r"\s+", r"\S{24}"]
ROWS = re.compile(r"(?:^[ \t]*\|.*(?:\n|\Z))+", re.MULTILINE)  # of a table in Markdown
RULE = re.compile(r"[ \t]*\|[-:| \t]+\n?")  # the line below a table's header
WORD = re.compile(r"\s+(?=\S)")
LONGEST_WORD = 24  # signs; more than an average word and its space take
BEGINNING = re.compile(rf"{SENTENCE}(?=\S)|\n\s*(?=\S)")  # of a sentence or a line


@dataclass(frozen=True)
class Piece:
    """A stretch of a document that becomes a passage."""

    start: int
    end: int
    table: str = ""  # columns of the table that it goes on with


@lru_cache(maxsize=4096)  # an edit cuts the edited document alone
def passages(document: Document, most: int = MAX_WORDS, overlap: int = 0) -> tuple[Passage, ...]:
    """Cut one document, in the order of its text.

    `most` are the words of a passage, `MAX_WORDS` at most; a longer sentence or table row is
    left whole, and so is a table of at most `MAX_WORDS`. `overlap` are the most words, from
    the passage before under the same heading, that a passage begins with; they count.
    """
    found = []
    for section in _joined(document.text, sections(document)):
        for piece in _pieces(document, section, min(most, MAX_WORDS), overlap):
            found.append(
                Passage(
                    document=document.name,
                    title=document.title,
                    heading=" > ".join(filter(None, (section.heading, piece.table))),
                    text=document.text[piece.start : piece.end],
                    start=piece.start,
                    end=piece.end,
                    page=bisect.bisect(document.pages, piece.start) or None,
                )
            )
    return tuple(found)


def words(text: str) -> int:
    """Length in English words or what takes the embedder as many tokens."""
    return len(PIECE.findall(text))


def _joined(text: str, found: Iterator[Section]) -> list[Section]:
    """Without white space at either end, and short neighbours as one."""
    joined: list[Section] = []
    for section in found:
        whole = trimmed(text, section)
        if whole.start == whole.end:
            continue
        if joined and _short(text, joined[-1]) and _short(text, whole):
            whole = replace(joined.pop(), end=whole.end)
        joined.append(whole)
    return joined


def _short(text: str, section: Section) -> bool:
    return words(text[section.start : section.end]) < SHORT_WORDS


def _pieces(document: Document, section: Section, most: int, overlap: int) -> Iterator[Piece]:
    """The section itself, or its parts where it is too long."""
    text = document.text
    if words(text[section.start : section.end]) <= most:
        yield Piece(section.start, section.end)
        return
    begin = section.start
    for piece in _parts(document, section, most - overlap):
        start = _reached(text, begin, piece.start, overlap) if overlap else piece.start
        yield replace(piece, start=start)


def _parts(document: Document, section: Section, most: int) -> Iterator[Piece]:
    """Its paragraphs and sentences, and its tables row by row."""
    if document.name.lower().endswith(".csv"):
        yield from _rows(document.text, section.start, section.end, most, "")
        return
    at = section.start
    for table in ROWS.finditer(document.text, section.start, section.end):
        yield from _prose(document.text, at, table.start(), most)
        yield from _table(document.text, table.start(), table.end(), most)
        at = table.end()
    yield from _prose(document.text, at, section.end, most)


def _prose(text: str, start: int, end: int, most: int) -> Iterator[Piece]:
    body = text[start:end]
    if not body.strip():
        return
    for offset, whole in _cut(body, most, SENTENCES):
        parts = [(0, whole)] if words(whole) <= MAX_WORDS else _cut(whole, most, len(SEPARATORS))
        for inner, part in parts:
            begin = start + offset + inner
            piece = trimmed(text, Section("", begin, begin + len(part)))
            yield Piece(piece.start, piece.end)


def _table(text: str, start: int, end: int, most: int) -> Iterator[Piece]:
    """A table as one piece; one that is too long row by row, under the names of its columns."""
    whole = trimmed(text, Section("", start, end))
    if words(text[whole.start : whole.end]) <= MAX_WORDS:
        yield Piece(whole.start, whole.end)
        return
    columns, body = _columns(text[start:end], most)
    yield from _rows(text, start + body, end, most, columns)


def _columns(table: str, most: int) -> tuple[str, int]:
    """The names of a table's columns and where its rows begin; none where they are too long."""
    header = table.splitlines(keepends=True)[:2]
    names = " | ".join(cell.strip() for cell in header[0].strip(" \t\n|").split("|"))
    if len(header) < 2 or not RULE.fullmatch(header[1]) or words(names) >= most:
        return "", 0
    return names, len(header[0]) + len(header[1])


def _rows(text: str, start: int, end: int, most: int, columns: str) -> Iterator[Piece]:
    """Runs of whole lines; a line that alone is too long for the embedder is cut."""
    begin = at = start
    for line in text[start:end].splitlines(keepends=True):
        if at > begin and words(text[begin : at + len(line)]) > most:
            yield from _row(text, begin, at, columns)
            begin = at
        at += len(line)
    yield from _row(text, begin, at, columns)


def _row(text: str, start: int, end: int, columns: str) -> Iterator[Piece]:
    if words(text[start:end]) > MAX_WORDS:
        yield from (replace(one, table=columns) for one in _prose(text, start, end, MAX_WORDS))
        return
    whole = trimmed(text, Section("", start, end))
    if whole.end > whole.start:
        yield Piece(whole.start, whole.end, columns)


def _reached(text: str, begin: int, start: int, overlap: int) -> int:
    """Where a passage begins that repeats what stands before it: a sentence, else words."""
    near_by = max(begin, start - LONGEST_WORD * overlap)
    before = text[near_by:start]
    for beginning in (BEGINNING, WORD):
        places = [found.end() for found in beginning.finditer(before)]
        places = [0, *places] if near_by == begin else places
        near = [at for at in places if before[at:].strip() and words(before[at:]) <= overlap]
        if near:
            return near_by + near[0]
    return start


def _cut(body: str, most: int, separators: int) -> list[tuple[int, str]]:
    """(offset, part) of the parts that the first so many separators make."""
    parts = _splitter(most, separators).create_documents([body])
    return [(part.metadata["start_index"], part.page_content) for part in parts]


@cache
def _splitter(most: int, separators: int) -> "RecursiveCharacterTextSplitter":
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    return RecursiveCharacterTextSplitter(
        separators=SEPARATORS[:separators],
        is_separator_regex=True,
        keep_separator="end",
        chunk_size=most,
        chunk_overlap=0,
        length_function=words,
        add_start_index=True,
    )
