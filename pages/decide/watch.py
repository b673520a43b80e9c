"""After the verdict: what a change broke, how figures went, and the way back."""

import streamlit as st

from pages.decide import ability, measuring, production, regressions
from pages.shared import widgets

PARTS = {
    "regressions": ":material/notification_important: What a change broke",
    "history": ":material/timeline: History",
    "ability": ":material/psychology: General ability",
    "production": ":material/experiment: In production",
}

task = widgets.require_task()
widgets.model_line()

st.title("Watch", anchor=False)
st.markdown(
    "Models, adapters, prompts and documents change. Pin an evaluation that you trust, and see "
    "after each change which answers got better and which broke."
)
part = st.segmented_control(
    "Look at", list(PARTS), default="regressions", required=True, key="watch_part",
    format_func=lambda name: PARTS[name],
)  # fmt: skip
if part == "ability":
    ability.section(task)
elif part == "production":
    production.section(task)
elif measuring.latest(task) is None:
    widgets.empty(
        "Nothing to watch yet",
        "Measure the levers on the holdout first: later evaluations are held against that one.",
        "pages/decide/evaluate.py",
        "Go to Evaluate",
    )
elif part == "history":
    regressions.history(task)
else:
    regressions.section(task)
