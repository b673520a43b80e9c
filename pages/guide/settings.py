"""Which model answers, where everything is kept, and what is ready on this machine."""

import threading

import streamlit as st

from core.models.choice import ModelChoice, open_model
from core.records import Decoding, Message, Request
from core.training import backends
from pages.guide import keeping, reading_by
from pages.shared import failures, resources, widgets

KINDS = {"embedded": "Embedded", "local": "Local", "endpoint": "Endpoint"}
WORDS = {
    "embedded": "The model that ships: small, needs no network, answers in a second. For "
    "rehearsal: it lets you try every step. A larger model may lead to another verdict.",
    "local": "A causal language model that lies in a folder, or a name on Hugging Face, which is "
    "downloaded once. It can be trained here.",
    "endpoint": "A model behind an OpenAI-compatible address, such as vLLM, Ollama or a provider. "
    "What you ask is sent there. It cannot be trained here.",
}

READY = ":green[:material/check_circle:]"
LACKING = ":red[:material/error:]"

bench = resources.workbench()


def model() -> None:
    """The model in use, and another one, which is opened before it is kept."""
    now = bench.choice()
    kind = st.segmented_control(
        "Which model",
        list(KINDS),
        default=now.kind,
        format_func=lambda kind: KINDS[kind],
        key="settings_kind",
        required=True,
    )
    st.caption(WORDS[kind])
    with st.form("settings_model", border=False):
        choice = fields(kind, now if kind == now.kind else ModelChoice(reference=""))
        if st.form_submit_button("Check and use", type="primary", icon=":material/check:"):
            use(choice)


def fields(kind: str, now: ModelChoice) -> ModelChoice:
    """What this kind of model needs to be found."""
    if kind == "local":
        reference = st.text_input(
            "Folder, or name on Hugging Face",
            now.reference,
            placeholder="HuggingFaceTB/SmolLM2-135M-Instruct",
            key="settings_reference",
        )
        return ModelChoice("local", reference.strip())
    if kind == "endpoint":
        base = st.text_input(
            "Address", now.base_url, placeholder="http://127.0.0.1:8000/v1", key="settings_base"
        )
        name = st.text_input("Model", now.reference, key="settings_name")
        variable = st.text_input(
            "Name of the environment variable that holds the key",
            now.key_variable,
            placeholder="OPENAI_API_KEY",
            help="The key itself stays in the environment. It is never shown or stored here. "
            "Leave empty if none is needed.",
            key="settings_variable",
        )
        return ModelChoice("endpoint", name.strip(), base.strip(), variable.strip())
    return ModelChoice()


def use(choice: ModelChoice) -> None:
    """Open the model; if that fails, the former one stays."""
    with failures.shown(), st.spinner("Opening the model"):
        if choice.kind == "endpoint":
            try_out(choice)
        opened = bench.choose(choice)
        words = widgets.escaped(widgets.described(opened, choice.kind))
        st.success(f"{words} answers from now on.", icon=":material/check:")


def try_out(choice: ModelChoice) -> None:
    """Have the endpoint write one token: a wrong address shows here, not at the next question."""
    endpoint = open_model(choice)
    hello = Request((Message("user", "Hello"),), decoding=Decoding(max_tokens=1, seconds=20.0))
    for piece in endpoint.stream([hello], threading.Event()):
        if piece.error:
            raise piece.error
    endpoint.close()


def ray() -> None:
    """The cluster that trains, if it is not this machine."""
    now = bench.ray_address()
    with st.form("settings_ray", border=False):
        address = st.text_input(
            "Ray address",
            now,
            placeholder="http://127.0.0.1:8265",
            help="Of the cluster's dashboard. If it wants a token, put that into the file "
            ".ray/auth_token of your home folder: it is never shown or stored here.",
            key="settings_ray_address",
        )
        workers = st.number_input(
            "Workers",
            1,
            backends.MOST_WORKERS,
            bench.ray_workers(),
            help="So many share each run on the cluster: every step's batch is divided among them "
            "and must be a multiple of their number. Each takes a processor, or a GPU where the "
            "cluster has one for each.",
            key="settings_ray_workers",
        )
        if st.form_submit_button("Check and use", icon=":material/check:"):
            send_to(address, workers)


