"""What RAG may read: documents with their versions, and what an edit changes."""

import streamlit as st

from core.records import Task
from pages.play import adding, editing, library, place
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


task = widgets.require_task()
widgets.model_line()

st.title("Documents", anchor=False)
st.markdown(f"What RAG may read to answer **{widgets.escaped(task.title)}**.")

above = st.container()
keeping(task)
with above:  # last, so that it shows what an edit just changed
    place.show(task)

with st.container(border=True):
    st.subheader("Ask the same question again", anchor=False)
    st.markdown(
        "Change a fact here, save, and ask about it in the playground. "
        "RAG answers from the new text at once. LoRA answers from its weights, which no edit "
        "reaches until it is trained again. Knowledge that changes belongs in documents."
    )
    st.page_link("pages/play/playground.py", label="Ask again", icon=":material/arrow_forward:")
