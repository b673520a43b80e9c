"""The documents of a task as the Documents page needs them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.levers.rag import origin
from core.records import Document, Passage, Task, fingerprint
from core.retrieval import chunking, documents
from core.retrieval.index import described
from core.retrieval.naming import safe_name
from core.tasks import catalog
from pages.shared import widgets

if TYPE_CHECKING:
    from core.workbench import Workbench

MOST_SHOWN = 20_000  # characters of a text that is shown, not edited
MOST_PASSAGES = 50  # shown at once


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


def editable(document: Document) -> bool:
    """Whether its text is the file itself."""
    return document.name.lower().endswith(documents.EDITABLE)


def free_name(task: Task, title: str) -> str:
    """A file name for a new document of that title, which no other has."""
    taken = {one.name for one in found(task)}
    names = (safe_name(f"{title.strip()}{'' if n == 1 else f' {n}'}.md") for n in count(1))
    return next(name for name in names if name not in taken)


def shipped(task: Task) -> dict[str, Document]:
    """The documents that came with a sample, by name."""
    came = documents.read_all(catalog.SAMPLES / task.name / "documents").documents
    return {one.name: one for one in came}


def key(prefix: str, task: Task, shown: Document) -> str:
    """A widget key that changes with the text, so that the box never shows a former one."""
    return f"{prefix}_{fingerprint(task.name, shown)}"


def filling(bar: DeltaGenerator, words: str = "") -> Callable[[int, int], None]:
    """A progress to hand to a long job: it fills the bar."""
    return lambda done, total: bar.progress(
        done / max(1, total), f"{words} {done:,} of {total:,}".strip()
    )


@contextmanager
def reindexing(bench: "Workbench", task: Task) -> Iterator[None]:
    """After a change, bring the index up to date and say what that took."""
    former, before = found(task), _read(task)
    yield
    after = _read(task)
    if after and after != before:
        bar = st.progress(0.0, "Getting ready")
        bench.wake(task, former, filling(bar, "Passages read:"))
        started = perf_counter()
        bench.retriever(task, filling(bar, "Passages read:"))
        bar.empty()
        took = perf_counter() - started
        new, same = len(after - before), len(after & before)
        bench.store.keep_report(task.name, "indexing", {"seconds": took, "new": new, "same": same})
        st.success(
            f"Saved. {widgets.counted(new, 'new passage')}, {same:,} unchanged; "
            f"indexed in {widgets.seconds(took)}.",
            icon=":material/check:",
        )


def _read(task: Task) -> set[str]:
    return {described(passage) for one in found(task) for passage in passages(task, one)}


def show(passage: Passage, note: str = "") -> None:
    """A passage with its origin, as the model reads it."""
    page = f"page {passage.page}" if passage.page else ""
    st.markdown(f"**{widgets.escaped(origin(passage))}**")
    if note or page:
        st.caption(" · ".join(filter(None, (note, page))))
    widgets.plain(passage.text)


def show_all(passages: Sequence[Passage]) -> None:
    """The passages of a document, the first so many."""
    for passage in passages[:MOST_PASSAGES]:
        show(passage)
    if len(passages) > MOST_PASSAGES:
        st.caption(f"{len(passages) - MOST_PASSAGES:,} more are not shown.")
