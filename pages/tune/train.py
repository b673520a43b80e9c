"""Forecast a training run, start it, watch it, compare it, and choose whose adapter is in use."""

import streamlit as st

from core.training import shelf
from pages.shared import failures, resources, widgets
from pages.tune import adapters, comparing_runs, launching, runs

task = widgets.require_task()
widgets.model_line()
bench = resources.workbench()
known = [bench.state(run) for run in bench.runs(task) if not shelf.imported(run)]

st.title("Train", anchor=False)
st.markdown(
    "LoRA leaves the model as it is and trains a small add-on, the adapter, on your own examples: "
    "it learns the manner of your answers, and the base stays there to compare with."
)

launching.gate(bench.findings(task))
st.subheader("A new run", anchor=False)
asked = launching.recipe()
beginning = st.container()  # filled last: a forecast may have to load the model

if known:
    looked_at = comparing_runs.pick(known)
    runs.panel(looked_at)
    comparing_runs.noting(looked_at)
    st.subheader("All runs of this task", anchor=False)
    comparing_runs.listing(known)
    if len(known) > 1:
        comparing_runs.section(known)
else:
    widgets.empty(
        "No run yet",
        "Start one above. It works in the background: you may close this page and come back.",
    )

st.subheader("Adapters", anchor=False)
with failures.shown():
    adapters.section(task)

with beginning:
    with st.spinner("Measuring how long this will take"):
        expected = bench.forecast(task, asked)
    launching.forecast(expected)
    launching.advice(bench.advice(task, expected.seconds))
    launching.start(task, asked, known)
