"""A model behind an OpenAI-compatible endpoint: OpenAI, vLLM, Together, Ollama and their like.

The key is read from the environment when a question is asked, goes to the one
address, and stands in no record, log or message.
"""

import os
import queue
import re
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from core.errors import AdapterRefused, FirstLeverError, ModelUnavailable, PromptTooLong
from core.models.model import Piece
from core.records import Ending, Generated, Message, Request, fingerprint

ASSUMED_CONTEXT = 8192  # tokens; endpoints do not say
AT_ONCE = 8  # requests under way to one endpoint per submission
PATIENCE = 0.1  # seconds between two looks at the cancel event
BYTES_PER_TOKEN = 4  # of English in common vocabularies
TURN_TOKENS = 4  # what a chat template adds to a turn
KEY_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*_API_KEY")


class Endpoint:
    """A `Model` elsewhere. Its digest names the address; the weights there may change unseen.

    Args:
        base_url: Up to and including the version, such as `http://127.0.0.1:8000/v1`.
        model: The provider's name for it.
        key_variable: Environment variable that holds the key, `""` where none is needed. It must
            end in `_API_KEY`, so that no other secret can be sent to an address of a user's choice.

    Raises:
        ModelUnavailable: The address is none or holds a secret, or the variable is no key's. What
            may be a secret is not repeated.
    """

    parameters: int | None = None
    context = ASSUMED_CONTEXT
    trainable = False

    def __init__(self, base_url: str, model: str, key_variable: str = "") -> None:
        if any(mark in base_url for mark in "@?#"):
            raise ModelUnavailable(
                "The address holds a user, a password or a query.",
                remedy="Leave them out, and put the key into an environment variable.",
            )
        if not _is_address(base_url) or not model:
            raise ModelUnavailable(
                f"{base_url!r} with the model {model!r} is no endpoint.",
                remedy="Give an address such as http://127.0.0.1:8000/v1 and the model's name.",
            )
        if key_variable and not KEY_VARIABLE.fullmatch(key_variable):
            raise ModelUnavailable(
                "What was given does not look like the name of a key's environment variable.",
                remedy="Put the key into one whose name ends in _API_KEY, and give that name.",
            )
        self.name = model
        self.base_url = base_url
        self.key_variable = key_variable
        self.digest = fingerprint(base_url, model)

    def count(self, messages: Sequence[Message]) -> int:
        """An estimate: a token per four bytes and four per turn. The tokenizer is not here."""
        written = sum(len(message.content.encode()) for message in messages)
        return written // BYTES_PER_TOKEN + TURN_TOKENS * len(messages)

    def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
        """Ask all at once, `AT_ONCE` at a time, each in a thread of its own; see `Model`."""
        calls = [_Call(self, index, request) for index, request in enumerate(requests)]
        dropped = threading.Event()
        pieces: queue.SimpleQueue[Piece | BaseException] = queue.SimpleQueue()
        todo: queue.SimpleQueue[_Call] = queue.SimpleQueue()
        for call in calls:
            todo.put(call)
        for _ in range(min(AT_ONCE, len(calls))):
            threading.Thread(
                target=_work, args=(todo, pieces, (cancel, dropped)), daemon=True
            ).start()
        return _Pieces(calls, pieces, cancel, dropped)

    def weights(self) -> str:
        """They lie elsewhere."""
        return ""

    def close(self) -> None:
        """Nothing is held."""

    def client(self, request: Request) -> Any:
        """The LangChain model that asks this endpoint."""
        from langchain_openai import ChatOpenAI
        from langchain_openai.chat_models.base import BaseChatOpenAI
        from pydantic import SecretStr

        # Only OpenAI itself wants `max_completion_tokens`; others ignore it and never stop.
        official = (urlsplit(self.base_url).hostname or "").endswith("openai.com")
        kind: type[BaseChatOpenAI] = ChatOpenAI if official else BaseChatOpenAI
        return kind(
            model=self.name,
            base_url=self.base_url,
            api_key=SecretStr(self._key()),
            temperature=0,
            seed=0,
            max_tokens=request.decoding.max_tokens,
            timeout=request.decoding.seconds,
            max_retries=1,
            stream_usage=True,
        )

    def _key(self) -> str:
        if not self.key_variable:
            return "none-needed"
        found = os.environ.get(self.key_variable, "")
        if not found:
            raise ModelUnavailable(
                f"The environment variable {self.key_variable} is not set.",
                remedy=f"Set {self.key_variable} to the key and start First Lever again.",
            )
        return found


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port  # a bad one is told only when asked for
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and text.isprintable()


