"""Rows that say nearly the same as another row, though not letter for letter.

Two rows are twins when their inputs are nearly equal, hold the same numbers and have nearly equal
references. The input's wording is compared by shingles, its meaning, where an embedder is at hand,
by the cosine. A short question that differs in one word is another question: it loses too many of
its few shingles to pass.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from core.records import Example, OutputKind
from core.tasks.gate import minhash
from core.tasks.gate.search import Embed, Pairs, Search

MOST_EMBEDDED = 5_000  # rows; an embedder takes about 3 ms for each
STEPS = minhash.BANDS + 2  # how often a search ticks

Found = Literal["wording", "meaning"]


@dataclass(frozen=True)
class Pair:
    """Two examples by their positions among all, the earlier one first."""

    first: int
    second: int
    found: Found


@dataclass(frozen=True)
class Twins:
    """What a search found among examples that are no exact repeats of one another."""

    alike: tuple[Pair, ...] = ()
    contradicting: tuple[Pair, ...] = ()  # inputs the same but for punctuation or a typo

    @property
    def joined(self) -> list[tuple[int, int]]:
        """The positions of all that are alike, pair by pair."""
        return [(pair.first, pair.second) for pair in self.alike]

    @cached_property
    def repeats(self) -> Mapping[int, Pair]:
        """For each position that an earlier one makes needless: the pair that says so.

        The earlier one of such a pair is never needless itself: what is dropped has its like.
        """
        found: dict[int, Pair] = {}
        for pair in sorted(self.alike, key=lambda pair: (pair.second, pair.first)):
            if pair.first not in found:
                found.setdefault(pair.second, pair)
        return found


def clusters(
    examples: Sequence[Example], output: OutputKind = "text", embed: Embed | None = None
) -> tuple[tuple[int, ...], ...]:
    """Row numbers that belong on one side of a split: twins, and twins of twins."""
    return tuple(
        tuple(sorted(examples[place].row for place in joined))
        for joined in connected(twins(examples, output, embed).joined)
    )


def connected(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Positions that pairs join, directly or by way of others; each list in ascending order."""
    above: dict[int, int] = {}

    def top(place: int) -> int:
        while above.setdefault(place, place) != place:
            above[place] = place = above[above[place]]
        return place

    for pair in pairs:
        one, other = map(top, pair)
        above[max(one, other)] = min(one, other)
    joined: defaultdict[int, list[int]] = defaultdict(list)
    for place in sorted(above):
        joined[top(place)].append(place)
    return list(joined.values())


def twins(
    examples: Sequence[Example],
    output: OutputKind = "text",
    embed: Embed | None = None,
    tick: Callable[[], None] = lambda: None,
) -> Twins:
    """All pairs that are nearly equal, or nearly equal but for their references.

    Args:
        examples: Of exact repeats only the first is compared.
        output: Labels and JSON objects are near-equal only where they are equal.
        embed: Compares meanings, too, for at most `MOST_EMBEDDED` rows.
        tick: Called `STEPS` times.
    """
    search = Search.prepared(examples, output)
    tick()
    alike, contradicting = search.by_wording(tick)
    tick()
    if embed and 1 < len(search.examples) <= MOST_EMBEDDED:
        alike = np.concatenate([alike, search.by_meaning(embed, alike)])
    return Twins(_pairs(search, alike), _pairs(search, contradicting))


def _pairs(search: Search, found: Pairs) -> tuple[Pair, ...]:
    """The pairs by the positions of all examples."""
    first, second = search.places[found[:, 0]], search.places[found[:, 1]]
    ways: tuple[Found, Found] = ("wording", "meaning")
    rows = zip(first.tolist(), second.tolist(), found[:, 2].tolist(), strict=True)
    return tuple(Pair(one, other, ways[way]) for one, other, way in rows)
