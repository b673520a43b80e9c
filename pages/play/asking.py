"""One question to every lever: drawn while it is answered, kept however it ends."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.levers.protocol import Turn
from core.records import LEVERS, Answer, Task
from pages.play import turns
from pages.shared import state

if TYPE_CHECKING:
    from core.workbench import Workbench

Kept = Sequence[tuple[int, str, tuple[Answer, ...]]]  # turns of the record, oldest first


def ask(
    bench: "Workbench",
    task: Task,
    names: Sequence[str],
    question: str,
    conversation: str,
    kept: Kept,
) -> None:
    """Have the levers answer side by side and keep the turn.

    Stop, a closed tab and any other rerun end the script at its next drawing. The turn is
    then kept as far as it was written; nothing may be drawn on the way out.
    """
    turns.question(question)
    st.button("Stop", icon=":material/stop_circle:", key="playground_stop")
    places = turns.cards(names)
    with st.spinner("Getting ready" if bench.loaded else "Loading the model, about 8 s, once"):
        ready, missing = bench.levers(task, names)
        model = bench.model()
    finished = [
        Answer(name, question, "", model.name, model.digest, "", "", "", "", error=why)
        for name, why in missing.items()
    ]
    for given in finished:
        with places[given.lever].container():
            turns.answer(task, given)
    live, asking = turns.Live(task, places), state.begin_asking()
    updates = bench.ask(ready, question, histories(names, kept), asking.cancel)
    try:
        for update in updates:
            if update.answer:
                finished.append(update.answer)
            live.show(ready[update.job].name, update)
    finally:
        asking.cancel.set()
        finished += [update.answer for update in updates if update.answer]
        finished.sort(key=lambda given: LEVERS.index(given.lever))
        bench.journal.add(conversation, task.name, question, finished)
        asking.kept.set()


def histories(names: Sequence[str], kept: Kept) -> dict[str, list[Turn]]:
    """Each lever's own earlier turns; a lever that gave no answer then has no turn."""
    earlier: dict[str, list[Turn]] = {name: [] for name in names}
    for _, question, answers in kept:
        for given in answers:
            if given.lever in earlier and not given.error:
                earlier[given.lever].append(Turn(question, given.text))
    return earlier
