"""The adapters of a task: which one is in use, what each was made of, and what it is worth."""

from collections.abc import Mapping

import streamlit as st

from core.evaluation.report import Measured
from core.models.adapters import base_is_stated
from core.records import Adapter, Task, fingerprint
from core.training import notes, shelf
from core.training.recipe import PRESETS, Recipe
from core.training.record import Run
from core.training.shelf import Refused, Shelf
from pages.shared import failures, measures, resources
from pages.shared.measures import or_none, span
from pages.shared.widgets import LEVER_TITLE, counted, escaped, percent
from pages.tune import comparing_runs, handing_over, runs

UNKNOWN = (
    "Trained elsewhere: what it learned from is not known here. It may have seen the holdout, so "
    "read its scores with care."
)
WHOLE = (
    "A tuned copy of the whole model, not an add-on beside it. It is loaded beside the base, takes "
    "as much memory again, and cannot share a batch, so answers take longer."
)
IMPORT = (
    "A zip with adapter_config.json, adapter_model.safetensors and adapter_manifest.json, or these "
    "three files. Only a LoRA for the chosen model passes, and nothing that could run code. It "
    "answers one question to show that it leaves the model as it is, and is used once you choose "
    "it."
)
STATE = (
    "For adapters from elsewhere, which come without adapter_manifest.json: nothing in them proves "
    "which model they belong to. Every shape is compared with the chosen model, and the adapter "
    "stays marked."
)
STATED = (
    "It came without a manifest. Its shapes fit the model; that it was trained on exactly this "
    "one, only you say."
)


def section(task: Task) -> None:
    """Which adapter is in use, every adapter with what can be done with it, and the import."""
    bench = resources.workbench()
    with st.spinner("Loading the model"):
        kept = bench.shelf(task)
    _in_use(task, kept)
    measured = bench.held_out(task)
    for adapter in kept.admitted:
        with st.container(border=True):
            _card(task, adapter, kept, measured.get(adapter.digest, {}))
    for refused in kept.refused:
        with st.container(border=True):
            _refused(refused)
    _import(task)


def _in_use(task: Task, kept: Shelf) -> None:
    """What the LoRA levers answer with, and the way back to the base."""
    if not kept.current:
        st.markdown(
            "**The base alone answers.** No adapter is chosen, so the levers LoRA and LoRA+RAG "
            "wait; Prompt, Few-shot and RAG do not need one."
            if kept.admitted
            else "No adapter yet. A finished run makes one."
        )
        return
    st.caption(
        "The playground, the evaluation and the command line answer with the adapter in use"
        + (". You chose it." if kept.chosen == kept.current.run else ": the newest trained here.")
    )
    if st.button(
        "Go back to base + RAG", icon=":material/undo:", key="train_base",
        help="Takes no adapter; none is deleted.",
    ):  # fmt: skip
        resources.workbench().use(task, shelf.BASE_ALONE)
        st.rerun()


def _card(task: Task, adapter: Adapter, kept: Shelf, measured: Mapping[str, Measured]) -> None:
    bench = resources.workbench()
    run = bench.run(adapter.run)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{escaped(comparing_runs.title(run))}**")
        if adapter == kept.current:
            st.badge("In use", icon=":material/check:", color="green")
        if shelf.imported(run):
            st.badge("Imported", icon=":material/download:", color="gray")
        if not adapter.whole and base_is_stated(adapter.folder):
            st.badge(
                "Foreign, base stated by you", icon=":material/help:", color="orange", help=STATED
            )
        if adapter.whole:
            st.badge("All weights", icon=":material/select_all:", color="violet", help=WHOLE)
    st.caption(f"{_recipe_in_words(run)} {measures.size(shelf.size(adapter))} on disk.")
    st.caption(UNKNOWN if shelf.imported(run) else _data_in_words(run))
    st.caption(_worth_in_words(task, bench.state(run).best_validation_loss, measured))
    with st.container(horizontal=True):
        _use(task, adapter, kept)
        _rename(run)
        if not adapter.whole:
            _download(run)
        _delete(run)
    if not shelf.imported(run):
        with st.expander("Hand over", icon=":material/inventory_2:"), failures.shown():
            handing_over.section(run)


