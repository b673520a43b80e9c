"""Answers recorded when a run is handed over, for its new owner to compare with."""

import threading

from core.errors import FirstLeverError
from core.models.model import Model
from core.records import Adapter, Decoding, Message, Request
from core.training.handover.bundle import Recorded, samples
from core.training.rows import Row, Rows

LENGTH = Decoding(max_tokens=96)


def recorded(rows: Rows, adapter: Adapter, model: Model) -> tuple[Recorded, ...]:
    """What model and adapter say, one after another, to a few validation rows.

    Raises:
        FirstLeverError: Whatever kept the model from answering.
    """
    return tuple(_recorded(row, adapter, model) for row in samples(rows))


def request(messages: tuple[Message, ...], adapter: Adapter | None) -> Request:
    """The chat as it is asked for the record."""
    return Request(messages, adapter, LENGTH)


def _recorded(row: Row, adapter: Adapter, model: Model) -> Recorded:
    for piece in model.stream([request(row.prompt, adapter)], threading.Event()):
        if piece.error:
            raise piece.error
        if piece.done:
            return Recorded(row.prompt, piece.done.text, LENGTH.max_tokens)
    raise FirstLeverError("The model gave no answer.", remedy="Try again.")
