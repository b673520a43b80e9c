"""An answer with what supports it: marks in its words, and the passages below."""

from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st

from core.levers.rag import origin
from core.records import Answer, Passage, Task, fingerprint
from core.retrieval.citing import Stretch, cite
from pages.shared import marked, widgets
from pages.shared.marked import Mark

DOCUMENTS = "pages/play/documents.py"
ADDRESS = "documents"  # of that page, beside the playground's
LEGEND = (
    "Numbers lead to the passage that holds the words. Words underlined with dots stand in no "
    "passage: they may be a paraphrase, or made up. Words are compared, not meanings."
)


def answer(task: Task, given: Answer) -> None:
    """The words of an answer, each stretch with the number of the passage that supports it."""
    found = cite(given.text, given.passages, given.question)
    marks = [_mark(task, stretch, given.passages) for stretch in found]
    marked.show(given.text, marks, code=task.output == "json")
    bare = any(stretch.passage is None for stretch in found)
    if bare:
        st.caption("Dotted words stand in no passage.", help=LEGEND)


def _mark(task: Task, stretch: Stretch, passages: Sequence[Passage]) -> Mark:
    if stretch.passage is None:
        return Mark(stretch.start, stretch.end, "unsupported")
    passage = passages[stretch.passage]
    return Mark(
        stretch.start,
        stretch.end,
        "cited",
        number=stretch.passage + 1,
        link=f"{ADDRESS}?{urlencode(place(task, passage, stretch))}",
        says=f"Passage {stretch.passage + 1}: {origin(passage)}. Opens the document.",
    )


def place(task: Task, passage: Passage, stretch: Stretch | None = None) -> dict[str, str]:
    """The address of a passage, or of the words in it that support a stretch."""
    start, end = (
        (stretch.source_start, stretch.source_end) if stretch else (passage.start, passage.end)
    )
    words = passage.text[start - passage.start : end - passage.start]
    return {
        "task": task.name,
        "document": passage.document,
        "start": str(start),
        "end": str(end),
        "words": fingerprint(words),  # so that the page can tell when the document has changed
    }


def passages(task: Task, given: Answer) -> None:
    """What the lever read, nearest first, the words that support the answer marked."""
    found = cite(given.text, given.passages, given.question)
    with st.expander(f"Passages it read ({len(given.passages)})", icon=":material/menu_book:"):
        for at, passage in enumerate(given.passages):
            _passage(task, at, passage, [one for one in found if one.passage == at])


def _passage(task: Task, at: int, passage: Passage, used: Sequence[Stretch]) -> None:
    page = f" · page {passage.page}" if passage.page else ""
    st.markdown(f"**{at + 1} · {widgets.escaped(origin(passage))}**")
    st.caption(f"similarity {passage.score:.2f} of 1{page}")
    marked.show(passage.text, _apart(passage, used))
    st.page_link(
        DOCUMENTS,
        label="Open in the document",
        icon=":material/arrow_forward:",
        query_params=place(task, passage),
    )


def _apart(passage: Passage, used: Sequence[Stretch]) -> list[Mark]:
    """The words that were cited, those that overlap as one."""
    marks: list[Mark] = []
    for start, end in sorted((one.source_start, one.source_end) for one in used):
        start, end = start - passage.start, end - passage.start
        if marks and start <= marks[-1].end:
            start = marks[-1].start
            end = max(end, marks.pop().end)
        marks.append(Mark(start, end, "cited"))
    return marks
