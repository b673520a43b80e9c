"""Settings: what turns passages and questions into vectors."""

import streamlit as st

from core.retrieval.served import Service
from pages.shared import failures, resources, widgets

KINDS = {"shipped": "The one that ships", "folder": "Folder", "endpoint": "Endpoint"}
WORDS = {
    "shipped": "all-MiniLM-L6-v2: small, made for English, needs no network.",
    "folder": "A sentence-transformers model that lies in a folder of this machine.",
    "endpoint": "A model behind an OpenAI-compatible embeddings address. All passages and "
    "questions are sent there.",
}


def section() -> None:
    """The embedder in use, and another one, which is tried before it is kept."""
    now = resources.workbench().embedder_chosen()
    kind = st.segmented_control(
        "What reads passages",
        list(KINDS),
        default=_kind(now),
        format_func=lambda kind: KINDS[kind],
        key="settings_embedder_kind",
        required=True,
        label_visibility="collapsed",
    )
    st.caption(
        f"{WORDS[kind]} Thresholds that were tuned with another one no longer fit: tune retrieval "
        "again after a change."
    )
    with st.form("settings_embedder", border=False):
        chosen = _fields(kind, now)
        if st.form_submit_button("Check and use", icon=":material/check:"):
            _use(chosen)


def rereading() -> None:
    """The cross-encoder that rereads what was found, where a task asks for one."""
    with st.form("settings_reranker", border=False):
        folder = st.text_input(
            "Folder of a cross-encoder",
            resources.workbench().reranker_folder(),
            placeholder="/models/ms-marco-MiniLM-L6-v2",
            key="settings_reranker_folder",
        )
        if st.form_submit_button("Check and use", icon=":material/check:"):
            _reread(folder)
    st.caption(
        "Empty: none. With one, the Documents page of each task can have the best twenty passages "
        "read anew together with the question, and shows beforehand whether that finds more. Each "
        "question then waits for it."
    )


def _reread(folder: str) -> None:
    """Reread by it from now on if it loads."""
    with failures.shown(), st.spinner("Loading the reranker"):
        resources.workbench().use_reranker(folder)
        said = "Tasks may ask for it." if folder.strip() else "No task is reread."
        st.success(said, icon=":material/check:")


def _kind(now: str | Service) -> str:
    if isinstance(now, Service):
        return "endpoint"
    return "folder" if now else "shipped"


def _fields(kind: str, now: str | Service) -> str | Service:
    """What this kind of embedder needs to be found."""
    if kind == "shipped":
        return ""
    if kind == "folder":
        return st.text_input(
            "Folder of a sentence-transformers model",
            now if isinstance(now, str) else "",
            placeholder="/models/all-mpnet-base-v2",
            key="settings_embedder_folder",
        ).strip()
    there = now if isinstance(now, Service) else Service("", "")
    address = st.text_input(
        "Address", there.address, placeholder="http://127.0.0.1:8000/v1",
        key="settings_embedder_address",
    )  # fmt: skip
    model = st.text_input("Model", there.model, key="settings_embedder_model")
    variable = st.text_input(
        "Name of the environment variable that holds the key",
        there.key_variable,
        placeholder="OPENAI_API_KEY",
        help="The key itself stays in the environment. It is never shown or stored here. "
        "Leave empty if none is needed.",
        key="settings_embedder_variable",
    )
    return Service(address.strip(), model.strip(), variable.strip())


def _use(chosen: str | Service) -> None:
    """Read by it from now on if it answers; the former one answers until its index is whole."""
    with failures.shown(), st.spinner("Building the index beside the one in use"):
        resources.workbench().use_embedder(chosen)
        st.success(f"Passages are read by {_named(chosen)}.", icon=":material/check:")


def _named(chosen: str | Service) -> str:
    if isinstance(chosen, Service):
        return f"{widgets.escaped(chosen.model)} at {widgets.escaped(chosen.address)}"
    return "the model in that folder" if chosen else "the one that ships"
