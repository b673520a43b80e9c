"""A model behind an endpoint, against a stub on the loopback."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from core.errors import AdapterRefused, FirstLeverError, ModelUnavailable, PromptTooLong
from core.models.choice import ModelChoice, open_model
from core.models.endpoints import Endpoint
from core.models.model import Piece
from core.records import Adapter, Generated, Message
from tests import tiny

KEY = "sk-secret-1234567890"


class Provider(ThreadingHTTPServer):
    """Says the words it is given; keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.words = [" Par", "is"]
        self.finish = "stop"
        self.status = 200
        self.error: dict[str, Any] = {"message": f"bad key {KEY}"}
        self.silence = 0.0  # seconds before the second word
        self.lost = ""  # where the connection breaks: "answer" or "refusal"
        self.crowd: threading.Barrier | None = None  # who must be there before anyone is answered

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        provider = self.server
        length = int(self.headers["Content-Length"])
        provider.asked.append(json.loads(self.rfile.read(length)))
        provider.keys.append(self.headers["Authorization"])
        if provider.crowd:
            provider.crowd.wait(60)
        self.send_response(provider.status)
        if provider.status != 200:
            body = json.dumps({"error": provider.error}).encode()
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body) + bool(provider.lost)))
            self.end_headers()
            self.wfile.write(body)
            return
        self.send_header("Content-Type", "text/event-stream")
        if provider.lost:
            self.send_header("Content-Length", "1000000")
        self.end_headers()
        for place, word in enumerate(provider.words):
            time.sleep(provider.silence if place else 0)
            self.event({"delta": {"role": "assistant", "content": word}})
        if provider.lost:
            return
        self.event({"delta": {}, "finish_reason": provider.finish})
        usage = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}
        self.event(None, usage)
        self.wfile.write(b"data: [DONE]\n\n")

    def event(self, choice: dict[str, Any] | None, usage: Any = None) -> None:
        choices = [{"index": 0, "finish_reason": None, **choice}] if choice else []
        chunk = {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "stub",
            "choices": choices,
            "usage": usage,
        }
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()
    thread = threading.Thread(target=provider.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield provider
    provider.shutdown()
    provider.server_close()


@pytest.fixture(autouse=True)
def _no_retry_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)


def pieces(endpoint: Endpoint, *requests: Any) -> list[Piece]:
    return list(endpoint.stream(requests, threading.Event()))


def failure(endpoint: Endpoint, request: Any) -> FirstLeverError:
    (piece,) = pieces(endpoint, request)
    assert piece.error
    return piece.error


def test_an_answer_streams_with_its_usage(provider: Provider) -> None:
    found = pieces(Endpoint(provider.url, "stub"), tiny.ask("Capital of France?"))
    assert [piece.text for piece in found] == ["Par", "is", ""]
    done = found[-1].done
    assert isinstance(done, Generated)
    assert (done.text, done.prompt_tokens, done.new_tokens, done.ending) == ("Paris", 7, 2, "end")
    assert 0 < done.first_token_seconds <= done.seconds


