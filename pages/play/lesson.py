"""What an edit changes: one question before and after, by RAG and by LoRA, and what each costs."""

import streamlit as st

from core.records import Answer, Document, Task
from core.retrieval import versions
from core.retrieval.difference import difference
from core.retrieval.versions import Version
from core.workbench.searching import Lesson
from pages.play import citations, former, library, turns
from pages.shared import resources, widgets
from pages.shared.widgets import seconds

HOW = (
    "Change a fact in a document, save, and ask about it. RAG is asked with the documents as they "
    "were and as they are; LoRA answers from its weights, which no edit reaches until it is "
    "trained again."
)


def show(task: Task) -> None:
    """Choose an edit, ask about it, see both levers before and after."""
    st.markdown(HOW)
    edits = changed(task)
    if not edits:
        widgets.empty(
            "Nothing was edited yet", "Change a sentence on the tab Documents and save it."
        )
        return
    version = st.selectbox(
        "The edit: what stood there before", edits, format_func=_title, key="documents_edit"
    )
    then = versions.read(library.folder(task), version)
    now = library.document(task, version.document)
    with st.container(border=True):
        former.changed(difference(then.text, now.text))
    with st.form("documents_lesson", border=False):
        question = st.text_input(
            "A question about what you changed", key="documents_question",
            placeholder="How much do new soles cost?",
        )  # fmt: skip
        sent = st.form_submit_button("Ask before and after", icon=":material/forum:")
    if sent and not question.strip():
        st.info("Write a question first.")
    elif sent:
        _asked(task, then, question)


def changed(task: Task) -> list[Version]:
    """Of each document that is another now, its version before; the latest edit first."""
    folder = library.folder(task)
    histories = [versions.history(folder, one.name) for one in library.found(task)]
    edits = [(kept[0].when, before) for kept in histories if (before := _before(kept))]
    return [before for _, before in sorted(edits, key=lambda edit: -edit[0])]


def _before(kept: tuple[Version, ...]) -> Version | None:
    """The latest version whose content is not that of the last one."""
    return next((one for one in kept if one.digest != kept[0].digest), None)


def _asked(task: Task, then: Document, question: str) -> None:
    with st.spinner("Asking both levers with both texts"):
        lesson = resources.workbench().lesson(task, then, question.strip())
    _pair(task, "rag", lesson.rag)
    if lesson.lora:
        _pair(task, "lora", lesson.lora)
    else:
        st.markdown(widgets.lever("lora"))
        turns.unavailable(lesson.missing)
    _costs(lesson)


def _pair(task: Task, name: str, answers: tuple[Answer, Answer]) -> None:
    same = answers[0].text == answers[1].text
    st.markdown(f"{widgets.lever(name)} {'did not follow' if same else 'followed'} the edit")
    grid = st.grid(2, min_column_width=220, border=True)
    for when, answer in zip(("Before the edit", "After the edit"), answers, strict=True):
        with grid.cell():
            st.caption(when)
            _said(task, answer)


def _said(task: Task, answer: Answer) -> None:
    if answer.error:
        turns.unavailable(answer.error)
    elif answer.passages and answer.text.strip():
        citations.answer(task, answer)
    else:
        widgets.plain(answer.text or "The model wrote nothing.")


def _costs(lesson: Lesson) -> None:
    """What each way to bring the new fact in costs, as it was measured here."""
    st.markdown("**What it costs to bring an edit in**")
    index, train = st.columns(2)
    took = lesson.indexing_seconds
    index.metric("RAG: indexing the edit", seconds(took) if took is not None else "not measured")
    took = lesson.training_seconds
    train.metric(
        "LoRA: training again", seconds(took) if took else "not measured",
        help="What the run behind this adapter took. The examples must say the new fact first.",
    )  # fmt: skip


def _title(version: Version) -> str:
    return f"{version.document} · {former.title(version)}"
