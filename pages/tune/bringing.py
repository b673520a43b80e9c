"""Bring one's own task: a file, its columns, and the very rows that will be trained on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.tasks import importing, rows
from core.tasks.importing import Imported, Preview
from pages.shared import failures, state
from pages.shared.widgets import counted, escaped, plain

if TYPE_CHECKING:
    from core.workbench import Workbench

KINDS = ["jsonl", "csv", "tsv", "zip"]
FIELDS = {
    "input": ("Input", "What the model is asked."),
    "reference": ("Reference", "The ideal answer."),
    "group": (
        "Group (optional)",
        "Rows that share it, such as those of one customer, stay on one side of the split.",
    ),
}


def section(bench: "Workbench") -> None:
    """Choose a file, see what it would come in as, change the columns, import it."""
    st.markdown(
        "A `.csv`, `.tsv` or `.jsonl` file with one example a row (question and ideal answer, "
        "OpenAI chats too), or a `.zip` of a whole task folder with its documents."
    )
    file = st.file_uploader("File", type=KINDS, key="data_file", help=rows.LIMITS)
    st.caption(rows.LIMITS)
    if file is None:
        return
    content = file.getvalue()
    offered = bench.preview_upload(file.name, content)
    columns = _columns(offered, importing.slug(file.name))
    same = columns == offered.guess
    found = offered if same else bench.preview_upload(file.name, content, columns)
    for problem in found.problems:
        failures.error(problem)
    _rows(found)
    _bring(bench, file, columns, ready=not found.problems)


def _columns(offered: Preview, slug: str) -> dict[str, str]:
    """Field -> column as the person left it, beginning with the guess; {} where none is asked."""
    if not offered.columns:
        return {}
    with st.grid(3, min_column_width=180):
        chosen = {field: _column(field, offered, slug) for field in FIELDS}
    columns = {field: column for field, column in chosen.items() if column}
    if columns == offered.guess:  # else a person chose, and needs no reasons
        for reason in offered.reasons:
            st.caption(escaped(reason))
    return columns


def _column(field: str, offered: Preview, slug: str) -> str | None:
    label, help = FIELDS[field]
    options = ["", *offered.columns] if field == "group" else list(offered.columns)
    guess = offered.guess.get(field, "")
    return st.selectbox(
        label,
        options,
        index=options.index(guess) if guess in options else None,
        format_func=lambda column: column or "None",
        placeholder="Choose a column",
        key=f"data_{field}_{slug}",
        help=help,
    )


def _rows(found: Preview) -> None:
    """The first examples as they will be."""
    if not found.rows:
        return
    first = f"The first {len(found.rows)} of " if found.total > len(found.rows) else ""
    st.caption(
        f"{first}{counted(found.total, 'example')}, exactly as the model will be trained on them."
    )
    shown = [
        {"Row": one.row, "Input": one.input, "Reference": one.reference}
        | ({"Group": one.group} if any(each.group for each in found.rows) else {})
        for one in found.rows
    ]
    st.dataframe(
        shown,
        hide_index=True,
        column_config={
            "Row": st.column_config.NumberColumn(width="small"),
            "Input": st.column_config.TextColumn(width="medium"),
            "Reference": st.column_config.TextColumn(width="medium"),
            "Group": st.column_config.TextColumn(width="small"),
        },
        alt="The first examples of the file",
        key="data_preview",
    )


def _bring(bench: "Workbench", file: UploadedFile, columns: Mapping[str, str], ready: bool) -> None:
    slug = importing.slug(file.name)
    name = st.text_input(
        "Name of the task", value=slug, max_chars=60, key=f"data_name_{slug}",
        help="Lower-case letters, digits and hyphens.",
    )  # fmt: skip
    asked = st.button(
        "Import", type="primary", icon=":material/upload:", disabled=not ready, key="data_import"
    )
    if asked and ready:
        with failures.shown():
            brought = bench.bring_upload(name or "", file.name, file.getvalue(), columns)
            _imported(brought)


def _imported(brought: Imported) -> None:
    """What came in, what had to be assumed about it, and the way to it."""
    st.success(
        f"{counted(len(brought.task.examples), 'example')} "
        f"{'is' if len(brought.task.examples) == 1 else 'are'} in the workspace.",
        title=f"{escaped(brought.task.title)} is imported",
    )
    for assumed in brought.defaults:
        plain(f"Assumed: {assumed}")
    if brought.defaults:
        st.caption(
            "Open it, then change title, instruction, bar and origin under About this task. The "
            "rest stands in this file:"
        )
        st.code(str(brought.task.folder / "task.toml"), language=None)
    st.button(
        "Open it",
        on_click=state.open_task,
        args=(brought.task.name,),
        icon=":material/arrow_forward:",
        key="data_open",
    )
