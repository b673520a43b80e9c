"""Word lists and phrasings, kept as text: `[section]`, then one phrase or many words a line."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "tables"
PHRASINGS = (
    "phrases", "instructions", "desks", "feelings", "asking", "fields", "rewriting", "counting",
)  # fmt: skip


@cache
def sections(file: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(name, lines) of each section in file order; a name may come twice."""
    text = (FOLDER / f"{file}.txt").read_text(encoding="utf-8")
    parts = [part.strip().split("\n") for part in ("\n" + text).split("\n[")[1:]]
    return tuple((part[0].rstrip("]"), tuple(part[1:])) for part in parts)


def files(folder: str) -> tuple[str, ...]:
    """The tables in a folder, by name."""
    return tuple(sorted(f"{folder}/{file.stem}" for file in (FOLDER / folder).glob("*.txt")))


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of one section of `words.txt`."""
    return tuple(" ".join(dict(sections("words"))[name]).split())


@cache
def phrases(name: str) -> tuple[str, ...]:
    """The lines of every section of this name."""
    return tuple(line for each, lines in _phrasings() if each == name for line in lines if line)


@cache
def named(prefix: str) -> dict[str, tuple[str, ...]]:
    """Sections whose name begins so, under the rest of their name."""
    start = f"{prefix} "
    names = dict.fromkeys(name for name, _ in _phrasings() if name.startswith(start))
    return {name.removeprefix(start): phrases(name) for name in names}


def _phrasings() -> list[tuple[str, tuple[str, ...]]]:
    return [part for file in PHRASINGS for part in sections(file)]


@cache
def pairs(name: str) -> dict[str, str]:
    """A section with lines `this = that`."""
    return {
        left: right.strip() for left, _, right in (line.partition(" =") for line in phrases(name))
    }
