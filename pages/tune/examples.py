"""What the Data page shows of a task's examples and of what the gate found in them."""

import json
from collections.abc import Sequence

import streamlit as st

from core.records import Example, Finding, Split, Task
from core.tasks.importing import Imported
from pages.shared import charts, measures
from pages.shared.widgets import escaped, percent, plain

OUTPUT = {"text": "Free text", "label": "One label", "json": "JSON object"}


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


def findings(task: Task, found: Sequence[Finding]) -> None:
    """One card per finding, blocking ones first; a green line where there is none."""
    if not found:
        st.success("No finding stands in the way of training or measuring.", title="Nothing found")
        return
    with st.grid(2, min_column_width=320):
        for finding in found:
            with st.container(border=True, height="stretch", gap="xsmall"):
                _finding(finding)
    st.caption("Mend the examples in this folder, then reload the page:")
    st.code(str(task.folder), language=None)


def _finding(finding: Finding) -> None:
    if finding.blocking:
        st.badge("Blocking", icon=":material/block:", color="red")
    else:
        st.badge("Worth a look", icon=":material/warning:", color="orange")
    counted = f" · {finding.count}" if finding.rows else ""
    st.markdown(f"**{escaped(finding.title)}**{counted}")
    if finding.rows:
        more = " and more" if finding.count > len(finding.rows) else ""
        st.caption(f"Rows {', '.join(map(str, finding.rows))}{more}")
    st.markdown(f":material/arrow_forward: {escaped(finding.remedy)}")


def table(split: Split) -> None:
    """Train and validation examples, to sort and to search."""
    rows = [
        {"Row": one.row, "Part": part, "Input": one.input, "Reference": one.reference}
        for part, examples in (("Train", split.train), ("Validation", split.validation))
        for one in examples
    ]
    st.dataframe(
        rows,
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


def lengths(examples: Sequence[Example]) -> None:
    """How long inputs and references are."""
    for column, (name, texts) in zip(
        st.columns(2),
        {
            "input": [one.input for one in examples],
            "reference": [one.reference for one in examples],
        }.items(),
        strict=True,
    ):
        chart = charts.histogram([len(text.split()) for text in texts], f"Words in the {name}")
        column.altair_chart(chart, alt=f"How many words the {name} has")


def values(task: Task, examples: Sequence[Example]) -> None:
    """How often each label, or each allowed value of a key, is the right one."""
    for title, wanted in _values(task, examples).items():
        st.altair_chart(charts.counts(wanted, title), alt=f"How often each {title.lower()} occurs")


def _values(task: Task, examples: Sequence[Example]) -> dict[str, list[str]]:
    if task.output == "label":
        return {"Label": [one.reference for one in examples]}
    closed = [key for key, allowed in task.schema.items() if allowed]
    objects = [json.loads(one.reference) for one in examples] if closed else []
    return {key.capitalize(): [str(value[key]) for value in objects] for key in closed}


def imported(brought: Imported) -> None:
    """What came in, and what had to be assumed about it."""
    st.success(
        f"{len(brought.task.examples)} examples are in the workspace.",
        title=f"{escaped(brought.task.title)} is imported",
    )
    for assumed in brought.defaults:
        plain(f"Assumed: {assumed}")
    st.caption("To change these, edit this file and reload the page:")
    st.code(str(brought.task.folder / "task.toml"), language=None)
