"""Split examples into train, validation and holdout, before anything else looks at them."""

import hashlib

from core.records import Example, Split

HOLDOUT = 0.20
VALIDATION = 0.16  # the rest, 64 %, is train


def split(examples: tuple[Example, ...], seed: int = 0) -> Split:
    """Divide examples 64 / 16 / 20, so that no group straddles two parts.

    Groups are ordered by a hash of seed and group, so the order of the file does
    not matter. An example without a group goes with those of the same input.
    Whole groups fill the holdout, then validation, each up to its share.
    """
    groups: dict[str, list[Example]] = {}
    for example in examples:
        groups.setdefault(group_of(example), []).append(example)
    ordered = sorted(groups, key=lambda group: _shuffled(seed, group))
    holdout: list[Example] = []
    validation: list[Example] = []
    train: list[Example] = []
    for group in ordered:
        if len(holdout) < round(HOLDOUT * len(examples)):
            holdout += groups[group]
        elif len(validation) < round(VALIDATION * len(examples)):
            validation += groups[group]
        else:
            train += groups[group]
    return Split(tuple(train), tuple(validation), tuple(holdout), seed)


def group_of(example: Example) -> str:
    """The group an example is split by."""
    return f"group {example.group}" if example.group else f"input {same_input(example.input)}"


def same_input(text: str) -> str:
    """Inputs that differ only in case and spacing are the same input."""
    return " ".join(text.casefold().split())


def _shuffled(seed: int, group: str) -> str:
    return hashlib.sha256(f"{seed}\n{group}".encode()).hexdigest()
