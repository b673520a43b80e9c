"""What only the task's owner knows, and what that makes of the costs."""

from typing import Any

import streamlit as st

from core.records import Task
from core.verdict.evidence import STATED
from core.verdict.verdict import Verdict
from pages.shared import resources
from pages.shared.measures import or_none
from pages.shared.widgets import LEVER_TITLE, seconds

ASKED = {
    "knowledge_changes": "Does the knowledge behind the answers change?",
    "needs_citations": "Must answers cite their source?",
    "private": "Must the data stay private?",
    "regulated": "Is the output regulated?",
    "reviewed": "Does a person read each answer before it takes effect?",
    "latency_matters": "Does speed matter?",
    "volume_per_month": "Answers a month",
}
YES, NO, OPEN = "Yes", "No", "Not stated"


def stated(task: Task) -> None:
    """Ask what only the owner knows; a change is kept and decided on anew."""
    bench = resources.workbench()
    known = bench.stated(task)
    with st.form("verdict_stated"):
        with st.grid(3, min_column_width=230):
            said = {key: _ask(task, key, known.get(key)) for key in ASKED if key in STATED}
        if st.form_submit_button("Decide again", icon=":material/refresh:"):
            for key, value in said.items():
                if value != known.get(key):
                    bench.store.state(task.name, key, value)
            st.rerun()


def _ask(task: Task, key: str, known: Any) -> bool | float | None:
    name = f"verdict_{task.name}_{key}"
    if key == "volume_per_month":
        return st.number_input(
            ASKED[key], min_value=0, value=None if known is None else round(known), step=1000,
            placeholder=OPEN, key=name,
        )  # fmt: skip
    now = {True: YES, False: NO}.get(known, OPEN)
    picked = st.segmented_control(ASKED[key], [YES, NO, OPEN], default=now, required=True, key=name)
    return {YES: True, NO: False}.get(picked)


def costs(verdict: Verdict) -> None:
    """What an answer costs by each lever, and what a month does at the stated volume."""
    volume = verdict.costs["volume_per_month"]
    rows = [
        {
            "Lever": LEVER_TITLE[lever],
            "Tokens an answer": f"{one['tokens_per_answer']:.0f}",
            "Against Prompt": _times(one["times_prompt"]),
            "Seconds an answer": or_none(one["seconds_per_answer"], seconds),
            "Tokens a month": _month(one["tokens_per_month"]),
        }
        for lever, one in verdict.costs["levers"].items()
    ]
    st.dataframe(
        rows,
        hide_index=True,
        column_config={"Lever": st.column_config.TextColumn(pinned=True)},
        alt="Tokens and seconds of an answer by each lever",
    )
    said = (
        f"At {volume:,.0f} answers a month."
        if volume is not None
        else "No number of answers a month is stated."
    )
    minutes = verdict.costs["training_minutes"]
    trained = "" if minutes is None else f" The training run took {seconds(minutes * 60)}."
    st.caption(f"{said}{trained}")


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.1f} times"


def _month(tokens: float | None) -> str:
    return "" if tokens is None else f"{tokens / 1e6:,.1f} million"
