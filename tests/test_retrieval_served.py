"""An embedder behind an endpoint, against a stub on the loopback."""

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from core.errors import ModelUnavailable
from core.retrieval import served
from core.retrieval.served import ServedEmbedder, Service, met

KEY = "sk-secret-1234567890"


class Provider(ThreadingHTTPServer):
    """Embeds a text as (its length, its number of a's, 2); keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.statuses: list[int] = []  # of the next answers; 200 after them
        self.last = 2.0
        self.change: Any = lambda said: said

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def vectors(self, texts: list[str]) -> list[dict[str, Any]]:
        made = [[len(text), text.count("a"), self.last] for text in texts]
        return [{"index": at, "embedding": one} for at, one in enumerate(made)]


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        provider = self.server
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        provider.asked.append({**asked, "path": self.path})
        provider.keys.append(self.headers["Authorization"])
        status = provider.statuses.pop(0) if provider.statuses else 200
        said: Any = {"error": {"message": f"bad key {KEY}"}}
        if status == 200:
            # the last first: the order is told by the index
            said = provider.change({"data": provider.vectors(asked["input"])[::-1]})
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def serving() -> Iterator[Provider]:
    """A provider that answers."""
    with Provider() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setattr(served, "WAITS", (0.0, 0.0))
    with serving() as made:
        yield made


@pytest.fixture
def embedder(provider: Provider) -> ServedEmbedder:
    made = ServedEmbedder(met(Service(provider.url, "small")))
    provider.asked.clear()
    return made


def test_rows_have_unit_length_and_the_order_of_the_texts(
    provider: Provider, embedder: ServedEmbedder
) -> None:
    rows = embedder.embed(["b", "aa"])
    # (1, 0, 2) / sqrt 5 and (2, 2, 2) / sqrt 12
    assert rows[0].tolist() == pytest.approx([0.447214, 0.0, 0.894427], abs=1e-6)
    assert rows[1].tolist() == pytest.approx([0.577350] * 3, abs=1e-6)
    (asked,) = provider.asked
    assert (asked["path"], asked["model"]) == ("/v1/embeddings", "small")
    assert asked["input"] == [served.PROBE, "b", "aa"]


def test_many_texts_go_in_batches(provider: Provider, embedder: ServedEmbedder) -> None:
    assert embedder.embed(["x" * count for count in range(1, 131)]).shape == (130, 3)
    assert [len(one["input"]) for one in provider.asked] == [65, 65, 3]  # the probe in each


def test_the_last_question_is_sent_once(provider: Provider, embedder: ServedEmbedder) -> None:
    assert embedder.embed(["why"]).tolist() == embedder.embed(["why"]).tolist()
    assert len(provider.asked) == 1


def test_the_key_goes_to_the_address_alone(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAM_API_KEY", KEY)
    service = met(Service(provider.url, "small", "TEAM_API_KEY"))
    assert provider.keys == [f"Bearer {KEY}"]
    assert KEY not in repr(service)
    provider.statuses = [401]
    with pytest.raises(ModelUnavailable, match="does not accept the key") as refused:
        ServedEmbedder(service).embed(["a"])
    assert KEY not in str(refused.value)


def test_a_key_that_is_not_set_is_named(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEAM_API_KEY", raising=False)
    with pytest.raises(ModelUnavailable, match="TEAM_API_KEY is not set"):
        met(Service(provider.url, "small", "TEAM_API_KEY"))
    assert provider.asked == []


@pytest.mark.parametrize(
    "service",
    [
        Service("", "small"),
        Service("127.0.0.1:80", "small"),
        Service("http://user:secret@127.0.0.1/v1", "small"),
        Service("http://127.0.0.1/v1?key=secret", "small"),
        Service("http://[", "small"),
        Service("http://127.0.0.1:99999/v1", "small"),
        Service("http://127.0.0.1/v1", ""),
        Service("http://127.0.0.1/v1", "small", "sk-secret"),
        Service("http://127.0.0.1/v1", "small", "AWS_SECRET_ACCESS_KEY"),
    ],
)
def test_what_is_no_endpoint_is_refused_and_not_repeated(service: Service) -> None:
    with pytest.raises(ModelUnavailable) as refused:
        met(service)
    assert "secret" not in str(refused.value).lower()


def test_a_passing_failure_is_tried_anew(provider: Provider, embedder: ServedEmbedder) -> None:
    provider.statuses = [503, 429]
    assert embedder.embed(["b"]).shape == (1, 3)
    assert len(provider.asked) == 3


def test_a_failure_that_stays_is_told_after_three_tries(
    provider: Provider, embedder: ServedEmbedder
) -> None:
    provider.statuses = [500] * 9
    with pytest.raises(ModelUnavailable, match="answered with the status 500"):
        embedder.embed(["b"])
    assert len(provider.asked) == 3


def test_nobody_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "WAITS", (0.0,))
    with pytest.raises(ModelUnavailable, match="does not answer"):
        met(Service("http://127.0.0.1:9/v1", "small"))


@pytest.mark.parametrize(
    "said",
    [
        [],
        {},
        {"data": []},
        {"data": "no"},
        {"data": [{"index": 0, "embedding": "AAAA"}]},
        {"data": [{"index": 0, "embedding": [0.0, 0.0]}]},
        {"data": [{"index": 0, "embedding": [1.0, None]}]},
        {"data": [{"index": 1, "embedding": [1.0, 2.0]}]},
        {"data": [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0, 2.0]}]},
    ],
)
def test_what_is_no_vector_is_refused(provider: Provider, said: Any) -> None:
    provider.change = lambda _: said
    with pytest.raises(ModelUnavailable, match="answered with"):
        met(Service(provider.url, "small"))


def test_another_model_under_the_same_name_is_noticed(
    provider: Provider, embedder: ServedEmbedder
) -> None:
    provider.last = 40.0
    with pytest.raises(ModelUnavailable, match="Another model answers as small"):
        embedder.embed(["b"])


def test_vectors_of_another_length_are_noticed(
    provider: Provider, embedder: ServedEmbedder
) -> None:
    provider.change = lambda said: {
        "data": [{**one, "embedding": [*one["embedding"], 0.0]} for one in said["data"]]
    }
    with pytest.raises(ModelUnavailable, match="Another model answers as small"):
        embedder.embed(["b"])


def test_a_model_whose_vectors_waver_stays_the_same(provider: Provider) -> None:
    first = met(Service(provider.url, "small"))
    provider.last = 2.001
    again = met(Service(provider.url, "small"), first)
    assert again == first
    assert ServedEmbedder(first).embed(["b"]).shape == (1, 3)
    provider.last = 40.0
    assert met(Service(provider.url, "small"), first).digest != first.digest


def test_the_digest_names_address_model_and_dimension(provider: Provider) -> None:
    one = met(Service(provider.url, "small"))
    digests = {
        one.digest,
        met(Service(provider.url, "large"), one).digest,
        met(Service(provider.url + "/", "small"), one).digest,
    }
    assert (one.dimension, len(digests)) == (3, 3)
