"""Measure every lever on the locked holdout and see how they compare."""

import streamlit as st

from pages.decide import apart, comparing, failing, measuring, report
from pages.shared import resources, widgets

task = widgets.require_task()
widgets.model_line()
bench = resources.workbench()

st.title("Evaluate", anchor=False)
st.markdown(
    "Every lever answers the same holdout examples, which no model was trained on and no prompt "
    "has shown. Each opening of the holdout is counted."
)
with st.spinner("Seeing which levers can be measured"):
    ready, missing = bench.levers(task)
chosen = measuring.choose([lever.name for lever in ready], missing)
if st.button(
    "Measure on the holdout", type="primary", icon=":material/play_arrow:",
    disabled=not chosen, key="evaluate_start",
):  # fmt: skip
    measuring.measure(task, chosen)

found = measuring.latest(task)
if found is None:
    widgets.empty(
        "Not measured yet",
        "Press the button above and stay on this page. It takes some minutes; answers already made "
        "are kept.",
    )
    st.stop()

report.fits(bench.outdated(task, found))
st.subheader("How good each lever is", anchor=False)
report.summary(found)
report.rehearsal(found)
report.figures(found)
report.table(found)
report.seeds(bench.spread(task, found))
if any(one.fields for one in found.levers.values()):
    st.subheader("Field by field", anchor=False)
    apart.fields(found)
if any(one.confusion for one in found.levers.values()):
    st.subheader("Which label is taken for which", anchor=False)
    apart.confusion(found)
if any(found.failures.values()):
    st.subheader("Why answers are wrong", anchor=False)
    failing.failures(found)
if found.comparisons:
    st.subheader("How the levers compare", anchor=False)
    comparing.comparisons(found)
if found.disagreements:
    st.subheader("Where the levers disagree", anchor=False)
    comparing.disagreements(found)
st.page_link("pages/decide/verdict.py", label="See the verdict", icon=":material/account_tree:")
