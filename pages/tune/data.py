"""See what a task's examples hold, what is wrong with them, and bring one's own."""

import streamlit as st

from pages.shared import resources, widgets
from pages.tune import about, bringing, example_map, examples, mending

task = widgets.require_task()
widgets.model_line()
bench = resources.workbench()

st.title("Data", anchor=False)
goal = "" if task.goal == task.title else widgets.escaped(task.goal)
st.markdown(f"**{widgets.escaped(task.title)}.** {goal}")
with st.expander("Bring your own task", icon=":material/upload:"):
    bringing.section(bench)
with st.spinner("Splitting the examples"):
    split = bench.split(task)
shown = (*split.train, *split.validation)
found = mending.look(task)
mending.answer(found)
examples.headline(task)
about.section(task)

st.subheader("What the data gate found", anchor=False)
mending.findings(task, split, found)
mending.changes(task)

st.subheader("The split", anchor=False)
examples.split_bar(split, bench.store.openings(task.name, split.holdout_version))
examples.split_anew(task, split)

st.subheader("How the examples look", anchor=False)
example_map.section(task)
examples.lengths(task, shown)
examples.values(task, shown)

st.subheader("Train and validation examples", anchor=False)
examples.table(split)
examples.download(task, shown)
