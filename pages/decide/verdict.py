"""Which lever to pull: the decision, the way to it, and what would change it."""

import streamlit as st

from pages.decide import carrying, decision, measuring, memos, owner, pricing, what_if
from pages.shared import resources, widgets

task = widgets.require_task()
widgets.model_line()

st.title("Verdict", anchor=False)
if measuring.latest(task) is None:
    widgets.empty(
        "Nothing to decide on yet",
        "Measure the levers on the holdout first: the verdict rests on what they score.",
        "pages/decide/evaluate.py",
        "Go to Evaluate",
    )
    st.stop()

with st.spinner("Deciding"):
    decided = resources.workbench().verdict(task)
decision.headline(decided)
memos.memos(task)

st.subheader("The way to it", anchor=False)
decision.path(decided)

changing, minding = st.columns(2, gap="large")
with changing:
    st.subheader("What would change it", anchor=False)
    decision.flips(decided)
with minding:
    st.subheader("Look out for", anchor=False)
    decision.cautions(decided)

what_if.what_if(task)
carrying.carrying(decided)

st.subheader("What only you know", anchor=False)
owner.stated(task)

if decided.people:
    st.subheader("What people say of the answers", anchor=False)
    decision.people(decided)

st.subheader("What it costs", anchor=False)
owner.costs(decided)
pricing.money(decided)

st.subheader("What published guides say", anchor=False)
decision.guides(decided)
