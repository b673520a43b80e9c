"""How much of what is asked in the Playground is kept, for how long, and its end."""

from dataclasses import fields
from datetime import UTC, datetime

import streamlit as st

from core.journal import Keeping
from pages.shared import failures, resources
from pages.shared.widgets import counted

LABEL = {"share": "Share of questions kept, %", "days": "Days until they are deleted"}


def section() -> None:
    """Share and days, what is in the record now, and the button that empties it."""
    bench = resources.workbench()
    with st.form("settings_keeping", border=False):
        wanted = _asked(bench.journal.keeping)
        sent = st.form_submit_button("Keep so much", icon=":material/check:")
    if sent:
        with failures.shown():
            gone = bench.keep_turns(Keeping(**wanted))
            st.success(f"Kept from now on. {_deleted(gone)}", icon=":material/check:")
    with st.popover("Delete every question and answer", icon=":material/delete_forever:"):
        st.markdown(
            "All conversations of the Playground, and which answers were marked as better, go from "
            "the disk for good. Evaluations, ratings and documents stay."
        )
        if st.button("Delete them", type="primary", key="settings_forget"):
            with failures.shown():
                st.success(_deleted(bench.journal.forget()), icon=":material/check:")
    many, oldest = bench.journal.kept()
    since = f", the oldest of {_day(oldest)}" if oldest else ""
    st.caption(
        f"In the record now: {counted(many, 'question')} with their answers{since}. What is not "
        "kept is never written to disk; its tab shows it until the server stops. What is too old "
        "is deleted at every start, and once a day while questions come in."
    )


def _asked(now: Keeping) -> dict[str, int]:
    columns = st.columns(2)
    return {
        one.name: int(
            column.number_input(
                LABEL[one.name], one.metadata["low"], one.metadata["high"],
                getattr(now, one.name), help=one.metadata["help"], key=f"settings_{one.name}",
            )
        )
        for column, one in zip(columns, fields(now), strict=True)
    }  # fmt: skip


def _deleted(many: int) -> str:
    return f"{counted(many, 'question')} deleted."


def _day(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%-d %b %Y}"
