"""Two ways tried on real users: how many users it takes, and what their outcomes say."""

import math

import streamlit as st

from core.evaluation import production
from core.evaluation.production import Outcomes, Way
from core.records import Task
from pages.shared import failures, resources
from pages.shared.measures import chance, span
from pages.shared.widgets import counted, escaped, percent, points

MOST_SHOWN = 20  # cells that could not be read
HOW = (
    "A CSV file with two columns, the way in use first, the new one second, their names on the "
    "first line. One outcome a cell, each of another user: 1 or yes where it went well, 0 or no "
    "where it did not. The columns need not be equally long."
)


def section(task: Task) -> None:
    """Plan a comparison, then read what came of it."""
    st.markdown(
        "A holdout shows what a lever can do; users show what it is worth. Send half of them to "
        "the new way at random, and compare."
    )
    st.subheader("How many it takes", anchor=False)
    with failures.shown():
        _plan()
    st.subheader("What came of it", anchor=False)
    with failures.shown():
        _bring(task)


def _plan() -> None:
    left, middle, right = st.columns(3)
    now = left.number_input("Goes well now, %", 0.0, 100.0, 60.0, 1.0, "%g", key="watch_now")
    wanted = middle.number_input(
        "Worth the change from, %", 0.0, 100.0, 65.0, 1.0, "%g", key="watch_wanted",
        help="The smallest rate for which you would switch.",
    )  # fmt: skip
    daily = right.number_input("Users a day, both ways", 1, 10_000_000, 200, key="watch_daily")
    each = production.needed(now / 100, wanted / 100)
    days = math.ceil(2 * each / daily)
    st.markdown(f"**{each:,} users of each way**, about {counted(days, 'day')}.")
    st.caption(
        "Shows a change of that size with 80% odds, at 5% risk of taking luck for a change "
        "(Fleiss, Levin and Paik 2003, with continuity correction). Fix the number before you "
        "begin: to stop at the first good moment makes a finding of luck."
    )


def _bring(task: Task) -> None:
    bench = resources.workbench()
    st.caption(HOW)
    with st.form("watch_outcomes", border=False, clear_on_submit=True):
        file = st.file_uploader("Outcomes", ["csv", "tsv"], key="watch_outcomes_file")
        sent = st.form_submit_button("Compare", type="primary", icon=":material/balance:")
    if sent and file is None:
        st.info("Choose a file first.")
    elif sent and file:
        bench.import_outcomes(task, file.name, file.getvalue())
    found = bench.outcomes(task)
    if found:
        _result(found)


def _result(found: Outcomes) -> None:
    with st.container(border=True):
        st.markdown(f"**{escaped(found.finding)}**")
        low, high = found.interval
        st.markdown(
            f"{escaped(found.new.name)} lies {points(found.difference)} above "
            f"{escaped(found.old.name)}, at 95% confidence from {span(low, high)} points."
            if found.difference >= 0
            else f"{escaped(found.new.name)} lies {points(-found.difference)} below "
            f"{escaped(found.old.name)}, at 95% confidence from {span(-high, -low)} points."
        )
        st.dataframe(
            [_row(found.old), _row(found.new)], hide_index=True, alt="Both ways with their rates"
        )
        st.caption(
            f"From {escaped(found.file)}. Fisher's exact test, p {chance(found.p)}; interval of "
            "the difference by Newcombe (1998), of the rates by Wilson (1927)."
        )
    _doubts(found)


def _row(way: Way) -> dict[str, str]:
    low, high = way.interval
    return {
        "Way": way.name,
        "Outcomes": f"{way.n:,}",
        "Went well": f"{way.yes:,}",
        "Rate": percent(way.rate),
        "95% interval": f"{percent(low)} to {percent(high)}",
    }


def _doubts(found: Outcomes) -> None:
    if found.uneven:
        st.warning(
            "One way has more outcomes than chance explains. If the users were to be halved, find "
            "out where the others went before you believe the comparison.",
            icon=":material/call_split:",
        )
    if found.unread:
        many = f"{counted(len(found.unread), 'cell')} neither yes nor no, left out"
        with st.expander(many, icon=":material/warning:", expanded=True):
            st.dataframe(
                [
                    {"Where": one.line, "Column": one.column, "Cell": one.cell}
                    for one in found.unread[:MOST_SHOWN]
                ],
                hide_index=True, alt="Cells that are neither yes nor no",
            )  # fmt: skip
            if len(found.unread) > MOST_SHOWN:
                st.caption(f"The first {MOST_SHOWN} of them.")
