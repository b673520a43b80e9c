"""Whether the inputs were all made after one pattern."""

from collections import Counter
from collections.abc import Iterator, Sequence

from core.records import Finding
from core.tasks.gate.examined import Check, Examined, listed
from core.tasks.gate.shingles import words

FIRST = 4  # words that a beginning has
MUCH = 0.5  # of the rows
ENOUGH = 20  # rows; of fewer nobody can say what is usual
COMMON = 0.3  # of the rows; a word that stands in so many belongs to the pattern
FIXED = 3  # words of a pattern that must be the same
GAP = "…"

WHY = (
    "The model learns the pattern, and real inputs that are worded otherwise are answered worse "
    "than the holdout, made after the same pattern, will show."
)
REMEDY = "Add inputs as people really write them, or vary how these are worded."


def same_pattern(examined: Examined) -> Iterator[Finding]:
    """Inputs that begin alike, or else have the same words around changing ones."""
    examples = examined.task.examples
    if len(examples) < ENOUGH:
        return
    said = [words(example.input) for example in examples]
    starts = [" ".join(one[:FIRST]) if len(one) > FIRST else "" for one in said]
    patterns = _patterns(said)
    for keys, does in ((starts, "begin alike"), (patterns, "are made after one pattern")):
        most, count = (
            Counter(key for key in keys if key).most_common(1)[0] if any(keys) else ("", 0)
        )
        if count >= MUCH * len(examples):
            yield from listed(
                "sameness",
                f'{count / len(examples):.0%} of your rows {does}: "{most[:80]}"',
                [example.row for example, key in zip(examples, keys, strict=True) if key == most],
                REMEDY,
                why=WHY,
            )
            return


def _patterns(said: Sequence[Sequence[str]]) -> list[str]:
    """Each input with a gap where its words are its own; "" where hardly anything is left."""
    seen = Counter(word for one in said for word in set(one))
    fixed = {word for word, count in seen.items() if count >= COMMON * len(said)}
    return [_pattern(one, fixed) for one in said]


def _pattern(said: Sequence[str], fixed: set[str]) -> str:
    kept: list[str] = []
    for word in said:
        part = word if word in fixed and not word.isdigit() else GAP
        if part != GAP or kept[-1:] != [GAP]:
            kept.append(part)
    return " ".join(kept) if sum(word != GAP for word in kept) >= FIXED else ""


CHECKS: tuple[Check, ...] = (same_pattern,)