def _recipe_in_words(run: Run) -> str:
    recipe = run.recipe
    shape = f"rank {recipe.rank}, alpha {recipe.alpha}, {shortened_layers(recipe)}"
    if shelf.imported(run):
        return f"Adapter of {shape}."
    if recipe.whole:
        shape = "all weights"
    presets = {one.recipe.training(recipe.trains): one.title for one in PRESETS.values()}
    preset = presets.get(recipe, "Own settings")
    return (
        f"{preset}: {shape}; {recipe.epochs:g} passes at a learning rate of "
        f"{recipe.learning_rate:g}, seed {recipe.seed}."
    )


def shortened_layers(recipe: Recipe) -> str:
    """Which layers have an adapter: in words, or how many kinds were named."""
    named = recipe.target_modules.split(",")
    return f"{len(named)} kinds of layers" if len(named) > 1 else escaped(recipe.target_modules)


def _data_in_words(run: Run) -> str:
    left = f", {run.dropped} longer ones left out" if run.dropped else ""
    split = f" of split {escaped(run.split[:8])}" if run.split else ""
    return f"Learned from {counted(run.rows, 'row')}{split}{left}."


def _worth_in_words(task: Task, best: float | None, measured: Mapping[str, Measured]) -> str:
    said = [f"Best validation loss: {runs.loss(best)}."]
    for lever, one in measured.items():
        spread = "" if one.low is None or one.high is None else f" ({span(one.low, one.high)})"
        what = f"On the holdout, {LEVER_TITLE[lever]}: {measures.title(task.metric)}"
        said.append(f"{what} {or_none(one.mean, percent)}{spread}.")
    return " ".join(said if measured else [*said, "Not evaluated with this adapter."])


def _use(task: Task, adapter: Adapter, kept: Shelf) -> None:
    if st.button(
        "Use this one", icon=":material/check:", key=f"train_use_{adapter.run}",
        disabled=kept.current == adapter and kept.chosen == adapter.run,
        help="Stays in use when a newer run finishes.",
    ):  # fmt: skip
        resources.workbench().use(task, adapter.run)
        st.rerun()


def _download(run: Run) -> None:
    st.download_button(
        "Download", lambda: shelf.packed(run), file_name=f"{run.name}.zip",
        mime="application/zip", icon=":material/download:", on_click="ignore",
        key=f"train_fetch_{run.name}",
    )  # fmt: skip


def _rename(run: Run) -> None:
    kept = notes.read(run.folder)
    with st.popover("Rename", icon=":material/edit:"):
        title = st.text_input(
            "Title", kept.title, max_chars=notes.MOST_TITLE,
            placeholder=comparing_runs.default_title(run),
            key=f"train_rename_{fingerprint(run.name, kept)}",
        )  # fmt: skip
        if st.button("Keep the title", key=f"train_renamed_{run.name}"):
            notes.write(run.folder, title, kept.text)
            st.rerun()


def _delete(run: Run) -> None:
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown(
            "Deletes the run with its adapter, curves and notes. If it is in use, the newest of "
            "the others takes its place; where there is none, the base alone answers."
        )
        if st.button("Delete for good", type="primary", key=f"train_delete_{run.name}"):
            resources.workbench().forget(run)
            st.rerun()


def _refused(refused: Refused) -> None:
    run = resources.workbench().run(refused.run)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{escaped(comparing_runs.title(run))}**")
        st.badge("Cannot be used", icon=":material/block:", color="gray")
    st.caption(escaped(refused.why))
    _delete(run)


def _import(task: Task) -> None:
    with st.expander("Import an adapter", icon=":material/upload:"):
        st.caption(IMPORT)
        files = st.file_uploader(
            "Files", type=["zip", "json", "safetensors"], accept_multiple_files=True,
            key="train_import_files",
        )  # fmt: skip
        known = escaped(resources.workbench().model().name)
        stated = st.checkbox(
            f"It has no manifest, and I know that it was trained on {known}", help=STATE,
            key="train_import_stated",
        )  # fmt: skip
        if st.button("Import", disabled=not files, key="train_import"):
            with failures.shown(), st.spinner("Trying it out beside the base"):
                given = {file.name: file.getvalue() for file in files}
                run = resources.workbench().adopt(task, given, stated)
                st.toast(f"Imported as {escaped(comparing_runs.title(run))}. It is not in use yet.")
                st.rerun()
