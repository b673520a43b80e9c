"""The pinned evaluation, what changed since, and the way back to base + RAG."""

from datetime import UTC, datetime

import streamlit as st

from core.evaluation.regression import Change, Flipped, Past, Regression
from core.records import Task
from pages.shared import failures, measures, resources
from pages.shared.history_chart import history as drawn
from pages.shared.measures import span
from pages.shared.widgets import LEVER_TITLE, counted, escaped, lever, percent, plain

SIGN = {
    "worse": ":red[:material/warning:]",
    "better": ":green[:material/trending_up:]",
    "tie": ":gray[:material/drag_handle:]",
}
MOST = 30  # evaluations on the chart, the newest


def section(task: Task) -> None:
    """What the latest evaluation says against the pinned one."""
    bench = resources.workbench()
    pinned = bench.baseline(task)
    if pinned is None:
        st.markdown(
            "No baseline is pinned. Pin the latest evaluation before you change the model, the "
            "adapter, the prompt or the documents; evaluate again afterwards and look here."
        )
        _pin(task, "Pin the latest evaluation")
    else:
        st.caption(f"Baseline: {_named(pinned)}")
        with failures.shown():
            _changes(task, bench.regression(task))
        _pin(task, "Pin the latest evaluation instead")
    st.subheader("Adapters and their base", anchor=False)
    with failures.shown():
        _stranded()
        _way_back(task)


def _pin(task: Task, label: str) -> None:
    if st.button(label, icon=":material/push_pin:", key="watch_pin"):
        resources.workbench().pin(task)
        st.rerun()


def _changes(task: Task, found: Regression) -> None:
    if found.baseline.id == found.now.id:
        st.info(
            "The latest evaluation is the baseline itself. Change something, evaluate again, then "
            "come back.",
            icon=":material/push_pin:",
        )
        return
    for change in found.changes:
        with st.container(border=True):
            _change(task, found, change)
    for name in found.missing:
        st.caption(f":material/block: {LEVER_TITLE[name]} was measured then and is not now.")
    for name in found.added:
        st.caption(f":material/add: {LEVER_TITLE[name]} is new since the baseline.")


def _change(task: Task, found: Regression, change: Change) -> None:
    st.markdown(f"{lever(change.lever)}  \n{SIGN[change.outcome]} {change.alarm}")
    what = f" Changed: {', '.join(change.what)}." if change.what else ""
    st.caption(
        f"{percent(change.before)} before, {percent(change.after)} now; the difference lies from "
        f"{span(change.low, change.high)} points on {counted(change.n, 'example')} "
        f"(paired test, p {measures.chance(change.p)}).{what}"
    )
    if change.broken or change.fixed:
        label = f"{len(change.broken)} broken, {len(change.fixed)} fixed"
        with st.expander(label, icon=":material/swap_horiz:"):
            for one in resources.workbench().flipped(task, found, change):
                _flip(one)


def _flip(one: Flipped) -> None:
    sign = ":red-badge[broken]" if one.broken else ":green-badge[fixed]"
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"Row {one.row} {sign}")
        plain(one.input)
        for title, text in (
            ("Reference", one.reference),
            ("Before", one.before),
            ("Now", one.after),
        ):
            st.caption(title)
            plain("(no longer in the record)" if text is None else text or "(nothing)")


def _stranded() -> None:
    """What a swap of the base costs: adapters that do not fit it."""
    bench = resources.workbench()
    with st.spinner("Loading the model"):
        left = bench.stranded()
    if not left:
        st.markdown(":material/check: Every adapter fits the base that is chosen.")
        return
    st.warning(
        f"{counted(len(left), 'adapter')} must be trained again: trained on another base than "
        f"{escaped(bench.model().name)}.",
        icon=":material/model_training:",
    )
    st.dataframe(
        [{"Adapter": run.name, "Task": run.task, "Trained on": run.model} for run in left],
        hide_index=True, alt="Adapters that were trained on another base",
    )  # fmt: skip
    st.page_link("pages/tune/train.py", label="Go to Train", icon=":material/arrow_forward:")


def _way_back(task: Task) -> None:
    """One click to base + RAG, and one to undo it."""
    bench = resources.workbench()
    current, former = bench.shelf(task).current, bench.rolled_back(task)
    if current:
        st.markdown(f"In use: the adapter of {escaped(current.run)}.")
        if st.button("Roll back to base + RAG", icon=":material/undo:", key="watch_back"):
            bench.roll_back(task)
            st.rerun()
    elif former:
        st.markdown(f"Rolled back: no adapter is in use. The former one was {escaped(former)}.")
        if st.button("Undo the roll-back", icon=":material/redo:", key="watch_undo"):
            bench.undo_roll_back(task)
            st.rerun()
    else:
        st.markdown("No adapter is in use: Prompt, Few-shot and RAG answer with the base.")


def history(task: Task) -> None:
    """Every kept evaluation: a line per lever, and what changed each time."""
    kept = resources.workbench().past(task)[-MOST:]
    rows = [row for number, one in enumerate(kept, start=1) for row in _figures(number, one)]
    report = kept[-1].report
    metric = measures.title(report.metric)
    said = "; ".join(f"{row['number']}: {row['title']} {percent(row['mean'])}" for row in rows)
    st.altair_chart(drawn(rows, report.success_bar, metric), alt=f"{metric} over time: {said}")
    st.caption(
        "Each point is one evaluation with its 95% interval; the dashed line is the success bar. "
        "An evaluation that says the same as the one before is not kept twice."
    )
    listed = [_listed(number, one) for number, one in enumerate(kept, start=1)]
    st.dataframe(listed[::-1], hide_index=True, alt="Evaluations and what changed before each")


def _figures(number: int, one: Past) -> list[dict[str, object]]:
    found = {name: one.report.measured(name) for name in one.report.levers}
    when, changed = _when(one), ", ".join(one.changed) or "nothing"
    return [
        {
            "number": number, "lever": name, "title": LEVER_TITLE[name], "mean": seen.mean,
            "low": seen.low, "high": seen.high, "when": when, "changed": changed,
        }
        for name, seen in found.items()
        if seen.mean is not None
    ]  # fmt: skip


def _listed(number: int, one: Past) -> dict[str, str]:
    return {
        "Evaluation": str(number),
        "When": _when(one),
        "Changed before it": ", ".join(one.changed) or ("nothing" if number > 1 else "the first"),
        "Model": one.report.model,
        "Examples": str(one.report.holdout),
        "Metric": measures.title(one.report.metric),
    }


def _named(one: Past) -> str:
    levers = ", ".join(LEVER_TITLE[name] for name in one.report.levers)
    return (
        f"evaluation of {_when(one)} on {escaped(one.report.model)}, "
        f"{counted(one.report.holdout, 'example')}, {levers}."
    )


def _when(one: Past) -> str:
    return f"{datetime.fromtimestamp(one.created, UTC):%d %b %Y, %H:%M} UTC"
