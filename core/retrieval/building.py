"""How the files of an index come about: from an index that is almost the same, else whole.

Chroma needs seconds to arrange ten thousand vectors, and a fraction of one to take some out
and add some. A chain of such changes is ended by a whole build, so that what was taken out
does not weigh on the search for good.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import workspace as files
from core.retrieval import chroma, shelf
from core.retrieval.embedding import Vectors

KEYS = "keys.json"
MOST_CHANGED = 0.2  # of the keys, in one change
MOST_CHANGES = 50  # between two whole builds
EMPTY_BYTES = 500_000  # of an index without passages, measured, rounded up
VECTOR_SHARE = 3  # bytes of an index for each byte of its vectors, measured


@dataclass(frozen=True)
class Build:
    """Writes an index into a folder.

    Vectors are asked for by row where they are needed: a change needs few of them.
    """

    made: str  # names layout, Chroma and embedder
    keys: tuple[str, ...]
    marks: tuple[str, ...]  # of each key's document
    vectors: Callable[[Sequence[int]], Vectors]  # of these rows of `keys`

    def new(self, indexes: Path) -> list[int]:
        """Rows that the nearest of the finished indexes lacks; all where none is near enough."""
        base = self._nearest(indexes)
        return self._lacking(set(base.keys) if base else set())

    @property
    def needed(self) -> int:
        """Bytes of the index and of one copy."""
        each = self.vectors([0]).nbytes
        return 2 * (EMPTY_BYTES + VECTOR_SHARE * each * len(self.keys))

    def __call__(self, folder: Path, indexes: Path) -> None:
        """Begin with the nearest of the finished indexes, where one is near enough."""
        base = self._nearest(indexes)
        parts = shelf.content(indexes, base.name) if base else None
        if base is None or parts is None:
            chroma.fill(folder, self.vectors(range(len(self.keys))), self.keys, self.marks)
            changes = 0
        else:
            shelf.unpack(folder, parts)
            self._change(folder, set(base.keys))
            changes = base.changes + 1
        files.write_json(
            folder / KEYS, {"made": self.made, "keys": list(self.keys), "changes": changes}
        )

    def _lacking(self, held: set[str]) -> list[int]:
        return [row for row, key in enumerate(self.keys) if key not in held]

    def _change(self, folder: Path, held: set[str]) -> None:
        new = self._lacking(held)
        chroma.change(
            folder,
            sorted(held - set(self.keys)),
            self.vectors(new),
            [self.keys[row] for row in new],
            [self.marks[row] for row in new],
        )

    def _nearest(self, indexes: Path) -> "Base | None":
        """The finished index with the fewest keys to change, if those are few enough."""
        wanted = set(self.keys)
        found = (_base(path) for path in indexes.glob(f"[!.]*/{KEYS}"))
        near = [
            (len(wanted.symmetric_difference(base.keys)), base)
            for base in found
            if base and base.made == self.made and base.changes < MOST_CHANGES
        ]
        changed, base = min(near, key=lambda one: one[0], default=(len(wanted), None))
        return base if changed <= MOST_CHANGED * len(wanted) else None


@dataclass(frozen=True)
class Base:
    """A finished index that another can begin with."""

    name: str
    made: str
    keys: Sequence[str]
    changes: int


def _base(path: Path) -> Base | None:
    try:
        said: Any = files.read_json(path)
        return Base(path.parent.name, said["made"], list(map(str, said["keys"])), said["changes"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):  # damaged: not used
        return None
