"""A model as judge: off until chosen, and believed only as far as people agree with it."""

import threading
from typing import Any

import streamlit as st

from core.evaluation import judge as rules
from core.evaluation.agreement import Agreement
from core.evaluation.judge import Judged
from core.models.choice import ModelChoice
from core.records import Task
from core.verdict.people import preference
from pages.shared import failures, resources
from pages.shared.widgets import counted, escaped

KINDS = {"off": "Off", "own": "The model in use", "endpoint": "Endpoint"}


def section(task: Task) -> None:
    """Choose a judge, ask it, and see first how far people agree with it."""
    bench = resources.workbench()
    st.subheader("A model as judge", anchor=False)
    st.caption(
        "Optional. It compares the pairs that people compared, and more of the holdout, in both "
        "orders. Models favour what they wrote themselves: take a stronger one than those judged."
    )
    with failures.shown():
        now = bench.judge_choice()
        _choose(now)
        if now and st.button("Ask the judge", icon=":material/gavel:", key="judge_ask"):
            _ask(task)
        found = bench.judged(task) if now else None
        if found:
            _result(*found)


def _choose(now: ModelChoice | None) -> None:
    bench = resources.workbench()
    kept = "off" if now is None else "own" if now == bench.choice() else "endpoint"
    kind = st.segmented_control(
        "Judge", list(KINDS), default=kept, required=True, key="judge_kind",
        format_func=lambda name: KINDS[name],
    )  # fmt: skip
    wanted = None if kind == "off" else bench.choice()
    if kind == "endpoint":
        wanted = _endpoint(now or ModelChoice(reference=""))
    if wanted != now and (kind != "endpoint" or st.button("Use", key="judge_use")):
        bench.use_judge(wanted)
        st.rerun()


def _endpoint(now: ModelChoice) -> ModelChoice:
    st.caption("Questions, references and answers of the holdout are sent there.")
    base = st.text_input(
        "Address", now.base_url, placeholder="http://127.0.0.1:8000/v1", key="judge_base"
    )
    name = st.text_input("Model", now.reference if now.base_url else "", key="judge_name")
    variable = st.text_input(
        "Name of the environment variable that holds the key",
        now.key_variable,
        placeholder="OPENAI_API_KEY",
        key="judge_variable",
    )
    return ModelChoice("endpoint", name.strip(), base.strip(), variable.strip())


def _ask(task: Task) -> None:
    bar, cancel = st.progress(0.0, "Asking"), threading.Event()
    try:
        resources.workbench().judge(task, lambda done, total: _advance(bar, done, total), cancel)
    finally:
        cancel.set()
    st.rerun()


def _advance(bar: Any, done: int, total: int) -> None:
    bar.progress(done / max(total, 1), f"{done} of {total} replies")


def _result(found: Judged, agreed: Agreement | None) -> None:
    many = len(found.opinions)
    st.markdown(
        f"{escaped(found.model)} said the same in both orders for **{len(found.counted)} of "
        f"{counted(many, 'pair')}**; the others do not count. {_broken(found)}"
    )
    _agreed(agreed)
    if rules.trusted(agreed):
        for duel in found.duels:
            st.markdown(f":material/gavel: {escaped(preference(duel))}")
    st.caption(f"Prompt version {found.prompt_version}. The verdict takes no account of a judge.")


def _broken(found: Judged) -> str:
    many = found.unreadable
    return f"For {counted(many, 'pair')} a reply was not the JSON asked for." if many else ""


def _agreed(agreed: Agreement | None) -> None:
    if agreed is None:
        st.markdown("None of the pairs that people compared counts, so neither does the judge.")
        return
    if agreed.value is None or agreed.low is None or agreed.high is None:
        st.markdown("One side always said the same, so agreement cannot be told from habit.")
        return
    sign, words = (
        (":green[:material/check:]", "The judge agrees with people well enough to count.")
        if rules.trusted(agreed)
        else (":orange[:material/block:]", "The judge's opinions do not count yet.")
    )
    st.markdown(f"{sign} {words}")
    st.caption(
        f"{agreed.statistic} of judge and most people {agreed.value:.2f} ({agreed.low:.2f} to "
        f"{agreed.high:.2f}) on {counted(agreed.items, 'pair')}. To count, the interval must lie "
        f"above {rules.LEAST_KAPPA}, on at least {rules.FEW} pairs."
    )
