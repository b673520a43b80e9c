"""Tasks with as many rows as wanted, for figures: made from a seed, the same each time."""

import random
from pathlib import Path

from core.records import Example, Task

KINDS = ("prose", "template", "labels")
LETTERS = "etaoinshrdlucmfwypvbgk"
TOWNS = tuple(
    begin + end
    for begin in ("Black", "Mill", "Raven", "Oak", "Stone", "Wey")
    for end in ("ford", "bridge", "ham", "ton", "wick", "by", "dale", "mouth", "stead", "field")
)
LABELS = ("parcel", "coin", "bench", "fitting", "club")


def task(kind: str, count: int) -> Task:
    """`prose`: 2 % repeats, 2 % near ones. `template`: one question. `labels`: 30 % near twins."""
    dice = random.Random(0)
    vocabulary = ["".join(dice.choices(LETTERS, k=dice.randint(2, 9))) for _ in range(8_000)]
    make = {"prose": _prose, "template": _template, "labels": _labels}[kind]
    pairs: list[tuple[str, str]] = []
    while len(pairs) < count:
        pairs.append(make(dice, vocabulary, pairs))
    examples = tuple(Example(*pair, row=row) for row, pair in enumerate(pairs, 1))
    output = "label" if kind == "labels" else "text"
    return Task(
        "many", "Many", "", "", output, "accuracy", 0.5, examples, Path(), labels=LABELS,
        answers={"origin": "ours"},
    )  # fmt: skip


def _prose(
    dice: random.Random, vocabulary: list[str], before: list[tuple[str, str]]
) -> tuple[str, str]:
    lot = dice.random()
    if before and lot < 0.04:
        said, answer = dice.choice(before)
        return (said, answer) if lot < 0.02 else (f"{said} Thanks", answer)
    return _sentence(dice, vocabulary, 25), _sentence(dice, vocabulary, 12)


def _template(
    dice: random.Random, vocabulary: list[str], _: list[tuple[str, str]]
) -> tuple[str, str]:
    thing = f"{dice.choice(vocabulary)} {dice.choice(vocabulary)}"
    asked = (
        f"Could you please tell me what the price of the {thing} workshop in {dice.choice(TOWNS)} "
        "would be for two grown-ups and a child, and whether we have to book a place beforehand?"
    )
    return asked, f"{dice.randint(5, 400)} pounds"


def _labels(
    dice: random.Random, vocabulary: list[str], before: list[tuple[str, str]]
) -> tuple[str, str]:
    if before and dice.random() < 0.3:
        said, label = dice.choice(before)
        return f"{said} {dice.choice(vocabulary)}", label
    return _sentence(dice, vocabulary, dice.randint(10, 50)), dice.choice(LABELS)


def _sentence(dice: random.Random, vocabulary: list[str], count: int) -> str:
    return " ".join(dice.choices(vocabulary, k=count)).capitalize() + "."
