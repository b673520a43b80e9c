"""What only the rooms above know of a run that is handed over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.records import Message
from core.training.rows import Row, Rows

RECORDED = 3  # answers that `use_me.py` must give again


@dataclass(frozen=True)
class Recorded:
    """A chat and what base and adapter answered it, greedily."""

    messages: tuple[Message, ...]
    answer: str
    max_tokens: int


@dataclass(frozen=True)
class Bundle:
    """Goes into the folder beside adapter and merged model."""

    rows: Rows  # as the run learned them
    recorded: tuple[Recorded, ...] = ()
    measured: Mapping[str, str] = field(
        default_factory=dict
    )  # "LoRA, exact match" -> "41 % (33-50) of 80"
    licence: str = ""  # of the data, as the owner states it


def samples(rows: Rows) -> Sequence[Row]:
    """The rows whose answers are recorded: validation rows, the shortest prompts first."""
    known = rows.validation or rows.train
    return sorted(known, key=lambda row: row.tokens)[:RECORDED]
