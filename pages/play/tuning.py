"""Tune retrieval: many settings tried, drawn, and one of them put to use."""

from collections.abc import Mapping

import streamlit as st

from core.evaluation import reach
from core.evaluation.reach import Reach
from core.evaluation.tried import Tried
from core.records import Retrieval, Task
from pages.play import searching
from pages.shared import reach_chart, resources
from pages.shared.measures import title
from pages.shared.widgets import counted, percent

Way = tuple[int, int, int, str]  # what was varied
ANSWER_HELP = (
    "Found is not yet answered. The model then answers every train and validation question under "
    "the settings in use and the best of each way to search; that takes minutes."
)
WHY = (
    "Recommended is the least text among the settings about as good as the best, or what the "
    "model answered best with. Found is not yet answered: more text also distracts a small model. "
)


def show(task: Task) -> None:
    """The button, and what the last sweep found."""
    st.subheader("Tune retrieval", anchor=False)
    st.markdown(
        "Tries sizes, overlaps, numbers of passages and ways to search on the train and "
        "validation questions. It takes a minute or two. Stay on this page: leaving it stops the "
        "trial, and nothing of it is kept."
    )
    answer = st.toggle(
        "Let the model answer with the best of them, too", key="documents_tune_answer",
        help=ANSWER_HELP,
    )  # fmt: skip
    if st.button("Tune retrieval", icon=":material/tune:", key="documents_tune", type="primary"):
        _sweep(task, answer)
    tried = resources.workbench().tried(task)
    if tried is None:
        return
    if not tried.rows[0].found:
        st.info("No question of this task has a fact that could be looked for in the documents.")
        return
    _found(task, tried)


def _sweep(task: Task, answer: bool) -> None:
    bar = st.progress(0.0, "Searching")

    def fill(what: str, done: int, total: int) -> None:
        bar.progress(done / max(1, total), f"Settings {what}: {done} of {total}")

    resources.workbench().tune(task, fill, answer=answer)
    bar.empty()


def _found(task: Task, tried: Tried) -> None:
    wanted = tried.recommended
    _recommend(task, tried, wanted)
    st.altair_chart(
        reach_chart.reach([_dot(row, task.retrieval, wanted) for row in tried.rows]),
        alt="What each setting finds against what the model must read",
    )
    scores = {_plain(one.retrieval): one.score for one in tried.scored}
    marked = {_plain(task.retrieval): "in use", _plain(wanted): "recommended"}
    rows = [
        row
        for row in sorted(tried.rows, key=lambda row: row.words)
        if row in reach.front(tried.rows) or _plain(row.retrieval) in {**marked, **scores}
    ]
    st.markdown("**Settings that find most for what they make the model read**")
    st.dataframe(
        [_row(row, scores, marked) for row in rows],
        hide_index=True,
        alt="Settings with what they find",
    )
    if scores:
        st.caption(f"Score: {title(task.metric).lower()} of the model's answers.")
    st.caption(WHY + searching.LEARNED)


def _row(
    row: Reach, scores: Mapping[Way, float], marked: Mapping[Way, str]
) -> dict[str, str | int]:
    way = _plain(row.retrieval)
    score = {"Score": percent(scores[way]) if way in scores else ""} if scores else {}
    return {
        "Words": row.retrieval.words,
        "Repeated": row.retrieval.overlap,
        "Search": searching.MODE[row.retrieval.mode],
        "Passages": row.retrieval.passages,
        "Found": percent(row.recall),
        **score,
        "Words to read": round(row.words),
        "": marked.get(way, ""),
    }


def _recommend(task: Task, tried: Tried, wanted: Retrieval) -> None:
    questions = counted(len(tried.rows[0].found), "question")
    if _plain(wanted) == _plain(task.retrieval):
        st.success(f"The settings in use are the recommended ones, by {questions}.")
        return
    st.markdown(f"Recommended, by {questions}: **{searching.said(wanted)}**.")
    st.button(
        "Use the recommended settings", icon=":material/check:", key="documents_tune_use",
        on_click=searching.adopt, args=(task, wanted),
    )  # fmt: skip


def _plain(way: Retrieval) -> Way:
    return way.words, way.overlap, way.passages, way.mode


def _dot(row: Reach, used: Retrieval, wanted: Retrieval) -> dict[str, object]:
    names = {_plain(used): "in use", _plain(wanted): "recommended"}
    if _plain(used) == _plain(wanted):
        names[_plain(used)] = "in use, recommended"
    return {
        "words": row.words,
        "found": row.recall,
        "search": searching.MODE[row.retrieval.mode],
        "what": f"{searching.said(row.retrieval)}: {percent(row.recall)}",
        "name": names.get(_plain(row.retrieval), ""),
    }
