"""The memo for a stakeholder, and the ones that it replaced."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.records import Task
from core.verdict.memo import forms
from pages.shared import resources
from pages.shared.widgets import escaped

LABEL = {".html": "Memo (HTML)", ".md": "Memo (Markdown)", ".json": "Memo (JSON)"}
MOST = 8  # older ones that are offered; the record keeps all


def memos(task: Task) -> None:
    """Downloads of the memo as it is now, and of older ones, marked as out of date."""
    made = resources.workbench().memos(task)
    if not made:
        return
    _row(task, made[0], stale=False)
    st.caption("One page for a stakeholder. It is made anew whenever what it rests on changes.")
    if made[1:]:
        with st.expander("Older memos, out of date", icon=":material/history:"):
            for kept in made[1 : MOST + 1]:
                st.markdown(escaped(f"{forms.day(kept['created'])}: {kept['verdict']}"))
                _row(task, kept, stale=True)


def _row(task: Task, memo: Mapping[str, Any], stale: bool) -> None:
    with st.container(horizontal=True):
        for suffix in forms.forms(memo):
            st.download_button(
                LABEL[suffix], forms.written(memo, suffix, memo["created"], stale),
                f"{task.name}-memo-{memo['digest']}{suffix}", forms.TYPES[suffix],
                icon=":material/download:", on_click="ignore",
                key=f"verdict_memo_{memo['id']}{suffix}",
            )  # fmt: skip