class _Call:
    """One request and what came of it so far."""

    def __init__(self, endpoint: Endpoint, index: int, request: Request) -> None:
        self.endpoint = endpoint
        self.index = index
        self.request = request
        self.submitted = time.monotonic()
        self.text = ""
        self.first: float | None = None
        self.usage: dict[str, int] = {}
        self.length = False  # whether the cap on tokens ended it

    def run(self, stops: tuple[threading.Event, ...]) -> Iterator[Piece]:
        """Pieces as they arrive, the last one done."""
        if self.request.adapter:
            raise AdapterRefused(
                f"The adapter of {self.request.adapter.run} cannot act behind an endpoint.",
                remedy="Choose the local model it was trained on.",
            )
        deadline = time.monotonic() + self.request.decoding.seconds
        ending: Ending | None = None
        for chunk in self.endpoint.client(self.request).stream(self._turns()):
            new = self._absorb(chunk)
            if new:
                yield Piece(self.index, new)
            if any(stop.is_set() for stop in stops):
                ending = "cancelled"
            elif time.monotonic() > deadline:
                ending = "time"
            if ending:
                break
        yield Piece(self.index, "", done=self.generated(ending or self._ended()))

    def generated(self, ending: Ending) -> Generated:
        """What there is, as a finished continuation."""
        now = time.monotonic()
        said = self.endpoint.count([Message("assistant", self.text)]) - TURN_TOKENS
        return Generated(
            text=self.text,
            prompt_tokens=self.usage.get("input_tokens")
            or self.endpoint.count(self.request.messages),
            new_tokens=self.usage.get("output_tokens", said),
            seconds=now - self.submitted,
            first_token_seconds=(self.first or now) - self.submitted,
            ending=ending,
        )

    def _turns(self) -> list[tuple[str, str]]:
        return [(message.role, message.content) for message in self.request.messages]

    def _ended(self) -> Ending:
        return "length" if self.length else "end"

    def _absorb(self, chunk: Any) -> str:
        """Add a chunk's text and usage; returns what is new to read, leading space left out."""
        self.usage = chunk.usage_metadata or self.usage
        self.length |= chunk.response_metadata.get("finish_reason") == "length"
        new = str(chunk.text) if self.text else str(chunk.text).lstrip()
        if new and self.first is None:
            self.first = time.monotonic()
        self.text += new
        return new


class _Pieces:
    """The caller's end. Looks at `cancel` even while the network is silent."""

    def __init__(
        self,
        calls: list[_Call],
        pieces: "queue.SimpleQueue[Piece | BaseException]",
        cancel: threading.Event,
        dropped: threading.Event,
    ) -> None:
        self._open = {call.index: call for call in calls}
        self._pieces = pieces
        self._cancel = cancel
        self._dropped = dropped

    def __iter__(self) -> "_Pieces":
        return self

    def __next__(self) -> Piece:
        while self._open:
            if self._cancel.is_set():
                self._dropped.set()
                index, call = self._open.popitem()
                return Piece(index, "", done=call.generated("cancelled"))
            try:
                found = self._pieces.get(timeout=PATIENCE)
            except queue.Empty:
                continue
            if isinstance(found, BaseException):
                self.close()
                raise found
            if found.done or found.error:
                self._open.pop(found.index)
            return found
        raise StopIteration

    def close(self) -> None:
        """Nobody reads on."""
        self._open = {}
        self._dropped.set()

    def __del__(self) -> None:
        self._dropped.set()


def _work(
    todo: "queue.SimpleQueue[_Call]",
    pieces: "queue.SimpleQueue[Piece | BaseException]",
    stops: tuple[threading.Event, ...],
) -> None:
    """Take calls until none is left; a bug goes to the caller."""
    import httpx2
    import openai

    while not any(stop.is_set() for stop in stops):
        try:
            call = todo.get_nowait()
        except queue.Empty:
            return
        try:
            for piece in call.run(stops):
                pieces.put(piece)
        except FirstLeverError as refusal:
            pieces.put(Piece(call.index, "", error=refusal))
        except (openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL) as failure:
            pieces.put(Piece(call.index, "", error=_explained(call, failure)))
        except BaseException as bug:
            pieces.put(bug)


def _explained(call: _Call, failure: Any) -> FirstLeverError:
    """A provider's refusal in our words: theirs may quote the key."""
    endpoint = call.endpoint
    status = getattr(failure, "status_code", None)
    if getattr(failure, "code", None) == "context_length_exceeded":
        return PromptTooLong(
            f"The prompt is too long for {endpoint.name}.",
            remedy="Show fewer passages or examples, or shorten the question.",
        )
    problem, remedy = STATUSES.get(
        status, (f"answered with the status {status}", "Try again; if it stays, read its log.")
    )
    if status is None:
        problem, remedy = "does not answer", "Check the address, the network and that it runs."
        if call.text:
            problem, remedy = "broke off in the middle of an answer", "Ask again."
    return ModelUnavailable(f"The endpoint {endpoint.base_url} {problem}.", remedy=remedy)


STATUSES: dict[int | None, tuple[str, str]] = {
    400: ("did not understand the request", "Check that the model is a chat model."),
    401: ("does not accept the key", "Put a valid key into the environment variable."),
    403: ("does not allow this model with this key", "Choose another model or key."),
    404: ("has no such model or address", "Check the model's name; most addresses end in /v1."),
    429: ("has too many requests or no credit left", "Wait a minute, or check the account."),
    500: ("failed inside", "Try again in a minute."),
    503: ("is overloaded or still loading", "Try again in a minute."),
}  # fmt: skip
