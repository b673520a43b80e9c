"""What RAG may read: documents with their versions, and what an edit changes."""

import streamlit as st

from core.records import Task
from pages.play import adding, editing, lesson, library, place, searching, tuning
from pages.shared import widgets


def keeping(task: Task) -> None:
    """Documents: added, chosen, edited, deleted."""
    adding.refused(task)
    with st.expander(
        "Add documents",
        expanded=not library.found(task),
        icon=":material/upload_file:",
        key="documents_adding",
    ):
        adding.add(task)
    adding.missing(task)
    adding.deleted(task)
    found = library.found(task)  # as they are after the above
    if not found:
        adding.nothing_yet()
        return
    left, right = st.columns([2, 3], gap="medium")
    with right:
        editing.edit(task, editing.chosen(found))
    with left:
        editing.listing(task)


def cutting(task: Task) -> None:
    """How documents are cut and searched, and the button that tries other ways."""
    if not library.found(task):
        adding.nothing_yet()
        return
    searching.show(task)
    tuning.show(task)


task = widgets.require_task()
widgets.model_line()

st.title("Documents", anchor=False)
st.markdown(f"What RAG may read to answer **{widgets.escaped(task.title)}**.")

searching.heard()
above = st.container()
keep, search, edit = st.tabs(
    ["Documents", "How they are searched", "What an edit changes"],
    key="documents_tabs",
    on_change="rerun",
)
if keep.open:
    with keep:
        keeping(task)
if search.open:
    with search:
        cutting(task)
if edit.open:
    with edit:
        lesson.show(task)
with above:  # last, so that it shows what an edit just changed
    place.show(task)
