"""What changed from one text to another, word by word within the lines that changed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

CONTEXT = 1  # lines that stayed, shown around a change
MOST_LINES = 20_000  # of both texts together; comparing takes too long beyond
MOST_WORDS = 4_000  # of one change that is compared by words

Kind = Literal["same", "gone", "new", "skipped"]


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed, went, came, or is left out because nothing changed there."""

    kind: Kind
    text: str


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """Pieces in their order; without `gone` they are the new text, without `new` the old one.

    Stretches that stayed are cut to the lines next to a change, as `skipped` says. Texts that are
    too long to compare are told whole: one went, the other came.
    """
    if before == after:
        return ()
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if len(old) + len(new) > MOST_LINES:
        return Piece("gone", before), Piece("new", after)
    codes = SequenceMatcher(a=old, b=new).get_opcodes()
    found: list[Piece] = []
    for at, (kind, i, j, k, m) in enumerate(codes):
        if kind == "equal":
            found += _context(new[k:m], first=at == 0, last=at == len(codes) - 1)
        else:
            found += _words("".join(old[i:j]), "".join(new[k:m]))
    return tuple(found)


def _context(lines: Sequence[str], *, first: bool, last: bool) -> Iterator[Piece]:
    before = [] if first else lines[:CONTEXT]
    after = [] if last else lines[max(CONTEXT, len(lines) - CONTEXT) if before else -CONTEXT :]
    left_out = len(lines) - len(before) - len(after)
    yield from _pieces("same", "".join(before))
    if left_out:
        yield Piece("skipped", "".join(lines[len(before) : len(lines) - len(after)]))
    yield from _pieces("same", "".join(after))


def _words(before: str, after: str) -> Iterator[Piece]:
    old, new = (re.findall(r"\s+|[^\W_]+|[^\w\s]|_", text) for text in (before, after))
    if len(old) + len(new) > MOST_WORDS:
        yield from (*_pieces("gone", before), *_pieces("new", after))
        return
    for _, i, j, k, m in SequenceMatcher(a=old, b=new).get_opcodes():
        if old[i:j] == new[k:m]:
            yield from _pieces("same", "".join(new[k:m]))
        else:
            yield from _pieces("gone", "".join(old[i:j]))
            yield from _pieces("new", "".join(new[k:m]))


def _pieces(kind: Kind, text: str) -> Iterator[Piece]:
    if text:
        yield Piece(kind, text)
