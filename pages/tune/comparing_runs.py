"""The runs of a task among each other: listed, noted on, and two of them side by side."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import streamlit as st

from core.records import fingerprint
from core.training import notes
from core.training.record import Run
from core.training.state import RunState
from pages.shared import resources, training_charts
from pages.shared.widgets import plain, readable, seconds
from pages.tune import launching, runs


def pick(known: Sequence[RunState]) -> RunState:
    """The run to look at: the one at work, else the newest, unless another is picked."""
    names = [run.run for run in known]
    busy = next((place for place, run in enumerate(known) if run.at_work), 0)
    st.subheader("The newest run" if len(known) == 1 else "A run", anchor=False)
    if len(known) == 1:
        return known[0]
    asked = {name: resources.workbench().run(name) for name in names}
    chosen = st.selectbox(
        "Look at", names, index=busy, key=f"train_look_{names[0]}",
        format_func=lambda name: f"{title(asked[name])}, "
        f"{readable(known[names.index(name)].state).lower()}",
    )  # fmt: skip
    return known[names.index(chosen)]


def title(run: Run) -> str:
    """What its owner called a run, or when it began."""
    return notes.read(run.folder).title or default_title(run)


def default_title(run: Run) -> str:
    """A run's name before anyone gave it one."""
    return f"Run of {runs.when(run.created)}"


def noting(run: RunState) -> None:
    """A run's title and notes, open to change."""
    asked = resources.workbench().run(run.run)
    kept = notes.read(asked.folder)
    stamp = fingerprint(run.run, kept)  # renamed elsewhere, the fields begin anew
    folded = st.expander("Title and notes", icon=":material/edit_note:")
    with folded, st.form(f"train_noting_{run.run}", border=False):
        called = st.text_input(
            "Title", kept.title, max_chars=notes.MOST_TITLE, key=f"train_title_{stamp}",
            placeholder=default_title(asked),
        )  # fmt: skip
        text = st.text_area(
            "Notes", kept.text, max_chars=notes.MOST_TEXT, key=f"train_notes_{stamp}",
            placeholder="What you wanted to find out, and what came of it",
        )  # fmt: skip
        if st.form_submit_button("Keep", icon=":material/save:", key=f"train_keep_{run.run}"):
            notes.write(asked.folder, called, text)
            st.rerun()


def listing(known: Sequence[RunState]) -> None:
    """Every run of the task, newest first."""
    bench = resources.workbench()
    rows = []
    for run in known:
        asked = bench.run(run.run)
        rows.append(
            {
                "Title": title(asked),
                "State": readable(run.state),
                "Started": runs.when(run.started),
                "Took": seconds(run.seconds),
                "Steps": f"{run.steps} of {run.total_steps}" if run.total_steps else "none yet",
                "Best validation loss": runs.loss(run.best_validation_loss),
                "Adapter": run.adapter[:8] or "none",
                "Notes": notes.read(asked.folder).text,
                "Run": run.run,
            }
        )
    st.dataframe(rows, hide_index=True, alt="Training runs of this task, newest first")


def section(known: Sequence[RunState]) -> None:
    """Pick two runs; their curves over each other and what was done differently."""
    bench = resources.workbench()
    asked = {run.run: bench.run(run.run) for run in known}
    with st.expander("Compare two runs", icon=":material/compare_arrows:"):
        with st.grid(2, min_column_width=240):
            picked = [
                st.selectbox(
                    label, list(asked), index=place, key=f"train_compare_{label.lower()}",
                    format_func=lambda name: title(asked[name]),
                )
                for place, label in enumerate(("First", "Second"))
            ]  # fmt: skip
        if picked[0] == picked[1]:
            st.caption("Pick two different runs.")
            return
        _side_by_side([asked[name] for name in picked])


def _side_by_side(pair: Sequence[Run]) -> None:
    bench = resources.workbench()
    names = _names(pair)
    curves = {name: bench.events(run) for name, run in zip(names, pair, strict=True)}
    figures = _rows(names, [_figures(bench.state(run)) for run in pair])
    alt = "; ".join(
        f"{name}: {runs.loss(bench.state(run).best_validation_loss)}"
        for name, run in zip(names, pair, strict=True)
    )
    st.altair_chart(training_charts.curves(curves), alt=f"Best validation loss of {alt}")
    st.caption("Thin: loss on the rows it learns. Thick: loss on the validation rows.")
    st.dataframe(figures, hide_index=True, alt="What came of each")
    told = [_settings(run) for run in pair]
    differing = [row for row in _rows(names, told) if row[names[0]] != row[names[1]]]
    if differing:
        st.dataframe(differing, hide_index=True, alt="Settings that differ")
    else:
        st.caption("All settings are the same.")
    for name, run in zip(names, pair, strict=True):
        said = notes.read(run.folder).text
        if said:
            plain(f"{name}: {said}")


def _names(pair: Sequence[Run]) -> list[str]:
    """Titles, told apart where they are the same."""
    titles = [title(run) for run in pair]
    same = titles[0] == titles[1]
    return [
        f"{said} ({run.name[-4:]})" if same else said
        for said, run in zip(titles, pair, strict=True)
    ]


def _figures(run: RunState) -> dict[str, str]:
    return {
        "State": readable(run.state),
        "Best validation loss": runs.loss(run.best_validation_loss),
        "Took": seconds(run.seconds),
        "Steps": f"{run.steps} of {run.total_steps}",
    }


def _settings(run: Run) -> dict[str, Any]:
    """Everything that was asked of a run, by its name on the screen."""
    recipe = {
        launching.TITLE.get(name, readable(name)): value
        for name, value in asdict(run.recipe).items()
    }
    data = {
        "Model": run.model,
        "Base": run.base_digest[:8],
        "Split": run.split[:8],
        "Data": run.data[:8],
        "Train rows": run.rows,
        "Validation rows kept": run.validation_rows,
        "Rows left out": run.dropped,
        "Prompted as": ", ".join(run.levers),
    }
    return recipe | data


def _rows(names: Sequence[str], told: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """One row per quantity, one column per run."""
    return [
        {"": what, **{name: str(one[what]) for name, one in zip(names, told, strict=True)}}
        for what in told[0]
    ]
