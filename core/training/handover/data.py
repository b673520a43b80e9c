"""Train and validation rows in the form that other trainers read."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.training.handover.bundle import Recorded
from core.training.rows import Row, Rows
from core.workspace import write_json, write_text

TAGS = {
    "role_tag": "role", "content_tag": "content", "user_tag": "user",
    "assistant_tag": "assistant", "system_tag": "system",
}  # fmt: skip


def write(folder: Path, rows: Rows) -> None:
    """`train.jsonl` and `validation.jsonl` (OpenAI chat), and LLaMA-Factory's list of the two."""
    for name, part in (("train", rows.train), ("validation", rows.validation)):
        write_text(folder / f"{name}.jsonl", openai_chat(part))
    listed = {name: _described(name) for name in ("train", "validation")}
    write_json(folder / "dataset_info.json", listed)


def openai_chat(rows: Sequence[Row]) -> str:
    """One `{"messages": [...]}` a line, prompts exactly as the run showed them."""
    return "".join(json.dumps(_chat(row), ensure_ascii=False) + "\n" for row in rows)


def write_recorded(folder: Path, recorded: Sequence[Recorded]) -> None:
    """`answers.json`: what `use_me.py` must repeat."""
    said = [
        {
            "messages": [{"role": one.role, "content": one.content} for one in each.messages],
            "answer": each.answer,
            "max_tokens": each.max_tokens,
        }
        for each in recorded
    ]
    write_json(folder / "answers.json", said)


def _chat(row: Row) -> dict[str, Any]:
    turns = [{"role": said.role, "content": said.content} for said in row.prompt]
    return {"messages": [*turns, {"role": "assistant", "content": row.completion}]}


def _described(name: str) -> dict[str, Any]:
    return {
        "file_name": f"{name}.jsonl",
        "formatting": "sharegpt",
        "columns": {"messages": "messages"},
        "tags": TAGS,
    }
