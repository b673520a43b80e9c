"""The place in a document that a citation leads to, highlighted among what stands around it."""

import bisect

import streamlit as st

from core.records import Document, Task, fingerprint
from pages.play import library
from pages.shared import marked, state, widgets
from pages.shared.marked import Mark

AROUND = 350  # characters before and after; a page of a PDF is shown whole
CHANGED = (
    "The document was changed after this answer was given, so the place may be another now. "
    "Its versions below hold the former text."
)


def show(task: Task) -> None:
    """The cited place, if the address names one and the document is the one chosen."""
    cited = state.cited()
    if cited is None:
        return
    found = next((one for one in library.found(task) if one.name == cited.document), None)
    with st.container(border=True, key="documents_place"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**Cited place** in {widgets.escaped(found.title if found else '')}")
            st.space("stretch")
            st.button(
                "Close",
                icon=":material/close:",
                type="tertiary",
                key="documents_place_close",
                on_click=state.forget_cited,
            )
        if found is None:
            st.info(f"{widgets.escaped(cited.document)} was deleted after this answer was given.")
        else:
            _text(found, cited)


def _text(found: Document, cited: state.Cited) -> None:
    same = fingerprint(found.text[cited.start : cited.end]) == cited.words
    if not same:
        st.info(CHANGED, icon=":material/history:")
    start, end = _window(found, cited)
    if found.pages:
        page = bisect.bisect(found.pages, cited.start)
        st.caption(f"Page {page} of {len(found.pages)}")
    before, after = "…" if start else "", "…" if end < len(found.text) else ""
    moved = len(before) - start
    marks = [Mark(cited.start + moved, cited.end + moved, "place")] if same else []
    marked.show(f"{before}{found.text[start:end]}{after}", marks)


def _window(found: Document, cited: state.Cited) -> tuple[int, int]:
    """The page that holds the place, or what stands around it, whole lines where they are near."""
    ends = [*found.pages[1:], len(found.text)]
    if found.pages and cited.start < len(found.text):
        at = bisect.bisect(found.pages, cited.start) - 1
        return found.pages[at], max(ends[at], min(cited.end, len(found.text)))
    before = found.text.rfind("\n", 0, max(0, cited.start - AROUND)) + 1
    start = before if cited.start - before < 2 * AROUND else cited.start - AROUND
    after = found.text.find("\n", cited.end + AROUND)
    end = after if 0 <= after < cited.end + 2 * AROUND else cited.end + AROUND
    return max(0, start), min(end, len(found.text))
