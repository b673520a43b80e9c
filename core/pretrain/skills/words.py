"""Open vocabularies: real words from the corpora where they are, short lists elsewhere."""

import re
from dataclasses import dataclass
from pathlib import Path

from core.pretrain import corpora
from core.pretrain.skills import tables


@dataclass(frozen=True)
class Words:
    """The lists that names and sentences are filled from."""

    nouns: tuple[str, ...] = tables.words("nouns")
    adjectives: tuple[str, ...] = tables.words("adjectives")
    verbs: tuple[str, ...] = tables.words("verbs")
    proper: tuple[str, ...] = tables.words("names")  # names of people and places
    glosses: tuple[tuple[str, str, str], ...] = ()  # (word, part of speech, definition)


def from_corpora(folder: Path) -> Words:
    """Words of WordNet and the proper names that Wikipedia writes in mid-sentence."""
    entries = list(corpora.rows(folder, "wordnet"))
    kinds = {
        kind: tuple({row["word"] for row in entries if row["pos"] == kind and _plain(row["word"])})
        for kind in ("noun", "adj", "verb")
    }
    return Words(
        nouns=tables.words("nouns") * 40 + tuple(sorted(kinds["noun"])),
        adjectives=tables.words("adjectives") * 40 + tuple(sorted(kinds["adj"])),
        verbs=tables.words("verbs") * 40 + tuple(sorted(kinds["verb"])),
        proper=tables.words("names") * 10 + _proper(folder),
        glosses=tuple((row["word"], row["pos"], row["definition"]) for row in entries),
    )


def _plain(word: str) -> bool:
    return re.fullmatch("[a-z]{3,9}", word) is not None


def _proper(folder: Path) -> tuple[str, ...]:
    found: set[str] = set()
    for number, row in enumerate(corpora.rows(folder, "wikipedia")):
        found.update(re.findall(r"(?<=[a-z] )[A-Z][a-z]{3,9}(?=[ ,])", row["text"][:4000]))
        if number == 2500:
            break
    return tuple(sorted(found))
