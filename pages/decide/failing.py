"""Why answers are wrong: causes counted by lever, the cheapest next fix, the answers behind."""

import streamlit as st

from core.evaluation.attribution import Failure, Failures
from core.evaluation.causes import CAUSES
from core.evaluation.report import Report
from core.verdict import conclusion
from pages.shared import answer_charts
from pages.shared.widgets import LEVER_TITLE, counted, escaped, plain


def failures(report: Report) -> None:
    """Every lever's wrong answers by cause, then one lever's, with what to do about each."""
    levers = [lever for lever in conclusion.ranked(report) if report.failures.get(lever)]
    rows = [
        {
            "lever": LEVER_TITLE[lever],
            "cause": CAUSES[one.cause].title,
            "count": one.count,
            "order": list(CAUSES).index(one.cause),
        }
        for lever in levers
        for one in report.failures[lever]
    ]
    alt = "; ".join(f"{row['lever']}: {row['cause']} {row['count']}" for row in rows)
    titles = [LEVER_TITLE[lever] for lever in conclusion.ranked(report)]
    st.altair_chart(answer_charts.causes(rows, titles, report.holdout), alt=alt)
    chosen = st.segmented_control(
        "Wrong answers of", levers, default=levers[0], required=True,
        format_func=lambda lever: LEVER_TITLE[lever], key="evaluate_failing",
    )  # fmt: skip
    found = report.failures[chosen]
    st.markdown(
        f":material/build: **Cheapest next fix for {LEVER_TITLE[chosen]}.** "
        f"{escaped(CAUSES[found[0].cause].fix)}"
    )
    for one in found:
        _behind(one)


def _behind(found: Failures) -> None:
    """One cause's answers, a click away."""
    why = CAUSES[found.cause]
    with st.expander(f"{why.title}: {counted(found.count, 'answer')}"):
        st.markdown(f"{escaped(why.means)} **What to try:** {escaped(why.fix)}")
        if found.count > len(found.examples):
            st.caption(f"The first {len(found.examples)} of {found.count}.")
        for one in found.examples:
            with st.container(border=True, gap="xsmall"):
                _answer(one)


def _answer(one: Failure) -> None:
    st.caption(f"Row {one.row}")
    plain(one.input)
    wanted, said = st.columns(2)
    with wanted:
        st.markdown(":material/flag: **Reference**")
        plain(one.reference)
    with said:
        st.markdown(":material/chat: **It said**")
        plain(one.text or "(nothing)")
    st.caption(escaped(one.because))
