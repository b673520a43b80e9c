"""An adapter that leaks into the base's answers is noticed before anyone compares."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import LeverUnavailable
from core.levers.canary import listen, prove
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


class Moved(Two):
    """A model whose base becomes another one once an adapter was on it."""

    moved = False

    def weights(self) -> str:
        return "moved" if self.moved else "as before"

    def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
        self.moved |= self.leaks and any(request.adapter for request in requests)
        for index, request in enumerate(requests):
            text = "tuned" if request.adapter else "base"
            yield Piece(index, text, Generated(text, 1, 1, 0.1, 0.1, "end"))


def test_a_base_that_is_what_it_was_is_proof() -> None:
    prove(Moved(leaks=False), ADAPTER, PROMPT)


def test_an_adapter_that_moves_a_weight_of_the_base_is_refused_even_if_it_answers_alike() -> None:
    with pytest.raises(LeverUnavailable, match="changed the base's own weights"):
        prove(Moved(leaks=True), ADAPTER, PROMPT)


def test_all_weights_are_heard_beside_two_rows_of_the_base() -> None:
    asked: list[int] = []

    class Counting(Two):
        def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
            asked.append(len(requests))
            return super().stream(requests, cancel)

    canary = listen(Counting(leaks=False), replace(ADAPTER, whole=True), PROMPT)
    assert (canary.beside, canary.adapted) == ("base", "tuned")
    assert asked == [2, 3]  # those of all weights are generated apart: 2 and 2 + 1
