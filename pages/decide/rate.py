"""People rate holdout answers without knowing which lever gave them."""

import streamlit as st

from pages.decide import judging, measuring, people, rating
from pages.shared import resources, widgets

task = widgets.require_task()
widgets.model_line()
bench = resources.workbench()

st.title("Rate", anchor=False)
st.markdown(
    "A metric sees whether words match. People see whether an answer is any good. They rate "
    "answers from the holdout without knowing which lever gave them."
)
report = measuring.latest(task)
if report is None:
    widgets.empty(
        "Nothing to rate yet",
        "People rate the answers that an evaluation made: measure the levers first.",
        "pages/decide/evaluate.py",
        "Go to Evaluate",
    )
    st.stop()

kind = rating.kind()
rater = rating.rater()
current = rating.current(bench.rounds(task), kind, report)
if current is None:
    rating.beginning(task, kind, report)
elif not rater:
    st.info("Type your name above to rate, or to see the results.", icon=":material/badge:")
elif not current.finished(rater):
    rating.items(task, current.id, rater)
else:
    people.reveal(current, rater)
    people.results(bench.people(task), kind)
    if kind == "blind":
        judging.section(task)
    people.download(task, bench.rounds(task))
    with st.expander("Begin another round", icon=":material/add:"):
        rating.beginning(task, kind, report)
