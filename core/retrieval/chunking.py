"""Documents cut into passages along their structure, each with its exact origin.

A passage is a section under a heading if that is short enough, else a run of its
paragraphs or sentences. `document.text[start:end]` is always the passage's text.
"""

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from core.records import Document, Passage

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

MAX_WORDS = 90  # well under the 256 tokens that the embedder reads
SENTENCES = 3  # so many of the separators below leave sentences whole
SHORT_WORDS = 12  # sections below this join a short neighbour

# What about one to two tokens make: a word of English, three digits, two letters of another
# script, a run of marks. So no script and no table overflows the embedder.
PIECE = re.compile(r"[a-zA-Z'-]{1,12}|\d{1,3}|[^\W\d_a-zA-Z]{1,2}|[^\w\s]{2,4}|_{1,4}")
FENCE = re.compile(r" {0,3}(```|~~~)")
HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.{1,200})")  # a longer line is a paragraph
# Paragraphs, lines, sentences, clauses, words, else 24 signs at a time, so that not even text
# without white space is cut sign by sign. (U+3002: the full stop of Chinese.)
SEPARATORS = [r"\n\n+", r"\n", r"(?<=[.!?])\s+", r"(?<=\u3002)", r"[;:,] +", r"\s+", r"\S{24}"]


@dataclass(frozen=True)
class Heading:
    """A heading of Markdown and where its line lies."""

    level: int  # from 1
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Section:
    """A stretch of text under one path of headings."""

    heading: str  # headings above, outermost first, without the document's title
    start: int
    end: int


def passages(document: Document, most: int = MAX_WORDS) -> tuple[Passage, ...]:
    """Cut one document, in the order of its text.

    `most` are the words of a passage, `MAX_WORDS` at most; a longer sentence is left whole.
    """
    found = []
    for section in _joined(document.text, _sections(document)):
        for start, end in _pieces(document.text, section, min(most, MAX_WORDS)):
            found.append(
                Passage(
                    document=document.name,
                    title=document.title,
                    heading=section.heading,
                    text=document.text[start:end],
                    start=start,
                    end=end,
                    page=bisect.bisect(document.pages, start) or None,
                )
            )
    return tuple(found)


def words(text: str) -> int:
    """Length in English words or what takes the embedder as many tokens."""
    return len(PIECE.findall(text))


def _sections(document: Document) -> Iterator[Section]:
    """Stretches between headings. Only Markdown has headings.

    A heading that nothing stands under is a section of its own, unless it only
    introduces deeper headings: then it is part of their paths.
    """
    text = document.text
    headings = _headings(text) if document.name.lower().endswith(".md") else []
    path: list[Heading] = []
    yield Section("", 0, headings[0].start if headings else len(text))
    for heading, following in zip(headings, [*headings[1:], None], strict=False):
        path = [above for above in path if above.level < heading.level]
        end = following.start if following else len(text)
        deeper = following is not None and following.level > heading.level
        if text[heading.end : end].strip():
            yield Section(_shown([*path, heading], document.title), heading.end, end)
        elif not deeper:
            yield Section(_shown(path, document.title), heading.start, end)
        path.append(heading)


def _headings(text: str) -> list[Heading]:
    found, at, fence = [], 0, ""
    for line in text.split("\n"):
        mark = FENCE.match(line)
        if mark and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
        heading = None if fence else HEADING.fullmatch(line)
        if heading and heading[2].strip(" #"):
            found.append(Heading(len(heading[1]), heading[2].strip(" #"), at, at + len(line)))
        at += len(line) + 1
    return found


def _shown(path: list[Heading], title: str) -> str:
    return " > ".join(heading.text for heading in path if heading.text != title)


def _joined(text: str, sections: Iterator[Section]) -> list[Section]:
    """Without white space at either end, and short neighbours as one."""
    found: list[Section] = []
    for section in sections:
        whole = _trimmed(text, section)
        if whole.start == whole.end:
            continue
        if found and _short(text, found[-1]) and _short(text, whole):
            whole = replace(found.pop(), end=whole.end)
        found.append(whole)
    return found


def _trimmed(text: str, section: Section) -> Section:
    body = text[section.start : section.end]
    start = section.start + len(body) - len(body.lstrip())
    return replace(section, start=start, end=start + len(body.strip()))


def _short(text: str, section: Section) -> bool:
    return words(text[section.start : section.end]) < SHORT_WORDS


def _pieces(text: str, section: Section, most: int) -> Iterator[tuple[int, int]]:
    """Offsets of the section itself, or of its parts where it is too long."""
    body = text[section.start : section.end]
    if words(body) <= most:
        yield section.start, section.end
        return
    for start, whole in _cut(body, most, SENTENCES):
        parts = [(0, whole)] if words(whole) <= MAX_WORDS else _cut(whole, most, len(SEPARATORS))
        for offset, part in parts:
            begin = section.start + start + offset
            yield begin, begin + len(part)


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
