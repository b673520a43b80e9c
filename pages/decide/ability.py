"""General ability: what the base could do before tuning and the tuned weights still can."""

import threading
from typing import Any

import streamlit as st

from core.evaluation.ability import SKILLS, Ability, Tried, questions
from core.records import Task
from pages.shared import failures, resources, widgets
from pages.shared.measures import chance


def section(task: Task) -> None:
    """What is known of the adapter in use, and the button that measures it."""
    bench = resources.workbench()
    with st.spinner("Loading the model"):
        current = bench.shelf(task).current
    st.markdown(
        f"{len(questions())} small questions that are not about your task, asked of the base and "
        "of the tuned weights in the same words. Tuning can cost what the base could do: reading, "
        "keeping to a form, or saying that a passage does not tell."
    )
    if current is None:
        widgets.empty(
            "No adapter is in use",
            "Train one, or choose one, then measure here what it forgot.",
            "pages/tune/train.py",
            "Go to Train",
        )
        return
    found = bench.ability(task)
    label = "Measure again" if found else "Measure general ability"
    if st.button(label, type="primary", icon=":material/play_arrow:", key="watch_ability"):
        with failures.shown():
            _measure(task)
    if found:
        _results(found)


def _measure(task: Task) -> None:
    bar, cancel = st.progress(0.0, "Asking"), threading.Event()
    try:
        resources.workbench().measure_ability(
            task, lambda done, total: _advance(bar, done, total), cancel
        )
    finally:
        cancel.set()
    st.rerun()


def _advance(bar: Any, done: int, total: int) -> None:
    bar.progress(done / max(total, 1), f"{done} of {total} answers")


def _results(found: Ability) -> None:
    for side, said in found.findings.items():
        st.markdown(f"{_icon(found, side)} {said}")
    rows = []
    for kind, title in SKILLS.items():
        one = found.of(kind)
        rows.append(
            {
                "What it can do": title,
                "Base": f"{one.before} of {one.n}",
                "Tuned": f"{one.after} of {one.n}",
                "Lost": one.lost,
                "Gained": one.gained,
                "p (McNemar)": chance(one.p),
            }
        )
    st.dataframe(
        rows, hide_index=True, alt="Right answers of base and tuned weights by kind of question",
        column_config={"What it can do": st.column_config.TextColumn(pinned=True)},
    )  # fmt: skip
    st.caption(
        "Right answers of the base and of the tuned weights to the same questions. Losses are "
        "tested exactly (McNemar), for questions with and without an answer apart, corrected for "
        "these two tests (Holm)."
    )
    with st.expander("Every question with both answers", icon=":material/table:"):
        st.dataframe(
            [_row(one) for one in found.tried],
            hide_index=True,
            alt="Every general question with the answers of base and tuned weights",
        )


def _icon(found: Ability, side: str) -> str:
    if side in found.lost:
        return ":red[:material/warning:]"
    return ":orange[:material/help:]" if side in found.unclear else ":green[:material/check:]"


def _row(one: Tried) -> dict[str, str]:
    sides = one.before_right, one.after_right
    changed = {(True, False): "lost", (False, True): "gained"}.get(sides, "")
    answers = {"Base": one.before, "Tuned": one.after}
    return {"Question": one.question, **answers, "Changed": changed}
