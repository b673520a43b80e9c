"""The texts that the model reads: xz-compressed JSON lines, named in the model card.

They are not part of the project; `SOURCES` names each with the share of prose
that is drawn from it.
"""

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

# By size, so that none is read too often; plain prose above its size.
PROSE = {"plain_english": 0.25, "simple_stories": 0.05, "textbooks": 0.3, "wikipedia": 0.4}


def rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """The rows of one corpus, in file order."""
    with lzma.open(folder / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


class Prose:
    """Endless stretches of prose, drawn by the shares in `PROSE`."""

    def __init__(self, folder: Path, characters: int = 80_000_000) -> None:
        self.texts = {name: _some(folder, name, characters) for name in PROSE}

    def stretch(self, rng: Random, characters: int) -> str:
        """About that many characters from a random text, begun at a paragraph or sentence."""
        (name,) = rng.choices(list(PROSE), list(PROSE.values()))
        text = rng.choice(self.texts[name])
        start = rng.randrange(max(1, len(text) - characters // 2))
        start = max(text.rfind("\n", 0, start), text.rfind(". ", 0, start) + 1, 0)
        return text[start : start + characters].strip()


def _some(folder: Path, name: str, characters: int) -> list[str]:
    texts: list[str] = []
    for row in rows(folder, name):
        texts.append(row["text"])
        characters -= len(row["text"])
        if characters < 0:
            break
    return texts
