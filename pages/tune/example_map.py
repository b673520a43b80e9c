"""The examples as a map: like stands by like, repeats and leaks are marked."""

from collections.abc import Sequence

import streamlit as st

from core.records import Task
from core.tasks.gate import atlas, near
from pages.shared import charts, resources
from pages.shared.widgets import counted, escaped

PARTS = "Train or validation"
WORDS = (
    "Each mark is an example, and marks that lie near each other ask nearly the same. Circles are "
    "train, squares validation; hollow grey marks are the holdout, whose texts stay locked."
)


def section(task: Task) -> None:
    """The map, at once where the vectors are at hand, else at a press."""
    many = len(task.examples) > near.MOST_EMBEDDED  # fewer: the data gate has just embedded them
    if many and not st.toggle(
        "Draw the map", key="data_map", help="It takes some ten seconds once."
    ):
        return
    with st.spinner("Drawing the map"):
        places = resources.workbench().places(task)
    colour = _colour(task)
    kinds = [_kind(place, colour) for place in places]
    st.altair_chart(charts.example_map(places, kinds), alt=_in_words(places))
    st.caption(WORDS + _marks(places))
    if len(places) < len(task.examples):
        st.caption(f"{len(places):,} of {len(task.examples):,} examples, drawn by lot.")


def _colour(task: Task) -> int | None:
    """What the colours stand for: a position among the task's sorts, or None for the parts."""
    titles = list(atlas.sorts(task, ()))
    if not titles:
        return None
    chosen = st.segmented_control(
        "Colour", [PARTS, *titles], default=titles[0], required=True, format_func=escaped,
        key=f"data_colour_{task.name}",
    )  # fmt: skip
    return titles.index(chosen) if chosen in titles else None


def _kind(place: atlas.Place, colour: int | None) -> str:
    return place.part if colour is None or not place.sorts else place.sorts[colour]


def _marks(places: Sequence[atlas.Place]) -> str:
    """What the rings and diamonds stand for, where there are any."""
    ring = " A ring marks a row that repeats an earlier one." if _repeats(places) else ""
    diamond = " A diamond marks a row that leaks." if _leaks(places) else ""
    return ring + diamond


def _in_words(places: Sequence[atlas.Place]) -> str:
    held = sum(place.part == "Holdout" for place in places)
    return (
        f"Map of {counted(len(places), 'example')} by likeness: {held} in the holdout, "
        f"{_repeats(places)} repeating an earlier row, {_leaks(places)} leaking"
    )


def _repeats(places: Sequence[atlas.Place]) -> int:
    return sum(place.repeats for place in places)


def _leaks(places: Sequence[atlas.Place]) -> int:
    return sum(place.leaks for place in places)
