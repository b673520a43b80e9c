"""What is installed and ready on this machine, line by line, each with what to do if it is not."""

import importlib.metadata
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from core.errors import FirstLeverError
from core.models import backbone
from core.retrieval import choosing, embedding
from core.verdict.sentences import count
from core.workbench import Workbench

PACKAGES = (
    "streamlit", "langchain-core", "chromadb", "sentence-transformers", "transformers", "peft",
    "trl", "torch", "sqlalchemy", "pypdf",
)  # fmt: skip
ROOM_NEEDED = 500_000_000  # bytes: a few runs and indexes


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""  # "" where it is ok


def checks(bench: Workbench) -> Iterator[Check]:
    """Look at everything the levers need; yields as it goes, quick ones first."""
    yield from _packages()
    free = shutil.disk_usage(bench.workspace.root).free
    yield Check(
        "workspace",
        free > ROOM_NEEDED,
        f"{bench.workspace.root}, {free / 1e9:.1f} GB free",
        "" if free > ROOM_NEEDED else "Free some disk space.",
    )
    yield Check("device", True, backbone.device())
    yield _embedder(bench)
    yield from _reranker(bench)
    yield _model(bench)


def _packages() -> Iterator[Check]:
    for name in PACKAGES:
        try:
            yield Check(name, True, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Check(name, False, "not installed", "Run: make clean setup.")


def _embedder(bench: Workbench) -> Check:
    embedder = embedding.uncached(bench.embedder)
    try:
        embedder.embed(["ready"])
        named = choosing.named(bench.embedder_chosen())
        return Check("embedder", True, f"{named}, {embedder.digest[:12]}")
    except FirstLeverError as failed:
        return Check("embedder", False, failed.problem, failed.remedy)


def _reranker(bench: Workbench) -> Iterator[Check]:
    """Nothing where none is chosen."""
    if bench.reranker:
        try:
            bench.reranker.scores("ready", ["ready"])
            yield Check("reranker", True, bench.reranker_folder())
        except FirstLeverError as failed:
            yield Check("reranker", False, failed.problem, failed.remedy)


def _model(bench: Workbench) -> Check:
    try:
        model = bench.model()
    except FirstLeverError as failed:
        return Check("model", False, failed.problem, failed.remedy)
    size = f"{count(model.parameters)} parameters, " if model.parameters else ""
    return Check("model", True, f"{model.name}, {size}{model.digest[:12]}")
