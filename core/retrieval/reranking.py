"""Passages read together with the question, by a cross-encoder in a local folder.

It sees question and passage at once, so it judges better than two vectors do, and slower: one
pass of the model for each passage. Only the best of the search before it are read.
"""

import hashlib
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from core import threads
from core.errors import ModelUnavailable
from core.records import fingerprint

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

WEIGHTS = "model.safetensors"
READ = 20  # passages of one question
MAX_TOKENS = 512  # of question and passage together
REMEDY = "Choose the folder of a cross-encoder with one label and safetensors weights."


class Reranker(Protocol):
    """What says how well passages answer a question."""

    @property
    def digest(self) -> str:
        """Changes with anything that changes the order."""
        ...

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """One for each text, the higher the better; of no fixed range."""
        ...


class LocalReranker:
    """A sentence-transformers cross-encoder on the CPU, loaded at first use; thread-safe."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()

    @cached_property
    def digest(self) -> str:
        """Names the weights.

        Raises:
            ModelUnavailable: There are none.
        """
        path = self.folder / WEIGHTS
        if not path.is_file():
            raise ModelUnavailable(f"{path} is missing.", remedy=REMEDY)
        with path.open("rb") as file:
            return fingerprint("reranker", hashlib.file_digest(file, "sha256").hexdigest())

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """One logit for each text.

        Raises:
            ModelUnavailable: It cannot be loaded, has more than one label or makes no numbers.
        """
        with self._lock:
            made = self._model.predict(
                [(question, text) for text in texts], show_progress_bar=False
            )
        found = np.asarray(made, np.float64)
        if found.shape != (len(texts),) or not np.isfinite(found).all():
            raise ModelUnavailable(
                f"The reranker in {self.folder} does not give one number for each passage.",
                remedy=REMEDY,
            )
        return [float(one) for one in found]

    @cached_property
    def _model(self) -> "CrossEncoder":
        assert self.digest  # the weights are there before anything is loaded
        return _loaded(self.folder)


def _loaded(folder: Path) -> "CrossEncoder":
    from sentence_transformers import CrossEncoder
    from torch import nn
    from transformers.utils import logging

    logging.disable_progress_bar()
    options: dict[str, Any] = {"use_safetensors": True}
    try:
        made = CrossEncoder(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs=options,
            activation_fn=nn.Identity(),
            max_length=MAX_TOKENS,
        )
    except (OSError, ValueError, KeyError) as refused:
        raise ModelUnavailable(
            f"The reranker in {folder} cannot be loaded ({refused}).", remedy=REMEDY
        ) from refused
    threads.share(made.transformers_model)
    return made
