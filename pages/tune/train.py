"""Forecast a training run, start it, watch it, stop and resume it."""

import streamlit as st

from pages.shared import resources, widgets
from pages.tune import launching, runs

task = widgets.require_task()
widgets.model_line()
bench = resources.workbench()
known = [bench.state(run) for run in bench.runs(task)]

st.title("Train", anchor=False)
st.markdown(
    "LoRA leaves the model as it is and trains a small add-on, the adapter, on your own examples: "
    "it learns the manner of your answers, and the base stays there to compare with."
)

st.subheader("A new run", anchor=False)
asked = launching.recipe()
beginning = st.container()  # filled last: a forecast may have to load the model

if known:
    st.subheader("The newest run", anchor=False)
    runs.panel(known[0])
    st.subheader("All runs of this task", anchor=False)
    st.caption("The playground and the evaluation use the newest finished run's adapter.")
    runs.listing(known)
else:
    widgets.empty(
        "No run yet",
        "Start one above. It works in the background: you may close this page and come back.",
    )

with beginning:
    with st.spinner("Measuring how long this will take"):
        launching.forecast(bench.forecast(task, asked))
    launching.start(task, asked, known)
