"""Where the marks of a memo's two drawings stand, in the units of their view boxes."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.verdict.memo.content import Memo
from core.verdict.sentences import percent

LEFT, RIGHT = 96, 610  # of the axis from 0 to 100 %
ROW = 30
BOX = 300  # width of a question's box
LINE = 15
LETTERS = 44  # that a line of a box holds
BOLD = 36  # and of bold ones
COLOUR = {  # by Okabe and Ito; every mark has its name and figure beside it
    "prompt": "#5b6773",
    "few-shot": "#b7791f",
    "rag": "#0072b2",
    "lora": "#d55e00",
    "lora+rag": "#9b4f96",
}


@dataclass(frozen=True)
class Mark:
    """A lever's dot and its interval."""

    name: str
    words: str
    y: float
    mean: float | None
    low: float
    high: float
    colour: str


@dataclass(frozen=True)
class Box:
    """A question, or the leaf at the end."""

    y: float
    height: float
    lines: tuple[str, ...]
    answer: str  # on the way onwards; "" at the leaf


def across(share: float) -> float:
    """A share's place on the axis."""
    return round(LEFT + (RIGHT - LEFT) * share, 1)


def marks(memo: Memo) -> list[Mark]:
    """A row for each lever, in the order of the memo."""
    return [_mark(one, 24 + ROW * row) for row, one in enumerate(memo["levers"])]


def _mark(one: Mapping[str, Any], y: float) -> Mark:
    colour = COLOUR.get(one["lever"], "#5b6773")
    if one["mean"] is None:
        return Mark(one["name"], "could not be scored", y, None, LEFT, LEFT, colour)
    words = f"{percent(one['mean'])} ({percent(one['low'])} to {percent(one['high'])})"
    ends = across(one["low"]), across(one["high"])
    return Mark(one["name"], words, y, across(one["mean"]), *ends, colour)


def boxes(memo: Memo) -> list[Box]:
    """The path from the first question to the leaf, from the top down."""
    found: list[Box] = []
    y = 2.0
    for text, answer in [(one["question"], one["answer"]) for one in memo["path"]] + [
        (memo["verdict"], "")
    ]:
        lines = tuple(textwrap.wrap(text, LETTERS if answer else BOLD)) or ("",)
        height = 12 + LINE * len(lines)
        found.append(Box(y, height, lines, answer))
        y += height + 22
    return found
