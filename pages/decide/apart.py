"""One figure taken apart: each field of an object, each label against each other."""

import streamlit as st

from core.evaluation.report import Confused, Report
from pages.decide.report import interval
from pages.shared import answer_charts
from pages.shared.widgets import LEVER_TITLE, escaped

NONE = "none of them"


def fields(report: Report) -> None:
    """How often each lever got each field right, as a table with intervals."""
    rows = [
        {
            "Lever": LEVER_TITLE[lever],
            **{key: interval(found) for key, found in one.fields.items()},
        }
        for lever, one in report.levers.items()
    ]
    st.dataframe(
        rows,
        hide_index=True,
        column_config={"Lever": st.column_config.TextColumn(pinned=True)},
        alt="How often each field is right, by lever",
    )


def confusion(report: Report) -> None:
    """Which label a lever says for which, as a grid with counts."""
    levers = [lever for lever, one in report.levers.items() if one.confusion]
    chosen = st.segmented_control(
        "Answers of", levers, default=levers[0], required=True,
        format_func=lambda lever: LEVER_TITLE[lever], key="evaluate_confusion",
    )  # fmt: skip
    found = report.levers[chosen].confusion
    rows = [{"wanted": one.wanted, "said": one.said or NONE, "count": one.count} for one in found]
    labels = list(dict.fromkeys(one.wanted for one in found))
    labels += [one.said for one in found if one.said and one.said not in labels]
    st.altair_chart(
        answer_charts.matrix(rows, list(dict.fromkeys(labels)), NONE),
        alt="; ".join(map(_told, found)),
    )
    worst = max((one for one in found if one.wanted != one.said), key=_often, default=None)
    if worst:
        st.caption(f"Mixed up most: {escaped(_told(worst))}.")


def _often(one: Confused) -> int:
    return one.count


def _told(one: Confused) -> str:
    return f"{one.count} of {one.wanted} called {one.said or NONE}"
