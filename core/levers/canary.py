"""Proof that base columns are answered by the base: an adapter beside them must change nothing.

A peer's "base model" pane was silently answered by the tuned model for three months.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import LeverUnavailable
from core.models.model import Model
from core.records import Adapter, Decoding, Message, Request

SONG = Decoding(max_tokens=24)


@dataclass(frozen=True)
class Canary:
    """What one prompt is answered with and without an adapter in the same batch."""

    apart: str  # the base, beside the base
    beside: str  # the base, beside the adapter
    adapted: str  # the adapter

    @property
    def sound(self) -> bool:
        """Whether the adapter leaves the base's answer as it is."""
        return self.apart == self.beside


def prove(model: Model, adapter: Adapter, messages: tuple[Message, ...]) -> None:
    """Answer with an adapter once, and see that the base is what it was before, to the last bit.

    Raises:
        LeverUnavailable: As `listen`, or the base's own weights changed.
        FirstLeverError: Whatever kept the model from answering.
    """
    before = model.weights()
    listen(model, adapter, messages)
    if model.weights() != before:
        raise LeverUnavailable(
            f"The adapter of {adapter.run} changed the base's own weights.",
            remedy="Restart the server to load the base anew, and do not use this adapter.",
        )


def listen(model: Model, adapter: Adapter, messages: tuple[Message, ...]) -> Canary:
    """Answer one prompt by the base twice, then by base and adapter together.

    The base's rows stand in batches of one shape, so that on a GPU, too, nothing but the adapter
    differs. Where all weights were trained, those answer from a batch of their own.

    Raises:
        LeverUnavailable: The base's answer changed: nothing said beside this adapter counts.
    """
    base = Request(messages, None, SONG)
    apart, _ = _said(model, [base, base])
    bases = [base, base] if adapter.whole else [base]
    beside, *_, adapted = _said(model, [*bases, Request(messages, adapter, SONG)])
    canary = Canary(apart, beside, adapted)
    if not canary.sound:
        raise LeverUnavailable(
            f"The adapter of {adapter.run} changes what the base answers beside it.",
            remedy="Train again; until then compare without LoRA.",
        )
    return canary


def _said(model: Model, requests: Sequence[Request]) -> list[str]:
    said = [""] * len(requests)
    for piece in model.stream(requests, threading.Event()):
        if piece.error:
            raise piece.error
        if piece.done:
            said[piece.index] = piece.done.text
    return said
