"""From chats to tensors: which tokens count how much, and rows of similar length together."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import numpy as np

from core.pretrain.skills.drawing import Chat
from core.pretrain.tokenizer import turn

Row = tuple[list[int], list[float]]  # token ids, and what predicting each is worth

# A prompt is mostly names that nobody can foresee; an answer is what we are here for.
PROMPT, PROSE, ANSWER, EARLIER_ANSWER = 0.05, 0.25, 1.0, 0.8


def weigh(chat: Chat, tokenizer: Any) -> Row:
    """The chat as token ids with the weight of each in the loss."""
    if chat.skill == "prose":
        ids: list[int] = tokenizer(chat.turns[0][1], add_special_tokens=False)["input_ids"]
        return ids, [PROSE] * len(ids)
    ids, weights = [], list[float]()
    for place, (role, content) in enumerate(chat.turns):
        made = tokenizer(turn(role, content), add_special_tokens=False)["input_ids"]
        last = place == len(chat.turns) - 1
        worth = PROMPT if role != "assistant" else ANSWER if last else EARLIER_ANSWER
        ids += made
        weights += [PROMPT, *[worth] * (len(made) - 1)]  # the role itself is given
    return ids, weights


def pooled(rows: Callable[[], Row], rng: Random, batch_tokens: int, pool: int) -> list[list[Row]]:
    """About `pool` batches of rows sorted by length, so that little is padding; in random order."""
    drawn: list[Row] = []
    held = 0
    while held < pool * batch_tokens:
        drawn.append(rows())
        held += len(drawn[-1][0])
    drawn.sort(key=lambda row: len(row[0]))
    batches: list[list[Row]] = [[]]
    for row in drawn:
        if (len(batches[-1]) + 1) * len(row[0]) > batch_tokens and batches[-1]:
            batches.append([])
        batches[-1].append(row)
    rng.shuffle(batches)
    return batches


def padded(batch: list[Row], pad: int) -> tuple[Any, Any]:
    """Ids and weights, padded on the right: a causal model never sees that padding.

    Arrays, not tensors: a process that was forked must not call on torch's threads.
    """
    width = max(len(ids) for ids, _ in batch)
    ids = np.full((len(batch), width), pad, np.int64)
    weights = np.zeros((len(batch), width), np.float32)
    for place, (row, worth) in enumerate(batch):
        ids[place, : len(row)] = row
        weights[place, : len(row)] = worth
    return ids, weights  # both (rows, tokens)


def copying(rng: Random, vocabulary: int, batch_tokens: int) -> tuple[Any, Any]:
    """Random tokens, then the same again: only looking back can predict the second half."""
    import torch

    span = rng.choice([8, 16, 32, 64])
    first = torch.randint(5, vocabulary, (batch_tokens // 128, span))
    ids = first.repeat(1, 128 // span)
    weights = torch.ones(ids.shape)
    weights[:, :span] = 0.02
    return ids, weights


def endless(draw: Callable[[], list[list[Row]]]) -> Iterator[list[Row]]:
    """Batches without end, a pool at a time."""
    while True:
        yield from draw()
