"""What a run learns from: train and validation examples as the levers would show them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.levers.protocol import Lever
from core.models.backbone import TEMPLATE_OPTIONS
from core.records import Example, Message, Split
from core.workspace import lines, write_text

Count = Callable[[Sequence[Message]], int]  # tokens of a chat as the model's template renders it


@dataclass(frozen=True)
class Row:
    """One chat to learn: the loss is taken on the completion only."""

    prompt: tuple[Message, ...]
    completion: str
    tokens: int  # of the whole chat


@dataclass(frozen=True)
class Rows:
    """All that a run learns from and is measured on. The holdout is not among it."""

    train: tuple[Row, ...]
    validation: tuple[Row, ...]
    dropped: int  # rows, of both parts, longer than the recipe allows


def gather(split: Split, levers: Sequence[Lever], count: Count, max_tokens: int) -> Rows:
    """Train and validation rows, prompted as each of `levers` prompts.

    With two levers (closed book, and with its passages) every example appears once
    per lever, so that one adapter serves both. Longer rows than `max_tokens` are
    dropped and counted: a cut row would teach an answer without its end.
    """
    train = rows(split.train, levers, count)
    validation = rows(split.validation, levers, count)
    kept = [[row for row in part if row.tokens <= max_tokens] for part in (train, validation)]
    dropped = len(train) + len(validation) - len(kept[0]) - len(kept[1])
    return Rows(tuple(kept[0]), tuple(kept[1]), dropped)


def rows(examples: Sequence[Example], levers: Sequence[Lever], count: Count) -> tuple[Row, ...]:
    """One row per example and lever, lengths counted and nothing dropped."""
    return tuple(_row(example, lever, count) for example in examples for lever in levers)


def _row(example: Example, lever: Lever, count: Count) -> Row:
    prompt = lever.prepare(example.input).messages
    whole = (*prompt, Message("assistant", example.reference))
    return Row(prompt, example.reference, count(whole))


def write(rows: Rows, file: Path) -> None:
    """Keep rows as JSON lines, each naming its part."""
    kept = [("train", row) for row in rows.train] + [("validation", row) for row in rows.validation]
    said = [{"part": part, **chat(row), "tokens": row.tokens} for part, row in kept]
    write_text(file, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in said))


def read(file: Path, part: str) -> list[Row]:
    """The rows of one part, in the order they were written."""
    return [_from(line) for line in lines(file) if line["part"] == part]


def chat(row: Row) -> dict[str, Any]:
    """A row as TRL reads it: a conversational prompt and its completion."""
    return {
        "prompt": [{"role": said.role, "content": said.content} for said in row.prompt],
        "completion": [{"role": "assistant", "content": row.completion}],
        "chat_template_kwargs": TEMPLATE_OPTIONS,
    }


def _from(line: Mapping[str, Any]) -> Row:
    prompt = tuple(Message(**said) for said in line["prompt"])
    return Row(prompt, line["completion"][0]["content"], line["tokens"])
