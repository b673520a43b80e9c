"""Which of many texts may be alike, without comparing each with each: MinHash with banding.

Two texts get the same mark under a random hash as often as their shingles overlap (Broder 1997).
The marks are cut into bands; texts that agree in a whole band are candidates. A pair with four
fifths of its shingles in common is met with probability 0.998, one with two fifths with 0.15.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from core.tasks.gate.shingles import AT_ONCE, Indexes, Shingles, distinct

BANDS = 16
ROWS = 5  # marks in a band
WINDOW = 4  # neighbours that each text of a crowded band is compared with
LIKELY = 0.62  # shared marks below which a pair with 0.8 of its shingles in common is 4 sigma away

Marks = NDArray[np.uint32]  # (texts, BANDS * ROWS)


def marks(shingles: Shingles) -> Marks:
    """The least hash of each text's shingles under each of the hashes. Each text has some."""
    dice = np.random.default_rng(0)
    factors = dice.integers(0, 2**64, BANDS * ROWS, dtype=np.uint64) | np.uint64(1)
    shifts = dice.integers(0, 2**64, BANDS * ROWS, dtype=np.uint64)
    found = np.empty((len(shingles.sizes), BANDS * ROWS), np.uint32)
    for begin, end in _portions(shingles):
        starts = shingles.starts[begin:end]
        values = shingles.values[starts[0] : shingles.starts[end]].astype(np.uint64)
        for number, (factor, shift) in enumerate(zip(factors, shifts, strict=True)):
            hashed = (values * factor + shift) >> np.uint64(32)
            found[begin:end, number] = np.minimum.reduceat(hashed, starts - starts[0])
    return found


def candidates(
    marked: Marks, apart: Indexes, orders: Sequence[Indexes], tick: Callable[[], None]
) -> Iterator[tuple[Indexes, Indexes]]:
    """Pairs of texts (left, right), left < right, that may be alike: each pair once.

    Args:
        marked: The texts' marks.
        apart: (texts,) Texts with different values never meet.
        orders: (texts,) each. Ranks that put like texts side by side; bands take turns with them.
        tick: Called once a band.
    """
    met = np.empty(0, np.int64)
    for band in range(BANDS):
        tick()
        keys = _neighbours(_band_keys(marked, band, apart), orders[band % len(orders)])
        new = np.setdiff1d(keys, met, assume_unique=True)
        met = np.concatenate([met, new])
        left, right = np.divmod(new, len(marked))
        likely = _likely(marked, left, right)
        yield left[likely], right[likely]


def _band_keys(marked: Marks, band: int, apart: Indexes) -> NDArray[np.uint64]:
    keys = apart.astype(np.uint64)
    for column in range(band * ROWS, (band + 1) * ROWS):
        keys = (keys + marked[:, column]) * np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(29)
    return keys


def _neighbours(keys: NDArray[np.uint64], order: Indexes) -> Indexes:
    """Pairs of equal key within `WINDOW` of each other, coded as left * texts + right."""
    by_key = np.lexsort((order, keys))
    ordered = keys[by_key]
    pairs = [np.empty(0, np.int64)]
    for step in range(1, min(WINDOW, len(keys) - 1) + 1):
        same = ordered[:-step] == ordered[step:]
        one, other = by_key[:-step][same], by_key[step:][same]
        pairs.append(np.minimum(one, other) * len(keys) + np.maximum(one, other))
    return distinct(np.concatenate(pairs))


def _likely(marked: Marks, left: Indexes, right: Indexes) -> NDArray[np.bool_]:
    found = np.empty(len(left), np.bool_)
    for begin in range(0, len(left), AT_ONCE // 10):
        part = slice(begin, begin + AT_ONCE // 10)
        found[part] = (marked[left[part]] == marked[right[part]]).mean(axis=1) >= LIKELY
    return found


def _portions(shingles: Shingles) -> Iterator[tuple[int, int]]:
    begin = 0
    texts = len(shingles.sizes)
    while begin < texts:
        limit = shingles.starts[begin] + AT_ONCE // 2
        end = int(np.searchsorted(shingles.starts, limit, side="right")) - 1
        end = min(max(end, begin + 1), texts)
        yield begin, end
        begin = end
