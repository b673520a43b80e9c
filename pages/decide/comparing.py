"""How levers compare: every pair in a sentence, and the examples on which they differ."""

import streamlit as st

from core.evaluation.report import Comparison, Disagreement, Report
from core.verdict.evidence import turned
from core.verdict.sentences import about
from pages.shared import charts
from pages.shared.measures import chance, or_none, span
from pages.shared.widgets import LEVER_TITLE, escaped, lever, percent, plain, points

AT_ONCE = 3  # examples on one page of disagreements


def comparisons(report: Report) -> None:
    """Every pair in a sentence above its interval, the largest difference first."""
    ranked = sorted(map(better_first, report.comparisons), key=lambda pair: -pair.difference)
    rows = [
        {
            "name": f"{pair.a} {pair.b}",
            "kind": pair.verdict,
            "mean": pair.difference * 100,
            "low": pair.low * 100,
            "high": pair.high * 100,
            "words": sentence(pair),
        }
        for pair in ranked
    ]
    alt = "; ".join(row["words"] for row in rows)
    st.altair_chart(charts.differences(rows), alt=alt)
    st.caption(
        "Both levers answered the same examples. Each difference stands with its 95% interval. "
        "With many pairs one may differ by luck, so a difference counts only if it also survives a "
        "correction for that (Holm)."
    )
    with st.expander("The same as a table, with p-values", icon=":material/table:"):
        st.dataframe(
            [_pair(pair) for pair in ranked],
            hide_index=True,
            column_config={"First": st.column_config.TextColumn(pinned=True)},
            alt=alt,
        )


def _pair(pair: Comparison) -> dict[str, str]:
    return {
        "First": LEVER_TITLE[pair.a],
        "Second": LEVER_TITLE[pair.b],
        "Difference": f"{points(pair.difference)} ({span(pair.low, pair.high)})",
        "First is": pair.words,
        "p": chance(pair.p),
        "p, corrected": chance(pair.p_adjusted),
        "Examples": f"{pair.n}",
        "Would settle a 5-point gap": f"{about(pair.needed)} more" if pair.needed else "enough",
    }


def better_first(pair: Comparison) -> Comparison:
    """The same comparison, told from the lever that scored higher."""
    return turned(pair) if pair.difference < 0 else pair


def sentence(pair: Comparison) -> str:
    """`RAG over Prompt: 31 points (22 to 40)`; `RAG and Prompt: not told apart (-1 to 24)`."""
    first, second = LEVER_TITLE[pair.a], LEVER_TITLE[pair.b]
    spread = f"({span(pair.low, pair.high)})"
    if pair.verdict == "tie":
        return f"{first} and {second}: {pair.words} {spread}"
    return f"{first} over {second}: {points(pair.difference)} {spread}"


def disagreements(report: Report) -> None:
    """Examples on which levers differ, a few at a time, every text as it is."""
    found = report.disagreements
    pages = -(-len(found) // AT_ONCE)
    place = st.pagination(pages, key="evaluate_page") if pages > 1 else 1
    first = (place - 1) * AT_ONCE
    for one in found[first : first + AT_ONCE]:
        with st.container(border=True):
            _disagreement(one)


def _disagreement(one: Disagreement) -> None:
    st.caption(f"Row {one.row}")
    plain(one.input)
    st.markdown(":material/flag: **Reference**")
    plain(one.reference)
    with st.grid(len(one.levers), min_column_width=130):
        for name, said in one.levers.items():
            with st.container(gap="xsmall"):
                st.markdown(f"{lever(name)} · {or_none(said.score, percent)}")
                plain(said.text or "(nothing)")
                st.caption(escaped(said.explanation))
