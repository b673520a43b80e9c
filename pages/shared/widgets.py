"""Small parts that several pages show: the task picker, empty states, inert text, figures."""

import re
import textwrap

import streamlit as st

from core.models.model import Model
from core.records import Task
from core.verdict.sentences import count
from pages.shared import resources, state
from pages.shared.state import choices

LEVER_TITLE = {
    "prompt": "Prompt",
    "few-shot": "Few-shot",
    "rag": "RAG",
    "lora": "LoRA",
    "lora+rag": "LoRA+RAG",
}
LEVER_WORDS = {
    "prompt": "The model sees the instruction and the question, nothing else.",
    "few-shot": "The model also sees the train examples nearest to the question.",
    "rag": "The model also sees the passages of your documents nearest to the question.",
    "lora": "The model was trained on the train examples and sees only the question.",
    "lora+rag": "The trained model, which also sees passages of your documents.",
}
LEVER_HUE = {  # Streamlit's names; their tones are in .streamlit/config.toml
    "prompt": "gray",
    "few-shot": "yellow",
    "rag": "blue",
    "lora": "orange",
    "lora+rag": "violet",
}
_MARK = """<g fill="none" stroke="#14907f" stroke-width="3" stroke-linecap="round">
<path d="M3 20 L27 8"/><path d="M11 26 L15.5 15 L20 26 Z" stroke-linejoin="round"/></g>"""
LOGO_MARK = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 30">{_MARK}</svg>'
LOGO = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 150 30">{_MARK}
<text x="38" y="22" font-family="system-ui, sans-serif" font-size="19" font-weight="600"
textLength="104" lengthAdjust="spacingAndGlyphs" fill="#14907f">First Lever</text></svg>"""
ADDRESS = re.compile(r"(?<=://)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)  # where one is parted
TOKEN_HELP = "Models read and write tokens. A token is about three quarters of an English word."


def require_task() -> Task:
    """The task that is chosen in the sidebar, also by the address (`?task=`)."""
    bench = resources.workbench()
    names = bench.tasks()
    wanted = choices().task or st.query_params.get("task")
    chosen = st.sidebar.selectbox(
        "Task",
        names,
        index=names.index(wanted) if wanted in names else 0,
        format_func=readable,
        key="task_pick",
        persist_state="session",
        help="What the model should do. Add your own on the Data page.",
    )
    state.choose_task(chosen)
    return bench.task(chosen)


def readable(slug: str) -> str:
    """`store-policies` as `Store policies`."""
    words = re.sub(r"[-_]+", " ", slug).strip()
    return words[:1].upper() + words[1:]


def model_line() -> None:
    """Which model answers, and how large it is, at the foot of the sidebar."""
    bench = resources.workbench()
    if bench.loaded:
        st.sidebar.caption(f"Model: {escaped(described(bench.model(), bench.choice().kind))}")


def described(model: Model, kind: str) -> str:
    """A model's name and size; the one that ships is a rehearsal and is called one."""
    size = f", {count(model.parameters)} parameters" if model.parameters else ""
    return f"{model.name} ({'rehearsal model' if kind == 'embedded' else kind}{size})"


def shortened(text: str, length: int = 90) -> str:
    """The beginning of a text on one line."""
    return textwrap.shorten(text, length, placeholder=" …")


def empty(title: str, what_to_do: str, page: str | None = None, label: str | None = None) -> None:
    """Say that there is nothing here yet and what to do about it."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.subheader(escaped(title), anchor=False, text_alignment="center")
        st.markdown(escaped(what_to_do), text_alignment="center")
        if page:
            st.page_link(page, label=label, icon=":material/arrow_forward:")
        st.space("small")


def plain(text: str) -> None:
    """Text as it is: no Markdown, no HTML, nothing fetched. It wraps."""
    st.text(text, width="stretch")


def escaped(text: str) -> str:
    """Text for a place that reads Markdown, so that it is shown as it is and nothing is a link.

    An address becomes a link even where every mark is escaped; a joiner of no width parts it.
    """
    text = ADDRESS.sub("\u2060", text)
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def counted(count: int, noun: str) -> str:
    """`1 passage`, `12 passages`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def percent(share: float) -> str:
    """A share in [0, 1] as `74%`."""
    return f"{share:.0%}"


def points(difference: float) -> str:
    """A difference of shares as `31 points`; a negative one keeps its sign."""
    rounded = round(difference * 100)
    return f"{rounded} point" + ("" if abs(rounded) == 1 else "s")


def seconds(amount: float) -> str:
    """A duration: `0.04 s`, `0.8 s`, `2 min 5 s`, `1 h 20 min`."""
    if amount < 0.1:
        return f"{amount:.2f} s"
    if amount < 60:
        return f"{amount:.1f} s" if amount < 10 else f"{amount:.0f} s"
    minutes, rest = divmod(round(amount), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def roughly(amount: float) -> str:
    """A duration that is a guess: `50 s`, `42 min`, `1 h 20 min`."""
    unit = 600 if amount >= 3600 else 60 if amount >= 60 else 10
    return seconds(max(round(amount / unit), 1) * unit)


def lever(name: str) -> str:
    """A lever's name with its colour mark, as Markdown."""
    hue = LEVER_HUE.get(name, "gray")
    return f":{hue}[●] **{LEVER_TITLE.get(name, escaped(name))}**"
