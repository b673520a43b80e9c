"""What all tabs share: the workbench, opened once per server."""

import contextlib
import threading
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import FirstLeverError

if TYPE_CHECKING:
    from core.workbench import Workbench

DRAWN = 2.0  # seconds after which the first page stands; loading before that would slow it down


@st.cache_resource(show_spinner=False)
def workbench() -> "Workbench":
    """The workspace with its model. The model loads beside the first page, not before it."""
    from core.workbench import Workbench

    bench = Workbench()
    warm = threading.Timer(DRAWN, _warm, (bench,))
    warm.daemon = True
    warm.start()
    return bench


def _warm(bench: "Workbench") -> None:
    """Load ahead of the first question. If that fails, the first question says why."""
    with contextlib.suppress(FirstLeverError):
        bench.warm()
