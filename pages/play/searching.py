"""How documents are cut and searched: the settings, and what others would find instead."""

from dataclasses import replace

import streamlit as st

from core.evaluation import reach
from core.evaluation.reach import Reach
from core.records import Retrieval, Task, fingerprint
from core.tasks.retrieving import LIMITS, MODES
from pages.play import library
from pages.shared import resources, state
from pages.shared.widgets import counted, percent

MODE = {"dense": "By meaning", "lexical": "By words", "hybrid": "Both joined"}
SEARCHED = {
    "dense": "by meaning",
    "lexical": "by words",
    "hybrid": "by meaning and by words",
}
MODE_HELP = (
    "By meaning finds other words for the same thing. By words finds names, numbers and codes. "
    "Joined, each covers for the other."
)
MULTI_HELP = (
    "At most three other wordings are searched, too: each question costs one more short answer "
    "of the model. The comparison below asks no model and leaves it out: evaluate to measure it."
)
STALE = (
    "Scores measured before no longer compare: evaluate again. An adapter that was trained with "
    "passages learned from those of the former settings."
)
LEARNED = (
    "Tried on the train and validation questions whose fact stands in the documents word for "
    "word. The holdout takes no part."
)


def show(task: Task) -> None:
    """The settings in use, open to change, with what a change finds before it is made."""
    st.markdown(f"In use: **{said(task.retrieval)}**.")
    wanted = settings(task)
    if wanted == replace(task.retrieval, threshold=wanted.threshold):
        st.caption("Move a setting to compare it with the one in use.")
        return
    compare, use = st.columns(2)
    if compare.button(
        "Compare before and after", icon=":material/compare_arrows:", key="documents_compare",
        width="stretch",
    ):  # fmt: skip
        _compared(task, wanted)
    use.button(
        "Use these settings", icon=":material/check:", key="documents_use", width="stretch",
        on_click=adopt, args=(task, wanted),
    )  # fmt: skip


def said(way: Retrieval) -> str:
    """Settings as a phrase."""
    repeated = f", {way.overlap} repeated" if way.overlap else ""
    shown = counted(way.passages, "passage")
    reworded = ", also in the model's other words" if way.multi_query else ""
    reread = ", reread by the reranker" if way.rerank else ""
    return (
        f"passages of at most {way.words} words{repeated}, {shown} a question, "
        f"searched {SEARCHED[way.mode]}{reworded}{reread}"
    )


def settings(task: Task) -> Retrieval:
    """Ask for other settings; what is not asked for stays as it is."""
    way, stamp = task.retrieval, fingerprint(task.name, task.retrieval)
    with st.grid(2, min_column_width=240):
        words = st.slider(
            "Most words of a passage", *LIMITS["words"], way.words, key=f"documents_words_{stamp}",
            help="Sentences stay whole. Short passages say one thing; long ones keep the context.",
        )  # fmt: skip
        overlap = st.slider(
            "Words repeated from the passage before", 0, max(1, (words - 1) // 2),
            min(way.overlap, (words - 1) // 2), key=f"documents_overlap_{stamp}_{words}",
            help="So that a fact cut in two still stands in one passage.",
        )  # fmt: skip
        count = st.slider(
            "Passages a question is shown", *LIMITS["passages"], way.passages,
            key=f"documents_count_{stamp}", help="More find more, and cost tokens each time.",
        )  # fmt: skip
        mode = st.segmented_control(
            "Search", MODES, default=way.mode, format_func=MODE.get, required=True,
            key=f"documents_mode_{stamp}", help=MODE_HELP,
        )  # fmt: skip
    overlap = min(overlap, (words - 1) // 2)
    rerank = way.rerank
    if rerank or resources.workbench().reranker_folder():
        rerank = st.toggle(
            "Reread the best twenty with the reranker", way.rerank,
            key=f"documents_rerank_{stamp}", help="Chosen on the Settings page.",
        )  # fmt: skip
    multi = st.toggle(
        "Let the model word each question anew", way.multi_query,
        key=f"documents_multi_{stamp}", help=MULTI_HELP,
    )  # fmt: skip
    wanted = replace(
        way, words=words, overlap=overlap, passages=count, mode=mode, rerank=rerank,
        multi_query=multi,
    )  # fmt: skip
    return wanted if wanted == way else replace(wanted, threshold=0.0)


def _compared(task: Task, wanted: Retrieval) -> None:
    bar = st.progress(0.0, "Asking every question twice")
    rows = resources.workbench().compare(task, wanted, library.filling(bar, "Settings tried:"))
    bar.empty()
    if not rows[0].found:
        st.info("No question of this task has a fact that could be looked for in the documents.")
        return
    half = len(rows) // 2
    before, after = rows[:half], rows[half:]
    st.dataframe(
        [_row(then, now) for then, now in zip(before, after, strict=True)],
        hide_index=True,
        alt="Share of questions whose fact is found, before and after",
    )
    st.markdown(verdict(before, after, task.retrieval, wanted))
    st.caption(LEARNED)


def _row(then: Reach, now: Reach) -> dict[str, str]:
    return {
        "Among the first": counted(then.retrieval.passages, "passage"),
        "Found before": percent(then.recall),
        "Found after": percent(now.recall),
        "Words to read before": f"{then.words:.0f}",
        "Words to read after": f"{now.words:.0f}",
    }


def verdict(
    before: tuple[Reach, ...], after: tuple[Reach, ...], used: Retrieval, wanted: Retrieval
) -> str:
    """What the change does with the count of passages of each side, in a sentence."""
    then = next(row for row in before if row.retrieval.passages == used.passages)
    now = next(row for row in after if row.retrieval.passages == wanted.passages)
    change = reach.change(then, now)
    told = "" if change.p < 0.05 else " That few may be chance."
    return (
        f"Of {len(now.found):,} questions, the change finds {change.gained:,} more and loses "
        f"{change.lost:,}.{told if change.gained or change.lost else ''}"
    )


def adopt(task: Task, wanted: Retrieval) -> None:
    """Write settings into the task; for a button's callback."""
    resources.workbench().use_retrieval(task, wanted)
    state.say(STALE)


def heard() -> None:
    """What the last click had to say."""
    if words := state.said():
        st.success(f"The settings are written into the task. {words}", icon=":material/check:")
