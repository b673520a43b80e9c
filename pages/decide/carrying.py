"""Where the decision could be carried out: a table with a day on every row."""

import streamlit as st

from core.verdict import providers
from core.verdict.providers import Place
from core.verdict.verdict import Verdict
from pages.shared.widgets import escaped

BADGE = {
    "yes": ":green-badge[offered]",
    "closing": ":orange-badge[closing]",
    "no": ":gray-badge[not offered]",
    "not looked up": ":gray-badge[not looked up]",
}


def carrying(verdict: Verdict) -> None:
    """Providers under the leaf; nothing where there is nothing to ship yet."""
    found = providers.places(verdict.leaf)
    if not found:
        return
    with st.expander("Where it could be carried out", icon=":material/location_on:"):
        for place in found:
            _row(place)
        st.caption(escaped(providers.AGAIN))


def _row(place: Place) -> None:
    with st.container(border=True, gap="xxsmall"):
        st.markdown(f"**{escaped(place.name)}** {BADGE[place.can]}")
        if place.how:
            st.markdown(escaped(place.how))
        if place.ends:
            st.markdown(f":orange[:material/event_busy:] {escaped(place.ends)}")
        data = "Your data leaves your machines" if place.leaves else "Your data stays with you"
        st.caption(escaped(f"{data}. Checked {place.checked}: {place.source}."))
