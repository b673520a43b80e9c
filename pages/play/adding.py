"""Ways in for documents: uploads, a folder of this machine, a text written here; and ways back."""

from pathlib import Path

import streamlit as st

from core.records import Task
from core.retrieval import bringing, documents, versions
from core.retrieval.bringing import Brought
from core.retrieval.naming import SUFFIXES
from pages.play import library
from pages.shared import failures, resources, widgets
from pages.shared.widgets import counted, escaped

KINDS = [suffix.removeprefix(".") for suffix in SUFFIXES]
FOLDER_HELP = (
    "Every document below it is copied into the task. Read it again and only what has changed is "
    "taken; links, hidden files and other kinds are passed over."
)


def add(task: Task) -> None:
    """Three ways to add documents, in one place."""
    upload, folder, write = st.tabs(["Upload files", "Read a folder", "Write one"])
    with upload:
        _upload(task)
    with folder:
        _folder(task)
    with write:
        _write(task)


def _upload(task: Task) -> None:
    """Take uploads; one that cannot be read is refused with its reason, the others stay."""
    with st.form("documents_add", clear_on_submit=True, border=False):
        files = st.file_uploader(
            f"Files of {', '.join(KINDS)}", KINDS, accept_multiple_files=True, key="documents_files"
        )
        sent = st.form_submit_button("Add to the documents", icon=":material/upload_file:")
    if sent and not files:
        st.info("Choose one or more files first.")
    elif sent:
        with library.reindexing(resources.workbench(), task):
            for file in files:
                with failures.shown():
                    versions.store(library.folder(task), file.name, file.getvalue())


def _folder(task: Task) -> None:
    with st.form("documents_folder", border=False):
        named = st.text_input(
            "Folder on the machine that runs First Lever",
            placeholder="/home/me/policies",
            key="documents_folder_path",
            help=FOLDER_HELP,
        )
        sent = st.form_submit_button("Read the folder", icon=":material/folder_open:")
    if sent and not named.strip():
        st.info("Write the path of a folder first.")
    elif sent:
        with library.reindexing(resources.workbench(), task), failures.shown():
            bar = st.progress(0.0, "Reading the folder")
            _said(bringing.bring(Path(named.strip()), library.folder(task), library.filling(bar)))
            bar.empty()


def _said(brought: Brought) -> None:
    new = counted(len(brought.added), "document")
    st.success(f"{new} new or changed, {brought.same:,} as they were.", icon=":material/check:")
    for name, why in brought.refused[:20]:
        st.warning(escaped(str(why)), title=f"{escaped(name)} was left out")
    if len(brought.refused) > 20:
        st.warning(f"{len(brought.refused) - 20:,} more were left out.")
    for line in brought.passed():
        st.caption(escaped(line))


def _write(task: Task) -> None:
    with st.form("documents_new", clear_on_submit=True, border=False):
        title = st.text_input("Title", key="documents_new_title", max_chars=80)
        text = st.text_area("Its text", key="documents_new_text", height=160)
        sent = st.form_submit_button("Add the document", icon=":material/note_add:")
    if sent and not (title.strip() and text.strip()):
        st.info("Write a title and a text first.")
    elif sent:
        with library.reindexing(resources.workbench(), task), failures.shown():
            name = library.free_name(task, title)
            versions.write_text(library.folder(task), name, f"# {title.strip()}\n\n{text}", "added")


def missing(task: Task) -> None:
    """Shipped documents that were deleted, and the way to have them back."""
    here = {one.name for one in library.found(task)}
    gone = [one for name, one in library.shipped(task).items() if name not in here]
    if gone and st.button(
        f"Bring back {counted(len(gone), 'shipped document')}", icon=":material/undo:"
    ):
        with library.reindexing(resources.workbench(), task):
            for one in gone:
                versions.write_text(library.folder(task), one.name, one.text, "restored")


def deleted(task: Task) -> None:
    """Documents that were deleted with their versions kept: bring back, or forget for good."""
    for last in versions.deleted(library.folder(task)):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{escaped(last.document)} is deleted; its versions are kept.")
            if st.button("Bring it back", key=f"documents_back_{last.document}"):
                with library.reindexing(resources.workbench(), task):
                    versions.restore(library.folder(task), last)
                st.rerun()
            if st.button("Delete the versions, too", key=f"documents_forget_{last.document}"):
                versions.forget(library.folder(task), last.document)
                st.rerun()


def refused(task: Task) -> None:
    """Files among the documents that cannot be read, each with its reason."""
    for name, why in documents.read_all(library.folder(task)).unreadable:
        failures.error(why)
        if st.button("Delete this file", key=f"documents_refused_{name}"):
            versions.remove(library.folder(task), name)
            st.rerun()


def nothing_yet() -> None:
    """What to do where there are no documents."""
    kinds = ", ".join(KINDS[:-1]) + f" or {KINDS[-1]}"
    widgets.empty("No documents yet", f"Open “Add documents” above and choose files of {kinds}.")
