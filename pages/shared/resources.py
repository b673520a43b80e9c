"""What all tabs share: the workbench, opened once per server."""

import threading
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from core.workbench import Workbench


@st.cache_resource(show_spinner=False)
def workbench() -> "Workbench":
    """The workspace with its model. The model loads beside the first page, not before it."""
    from core.workbench import Workbench

    bench = Workbench()
    threading.Thread(target=bench.warm, name="warm", daemon=True).start()
    return bench
