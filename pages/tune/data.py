"""See what a task's examples hold, what is wrong with them, and bring one's own."""

import streamlit as st

from pages.shared import resources, state, widgets
from pages.tune import examples

task = widgets.require_task()
widgets.model_line()
bench = resources.workbench()
split = bench.split(task)
shown = (*split.train, *split.validation)

st.title("Data", anchor=False)
st.markdown(f"**{widgets.escaped(task.title)}.** {widgets.escaped(task.goal)}")
examples.headline(task)

st.subheader("The split", anchor=False)
examples.split_bar(split, bench.store.openings(task.name, split.holdout_version))

st.subheader("What the data gate found", anchor=False)
found = bench.findings(task)
examples.findings(task, found)

st.subheader("Train and validation examples", anchor=False)
examples.table(split)

st.subheader("How the examples look", anchor=False)
examples.lengths(shown)
if not {"schema", "label"} & {finding.code for finding in found}:
    examples.values(task, shown)

st.subheader("Bring your own task", anchor=False)
with st.form("data_import"):
    st.markdown(
        "A `.jsonl` or `.csv` of examples (columns `input` and `reference`), or a `.zip` of a "
        "whole task folder with its documents."
    )
    file = st.file_uploader("File", type=["jsonl", "csv", "tsv", "zip"], key="data_file")
    name = st.text_input(
        "Name", placeholder="my-task", max_chars=60, key="data_name",
        help="Lower-case letters, digits and hyphens.",
    )  # fmt: skip
    asked = st.form_submit_button("Import", type="primary", icon=":material/upload:")
if asked and not (file and name):
    st.warning("Choose a file and give the task a name.")
if asked and file and name:
    examples.imported(bench.bring_upload(name, file.name, file.getvalue()))
    st.button("Open it", on_click=state.open_task, args=(name,), icon=":material/arrow_forward:")
