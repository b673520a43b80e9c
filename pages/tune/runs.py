"""A training run as the Train page shows it: watched, stopped, resumed and listed."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from core.training.state import RunState
from pages.shared import charts, failures, resources
from pages.shared.widgets import escaped, readable, roughly, seconds

MARK = {  # colour, icon and what the state means
    "starting": ("blue", "hourglass_top", "Loading the model."),
    "running": ("blue", "directions_run", "You may close this page; the run goes on."),
    "finished": ("green", "check_circle", "The playground uses the newest adapter."),
    "stopped": (
        "orange",
        "pause_circle",
        "Stopped on request. Resume goes on from the last checkpoint; only a finished run makes an "
        "adapter.",
    ),
    "failed": ("red", "error", "The run could not go on."),
    "lost": ("red", "link_off", "The run ended without saying why."),
}
RESUMABLE = ("stopped", "failed", "lost")


def panel(run: RunState) -> None:
    """A run as it is now; it looks again every two seconds while the run is under way."""
    with st.container(border=True):
        _live(run.run) if run.active else _shown(run)


@st.fragment(run_every="2s")
def _live(name: str) -> None:
    with failures.shown():
        bench = resources.workbench()
        run = bench.state(bench.run(name))
        if not run.active:
            st.rerun()
        _shown(run)


def _shown(run: RunState) -> None:
    colour, icon, meaning = MARK[run.state]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(readable(run.state), icon=f":material/{icon}:", color=colour)
        st.markdown(_progress(run))
    if run.active:
        st.progress(run.steps / max(run.total_steps, 1))
    if run.cause:
        st.error(escaped(run.remedy), title=escaped(run.cause))
    else:
        st.caption(meaning)
    bench = resources.workbench()
    happened = bench.events(bench.run(run.run))
    if any(event["event"] in ("step", "validation") for event in happened):
        st.altair_chart(charts.loss_curve(happened), alt=_curve_in_words(run))
    _controls(run)
    st.caption(f"Run {escaped(run.run)}, started {when(run.started)}.")


def _controls(run: RunState) -> None:
    bench = resources.workbench()
    if run.active and st.button("Stop", icon=":material/stop:", key=f"train_stop_{run.run}"):
        with st.spinner("Stopping"):
            bench.stop(bench.run(run.run))
        st.rerun()
    if run.state in RESUMABLE and st.button(
        "Resume", type="primary", icon=":material/resume:", key=f"train_resume_{run.run}"
    ):
        bench.resume(bench.run(run.run))
        st.rerun()


def _progress(run: RunState) -> str:
    """`Step 34 of 120 · 1 min so far · about 3 min left`."""
    if not run.steps:
        return "No step yet" if run.active else "Ended before the first step"
    said = [f"Step {run.steps} of {run.total_steps}", f"{seconds(run.seconds)} so far"]
    if run.active:
        left = (run.total_steps - run.steps) * run.seconds / run.steps
        said.append(f"about {roughly(left)} left")
    elif run.state == "finished":
        said = [f"{run.steps} steps in {seconds(run.seconds)}"]
    return " · ".join(said)


def _curve_in_words(run: RunState) -> str:
    best = run.best_validation_loss
    return f"Loss by step; best validation loss {loss(best)}"


def listing(known: Sequence[RunState]) -> None:
    """Every run of the task, newest first."""
    rows = [
        {
            "State": readable(run.state),
            "Started": when(run.started),
            "Took": seconds(run.seconds),
            "Steps": f"{run.steps} of {run.total_steps}" if run.total_steps else "none yet",
            "Best validation loss": loss(run.best_validation_loss),
            "Adapter": run.adapter[:8] or "none",
            "Run": run.run,
        }
        for run in known
    ]
    st.dataframe(rows, hide_index=True, alt="Training runs of this task, newest first")


def when(moment: float) -> str:
    """A moment as people write it: `20 Nov 2026, 18:31`."""
    return f"{datetime.fromtimestamp(moment):%-d %b %Y, %H:%M}"


def loss(value: float | None) -> str:
    """A loss with three digits, or that there is none."""
    return "not measured" if value is None else f"{value:.3f}"
