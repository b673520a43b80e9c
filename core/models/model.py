"""What every model can do: continue a batch of chats, piece by piece."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.errors import FirstLeverError
from core.records import Generated, Message, Request


@dataclass(frozen=True)
class Piece:
    """The next stretch of one request's answer; `done` or `error` on exactly one piece ends it."""

    index: int  # which request of the batch
    text: str  # what is new; all of them joined are `done.text`
    done: Generated | None = None
    error: FirstLeverError | None = None


class Model(Protocol):
    """A base checkpoint, here or behind an endpoint. Safe to share between threads."""

    @property
    def name(self) -> str:
        """As shown beside its answers."""

    @property
    def digest(self) -> str:
        """Changes with anything that could change an answer."""

    @property
    def parameters(self) -> int | None:
        """None where the provider does not say."""

    @property
    def context(self) -> int:
        """Tokens of prompt and answer together."""

    @property
    def trainable(self) -> bool:
        """Whether the weights lie here, so that an adapter can be trained on them."""

    def count(self, messages: Sequence[Message]) -> int:
        """Tokens of the prompt that these messages make."""

    def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
        """Answer all requests; pieces of different requests come interleaved.

        The work starts at once. Setting `cancel`, closing the iterator or
        dropping it stops the work within two seconds.
        """

    def weights(self) -> str:
        """SHA-256 of the weights as they lie in memory now, "" where they are elsewhere."""

    def close(self) -> None:
        """Stop the work and let go of the memory. Nothing can be asked afterwards."""
