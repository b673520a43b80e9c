"""The owner's dated prices, and the money that they make of measured tokens and seconds."""

from datetime import date

import streamlit as st

from core.verdict.cost import prices, words
from core.verdict.verdict import Verdict
from pages.shared import failures, resources
from pages.shared.widgets import LEVER_TITLE, escaped

COLUMNS = {
    "key": None,
    "what": st.column_config.TextColumn("What", disabled=True, pinned=True),
    "unit": st.column_config.TextColumn("Unit", disabled=True),
    "low": st.column_config.NumberColumn("At least", min_value=0, format="%g"),
    "high": st.column_config.NumberColumn("At most", min_value=0, format="%g"),
    "as_of": st.column_config.DateColumn("Looked up on", min_value=date(2020, 1, 1)),
    "source": st.column_config.TextColumn("Where", max_chars=200),
}


def money(verdict: Verdict) -> None:
    """What each lever costs in money, and from which volume tuning pays."""
    table = resources.workbench().prices()
    if table:
        _levers(verdict)
        _break_even(verdict)
    st.caption(escaped(words.dated(table, date.today())))
    with st.expander("Your prices", icon=":material/payments:"):
        _editor()


def _levers(verdict: Verdict) -> None:
    month = "A month at your volume" if verdict.costs["volume_per_month"] is not None else None
    rows = [
        {
            "Lever": LEVER_TITLE[lever],
            "Once": words.amount(one["once"]),
            "1,000 answers": words.thousand(one["answer"]),
            "A month, whatever the volume": words.amount(one["standing"]),
            **({month: words.amount(one["month"])} if month else {}),
        }
        for lever, one in verdict.costs["money"].items()
    ]
    pinned = {"Lever": st.column_config.TextColumn(pinned=True)}
    alt = "What each lever costs once, for 1,000 answers and for a month, from the prices you gave"
    st.dataframe(rows, hide_index=True, column_config=pinned, alt=alt)


def _break_even(verdict: Verdict) -> None:
    """LoRA against each lever that needs no training."""
    others = [one for one in ("prompt", "few-shot", "rag") if one in verdict.costs["levers"]]
    if "lora" not in verdict.costs["levers"]:
        return
    for other in others:
        found = words.pays(verdict.costs["break_even"].get(other))
        st.markdown(f":material/balance: LoRA pays against {LEVER_TITLE[other]}: {escaped(found)}.")


def _editor() -> None:
    st.caption(
        "A range for each row you know, the day you looked, and where. One table for all tasks, in "
        "any one currency. Leave out what does not apply."
    )
    bench = resources.workbench()
    with st.form("verdict_prices"):
        edited = st.data_editor(
            prices.sheet(bench.prices()), column_config=COLUMNS, hide_index=True,
            num_rows="fixed", width="stretch", key="verdict_price_table",
        )  # fmt: skip
        if st.form_submit_button("Keep these prices", icon=":material/save:"):
            with failures.shown():
                bench.set_prices(prices.from_sheet(edited))
                st.rerun()
