"""Metrics and figures in words, as every page says them."""

from collections.abc import Callable

from pages.shared.widgets import readable

TITLE = {
    "exact_match": "Exact match",
    "token_f1": "Word overlap",
    "accuracy": "Share right",
    "macro_f1": "Macro F1",
    "field_accuracy": "Fields right",
    "json_valid": "Valid JSON",
    "chrf": "Character overlap",
    "rouge_l": "Longest common part",
    "contains": "Contains the answer",
    "abstention": "Abstains rightly",
}
HELP = {
    "exact_match": "The share of answers that equal the reference, case and punctuation aside.",
    "token_f1": "How many words answer and reference share, order aside (F1).",
    "accuracy": "The share of answers with the right label.",
    "macro_f1": "F1 per label, averaged, so that a rare label counts as much as a frequent one.",
    "field_accuracy": "The share of the object's fields that have the right value.",
    "json_valid": "The share of answers that are JSON with the wanted keys.",
    "chrf": "How many short stretches of letters answer and reference share (chrF).",
    "rouge_l": "The longest sequence of words that answer and reference share (ROUGE-L).",
}


def title(metric: str) -> str:
    """A metric's name on the screen."""
    return TITLE.get(metric, readable(metric))


def times(count: int) -> str:
    """`never`, `once`, `3 times`."""
    return {0: "never", 1: "once"}.get(count, f"{count} times")


def count(number: int) -> str:
    """`12.6 million`, `1.2 billion`, `850`."""
    for size, word in ((10**9, "billion"), (10**6, "million")):
        if number >= size:
            return f"{number / size:.3g} {word}"
    return f"{number:,}"


def span(low: float, high: float) -> str:
    """The ends of an interval of shares as `22 to 40`, in points."""
    return f"{round(low * 100)} to {round(high * 100)}"


def or_none(value: float | None, said: Callable[[float], str]) -> str:
    """A figure in words, or that there is none."""
    return "not measured" if value is None else said(value)


def size(amount: float) -> str:
    """Bytes as `640 MB` or `2.1 GB`."""
    return f"{amount / 1e9:.1f} GB" if amount >= 1e9 else f"{amount / 1e6:.0f} MB"
