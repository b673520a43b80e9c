"""One document: its text, its passages as the model reads them, its versions, and its end."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.records import Document, Task
from core.retrieval import versions
from pages.play import former, library
from pages.shared import resources, state, widgets
from pages.shared.state import choices


def edit(task: Task, name: str) -> None:
    """Work on one document."""
    with st.container(horizontal=True):
        restore(task, name)
        delete(task, name)
    document = library.document(task, name)
    if library.editable(document):
        rewrite(task, document)
    else:
        st.caption("Read, not edited: upload a new version of the file to change it.")
        with st.expander("Its text", icon=":material/article:"):
            widgets.plain(document.text[: library.MOST_SHOWN])
    passages = library.passages(task, library.document(task, name))
    label = f"See the passages as the model will read them ({len(passages)})"
    with st.expander(label, icon=":material/menu_book:", key="documents_passages"):
        library.show_all(passages)
    former.show(task, library.document(task, name))


def rewrite(task: Task, document: Document) -> None:
    """The text in a box, and Save."""
    place = st.empty()
    text = _box(place, task, document)
    if st.button("Save", type="primary", icon=":material/save:", key="documents_save"):
        with library.reindexing(resources.workbench(), task):
            versions.write_text(library.folder(task), document.name, text)
        _box(place, task, library.document(task, document.name))  # the next edit begins from it
        st.caption("Which lever follows? Ask on the tab “What an edit changes”.")


def _box(place: DeltaGenerator, task: Task, document: Document) -> str:
    key = library.key("documents_text", task, document)
    return str(place.text_area("Text", document.text, height=380, key=key))


def restore(task: Task, name: str) -> None:
    """Back to the text that ships with a sample, where it was changed."""
    came = library.shipped(task).get(name)
    if came is None or came.text == library.document(task, name).text:
        return
    if st.button("Restore the shipped text", icon=":material/undo:", key="documents_restore"):
        with library.reindexing(resources.workbench(), task):
            versions.write_text(library.folder(task), name, came.text, "restored")


def delete(task: Task, name: str) -> None:
    """Delete after a second click, with its versions unless they are to stay."""
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown(f"Delete **{widgets.escaped(name)}**? RAG will no longer find what it says.")
        keep = st.checkbox(
            "Keep its versions, so that it can be brought back", key="documents_keep"
        )
        st.caption(
            "Without this tick the file and every former version of it are gone from the disk. "
            "Answers given before keep the passages they quote."
        )
        if st.button("Delete it", type="primary", key="documents_delete"):
            versions.remove(library.folder(task), name, keep=keep)
            if not keep:
                resources.workbench().purge()
            choices().document = None
            st.toast(f"{widgets.escaped(name)} is deleted.", icon=":material/delete:")
            st.rerun()


def chosen(found: tuple[Document, ...]) -> str:
    """The document to work on: the one a citation just led to, else the last one of this tab."""
    state.cited()
    titles = {one.name: one.title for one in found}
    last = choices().document
    name: str = st.selectbox(
        "Document",
        list(titles),
        index=list(titles).index(last) if last in titles else 0,
        format_func=lambda name: f"{titles.get(name, name)} ({name})",
        key="documents_name",
    )
    choices().document = name
    return name


def listing(task: Task) -> None:
    """All documents with their sizes."""
    found = library.found(task)
    words = [len(one.text.split()) for one in found]
    passages = [len(library.passages(task, one)) for one in found]
    count, parts = (
        widgets.counted(len(found), "document"),
        widgets.counted(sum(passages), "passage"),
    )
    st.markdown(f"**{count}** · {sum(words):,} words · {parts}")
    st.dataframe(
        {"Title": [one.title for one in found], "Words": words, "Passages": passages},
        hide_index=True,
        height=460,
        alt="Documents with words and passages",
    )
