"""A training run as the Train page shows it: watched, stopped, resumed and repeated."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import streamlit as st

from core.training import overfitting
from core.training.recipe import DEFAULT, PRESETS, Recipe
from core.training.record import Run
from core.training.state import RunState
from pages.shared import failures, measures, resources, state, training_charts
from pages.shared.widgets import counted, escaped, percent, readable, roughly, seconds
from pages.tune import launching

MARK = {  # colour, icon and what the state means
    "queued": ("gray", "hourglass_empty", "It begins by itself when its turn comes."),
    "starting": ("blue", "hourglass_top", "Loading the model."),
    "running": ("blue", "directions_run", "You may close this page; the run goes on."),
    "finished": ("green", "check_circle", "Its adapter stands under Adapters."),
    "stopped": (
        "orange",
        "pause_circle",
        "Stopped on request. Resume goes on from the last checkpoint; only a finished run makes an "
        "adapter.",
    ),
    "failed": ("red", "error", "The run could not go on."),
    "diverged": ("red", "trending_up", "The loss left all bounds: nothing of it is kept."),
    "lost": ("red", "link_off", "The run ended without saying why."),
}
RESUMABLE = ("stopped", "failed", "lost")
BROKEN = ("failed", "diverged", "lost")
STEP_HELP = (
    "the model answers some rows, compares each answer with its reference, and moves the adapter a "
    "little towards it"
)
HEART_HELP = (
    "Since then it answers the rows it learned better and better, and others worse. The adapter "
    "is kept as it was at its best; more or cleaner examples help, more passes do not."
)


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
    bench = resources.workbench()
    asked = bench.run(run.run)
    happened = bench.events(asked)
    _standing(run, asked, happened)
    if any(event["event"] in ("step", "validation") for event in happened):
        st.altair_chart(training_charts.loss_curve(happened), alt=_curve_in_words(run, happened))
        turned = overfitting.turn(happened)
        if turned:
            st.caption(f"{training_charts.BY_HEART} (step {turned.step}). {HEART_HELP}")
        _rates(asked, happened)
    _controls(run, asked)
    if run.state in BROKEN:
        _log(asked)
    if any(event.get("base_unchanged") for event in happened):
        st.caption(":material/lock: Base unchanged: its weights were hashed before and after.")
    st.caption(f"Run {escaped(run.run)}, started {when(run.started)}.")


def _standing(run: RunState, asked: Run, happened: Sequence[dict[str, Any]]) -> None:
    """State, progress, and what both mean."""
    colour, icon, meaning = MARK[run.state]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(readable(run.state), icon=f":material/{icon}:", color=colour)
        st.markdown(_progress(run))
    if run.at_work:
        st.progress(min(run.steps / max(run.total_steps, 1), 1.0))
    if run.cause:
        st.error(escaped(run.remedy), title=escaped(run.cause))
    elif run.state == "running" and run.steps:
        st.caption(f"{_step_in_words(run, asked)} {meaning}")
    else:
        st.caption(meaning)


def _progress(run: RunState) -> str:
    """`Step 34 of 120 · 1 min so far · about 3 min left`."""
    if run.state == "queued":
        return f"Waits for {counted(run.ahead, 'run')}"
    if not run.steps:
        return "No step yet" if run.active else "Ended before the first step"
    said = [f"Step {run.steps} of {run.total_steps}", f"{seconds(run.seconds)} so far"]
    if run.active:
        pace = run.seconds / run.steps * (run.total_steps - run.steps)
        said.append(f"about {roughly(pace if run.seconds_left is None else run.seconds_left)} left")
    elif run.state == "finished":
        said = [f"{run.steps} steps in {seconds(run.seconds)}"]
        if run.steps < run.total_steps:
            said.append("ended early: no more gain on the validation examples")
    return " · ".join(said)


def _step_in_words(run: RunState, asked: Run) -> str:
    """Which pass over the rows this is, and what happens in one step."""
    at_once = asked.recipe.batch * asked.recipe.accumulation
    read = run.steps * at_once
    if not asked.rows or read < asked.rows:
        where = f"It has read {read:,} of {asked.rows:,} rows once."
    else:
        where = f"It has read every row; this is pass {read // asked.rows + 1}."
    return f"{where} In each step, with {counted(at_once, 'row')}, {STEP_HELP}."


def _curve_in_words(run: RunState, happened: Sequence[dict[str, Any]]) -> str:
    turned = overfitting.turn(happened)
    more = f"; it rises from step {turned.step} on" if turned else ""
    return f"Loss by step; best validation loss {loss(run.best_validation_loss)}{more}"


def _rates(asked: Run, happened: Sequence[dict[str, Any]]) -> None:
    """The other quantities, for who wants them; kept small."""
    if not st.toggle("More curves", key=f"train_curves_{asked.name}"):
        return
    bench = resources.workbench()
    task = bench.task(asked.task)
    drawn = training_charts.rates(happened)
    scores = sorted(bench.sampled(task, asked).items())
    if scores:
        title = f"{measures.title(task.metric)}, a sample of validation"
        drawn[title] = training_charts.small(scores, title, share=True)
    with st.grid(2, min_column_width=240):
        for name, chart in drawn.items():
            st.altair_chart(chart, alt=f"{name} by step")
    if scores:
        st.caption(f"Newest sample: {percent(scores[-1][1])}. A hint only: it is a few rows.")


def _controls(run: RunState, asked: Run) -> None:
    with st.container(horizontal=True):
        if run.active:
            _stop(run, asked)
        if run.state in RESUMABLE:
            _resume(asked)
        if not run.active and asked.rows:
            st.button(
                "Run again with changes", icon=":material/edit:", key=f"train_again_{run.run}",
                on_click=state.refill, args=(form(asked.recipe),),
                help="Puts this run's settings into the form above.",
            )  # fmt: skip


def _stop(run: RunState, asked: Run) -> None:
    label = "Leave the queue" if run.state == "queued" else "Stop"
    if st.button(label, icon=":material/stop:", key=f"train_stop_{run.run}"):
        with st.spinner("Stopping"):
            resources.workbench().stop(asked)
        st.rerun()


def _resume(asked: Run) -> None:
    key = f"train_resume_{asked.name}"
    if st.button("Resume", type="primary", icon=":material/resume:", key=key):
        resources.workbench().resume(asked)
        st.rerun()


def form(recipe: Recipe) -> dict[str, Any]:
    """What the form for a new run must hold to ask for this recipe: values by widget key.

    It stands on the preset that needs the fewest changes; the default where several do.
    """
    values = asdict(recipe)

    def changes(preset: str) -> int:
        near = asdict(PRESETS[preset].recipe.training(recipe.trains))
        return sum(near[name] != one for name, one in values.items())

    nearest = min([DEFAULT, *PRESETS], key=changes)
    named = {launching.setting_key(nearest, name, recipe): one for name, one in values.items()}
    return {"train_preset": nearest, **named}


def _log(asked: Run) -> None:
    printed = resources.workbench().log(asked)
    if printed:
        with st.expander("What the worker printed last", icon=":material/terminal:"):
            st.code(printed, language=None, wrap_lines=True)


def when(moment: float) -> str:
    """A moment as people write it: `20 Nov 2026, 18:31`."""
    return f"{datetime.fromtimestamp(moment):%-d %b %Y, %H:%M}"


def loss(value: float | None) -> str:
    """A loss with three digits, or that there is none."""
    return "not measured" if value is None else f"{value:.3f}"
