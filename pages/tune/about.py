"""What a task's own file says of it, open to change: its words, its bar, its rows' origin."""

import streamlit as st

from core.records import Task
from core.tasks.gate.amount import ORIGINS
from core.tasks.stating import MOST
from pages.shared import failures, resources

ORIGIN = {
    "": "Not said yet",
    "ours": "Ours: we wrote them or own them",
    "licensed": "Licensed: we may use them for this",
    "scraped": "Scraped from elsewhere",
    "unknown": "Unknown",
}
INSTRUCTION_HELP = (
    "What Prompt, Few-shot and RAG tell the model. Another instruction makes other prompts: "
    "measure again afterwards."
)
TITLE_HELP = (
    "The levers with an adapter tell the model this and nothing else. After a change train again: "
    "an adapter knows the title it learned under."
)


def section(task: Task) -> None:
    """A form of what may be changed here; everything else stays in the file as it is."""
    with st.expander("About this task", icon=":material/edit_note:"):
        with st.form(f"data_about_{task.name}", border=False):
            said = _fields(task)
            kept = st.form_submit_button("Keep", icon=":material/save:", key="data_about_keep")
        if kept:
            with failures.shown():
                resources.workbench().state_task(task, said)
                st.toast("Kept.", icon=":material/done:")
                st.rerun()


def _fields(task: Task) -> dict[str, str | float]:
    at = f"data_about_{task.name}_"
    origin = str(task.answers.get("origin", ""))
    said: dict[str, str | float] = {
        "title": st.text_input(
            "Title", task.title, max_chars=MOST["title"], key=at + "title", help=TITLE_HELP
        ),
        "goal": st.text_area("Goal", task.goal, max_chars=MOST["goal"], height=80, key=at + "goal"),
        "instruction": st.text_area(
            "Instruction", task.instruction, max_chars=MOST["instruction"], height=120,
            help=INSTRUCTION_HELP, key=at + "instruction",
        ),
    }  # fmt: skip
    with st.grid(3, min_column_width=200):
        bar = st.number_input(
            "Success bar (%)", 0, 100, round(task.success_bar * 100), key=at + "bar",
            help="The score that would be good enough.",
        )  # fmt: skip
        said["origin"] = st.selectbox(
            "Where the examples are from", list(ORIGIN), format_func=ORIGIN.get,
            index=list(ORIGIN).index(origin if origin in ORIGINS else ""), key=at + "origin",
        )  # fmt: skip
        said["licence"] = st.text_input(
            "Licence (optional)", str(task.answers.get("licence", "")), max_chars=MOST["licence"],
            key=at + "licence", help="Goes into the model card, such as cc-by-4.0.",
        )  # fmt: skip
    unchanged = bar == round(task.success_bar * 100)
    return said | {"success_bar": task.success_bar if unchanged else bar / 100}
