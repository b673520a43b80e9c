"""Ask one question; every lever answers side by side, with its cost and what made it."""

import streamlit as st

from core.records import LEVERS, Answer, Task
from pages.play import asking, turns
from pages.shared import resources, state, widgets
from pages.shared.state import choices

bench = resources.workbench()


def levers() -> list[str]:
    """The levers that are switched on, in their usual order."""
    words = [f"**{widgets.LEVER_TITLE[name]}** {widgets.LEVER_WORDS[name]}" for name in LEVERS]
    on = st.sidebar.pills(
        "Levers",
        LEVERS,
        selection_mode="multi",
        default=choices().levers,
        format_func=widgets.lever,
        key="playground_levers",
        help="\n\n".join(words),
    )
    choices().levers = tuple(name for name in LEVERS if name in on)
    return list(choices().levers)


def conversation() -> None:
    """Whether questions build on one another, and a fresh start."""
    alone = st.sidebar.toggle(
        "Each question stands alone",
        not choices().keep_history,
        key="playground_alone",
        help="Off: each lever also sees its own earlier answers of this conversation.",
    )
    choices().keep_history = not alone
    st.sidebar.button(
        "New conversation",
        icon=":material/add_comment:",
        key="playground_new",
        on_click=state.new_conversation,
        width="stretch",
    )


def suggestion(task: Task) -> str | None:
    """One of three examples that LoRA did not learn from, if it is picked."""
    split = bench.split(task)
    examples = split.validation or split.train
    st.caption(
        "Ask a question: every lever answers side by side. Choose the levers in the sidebar."
    )
    picked: str | None = st.pills(
        "Try one of these",
        [example.input for example in examples[:: max(1, len(examples) // 3)][:3]],
        format_func=lambda text: widgets.escaped(widgets.shortened(text)),
        key="playground_suggestion",
    )
    return picked


def answered(turn: int, question: str, answers: tuple[Answer, ...], mark: str | None) -> None:
    """One turn of the record, with the mark that it was given."""
    turns.question(question)
    places = turns.cards([given.lever for given in answers])
    for given in answers:
        with places[given.lever].container():
            turns.answer(task, given)
    compared = [given.lever for given in answers if not given.error]
    if len(compared) > 1:
        better(turn, compared, mark)


def better(turn: int, compared: list[str], mark: str | None) -> None:
    """Which answer the person finds better; kept at once."""
    key = f"playground_mark_{turn}"
    options = [*compared, "tie"]
    st.segmented_control(
        "Which answer is better?",
        options,
        default=mark if mark in options else None,
        format_func=lambda name: widgets.LEVER_TITLE.get(name, "Tie"),
        key=key,
        on_change=lambda: bench.journal.mark(turn, state.value(key)),
        required=True,
    )


task = widgets.require_task()
on = levers()
conversation()
widgets.model_line()

st.title(widgets.escaped(task.title), anchor=False)
st.markdown(widgets.escaped(task.goal))

state.settle()
kept = bench.journal.turns(state.conversation())
marks = bench.journal.marks([turn for turn, _, _ in kept])
for turn, question, answers in kept:
    answered(turn, question, answers, marks.get(turn))

below = st.empty()
asked = st.chat_input("Ask a question", key="playground_ask", submit_mode="disable")
if not kept and not asked:
    with below.container():
        asked = suggestion(task)
if asked and not on:
    st.warning("Every lever is switched off. Switch one on in the sidebar.")
elif asked:
    with below.container():
        earlier = kept if choices().keep_history else ()
        asking.ask(bench, task, on, asked, state.conversation(), earlier)
    st.rerun()