def send_to(address: str, workers: int) -> None:
    """Train there from now on if it answers; if not, the former place stays."""
    with failures.shown(), st.spinner("Asking the cluster"):
        bench.use_ray(address, workers)
        there = bench.ray_address()
        many = f" by {workers} workers" if workers > 1 else ""
        said = (
            f"on the Ray cluster at {widgets.escaped(there)}{many}" if there else "on this machine"
        )
        st.success(f"New runs are trained {said}.", icon=":material/check:")


def store() -> None:
    """The team's Chroma server, if indexes are not kept on this machine."""
    address, variable = bench.chroma_server()
    with st.form("settings_chroma", border=False):
        asked = st.text_input(
            "Chroma address", address, placeholder="http://127.0.0.1:8000",
            key="settings_chroma_address",
        )  # fmt: skip
        token = st.text_input(
            "Name of the environment variable that holds its token",
            variable,
            placeholder="CHROMA_API_KEY",
            help="Sent to a proxy that asks for one, as a bearer token. Leave empty if none does.",
            key="settings_chroma_variable",
        )
        if st.form_submit_button("Check and use", icon=":material/check:"):
            keep_in(asked, token)


def keep_in(address: str, variable: str) -> None:
    """Keep indexes there from now on if it answers; if not, the former place stays."""
    with failures.shown(), st.spinner("Asking the Chroma server"):
        bench.use_chroma(address, variable)
        there = bench.chroma_server()[0]
        said = f"on the Chroma server at {widgets.escaped(there)}" if there else "on this machine"
        st.success(f"Indexes are kept {said}.", icon=":material/check:")


def readiness() -> None:
    """What the levers need, line by line."""
    from core import doctor

    lines = [
        f"- {READY if check.ok else LACKING} **{widgets.escaped(check.name)}** · "
        + widgets.escaped(f"{check.detail} {check.remedy}".strip())
        for check in doctor.checks(bench)
    ]
    st.markdown("\n".join(lines))


st.title("Settings", anchor=False)

st.subheader("Model", anchor=False)
in_use = st.container()
model()
with in_use:
    said = widgets.described(bench.model(), bench.choice().kind) if bench.loaded else "loading"
    st.markdown(f"In use: **{widgets.escaped(said)}**")

st.subheader("Where training runs", anchor=False)
ray()
st.caption(
    "Empty: on this machine, one run at a time. With the address of a Ray cluster, new runs are "
    "sent there with their train and validation rows, and with the model where it lies in a "
    "folder here; the adapter comes back by itself. Python on the cluster needs the packages of "
    "First Lever (requirements.lock)."
)

st.subheader("Where passages are indexed", anchor=False)
store()
st.caption(
    "Empty: on this machine. With the address of a team's Chroma server, indexes are built and "
    "searched there, and teammates with the same documents share them. Only vectors are sent, no "
    "words. A Chroma server asks for no sign-in: keep it on loopback or behind a proxy that does."
)

st.subheader("What reads passages", anchor=False)
reading_by.section()

st.subheader("What rereads passages", anchor=False)
reading_by.rereading()

st.subheader("What is kept of the Playground", anchor=False)
keeping.section()

st.subheader("Workspace", anchor=False)
st.code(str(bench.workspace.root), language=None, wrap_lines=True)
st.caption(
    "Tasks, documents, training runs and the record of everything asked are kept in this folder, "
    "nowhere else. To use another one, set the environment variable FIRST_LEVER_HOME and restart."
)

st.subheader("What is ready", anchor=False)
if st.button("Check this machine", icon=":material/stethoscope:", key="settings_check"):
    with st.spinner("Looking"):
        readiness()
