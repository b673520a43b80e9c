"""What RAG may read: add documents, edit them, see the passages that the model will read."""

import streamlit as st

from core.records import Document, Task
from core.retrieval import documents
from core.retrieval.naming import SUFFIXES
from pages.play import library, place
from pages.shared import failures, resources, widgets
from pages.shared.state import choices

KINDS = [suffix.removeprefix(".") for suffix in SUFFIXES]

bench = resources.workbench()


def add(task: Task) -> None:
    """Take uploads; one that cannot be read is refused with its reason, the others stay."""
    with st.form("documents_add", clear_on_submit=True):
        files = st.file_uploader(
            "Markdown, plain text, or PDF with text in it",
            KINDS,
            accept_multiple_files=True,
            key="documents_files",
        )
        sent = st.form_submit_button("Add to the documents", icon=":material/upload_file:")
    if sent and not files:
        st.info("Choose one or more files first.")
    elif sent:
        with library.reindexing(bench, task):
            for file in files:
                with failures.shown():
                    documents.store(library.folder(task), file.name, file.getvalue())


def edit(task: Task, name: str) -> None:
    """One document: restore or delete it, change its text, see its passages."""
    with st.container(horizontal=True):
        restore(task, name)
        delete(task, name)
    document = library.document(task, name)
    if document.pages:
        st.caption("A PDF is read, not edited. Upload a new version to change it.")
    else:
        rewrite(task, document)
    passages = library.passages(task, library.document(task, name))
    label = f"See the passages as the model will read them ({len(passages)})"
    with st.expander(label, icon=":material/menu_book:", key="documents_passages"):
        for passage in passages:
            library.show(passage)


def rewrite(task: Task, document: Document) -> None:
    """The text in a box, and Save."""
    key = library.key("documents_text", task, document)
    text = st.text_area("Text", document.text, height=380, key=key)
    if st.button("Save", type="primary", icon=":material/save:", key="documents_save"):
        with library.reindexing(bench, task):
            documents.write_text(library.folder(task), document.name, text)


def restore(task: Task, name: str) -> None:
    """Back to the text that ships with a sample, where it was changed."""
    came = library.shipped(task).get(name)
    if came is None or came.text == library.document(task, name).text:
        return
    if st.button("Restore the shipped text", icon=":material/undo:", key="documents_restore"):
        with library.reindexing(bench, task):
            documents.write_text(library.folder(task), name, came.text)


def delete(task: Task, name: str) -> None:
    """Delete after a second click."""
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown(f"Delete **{widgets.escaped(name)}**? RAG will no longer find what it says.")
        if st.button("Delete it", type="primary", key="documents_delete"):
            documents.remove(library.folder(task), name)
            choices().document = None
            st.toast(f"{widgets.escaped(name)} is deleted.", icon=":material/delete:")
            st.rerun()


def chosen(found: tuple[Document, ...]) -> str:
    """The document to work on, remembered in this tab."""
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
    found = documents.read_all(library.folder(task)).documents
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


def missing(task: Task) -> None:
    """Shipped documents that were deleted, and the way to have them back."""
    here = {one.name for one in documents.read_all(library.folder(task)).documents}
    gone = [one for name, one in library.shipped(task).items() if name not in here]
    if gone and st.button(
        f"Bring back {widgets.counted(len(gone), 'shipped document')}", icon=":material/undo:"
    ):
        with library.reindexing(bench, task):
            for one in gone:
                documents.write_text(library.folder(task), one.name, one.text)


def refused(task: Task) -> None:
    """Files among the documents that cannot be read, each with its reason."""
    for name, why in documents.read_all(library.folder(task)).unreadable:
        failures.error(why)
        if st.button("Delete this file", key=f"documents_refused_{name}"):
            documents.remove(library.folder(task), name)
            st.rerun()


task = widgets.require_task()
widgets.model_line()

st.title("Documents", anchor=False)
st.markdown(f"What RAG may read to answer **{widgets.escaped(task.title)}**.")

place.show(task)
refused(task)
found = documents.read_all(library.folder(task)).documents
with st.expander(
    "Add documents", expanded=not found, icon=":material/upload_file:", key="documents_adding"
):
    add(task)
missing(task)
found = documents.read_all(library.folder(task)).documents  # as they are after the above
if found:
    left, right = st.columns([2, 3], gap="medium")
    with right:
        edit(task, chosen(found))
    with left:
        listing(task)
else:
    widgets.empty(
        "No documents yet",
        "Open “Add documents” above and choose Markdown, plain text or PDF files.",
    )

with st.container(border=True):
    st.subheader("Ask the same question again", anchor=False)
    st.markdown(
        "Change a fact here, save, and ask about it in the playground. "
        "RAG answers from the new text at once. LoRA answers from its weights, which no edit "
        "reaches until it is trained again. Knowledge that changes belongs in documents."
    )
    st.page_link("pages/play/playground.py", label="Ask again", icon=":material/arrow_forward:")
