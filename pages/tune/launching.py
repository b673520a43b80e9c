"""Ask for a recipe, show what it would take, and start one run of it."""

from collections.abc import Sequence
from dataclasses import Field, fields
from typing import Any

import streamlit as st

from core.records import Task, fingerprint
from core.training.forecast import Forecast
from core.training.recipe import DEFAULT, PRESETS, Recipe
from core.training.state import RunState
from pages.shared import measures, resources
from pages.shared.state import choices
from pages.shared.widgets import readable, roughly

ROWS_HELP = (
    "One row per train example; two where the task has documents, with and without passages, so "
    "that one adapter serves LoRA and LoRA+RAG."
)


def recipe() -> Recipe:
    """Ask how to train: one of the presets, every setting open to change."""
    preset = st.segmented_control(
        "How thoroughly", list(PRESETS), default=DEFAULT, required=True,
        format_func=readable, key="train_preset",
    )  # fmt: skip
    st.caption(PRESETS[preset].description)
    with st.expander("More settings", icon=":material/tune:"), st.grid(3):
        values = {
            one.name: _setting(one, getattr(PRESETS[preset].recipe, one.name), preset)
            for one in fields(Recipe)
        }
    return Recipe(**values)


def _setting(one: Field[Any], value: float, preset: str) -> float:
    kind = type(one.default)
    unit = f" ({one.metadata['unit']})" if one.metadata["unit"] else ""
    return st.number_input(
        readable(one.name) + unit,
        min_value=kind(one.metadata["low"]),
        max_value=kind(one.metadata["high"]),
        value=kind(value),
        step=1 if kind is int else None,
        format="%d" if kind is int else "%g",
        help=one.metadata["help"],
        key=f"train_{preset}_{one.name}",
    )


def forecast(expected: Forecast) -> None:
    """What a run will take, before it takes it."""
    with st.grid(4, min_column_width=150):
        st.metric("Rows to learn from", f"{expected.rows:,}", border=True, help=ROWS_HELP)
        st.metric("Steps, at most", f"{expected.steps:,}", border=True)
        st.metric("Time, about", roughly(expected.seconds), border=True)
        st.metric("Memory, about", measures.size(expected.memory_bytes), border=True)
    dropped = f" {expected.dropped} longer rows are left out." if expected.dropped else ""
    st.caption(f"Time: {expected.basis}. Disk: {measures.size(expected.disk_bytes)}.{dropped}")


def start(task: Task, asked: Recipe, known: Sequence[RunState]) -> None:
    """A button that begins one run, however often it is pressed.

    The request is named by what was on the screen, so a second press, also in a
    second tab, asks for the same run again.
    """
    busy = any(run.active for run in known)
    key = fingerprint(task.version, asked, known[0].run if known else "")
    if st.button(
        "Start training", type="primary", icon=":material/play_arrow:", disabled=busy,
        key="train_start", help="One run at a time." if busy else None,
    ):  # fmt: skip
        with st.spinner("Writing the rows and starting the worker"):
            choices().run = resources.workbench().train(task, asked, key=key).name
        st.rerun()
