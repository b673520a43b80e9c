"""Batches of chats, written by this process or ahead of it by others."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from core.pretrain import curriculum
from core.pretrain.batches import Row, endless, padded, pooled, weigh

POOL = 24  # batches whose rows are sorted by length together


class Written:
    """Batches without end, as hard as `level` says; every writer draws its own."""

    def __init__(self, corpora: Path, pieces: Any, batch_tokens: int, seed: int) -> None:
        self.corpora, self.pieces, self.batch_tokens = corpora, pieces, batch_tokens
        self.seed = seed
        self.level: Any = multiprocessing.Value("d", 0.0)  # share of the curriculum behind us

    def batches(self, writer: int) -> Iterator[tuple[Any, Any]]:
        """What one writer makes: ids and weights, both (rows, tokens)."""
        rng = Random(self.seed + writer)
        practice = curriculum.Practice(self.corpora, rng)

        def row() -> Row:
            now = curriculum.stage(self.level.value)
            while True:
                made = weigh(practice.chat(now), self.pieces)
                if 8 < len(made[0]) <= now.max_tokens:
                    return made

        for batch in endless(lambda: pooled(row, rng, self.batch_tokens, POOL)):
            yield padded(batch, self.pieces.pad_token_id)


def batches(written: Written, writers: int) -> Iterator[tuple[Any, Any]]:
    """From this process itself, or from so many others, whichever has one ready."""
    if not writers:
        for ids, weights in written.batches(0):
            yield _tensors(ids), _tensors(weights)
    ready: Any = multiprocessing.Queue(4 * writers)
    for writer in range(writers):
        arguments = (written, writer, ready)
        multiprocessing.Process(target=_write, args=arguments, daemon=True).start()
    while True:
        ids, weights = ready.get()
        yield _tensors(ids), _tensors(weights)


def _write(written: Written, writer: int, ready: Any) -> None:
    for batch in written.batches(writer):
        ready.put(batch)


def _tensors(array: Any) -> Any:
    import torch

    return torch.from_numpy(array)
