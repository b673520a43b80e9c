"""What the Data page shows of a task's examples and of what the gate found in them."""

from collections.abc import Sequence

import streamlit as st

from core.records import Example, Split, Task
from core.tasks import exporting
from core.tasks.gate import atlas
from pages.shared import charts, failures, measures, resources
from pages.shared.widgets import percent

OUTPUT = {"text": "Free text", "label": "One label", "json": "JSON object"}
MOST_LISTED = 5_000  # rows of the table; more make a browser slow


def headline(task: Task) -> None:
    """The four figures that say what kind of task this is."""
    with st.grid(4, min_column_width=150):
        st.metric("Examples", f"{len(task.examples):,}", border=True)
        st.metric("Answers are", OUTPUT[task.output], border=True)
        st.metric(
            "Measured by",
            measures.title(task.metric),
            border=True,
            help=measures.HELP.get(task.metric),
        )
        st.metric(
            "Success bar",
            percent(task.success_bar),
            border=True,
            help="The score that would be good enough, as the task's owner set it.",
        )


def split_bar(split: Split, opened: int) -> None:
    """The split with its counts. Of the holdout nothing else is shown."""
    counts = {
        "Train": len(split.train),
        "Validation": len(split.validation),
        "Holdout": len(split.holdout),
    }
    said = ", ".join(f"{name.lower()} {count}" for name, count in counts.items())
    st.altair_chart(charts.split_bar(counts), alt=f"Split of the examples: {said}")
    looks = f"Opened {measures.times(opened)} so far" if opened else "It has not been opened yet"
    st.caption(
        ":material/lock: The holdout is locked: never trained on, never shown to a model as an "
        f"example, never shown here. {looks}. The split is "
        f"seeded (seed {split.seed}) and grouped: examples that belong together stay together."
    )


def split_anew(task: Task, split: Split) -> None:
    """Another split after a second click."""
    with st.popover("Split anew", icon=":material/shuffle:"):
        st.markdown(
            "Deal the examples again with another seed? **Scores measured so far will no longer "
            "compare** with new ones, and adapters trained so far will not be used: their train "
            "rows may stand in the new holdout."
        )
        if st.button("Split anew now", type="primary", key=f"data_split_{split.version}"):
            with failures.shown():
                made = resources.workbench().split_anew(task)
                st.toast(f"Split anew with seed {made.seed}.", icon=":material/shuffle:")
                st.rerun()


def table(split: Split) -> None:
    """Train and validation examples, to sort and to search."""
    rows = [
        {"Row": one.row, "Part": part, "Input": one.input, "Reference": one.reference}
        for part, examples in (("Train", split.train), ("Validation", split.validation))
        for one in examples
    ]
    st.dataframe(
        rows[:MOST_LISTED],
        hide_index=True,
        column_config={
            "Row": st.column_config.NumberColumn(width="small"),
            "Part": st.column_config.TextColumn(width="small"),
            "Input": st.column_config.TextColumn(width="medium"),
            "Reference": st.column_config.TextColumn(width="medium"),
        },
        alt="Train and validation examples",
        key="data_examples",
    )
    if len(rows) > MOST_LISTED:
        st.caption(f"The first {MOST_LISTED:,} of {len(rows):,}.")


def download(task: Task, examples: Sequence[Example]) -> None:
    """Train and validation as other tools read them; the holdout stays here."""
    st.download_button(
        "Train and validation as OpenAI-chat JSONL",
        lambda: exporting.openai_chat(task, examples),
        file_name=f"{task.name}.jsonl",
        mime="application/jsonl",
        icon=":material/download:",
        on_click="ignore",
        key="data_download",
    )


def lengths(task: Task, examples: Sequence[Example]) -> None:
    """How long inputs are, and references, too, where they are text."""
    texts = {"input": [one.input for one in examples]}
    if task.output == "text":
        texts["reference"] = [one.reference for one in examples]
    for column, (name, said) in zip(st.columns(len(texts)), texts.items(), strict=True):
        chart = charts.histogram([len(text.split()) for text in said], f"Words in the {name}")
        column.altair_chart(chart, alt=f"How many words the {name} has")


def values(task: Task, examples: Sequence[Example]) -> None:
    """How often each label, or each allowed value of a key, is the right one."""
    for title, wanted in atlas.sorts(task, examples).items():
        st.altair_chart(charts.counts(wanted, title), alt=f"How often each {title.lower()} occurs")
