"""The one place where a failure becomes a message on the screen."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.errors import FirstLeverError
from pages.shared import widgets

BUG = "Something in First Lever itself went wrong."
BUG_REMEDY = "Reload the page. If it happens again, report the last lines of the server's output."

log = logging.getLogger("first-lever")


@contextmanager
def shown() -> Iterator[None]:
    """Show a known failure with its remedy; log anything else and show that it is a bug.

    The frame in app.py holds every page. A fragment that reruns alone needs its own.
    """
    try:
        yield
    except FirstLeverError as known:
        error(known)
    except Exception:
        log.exception("A page failed")
        st.error(BUG_REMEDY, title=BUG, icon=":material/bug_report:")


def error(known: FirstLeverError) -> None:
    """The problem and what to do about it."""
    st.error(
        widgets.escaped(known.remedy),
        title=widgets.escaped(known.problem),
        icon=":material/error:",
    )
