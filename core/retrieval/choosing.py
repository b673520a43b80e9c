"""Which embedder and which reranker were chosen, as the settings file keeps it."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.retrieval import embedding
from core.retrieval.reranking import LocalReranker, Reranker
from core.retrieval.served import ServedEmbedder, Service, met

Chosen = str | Service  # a folder, "" for the embedder that ships, or an endpoint


def from_kept(kept: Any) -> Chosen:
    """Read back what `to_keep` made."""
    return kept if isinstance(kept, str) else Service(**{**kept, "sketch": tuple(kept["sketch"])})


def to_keep(chosen: Chosen) -> Any:
    """As JSON; it holds no key."""
    return asdict(chosen) if isinstance(chosen, Service) else chosen


def named(chosen: Chosen) -> str:
    """What people call it."""
    if isinstance(chosen, Service):
        return f"{chosen.model} at {chosen.address}"
    return Path(chosen).name or "all-MiniLM-L6-v2"


def checked(chosen: Chosen, former: Chosen) -> Chosen:
    """An endpoint once it was met, a folder's path without the white space around it.

    Raises:
        ModelUnavailable: The endpoint is none, or does not answer with vectors.
    """
    if isinstance(chosen, str):
        return chosen.strip()
    return met(chosen, former if isinstance(former, Service) else None)


def embedder(chosen: Chosen) -> embedding.Embedder:
    """The embedder itself; a folder is looked into at its first use.

    Raises:
        ModelUnavailable: The one that ships is not installed.
    """
    if isinstance(chosen, Service):
        return ServedEmbedder(chosen)
    return embedding.MiniLM(Path(chosen).expanduser() if chosen else None)


def reranker(folder: str) -> Reranker | None:
    """The cross-encoder in a folder, looked into at its first use; "" is none."""
    return LocalReranker(Path(folder.strip()).expanduser()) if folder.strip() else None
