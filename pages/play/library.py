"""The documents of a task as the Documents page needs them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import streamlit as st

from core.levers.rag import origin
from core.records import Document, Passage, Task, fingerprint
from core.retrieval import chunking, documents
from core.retrieval.index import described
from core.tasks import catalog
from pages.shared import widgets

if TYPE_CHECKING:
    from core.workbench import Workbench


def folder(task: Task) -> Path:
    """Where the task's documents lie."""
    return task.folder / "documents"


def found(task: Task) -> tuple[Document, ...]:
    """All documents as they are now."""
    return documents.read_all(folder(task)).documents


def document(task: Task, name: str) -> Document:
    """The document as it is now."""
    return next(one for one in found(task) if one.name == name)


def passages(task: Task, one: Document) -> tuple[Passage, ...]:
    """Of a document, cut as the task's settings say."""
    return chunking.passages(one, task.retrieval.words, task.retrieval.overlap)


def shipped(task: Task) -> dict[str, Document]:
    """The documents that came with a sample, by name."""
    came = documents.read_all(catalog.SAMPLES / task.name / "documents").documents
    return {one.name: one for one in came}


def key(prefix: str, task: Task, shown: Document) -> str:
    """A widget key that changes with the text, so that the box never shows a former one."""
    return f"{prefix}_{fingerprint(task.name, shown)}"


@contextmanager
def reindexing(bench: "Workbench", task: Task) -> Iterator[None]:
    """After a change, bring the index up to date and say what that took."""
    before = _read(task)
    yield
    started = perf_counter()
    after = _read(task)
    if after and after != before:
        with st.spinner("Reading the documents anew"):
            bench.retriever(task)
        took = widgets.seconds(perf_counter() - started)
        new, same = len(after - before), len(after & before)
        st.success(
            f"Saved. {widgets.counted(new, 'new passage')}, {same} unchanged; indexed in {took}.",
            icon=":material/check:",
        )


def _read(task: Task) -> set[str]:
    return {
        described(passage)
        for one in documents.read_all(folder(task)).documents
        for passage in passages(task, one)
    }


def show(passage: Passage, note: str = "") -> None:
    """A passage with its origin, as the model reads it."""
    page = f"page {passage.page}" if passage.page else ""
    st.markdown(f"**{widgets.escaped(origin(passage))}**")
    if note or page:
        st.caption(" · ".join(filter(None, (note, page))))
    widgets.plain(passage.text)
