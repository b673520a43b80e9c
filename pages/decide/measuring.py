"""Choose levers and measure them on the holdout, in the script's own thread."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import streamlit as st

from core.evaluation.report import Report
from core.records import Task
from pages.shared import resources
from pages.shared.widgets import LEVER_TITLE, escaped


def latest(task: Task) -> Report | None:
    """The newest evaluation of a task, None before the first."""
    bench = resources.workbench()
    return bench.report(task) if bench.store.latest_report(task.name, "evaluation") else None


def choose(ready: Sequence[str], missing: Mapping[str, str]) -> list[str]:
    """Ask which levers to measure; say why the others cannot be."""
    chosen = st.pills(
        "Levers", ready, selection_mode="multi", default=ready,
        format_func=lambda name: LEVER_TITLE[name], key="evaluate_levers",
    )  # fmt: skip
    for name, why in missing.items():
        st.caption(f":material/block: {LEVER_TITLE[name]} is left out. {escaped(why)}")
    return [name for name in ready if name in chosen]


def measure(task: Task, names: Sequence[str]) -> None:
    """Answer the holdout, with a bar and a Stop. Leaving the page stops; answers made are kept."""
    with st.container(border=True):
        st.button("Stop", icon=":material/stop:", key="evaluate_stop")
        st.caption(
            "Stay on this page: leaving it stops the measuring. Answers already made are kept, and "
            "measuring again goes on from there."
        )
        bar = st.progress(0.0, "Getting ready")
        with _cancelled_on_leaving() as cancel:
            resources.workbench().evaluate(
                task,
                names,
                progress=lambda done, total: _advance(bar, done, total),
                cancel=cancel,
            )
    st.rerun()


@contextmanager
def _cancelled_on_leaving() -> Iterator[threading.Event]:
    """However the block is left: a click elsewhere ends the script at its next sign of progress."""
    cancel = threading.Event()
    try:
        yield cancel
    finally:
        cancel.set()


def _advance(bar: Any, done: int, total: int) -> None:
    bar.progress(done / max(total, 1), f"{done} of {total} answers")