def test_it_asks_greedily_with_the_cap_and_nothing_of_ours(provider: Provider) -> None:
    pieces(Endpoint(provider.url, "stub"), tiny.ask("hi", max_tokens=5))
    assert provider.asked == [
        {
            "model": "stub",
            "messages": [{"role": "user", "content": "hi"}],
            "temperature": 0.0,
            "seed": 0,
            "max_tokens": 5,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    ]


def test_an_answer_cut_by_its_cap_says_so(provider: Provider) -> None:
    provider.finish = "length"
    done = pieces(Endpoint(provider.url, "stub"), tiny.ask("hi"))[-1].done
    assert done
    assert done.ending == "length"


def test_several_requests_are_asked_at_once(provider: Provider) -> None:
    provider.crowd = threading.Barrier(6)
    found = pieces(Endpoint(provider.url, "stub"), *[tiny.ask(f"q{n}") for n in range(6)])
    assert sorted(piece.index for piece in found if piece.done) == [0, 1, 2, 3, 4, 5]


def test_the_key_comes_from_the_environment_and_shows_nowhere(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_API_KEY", KEY)
    provider.status = 401
    endpoint = Endpoint(provider.url, "stub", "STUB_API_KEY")
    refusal = failure(endpoint, tiny.ask("hi"))
    assert provider.keys == [f"Bearer {KEY}"]
    assert refusal.problem == f"The endpoint {provider.url} does not accept the key."
    assert KEY not in str(vars(endpoint)) + str(refusal)


def test_a_key_that_is_not_set_is_named(provider: Provider, monkeypatch: Any) -> None:
    monkeypatch.delenv("STUB_API_KEY", raising=False)
    refusal = failure(Endpoint(provider.url, "stub", "STUB_API_KEY"), tiny.ask("hi"))
    assert refusal.problem == "The environment variable STUB_API_KEY is not set."
    assert provider.asked == []


def test_without_a_variable_no_key_of_another_provider_is_sent(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    pieces(Endpoint(provider.url, "stub"), tiny.ask("hi"))
    assert provider.keys == ["Bearer none-needed"]


@pytest.mark.parametrize("named", ["AWS_SECRET_ACCESS_KEY", KEY, f"{KEY}_API_KEY"])
def test_no_other_secret_can_be_named_and_a_key_given_for_a_name_is_not_repeated(
    named: str,
) -> None:
    with pytest.raises(ModelUnavailable, match="whose name ends in _API_KEY") as refusal:
        Endpoint("https://example.org/v1", "stub", named)
    assert named not in str(refusal.value)


@pytest.mark.parametrize(
    "address",
    [
        f"https://me:{KEY}@example.org/v1",
        f"https://{KEY}@example.org/v1",
        f"https://example.org/v1?key={KEY}",
        f"https://example.org/v1#{KEY}",
        f"me:{KEY}@example.org/v1",
    ],
)
def test_an_address_with_a_secret_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(ModelUnavailable, match="Leave them out") as refusal:
        Endpoint(address, "stub")
    assert KEY not in str(refusal.value)


@pytest.mark.parametrize(
    "address",
    ["", "file:///etc/passwd", "example.org/v1", "http://", "http://[", "http://a:99999/v1",
     "http://a/v1\n"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ModelUnavailable, match="is no endpoint"):
        open_model(ModelChoice("endpoint", "stub", address))


def test_a_refused_connection_is_a_sentence() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
        refusal = failure(Endpoint(address, "stub"), tiny.ask("hi"))
    assert isinstance(refusal, ModelUnavailable)
    assert refusal.problem == f"The endpoint {address} does not answer."


def test_a_prompt_that_the_provider_finds_too_long_is_that(provider: Provider) -> None:
    provider.status = 400
    provider.error = {"message": "too long", "code": "context_length_exceeded"}
    assert isinstance(failure(Endpoint(provider.url, "stub"), tiny.ask("hi")), PromptTooLong)


def test_an_adapter_cannot_act_there(provider: Provider) -> None:
    adapter = Adapter("run-1", Path("nowhere"), "a" * 64, "b" * 64)
    found = pieces(Endpoint(provider.url, "stub"), tiny.ask("hi"), tiny.ask("hi", adapter))
    ends = {piece.index: piece.error or piece.done for piece in found}
    assert isinstance(ends[0], Generated)
    assert isinstance(ends[1], AdapterRefused)


def test_cancelling_ends_a_silent_answer_within_two_seconds(provider: Provider) -> None:
    provider.silence = 5.0
    cancel = threading.Event()
    stream = Endpoint(provider.url, "stub").stream([tiny.ask("a"), tiny.ask("b")], cancel)
    next(stream)
    cancel.set()
    started = time.monotonic()
    ends = [piece.done for piece in stream if piece.done]
    assert time.monotonic() - started < 2
    assert [end.ending for end in ends] == ["cancelled", "cancelled"]


def test_tokens_are_estimated_from_bytes() -> None:
    endpoint = Endpoint("http://127.0.0.1:1/v1", "stub")
    assert endpoint.count([Message("user", "x" * 40), Message("assistant", "é" * 2)]) == 11 + 8


def test_the_digest_names_the_address_and_the_model() -> None:
    one, two = (Endpoint(f"http://127.0.0.1:{port}/v1", "stub") for port in (1, 2))
    assert one.digest != two.digest
    assert not one.trainable


def test_a_connection_lost_in_the_middle_of_an_answer_is_a_sentence(provider: Provider) -> None:
    provider.lost = "answer"
    last = pieces(Endpoint(provider.url, "stub"), tiny.ask("hi"))[-1].error
    assert isinstance(last, ModelUnavailable)
    assert last.problem == f"The endpoint {provider.url} broke off in the middle of an answer."


def test_a_connection_lost_in_the_middle_of_a_refusal_is_a_sentence(provider: Provider) -> None:
    provider.lost = "refusal"
    provider.status = 401
    refusal = failure(Endpoint(provider.url, "stub"), tiny.ask("hi"))
    assert isinstance(refusal, ModelUnavailable)
    assert refusal.problem == f"The endpoint {provider.url} does not answer."
