"""Rating one item after the other: who rates, what is shown, the buttons and their keys."""

from collections.abc import Sequence

import streamlit as st

from core.evaluation import sheets
from core.evaluation.rating import SCORES, Rated
from core.evaluation.report import Report
from core.evaluation.sheets import KINDS, LEAST, MOST, USUAL, Item, Kind
from core.records import Task
from core.workbench.people import rater_name
from pages.shared import failures, measures, resources
from pages.shared.state import choices
from pages.shared.widgets import LEVER_TITLE, counted, plain

TITLE: dict[Kind, str] = {"rubric": "Score answers", "blind": "Compare two"}
ICON: dict[Kind, str] = {"rubric": ":material/star_half:", "blind": ":material/compare:"}
SIDES = {
    "left": ("Left is better", ":material/arrow_back:", "Left"),
    "tie": ("A tie", ":material/drag_handle:", "T"),
    "both bad": ("Both bad", ":material/thumb_down:", "B"),
    "right": ("Right is better", ":material/arrow_forward:", "Right"),
}


def kind() -> Kind:
    """Which way to rate."""
    picked = st.segmented_control(
        "How", KINDS, default="rubric", required=True, key="rate_kind",
        format_func=lambda one: f"{ICON[one]} {TITLE[one]}",
    )  # fmt: skip
    return "blind" if picked == "blind" else "rubric"


def rater() -> str:
    """Who rates in this tab; "" before someone says so."""
    typed = st.text_input(
        "Your name", choices().rater, key="rate_name", max_chars=60, width=320,
        help="Kept with your ratings. The same name goes on where it stopped.",
    )  # fmt: skip
    choices().rater = rater_name(typed)
    return choices().rater


def current(rounds: Sequence[Rated], wanted: Kind, report: Report) -> Rated | None:
    """The latest round of a kind, if its levers still answer as they did."""
    latest = next((one for one in reversed(rounds) if one.kind == wanted), None)
    now = sheets.stamps(report).items()
    return latest if latest and latest.sheet.stamps.items() <= now else None


def beginning(task: Task, wanted: Kind, report: Report) -> None:
    """Choose how much to rate, and begin."""
    unit = "pairs" if wanted == "blind" else "answers"
    with st.form(f"rate_begin_{wanted}"):
        levers = st.pills(
            "Levers", list(report.levers), selection_mode="multi",
            default=_best_two(report) if wanted == "blind" else list(report.levers),
            format_func=lambda name: LEVER_TITLE[name], key=f"rate_levers_{wanted}",
        )  # fmt: skip
        size = st.slider(
            f"About how many {unit}", LEAST, MOST, USUAL, key=f"rate_size_{wanted}",
            help="Twenty give a first idea. Fewer are taken where the holdout has no more.",
        )  # fmt: skip
        st.caption(
            f"You will read answers to the {counted(report.holdout, 'example')} of the holdout. "
            f"It was opened {measures.times(report.opened)} when it was measured; a round counts "
            "as one more opening."
        )
        if st.form_submit_button("Begin a round", type="primary", icon=":material/play_arrow:"):
            with failures.shown():
                resources.workbench().begin_round(task, wanted, levers, size)
                st.rerun()


def _best_two(report: Report) -> list[str]:
    """Two levers settle with the fewest choices, and these two are what is argued about."""
    return sorted(report.levers, key=lambda name: -(report.measured(name).mean or 0.0))[:2]


@st.fragment
def items(task: Task, number: int, rater: str) -> None:
    """One item after the other; a rating redraws this part alone, the last one the page."""
    with failures.shown():
        round = next(one for one in resources.workbench().rounds(task) if one.id == number)
        if round.finished(rater):
            st.rerun()
        _item(task, round, rater)


def _item(task: Task, round: Rated, rater: str) -> None:
    """The item that is next, or the one that is looked at again."""
    place = _place(round, rater)
    done = sum(one.rater == rater for one in round.ratings)
    total = len(round.sheet.items)
    st.progress(done / total, f"{done} of {total} rated")
    shown = round.sheet.items[place]
    with st.container(border=True):
        st.caption("Question")
        plain(shown.input)
        st.caption("Reference: the answer that was wanted")
        _text(task, shown.reference)
    if round.kind == "blind":
        _pair(task, round, place, rater, shown)
    else:
        _single(task, round, place, rater, shown)
    _leaving(round, place, rater)


def _place(round: Rated, rater: str) -> int:
    again = choices().rated_again
    upcoming = round.next(rater) or 0
    return again if again is not None and again < upcoming else upcoming


def _single(task: Task, round: Rated, place: int, rater: str, shown: Item) -> None:
    with st.container(border=True):
        st.markdown("**Answer**")
        _text(task, shown.shown[0].text)
    with st.grid(3, min_column_width=200, border=True):
        for score, meaning in SCORES.items():
            with st.container(gap="xsmall"):
                st.button(
                    f"Score {score}", shortcut=score, width="stretch",
                    key=f"rate_{round.id}_{place}_{score}",
                    on_click=_rate, args=(round.id, place, rater, score),
                )  # fmt: skip
                st.caption(meaning)


def _pair(task: Task, round: Rated, place: int, rater: str, shown: Item) -> None:
    with st.grid(2, min_column_width=240):
        for title, one in zip(("Left", "Right"), shown.shown, strict=True):
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{title}**")
                _text(task, one.text)
    with st.grid(4, min_column_width=150):
        for value, (label, icon, key) in SIDES.items():
            st.button(
                label, icon=icon, shortcut=key, width="stretch",
                key=f"rate_{round.id}_{place}_{value.replace(' ', '_')}",
                on_click=_rate, args=(round.id, place, rater, value),
            )  # fmt: skip
    st.caption("On a narrow screen, left is the upper one. Judge what you would send.")


def _text(task: Task, text: str) -> None:
    if not text.strip():
        st.caption("The model wrote nothing.")
    elif task.output == "json":
        st.code(text, language="json", wrap_lines=True)
    else:
        plain(text)


def _rate(round: int, place: int, rater: str, value: str) -> None:
    resources.workbench().ratings.rate(round, place, rater, value)
    choices().rated_again = None


def _leaving(round: Rated, place: int, rater: str) -> None:
    """One back, and the end before the end."""
    with st.container(horizontal=True):
        st.button(
            "Back", icon=":material/undo:", shortcut="Backspace", disabled=place == 0,
            key="rate_back", on_click=_again, args=(place - 1,),
            help="Rate the one before again; the new rating counts.",
        )  # fmt: skip
        with st.popover("End and reveal", icon=":material/visibility:"):
            st.markdown(
                "Shows which lever was which. What you rated so far counts; you cannot rate more "
                "of this round afterwards."
            )
            st.button(
                "End for me", type="primary", key="rate_end",
                on_click=_end, args=(round.id, rater),
            )  # fmt: skip


def _again(place: int) -> None:
    choices().rated_again = place


def _end(round: int, rater: str) -> None:
    resources.workbench().ratings.end(round, rater)
