"""Ask for a recipe, show what it would take, and start one run of it, or one for each seed."""

from collections.abc import Sequence
from dataclasses import Field, fields
from itertools import groupby
from typing import Any

import streamlit as st

from core.evaluation.capacity import Advice
from core.records import Finding, Task, fingerprint
from core.training import hardware
from core.training.forecast import Forecast
from core.training.recipe import ADAPTER, DEFAULT, MOST_SEEDS, PRESETS, Recipe
from core.training.state import RunState
from pages.shared import measures, resources
from pages.shared.state import choices
from pages.shared.widgets import counted, escaped, readable, roughly

ROWS_HELP = (
    "One row per train example; two where the task has documents, with and without passages, so "
    "that one adapter serves LoRA and LoRA+RAG."
)
SEEDS_HELP = (
    "The same recipe so many times, one run after another, each with the rows in another order. "
    "Three seeds tell a gain from luck."
)
TITLE = {
    "trains": "What learns",
    "rslora": "rsLoRA",
    "dora": "DoRA, cannot share a batch",
    "four_bit": "4 bits (QLoRA)",
}


def gate(found: Sequence[Finding]) -> None:
    """Say what the data gate holds against training on these examples."""
    blocking = [finding for finding in found if finding.blocking]
    if blocking:
        named = "; ".join(finding.title for finding in blocking)
        st.warning(
            f"{escaped(named)}. What is trained now learns from it, and takes it along when the "
            "run is handed over. Mend it on the Data page first.",
            title="The data gate says: not yet",
        )


def recipe() -> Recipe:
    """Ask how to train: one of the presets, every setting open to change."""
    preset = st.segmented_control(
        "How thoroughly", list(PRESETS), default=DEFAULT, required=True,
        format_func=lambda name: PRESETS[name].title, key="train_preset",
    )  # fmt: skip
    st.caption(PRESETS[preset].description)
    start = PRESETS[preset].recipe
    values: dict[str, Any] = {}
    with st.expander("More settings", icon=":material/tune:"):
        for group, settings in groupby(_grouped(), key=lambda one: one.metadata["group"]):
            unused = group == ADAPTER and start.whole
            st.caption(f"{group}: not used, as all weights learn" if unused else group)
            with st.grid(3, min_column_width=200):
                for one in settings:
                    key = setting_key(preset, one.name, start)
                    value = _setting(one, getattr(start, one.name), key, unused)
                    values[one.name] = value
                    start = start.training(value) if one.name == "trains" else start
    return Recipe(**values)


def setting_key(preset: str, name: str, asked: Recipe) -> str:
    """Of the widget for one setting; the step size for all weights is a question of its own."""
    apart = asked.whole and name == "learning_rate"
    return f"train_{preset}_{name}{'_whole' if apart else ''}"


def _grouped() -> list[Field[Any]]:
    """A recipe's settings; those of one group stand together, in the order of the first of each."""
    groups = list(dict.fromkeys(one.metadata["group"] for one in fields(Recipe)))
    return sorted(fields(Recipe), key=lambda one: groups.index(one.metadata["group"]))


def _setting(one: Field[Any], value: Any, key: str, unused: bool) -> Any:
    limits = one.metadata
    title, help = TITLE.get(one.name, readable(one.name)), limits["help"]
    if "options" in limits:
        return st.selectbox(
            title, limits["options"], index=limits["options"].index(value), help=help, key=key,
            accept_new_options=bool(limits["pattern"]), disabled=unused,
        )  # fmt: skip
    if isinstance(value, bool):
        lacking = hardware.no_four_bit() if one.name == "four_bit" else ""
        chosen = st.toggle(title, value, help=help, key=key, disabled=bool(lacking) or unused)
        if lacking:
            st.caption(lacking)
        return chosen
    return _number(one, value, title, key, unused)


def _number(one: Field[Any], value: float, title: str, key: str, unused: bool) -> float:
    kind = type(one.default)
    unit = one.metadata["unit"]
    unit = f" ({unit})" if unit and unit not in title else ""
    return st.number_input(
        title + unit,
        min_value=kind(one.metadata["low"]),
        max_value=kind(one.metadata["high"]),
        value=kind(value),
        step=1 if kind is int else None,
        format="%d" if kind is int else "%g",
        help=f"{one.metadata['help']} {_range(one)}",
        key=key,
        disabled=unused,
    )


def _range(one: Field[Any]) -> str:
    """`From 1 to 256.`"""
    ends = (f"{one.metadata[end]:,.6f}".rstrip("0").rstrip(".") for end in ("low", "high"))
    return f"From {' to '.join(ends)}."


def forecast(expected: Forecast) -> None:
    """What a run will take, before it takes it."""
    with st.grid(4, min_column_width=150):
        st.metric("Rows to learn from", f"{expected.rows:,}", border=True, help=ROWS_HELP)
        st.metric("Steps, at most", f"{expected.steps:,}", border=True)
        st.metric("Time, about", roughly(expected.seconds), border=True)
        st.metric("Memory, about", measures.size(expected.memory_bytes), border=True)
    dropped = f" {expected.dropped} longer rows are left out." if expected.dropped else ""
    st.caption(f"Time: {expected.basis}. Disk: {measures.size(expected.disk_bytes)}.{dropped}")


def advice(found: Sequence[Advice]) -> None:
    """What a first evaluation says of the base's size, and what to do about it."""
    for one in found:
        st.warning(
            f"{escaped(one.why)} {escaped(one.next_step)}",
            title=escaped(one.title),
            icon=":material/straighten:",
        )


def start(task: Task, asked: Recipe, known: Sequence[RunState]) -> None:
    """A button that begins the runs once, however often it is pressed.

    The request is named by what was on the screen, so a second press, also in a second tab,
    asks for the same runs again. A recipe that waits or is at work is not asked for twice.
    """
    bench = resources.workbench()
    under_way = [bench.run(run.run) for run in known if run.active]
    again = any(run.recipe == asked and run.task == task.name for run in under_way)
    busy = any(bench.state(run).active for run in bench.runs())
    key = fingerprint(task.version, asked, known[0].run if known else "")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seeds = st.number_input(
            "Seeds", 1, MOST_SEEDS, 1, help=SEEDS_HELP, key="train_seeds", width=140
        )
        pressed = st.button(
            "Add to the queue" if busy else "Start training", type="primary", key="train_start",
            icon=":material/queue:" if busy else ":material/play_arrow:", disabled=again,
            help=_why(again, busy),
        )  # fmt: skip
    if pressed:
        with st.spinner(f"Writing the rows of {counted(seeds, 'run')}"):
            choices().run = bench.train(task, asked, key=key, seeds=seeds).name
        st.rerun()


def _why(again: bool, busy: bool) -> str | None:
    if again:
        return "A run with these settings is under way. Change one, or wait."
    return "One run at a time: it begins by itself when the other ends." if busy else None
