"""Texts as vectors of a model behind an OpenAI-compatible embeddings endpoint.

The key is read from the environment when texts are sent, goes to the one address, and stands in
no record, log or message. Every request carries the same short text beside its own: where the
vector of that one is no longer what it was, another model answers under the name, and its vectors
would not fit those of the index.
"""

import itertools
import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from core.errors import ModelUnavailable
from core.records import fingerprint
from core.retrieval.chroma import KEY_VARIABLE
from core.retrieval.embedding import Vectors

PROBE = "The quick brown fox jumps over the lazy dog."
SKETCHED = 64  # dimensions of the probe's vector that are kept
ALIKE = 0.999  # least cosine of two sketches of one model; providers' vectors waver by less
BATCH = 64  # texts of one request
PATIENCE = 60.0  # seconds for one answer
WAITS = (0.5, 2.0)  # seconds before each further try
PASSING = frozenset({408, 429, 500, 502, 503, 504})  # statuses that another try may cure
AGAIN = "Try again in a minute."
WRONG_PLACE = "Check the model's name and the address; most end in /v1."
REFUSALS = {
    401: ("does not accept the key", "Put a valid key into the environment variable."),
    403: ("does not allow this model with this key", "Choose another model or key."),
    404: ("has no such model or address", WRONG_PLACE),
    413: ("refuses texts of that length", "Choose a model that reads longer texts."),
    429: ("has too many requests or no credit left", "Wait a minute, or check the account."),
}


@dataclass(frozen=True)
class Service:
    """Where a model answers, and how it is known again."""

    address: str  # up to and including the version, such as http://127.0.0.1:8000/v1
    model: str
    key_variable: str = ""  # environment variable that holds the key, "" where none is needed
    dimension: int = 0  # of its vectors; 0 until it was met
    sketch: tuple[float, ...] = ()  # the beginning of the probe's vector

    @property
    def digest(self) -> str:
        """Names address, model, dimension and what the model made of the probe."""
        return fingerprint(self.address, self.model, self.dimension, self.sketch)


class ServedEmbedder:
    """An `Embedder` elsewhere. Safe between threads; it holds no connection open.

    Args:
        service: One that was met.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self.digest = service.digest
        self._lock = threading.Lock()
        self._last: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text, in their order.

        The last question's vector is kept: several levers look for the same one.

        Raises:
            ModelUnavailable: It does not answer, what it says are no such vectors, or another
                model answers in its place.
        """
        question = texts[0] if len(texts) == 1 else None
        with self._lock:
            if question is not None and question in self._last:
                return self._last[question].copy()
        made = np.concatenate([self._known(batch) for batch in _batches(texts)])
        with self._lock:
            if question is not None:
                self._last = {question: made.copy()}
        return made

    def _known(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the texts, once the probe's among them is what it was."""
        rows = _asked(self.service, [PROBE, *texts])
        if rows.shape[1] != self.service.dimension or not _alike(_sketch(rows[0]), self.service):
            raise ModelUnavailable(
                f"Another model answers as {self.service.model} at {self.service.address}.",
                remedy="Check and use it again on the Settings page: the index is built anew.",
            )
        return rows[1:]


def met(service: Service, former: Service | None = None) -> Service:
    """The service with its dimension and sketch; those of `former` where it is the same model.

    Raises:
        ModelUnavailable: It is no endpoint, does not answer, or answers with no vectors.
    """
    _check(service)
    probe = _asked(service, [PROBE])[0]
    found = replace(service, dimension=len(probe), sketch=_sketch(probe))
    if former is None or replace(found, dimension=former.dimension, sketch=former.sketch) != former:
        return found
    return former if former.dimension == len(probe) and _alike(found.sketch, former) else found


def _check(service: Service) -> None:
    """Refuse what is no address or no key's variable; what may be a secret is not repeated."""
    if not _is_address(service.address) or not service.model:
        raise ModelUnavailable(
            "That is no address of an embeddings endpoint with a model's name.",
            remedy="Give one such as http://127.0.0.1:8000/v1, without user, password or query, "
            "and the name of the model.",
        )
    if service.key_variable and not KEY_VARIABLE.fullmatch(service.key_variable):
        raise ModelUnavailable(
            "What was given does not look like the name of a key's environment variable.",
            remedy="Put the key into one whose name ends in _API_KEY, and give that name.",
        )


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port  # a bad one is told only when asked for
    except ValueError:
        return False
    web = parts.scheme in ("http", "https") and bool(parts.hostname) and text.isprintable()
    return web and not any(mark in text for mark in "@?#")


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    yield from (texts[start : start + BATCH] for start in range(0, len(texts), BATCH))


def _sketch(vector: Vectors) -> tuple[float, ...]:
    return tuple(round(float(value), 4) for value in vector[:SKETCHED])


def _alike(sketch: Sequence[float], service: Service) -> bool:
    one, other = np.asarray(sketch), np.asarray(service.sketch)
    if one.shape != other.shape:
        return False
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return bool(np.array_equal(one, other) or float(one @ other) >= ALIKE * lengths > 0)


def _asked(service: Service, texts: Sequence[str]) -> Vectors:
    """Rows of unit length, one for each text; tried anew, at most `WAITS` times."""
    import httpx

    headers = {"Authorization": f"Bearer {_key(service)}"} if service.key_variable else {}
    asked = {"model": service.model, "input": list(texts), "encoding_format": "float"}
    place = f"{service.address.rstrip('/')}/embeddings"
    for wait in itertools.chain(WAITS, [None]):
        try:
            answer = httpx.post(place, json=asked, headers=headers, timeout=PATIENCE)
        except (httpx.HTTPError, httpx.InvalidURL):
            answer = None
        if wait is None or (answer is not None and answer.status_code not in PASSING):
            break
        time.sleep(wait)
    if answer is None:
        raise _refused(service, "does not answer", "Check the address, and that it runs.")
    if answer.status_code != 200:
        problem = f"answered with the status {answer.status_code}", AGAIN
        raise _refused(service, *REFUSALS.get(answer.status_code, problem))
    return _rows(service, answer, len(texts))


def _rows(service: Service, answer: Any, wanted: int) -> Vectors:
    """What an answer holds, in the order of the texts."""
    try:
        said = sorted(answer.json()["data"], key=lambda one: int(one["index"]))
        rows = np.asarray([one["embedding"] for one in said], np.float32)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _refused(service, "answered with no vectors", WRONG_PLACE) from None
    whole = [one["index"] for one in said] == list(range(wanted))
    if not whole or not np.isfinite(lengths).all() or not lengths.all():
        raise _refused(service, "answered with vectors that are missing or no numbers", AGAIN)
    return np.asarray(rows / lengths, np.float32)


def _refused(service: Service, problem: str, remedy: str) -> ModelUnavailable:
    """In our words: a provider's may quote the key."""
    return ModelUnavailable(f"The embedder at {service.address} {problem}.", remedy=remedy)


def _key(service: Service) -> str:
    found = os.environ.get(service.key_variable, "")
    if not found:
        raise ModelUnavailable(
            f"The environment variable {service.key_variable} is not set.",
            remedy=f"Set {service.key_variable} to the key and start First Lever again.",
        )
    return found
