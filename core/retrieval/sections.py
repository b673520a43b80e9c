"""The sections of a document: stretches of its text under one path of headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.records import Document

PLAIN = (".txt", ".pdf", ".csv")  # the text of every other kind is Markdown
FENCE = re.compile(r" {0,3}(```|~~~)")
HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.{1,200})")  # a longer line is a paragraph


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


def sections(document: Document) -> Iterator[Section]:
    """Stretches between headings, in order; the first stands above all of them and may be empty.

    A heading that nothing stands under is a section of its own, unless it only
    introduces deeper headings: then it is part of their paths.
    """
    text = document.text
    headings = [] if document.name.lower().endswith(PLAIN) else _headings(text)
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


def trimmed(text: str, section: Section) -> Section:
    """Without white space at either end."""
    body = text[section.start : section.end]
    start = section.start + len(body) - len(body.lstrip())
    return replace(section, start=start, end=start + len(body.strip()))
