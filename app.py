"""First Lever: the frame around every page."""

import streamlit as st

from pages.shared import failures, widgets

MENU = {
    "Play": (
        ("play/playground.py", "Playground", "forum", "One question, every lever side by side."),
        ("play/documents.py", "Documents", "description", "What RAG may read."),
    ),
    "Tune": (
        ("tune/data.py", "Data", "fact_check", "What is wrong with the examples, and the split."),
        ("tune/train.py", "Train", "model_training", "Forecast, launch and watch a training run."),
    ),
    "Decide": (
        ("decide/evaluate.py", "Evaluate", "analytics", "Every lever on the locked holdout."),
        ("decide/rate.py", "Rate", "thumbs_up_down", "People score answers, names hidden."),
        ("decide/verdict.py", "Verdict", "account_tree", "Which lever to pull, and why."),
        ("decide/watch.py", "Watch", "monitoring", "What a change broke, and the way back."),
    ),
    "Guide": (
        ("guide/learn.py", "Learn", "school", "What the levers are and when each wins."),
        ("guide/settings.py", "Settings", "settings", "The model, the workspace, what is ready."),
    ),
}

st.set_page_config(page_title="First Lever", page_icon=widgets.LOGO_MARK, layout="wide")
st.logo(widgets.LOGO, size="large", icon_image=widgets.LOGO_MARK)
page = st.navigation(
    {
        section: [
            st.Page(f"pages/{path}", title=title, icon=f":material/{icon}:", help=says)
            for path, title, icon, says in entries
        ]
        for section, entries in MENU.items()
    }
)
with failures.shown():
    page.run()
