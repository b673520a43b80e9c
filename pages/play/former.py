"""Former versions of a document: when, what was done, what changed since, and the way back."""

from datetime import datetime
from itertools import pairwise

import streamlit as st

from core.records import Document, Task
from core.retrieval import versions
from core.retrieval.difference import Piece, difference
from core.retrieval.versions import Version
from pages.play import library
from pages.shared import marked, resources
from pages.shared.marked import Kind, Mark

DONE = {
    "found": "as it was found",
    "added": "added",
    "edited": "edited",
    "restored": "restored",
    "deleted": "deleted",
}


def show(task: Task, document: Document) -> None:
    """What the document was, compared with what it is now."""
    kept = versions.history(library.folder(task), document.name)
    with st.expander(
        f"Versions ({len(kept)})", icon=":material/history:", key="documents_versions"
    ):
        if not kept:
            st.caption("No change was made here yet. From the first one on, each text is kept.")
            return
        version = st.selectbox(
            "Compare the text as it is now with",
            kept,
            index=min(1, len(kept) - 1),
            format_func=title,
            key=f"documents_version_{kept[0].when}",
        )
        then = versions.read(library.folder(task), version)
        _compared(then, document)
        if then.text != document.text and st.button(
            "Restore this version", icon=":material/undo:", key="documents_restore_version"
        ):
            with library.reindexing(resources.workbench(), task):
                versions.restore(library.folder(task), version)
            st.toast("The version is restored.", icon=":material/undo:")
            st.rerun()


def title(version: Version) -> str:
    """A version by its date and what was done."""
    when = datetime.fromtimestamp(version.when)
    return f"{when:%d %b %Y, %H:%M:%S} · {DONE[version.what]}"


def _compared(then: Document, now: Document) -> None:
    pieces = difference(then.text, now.text)
    if not pieces:
        st.caption("This is the text as it is now.")
        return
    st.caption("Struck out: what it said then. Underlaid: what it says now.")
    changed(pieces)


def changed(pieces: tuple[Piece, ...]) -> None:
    """Draw what went and what came."""
    text, marks = "", []
    for before, piece in pairwise([Piece("skipped", ""), *pieces]):
        apart = " " if (before.kind, piece.kind) == ("gone", "new") else ""
        said = apart + _shown(piece)
        if piece.kind in ("gone", "new"):
            kind: Kind = "gone" if piece.kind == "gone" else "new"
            marks.append(Mark(len(text) + len(apart), len(text) + len(said), kind))
        text += said
    marked.show(text, marks)


def _shown(piece: Piece) -> str:
    """What stayed without empty lines; what is left out as three dots."""
    if piece.kind == "skipped":
        return "…\n"
    return piece.text if piece.text.strip() or piece.kind != "same" or " " in piece.text else ""
