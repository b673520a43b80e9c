"""Rows whose input or reference has not the form that the task asks for."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import median

from core.records import Finding, Task
from core.tasks.gate import damage, drift
from core.tasks.gate.examined import Check, Examined, listed

SENTENCE = 5  # words; where most references have that many, one word is no answer
COMPARED = 1000  # strange labels; where there are more, they are no slips of the pen
MOST = 0.8  # of the references
LIKE = 0.75  # difflib's ratio from which on a label is taken for a slip of the pen
TIMES = 4  # longer or shorter than the middle one
SPREADS = 4  # median distances from the middle one
SHORT = 40  # characters; where that is usual, a shorter text is nothing strange
ENOUGH = 20  # rows; of fewer nobody can say what is usual
CHARACTERS_A_TOKEN = 2  # at least; a shorter text is not worth counting


def empty_rows(examined: Examined) -> Iterator[Finding]:
    """Rows without an input or without a reference."""
    rows = [
        row.row
        for row in examined.task.examples
        if not row.input.strip() or not row.reference.strip()
    ]
    yield from listed(
        "empty",
        "Rows with an empty input or reference",
        rows,
        "Fill them in or drop them.",
        why="An empty reference teaches the model to say nothing, and no answer can be scored.",
        fix="drop",
        blocking=True,
    )


def one_word(examined: Examined) -> Iterator[Finding]:
    """References of one word where the others are sentences."""
    examples = examined.task.examples
    if examined.task.output != "text" or len(examples) < ENOUGH:
        return
    short = [row.row for row in examples if len(row.reference.split(None, 1)) == 1]
    long = sum(len(row.reference.split(None, SENTENCE)) >= SENTENCE for row in examples)
    if long >= MOST * len(examples):
        yield from listed(
            "one-word",
            "References of a single word where the others are sentences",
            short,
            "Write the whole answer, or drop these rows.",
            why="The model learns that a shrug is an answer, too.",
            fix="drop",
        )


def unknown_labels(examined: Examined) -> Iterator[Finding]:
    """References that are not among the task's labels: slips of the pen, and strangers."""
    task = examined.task
    if task.output != "label":
        return
    strange: defaultdict[str, list[int]] = defaultdict(list)
    for row in task.examples:
        if row.reference and row.reference not in task.labels:
            strange[row.reference].append(row.row)
    compared = list(strange)[:COMPARED]
    meant = {said: "" for said in strange} | {said: probable(said, task) for said in compared}
    slips = [f'"{said[:40]}" (probably "{label}")' for said, label in meant.items() if label]
    others = [f'"{said[:40]}"' for said, label in meant.items() if not label]
    yield from listed(
        "label-spelling",
        f"Labels that are written differently from the list: {few(slips)}",
        [row for said, rows in strange.items() if meant[said] for row in rows],
        "Write them as they stand in the list.",
        why="The model learns two spellings of one label, and programs know only one.",
        fix="spell",
        blocking=True,
    )
    yield from listed(
        "label",
        f"References that are not in the list of labels: {few(others)}",
        [row for said, rows in strange.items() if not meant[said] for row in rows],
        "Correct them, or add them to `labels` in task.toml.",
        why="No answer to them can be scored, and the model learns labels that nobody wants.",
        blocking=True,
    )


def probable(said: str, task: Task) -> str:
    """The label that was probably meant, or "": first but for case and spaces, then a typo."""
    plain = {_plain(label): label for label in task.labels}
    if _plain(said) in plain:
        return plain[_plain(said)]
    close = difflib.get_close_matches(_plain(said[:80]), plain, n=1, cutoff=LIKE)
    return plain[close[0]] if close else ""


def _plain(label: str) -> str:
    return re.sub(r"[\W_]+", "", label.casefold())


def few(names: Sequence[str]) -> str:
    """The first three of them, and how many more there are."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def unusual_lengths(examined: Examined) -> Iterator[Finding]:
    """Rows whose input or reference is far longer or shorter than the others."""
    examples = examined.task.examples
    rows = set(_outliers({row.row: len(row.input) for row in examples}))
    if examined.task.output == "text":
        rows |= set(_outliers({row.row: len(row.reference) for row in examples}))
    yield from listed(
        "length",
        f"Rows over {TIMES} times longer or shorter than the usual one",
        rows,
        "Look at them: split, shorten or drop what does not belong.",
        why="They are often two rows run together, a cut text, or a pasted document.",
    )


def _outliers(lengths: dict[int, int]) -> list[int]:
    """Rows beyond a multiple of the median and of the usual distance from it."""
    known = {row: length for row, length in lengths.items() if length}
    if len(known) < ENOUGH:
        return []
    middle = median(known.values())
    spread = median(abs(length - middle) for length in known.values())
    factor = median(max(length / middle, middle / length) for length in known.values())
    most = middle * max(TIMES, factor**SPREADS)  # long texts spread by factors, not by signs
    least = min(middle / TIMES, middle - SPREADS * spread) if middle >= SHORT else 0
    return [row for row, length in known.items() if not least < length < most]


def over_context(examined: Examined) -> Iterator[Finding]:
    """Rows that the chosen model cannot hold. Only texts that could be too long are counted."""
    count, context = examined.count, examined.context
    if count is None or context is None:
        return
    texts = {
        row.row: f"{examined.task.instruction}\n{row.input}\n{row.reference}"
        for row in examined.task.examples
    }
    limit = CHARACTERS_A_TOKEN * context
    rows = [row for row, text in texts.items() if len(text) > limit and count(text) > context]
    yield from listed(
        "context",
        f"Rows over the {context:,} tokens that the chosen model can hold",
        rows,
        "Shorten them, drop them, or choose a model with a longer context.",
        why="Training leaves such rows out, and no lever can answer them. A token is about three "
        "quarters of an English word.",
        fix="drop",
    )


CHECKS: tuple[Check, ...] = (
    empty_rows,
    one_word,
    unknown_labels,
    *drift.CHECKS,
    *damage.CHECKS,
    unusual_lengths,
    over_context,
)
