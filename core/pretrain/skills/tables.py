"""Word lists and phrasings, kept as text: `[section]`, then one phrase or many words a line."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "tables"


@cache
def sections(file: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(name, lines) of each section in file order; a name may come twice."""
    text = (FOLDER / f"{file}.txt").read_text(encoding="utf-8")
    parts = [part.strip().split("\n") for part in ("\n" + text).split("\n[")[1:]]
    return tuple((part[0].rstrip("]"), tuple(part[1:])) for part in parts)


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of one section of `words.txt`."""
    return tuple(" ".join(dict(sections("words"))[name]).split())


@cache
def phrases(name: str) -> tuple[str, ...]:
    """The lines of one section of `phrases.txt`."""
    return dict(sections("phrases"))[name]


@cache
def named(prefix: str) -> dict[str, tuple[str, ...]]:
    """Sections of `phrases.txt` whose name begins so, under the rest of their name."""
    start = f"{prefix} "
    found = [(name, lines) for name, lines in sections("phrases") if name.startswith(start)]
    return {name.removeprefix(start): lines for name, lines in found}


@cache
def pairs(name: str) -> dict[str, str]:
    """A section of `phrases.txt` with lines `this = that`."""
    return {
        left: right.strip() for left, _, right in (line.partition(" =") for line in phrases(name))
    }
