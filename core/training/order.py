"""The order in which rows are learned: decided before the run, by the seed alone.

A resumed run then meets the rows that an undisturbed one would have met, whatever
random numbers were drawn since. Batches hold rows of like length, because half of
a mixed batch would be padding.
"""

import random
from collections.abc import Sequence

POOL = 16  # batches that are sorted by length together; more would teach in order of length


def order(lengths: Sequence[int], reads: int, batch: int, seed: int) -> list[int]:
    """Positions of `reads` rows in learning order; every pass holds each row once.

    Args:
        lengths: Tokens of each row.
        reads: Rows to learn in all passes together.
        batch: Rows a step.
        seed: The same seed gives the same order.
    """
    chance = random.Random(seed)
    stream: list[int] = []
    while len(stream) < reads:
        stream += chance.sample(range(len(lengths)), len(lengths))
    stream = stream[:reads]
    pools = [stream[start : start + POOL * batch] for start in range(0, reads, POOL * batch)]
    return [row for pool in pools for row in _pooled(pool, lengths, batch, chance)]


def _pooled(
    pool: Sequence[int], lengths: Sequence[int], batch: int, chance: random.Random
) -> list[int]:
    by_length = sorted(pool, key=lambda row: lengths[row])
    batches = [by_length[start : start + batch] for start in range(0, len(pool), batch)]
    full = [rows for rows in batches if len(rows) == batch]
    chance.shuffle(full)
    # A smaller batch stays last: in the middle it would shift all that follow.
    return [row for rows in full + batches[len(full) :] for row in rows]
