"""One question with its answers, drawn the same while they are written and from the record."""

from collections.abc import Mapping, Sequence
from time import monotonic

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.levers.answering import Update
from core.records import Answer, Task
from pages.play import citations
from pages.shared import widgets

REDRAW_SECONDS = 0.05
CARD_WIDTH = 240  # pixels; where a card would be narrower, fewer stand side by side
ENDINGS = {
    "length": "Cut off at the length limit.",
    "time": "Cut off at the time limit.",
    "cancelled": "Stopped.",
}
COST_HELP = (
    "Seconds until the last word, with all levers answering at once; tokens read + written. "
    f"{widgets.TOKEN_HELP} Below: the model, and the adapter if one was used, each with its digest."
)
REMEDY_PAGES = {
    "Train page": ("pages/tune/train.py", "Train an adapter"),
    "Documents page": ("pages/play/documents.py", "Add documents"),
}


def question(text: str) -> None:
    """What the person asked."""
    with st.chat_message("user", avatar=":material/person:"):
        widgets.plain(text)


def cards(names: Sequence[str]) -> dict[str, DeltaGenerator]:
    """A place for each lever's answer under its name; side by side where they fit."""
    places = {}
    grid = st.grid(_columns(len(names)), min_column_width=CARD_WIDTH, border=True)
    for name in names:
        with grid.cell():
            st.markdown(widgets.lever(name), help=widgets.LEVER_WORDS.get(name))
            places[name] = st.empty()
    return places


def _columns(count: int) -> int:
    return 2 if count in (2, 4) else min(max(count, 1), 3)


class Live:
    """Answers being written: updates go in, the cards follow at most 20 times a second."""

    def __init__(self, task: Task, places: Mapping[str, DeltaGenerator]) -> None:
        self.task = task
        self.places = places
        self.written = dict.fromkeys(places, "")
        self.waiting: set[str] = set()
        self.drawn = monotonic()

    def show(self, name: str, update: Update) -> None:
        """Take what is new of one lever."""
        self.written[name] += update.text
        self.waiting.add(name)
        if update.answer:
            self.waiting.discard(name)
            with self.places[name].container():
                answer(self.task, update.answer)
        if monotonic() - self.drawn > REDRAW_SECONDS:
            self._redraw()

    def _redraw(self) -> None:
        for name in sorted(self.waiting):
            with self.places[name].container():
                _text(self.task, self.written[name])
        self.waiting.clear()
        self.drawn = monotonic()


def answer(task: Task, given: Answer) -> None:
    """One lever's answer with its passages, its cost and what made it."""
    if given.error:
        unavailable(given.error)
        return
    if given.passages and given.text.strip():
        citations.answer(task, given)
    else:
        _text(task, given.text)
    if given.ending in ENDINGS:
        st.caption(f":material/stop_circle: {ENDINGS[given.ending]}")
    if given.settled:
        st.caption(
            f":material/search_off: The model was not asked. {widgets.escaped(given.settled)}"
        )
    tokens = f"{given.prompt_tokens} + {given.new_tokens} tokens"
    cost = f"{widgets.seconds(given.seconds)} · {tokens}"
    st.caption(f"{cost}  \n{_made_by(given)}", help=COST_HELP)
    if given.passages:
        citations.passages(task, given)


def unavailable(why: str) -> None:
    """Why a lever gave no answer, with the way to the page that helps."""
    st.markdown(f":material/info: {widgets.escaped(why)}")
    for words, (page, label) in REMEDY_PAGES.items():
        if words in why:
            st.page_link(page, label=label, icon=":material/arrow_forward:")


def _text(task: Task, text: str) -> None:
    if not text.strip():
        st.caption("The model wrote nothing.")
    elif task.output == "json":
        st.code(text, language="json", wrap_lines=True)
    else:
        widgets.plain(text)


def _made_by(given: Answer) -> str:
    kind = "all weights of" if given.whole else "adapter"
    weights = f"{kind} {given.adapter} {given.adapter_digest[:8]}" if given.adapter else ""
    model = f"{given.model} {given.model_digest[:8]}"
    return widgets.escaped(f"{model} · {weights or 'base weights'}")
