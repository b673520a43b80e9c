"""May I train and measure on these examples? What stands in the way, and remedies at a click."""

from collections.abc import Sequence

import streamlit as st

from core.records import Example, Finding, Split, Task, fingerprint
from core.tasks.gate.atlas import part_of
from core.tasks.gate.examined import ROWS_SHOWN
from pages.shared import failures, resources
from pages.shared.widgets import counted, escaped, plain, shortened
from pages.tune.runs import when

ACT = {  # what a click does, by the finding's fix
    "drop": "Drop {these}",
    "merge": "Keep the first of each, drop {count}",
    "mask": "Mask in {rows}",
    "spell": "Correct {rows}",
    "regroup": "Keep together",
    "move": "Move the twins to the holdout",
}
ICON = {
    "drop": "delete_sweep",
    "merge": "merge",
    "mask": "visibility_off",
    "spell": "spellcheck",
    "regroup": "join_inner",
    "move": "move_item",
}
LONGEST = 300  # characters of a text among the rows of a finding


def look(task: Task) -> tuple[Finding, ...]:
    """What the data gate finds, with a bar while it looks."""
    place = st.empty()
    found = resources.workbench().findings(
        task, lambda done, total: place.progress(done / total, "Looking at the examples")
    )
    place.empty()
    return found


def answer(found: Sequence[Finding]) -> None:
    """One sentence and a colour."""
    blocking = sum(finding.blocking for finding in found)
    remarks = len(found) - blocking
    if blocking:
        stand, they = ("thing stands", "it is") if blocking == 1 else ("things stand", "they are")
        st.error(
            f"Training and measuring would mislead you until {they} mended: see below.",
            title=f"Not yet: {blocking} {stand} in the way",
            icon=":material/block:",
        )
    elif remarks:
        st.warning(
            "You may train and measure on these examples. Look at the remarks before you rely on "
            "the figures.",
            title=f"Ready, with {counted(remarks, 'remark')}",
            icon=":material/rule:",
        )
    else:
        st.success(
            "You may train and measure on these examples.",
            title="Ready: nothing found",
            icon=":material/check_circle:",
        )


def findings(task: Task, split: Split, found: Sequence[Finding]) -> None:
    """One card per finding, blocking ones first."""
    if not found:
        st.markdown("Nothing to mend.")
    with st.grid(2, min_column_width=300):
        for finding in found:
            with st.container(border=True, height="stretch", gap="xsmall"):
                _card(task, split, finding)
    st.caption("What has no button is mended by hand: edit this folder, then reload the page.")
    st.code(str(task.folder), language=None)


def _card(task: Task, split: Split, finding: Finding) -> None:
    if finding.blocking:
        st.badge("Stands in the way", icon=":material/block:", color="red")
    else:
        st.badge("Worth a look", icon=":material/warning:", color="orange")
    touched = finding.affected or finding.rows
    rows = f" · {counted(finding.count, 'row')}" if touched else ""
    st.markdown(f"**{escaped(finding.title)}**{rows}")
    if finding.why:
        st.markdown(escaped(finding.why))
    if touched:
        _rows(task, split, touched)
    st.markdown(f":material/arrow_forward: {escaped(finding.remedy)}")
    if finding.fix:
        _fix(task, finding)


def _rows(task: Task, split: Split, touched: Sequence[int]) -> None:
    """The rows' numbers, and the texts of those that are not locked."""
    parts, shown = part_of(split), touched[:ROWS_SHOWN]
    more = f" and {len(touched) - len(shown):,} more" if len(touched) > len(shown) else ""
    word = "Row" if len(shown) == 1 else "Rows"
    st.caption(f"{word} {', '.join(map(str, shown))}{more}")
    locked = {row for row, part in parts.items() if part == "Holdout"} & {*touched}
    wanted = {*[row for row in touched if row not in locked][:ROWS_SHOWN]}
    texts = [_text(one, parts[one.row]) for one in task.examples if one.row in wanted]
    with st.expander("See the rows", icon=":material/list:"):
        if texts:
            plain("\n\n".join(texts))
        if locked:
            st.caption(
                f":material/lock: {counted(len(locked), 'row')} of them in the holdout, which is "
                "locked: its texts are not shown."
            )


def _text(example: Example, part: str) -> str:
    said = shortened(example.input, LONGEST), shortened(example.reference, LONGEST)
    return f"Row {example.row} ({part.lower()})\n{said[0]}\n→ {said[1]}"


def _fix(task: Task, finding: Finding) -> None:
    """A button that applies the remedy to exactly the rows that are shown beside it."""
    these = "this row" if finding.count == 1 else f"these {finding.count:,} rows"
    label = ACT[finding.fix].format(
        these=these, count=f"{finding.count:,}", rows=counted(finding.count, "row")
    )
    seen = fingerprint(task.version, finding.affected)
    if st.button(
        label, icon=f":material/{ICON[finding.fix]}:", key=f"data_fix_{finding.code}_{seen}"
    ):
        with failures.shown():
            change = resources.workbench().mend(task, finding)
            st.toast(f"{escaped(change.what)}. Undo is below the findings.", icon=":material/done:")
            st.rerun()


def changes(task: Task) -> None:
    """What was changed by clicks, newest first, and a way back."""
    bench = resources.workbench()
    made = bench.changes(task)
    if not made:
        return
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{counted(len(made), 'change')} so far**")
        for change in made:
            st.markdown(f"{escaped(change.what)} · {when(change.when)}")
        if st.button("Undo", icon=":material/undo:", key=f"data_undo_{task.version}"):
            with failures.shown():
                undone = bench.undo(task)
                st.toast(f"{escaped(undone.what)}.", icon=":material/undo:")
                st.rerun()
