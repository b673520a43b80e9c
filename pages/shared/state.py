"""What this tab has chosen. What the names stand for is on disk and outlives the tab."""

import re
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

SETTLE_SECONDS = 3.0  # a model stops within two


@dataclass
class Choices:
    """Names of what is selected: never results, which are in the record."""

    task: str | None = None
    conversation: str | None = None
    levers: tuple[str, ...] = ("prompt", "rag", "lora")
    keep_history: bool = False  # False: each question stands alone
    document: str | None = None
    cited: "Cited | None" = None  # the last place that was opened
    run: str | None = None
    rater: str = ""  # who rates in this tab
    rated_again: int | None = None  # place of the item that is looked at once more


@dataclass(frozen=True)
class Cited:
    """A place in a document, as the address names it."""

    document: str
    start: int
    end: int
    words: str  # fingerprint of what stood there


def choices() -> Choices:
    """This tab's choices; the same object on every page."""
    kept: Choices = st.session_state.setdefault("choices", Choices())
    return kept


def refill(values: Mapping[str, Any]) -> None:
    """Put values into widgets by their keys, before they are drawn: for a button's callback."""
    st.session_state.update(values)


def conversation() -> str:
    """The conversation of this tab, also by the address (`?conversation=`)."""
    named = choices().conversation or st.query_params.get("conversation", "")
    if not re.fullmatch("[0-9a-f]{12}", named):
        named = uuid.uuid4().hex[:12]
    choices().conversation = named
    if st.query_params.get("conversation") != named:
        st.query_params["conversation"] = named
    return named


def new_conversation() -> None:
    """Begin afresh; the former conversation stays in the record."""
    choices().conversation = uuid.uuid4().hex[:12]


def choose_task(name: str) -> None:
    """Remember the task in this tab and in the address. Another task begins a conversation."""
    if choices().task not in (None, name):
        new_conversation()
    choices().task = name
    if st.query_params.get("task") != name:
        st.query_params["task"] = name


@dataclass
class Asking:
    """A question being answered: told to end by `cancel`, on record once `kept` is set."""

    cancel: threading.Event = field(default_factory=threading.Event)
    kept: threading.Event = field(default_factory=threading.Event)


def begin_asking() -> Asking:
    """The question that this tab asks now."""
    st.session_state["asking"] = Asking()
    begun: Asking = st.session_state["asking"]
    return begun


def settle() -> None:
    """Stop the tab's unfinished question and wait until it is on record.

    Streamlit starts a rerun beside the run that it stops, and the page draws from the record.
    """
    asking: Asking | None = st.session_state.get("asking")
    if asking:
        asking.cancel.set()
        asking.kept.wait(SETTLE_SECONDS)


def value(key: str) -> Any:
    """What a widget holds now, for its own callback."""
    return st.session_state[key]


def open_task(name: str) -> None:
    """Choose a task as a click in the sidebar would; for a button's callback."""
    choices().task = st.session_state["task_pick"] = name


def cited() -> Cited | None:
    """The place that the address names (`?document=&start=&end=&words=`), None without one."""
    said = st.query_params
    name, start, end = (said.get(key, "") for key in ("document", "start", "end"))
    if not name or not re.fullmatch(r"\d{1,9}", start) or not re.fullmatch(r"\d{1,9}", end):
        return None
    found = Cited(name, int(start), int(end), said.get("words", ""))
    if found.start >= found.end:
        return None
    if found != choices().cited:  # opened just now: later another document may be chosen
        choices().cited, choices().document = found, name
    return found


def forget_cited() -> None:
    """Take the place out of the address."""
    for key in ("document", "start", "end", "words"):
        if key in st.query_params:
            del st.query_params[key]
    choices().cited = None


def say(words: str) -> None:
    """Leave a sentence for the next drawing of the page: for a button's callback."""
    st.session_state["said"] = words


def said() -> str:
    """The sentence that was left, once."""
    return str(st.session_state.pop("said", ""))
