"""An adapter that leaks into the base's answers is noticed before anyone compares."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from core.errors import LeverUnavailable
from core.levers.canary import listen
from core.models.model import Piece
from core.records import Adapter, Generated, Message, Request

ADAPTER = Adapter("run-1", Path("adapter"), "ad1", "base1")
PROMPT = (Message("user", "Hello?"),)


class Two:
    """A model with one adapter, which may leak into the base rows of its batch."""

    name, digest, parameters, context = "two", "base1", None, 100

    def __init__(self, leaks: bool) -> None:
        self.leaks = leaks

    def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
        tuned = self.leaks and any(request.adapter for request in requests)
        for index, request in enumerate(requests):
            text = "tuned" if request.adapter or tuned else "base"
            yield Piece(index, text, Generated(text, 1, 1, 0.1, 0.1, "end"))


def test_an_adapter_that_stays_in_its_row_is_sound() -> None:
    canary = listen(Two(leaks=False), ADAPTER, PROMPT)
    assert (canary.apart, canary.beside, canary.adapted) == ("base", "base", "tuned")


def test_an_adapter_that_answers_for_the_base_is_refused() -> None:
    with pytest.raises(LeverUnavailable, match="changes what the base answers"):
        listen(Two(leaks=True), ADAPTER, PROMPT)
