"""Take a finished run elsewhere: one zip with adapter, merged model, data, card and scripts."""

import streamlit as st

from core.training.record import Run
from pages.shared import measures, resources
from pages.shared.widgets import plain

WHOLE_INSIDE = (
    "The tuned model, a model card, the rows it learned, a script that repeats three recorded "
    "answers, and the same run for TRL and LLaMA-Factory."
)
INSIDE = (
    "The adapter, the merged model, a model card, the rows it learned, a script that repeats "
    "three recorded answers, and the same run for TRL and LLaMA-Factory."
)


def section(run: Run) -> None:
    """Prepare the hand-over of a finished run, then offer it."""
    st.caption(WHOLE_INSIDE if run.recipe.whole else INSIDE)
    bench = resources.workbench()
    ready = bench.handed_over(run)
    if st.button(
        "Prepare again" if ready else "Prepare", icon=":material/inventory_2:",
        key=f"train_prepare_{run.name}",
    ):  # fmt: skip
        with st.spinner("Merging the model and recording answers, up to a minute"):
            ready = bench.hand_over(run)
    if ready and ready.stat().st_size <= bench.MOST_DOWNLOADED:
        st.download_button(
            f"Download ({measures.size(ready.stat().st_size)})", ready.read_bytes(),
            file_name=ready.name, mime="application/zip", icon=":material/download:",
            key=f"train_download_{run.name}",
        )  # fmt: skip
    elif ready:
        plain(f"It is too large for the browser: take it from {ready}.")
