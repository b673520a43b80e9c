"""Metrics and figures in words, as every page says them."""

from collections.abc import Callable

from core.verdict.sentences import METRICS
from pages.shared.widgets import readable

HELP = {
    "exact_match": "The share of answers that equal the reference, case and punctuation aside.",
    "token_f1": "How many words answer and reference share, order aside (F1).",
    "accuracy": "The share of answers with the right label.",
    "macro_f1": "F1 per label, averaged, so that a rare label counts as much as a frequent one.",
    "field_accuracy": "The share of the object's fields that have the right value.",
    "json_valid": "The share of answers that are JSON with the wanted keys.",
    "chrf": "How many short stretches of letters answer and reference share (chrF).",
    "rouge_l": "The longest sequence of words that answer and reference share (ROUGE-L).",
    "contains": "The share of answers that contain the reference.",
    "abstention": "Where the documents do not say, how often the answer admits it.",
}


def title(metric: str) -> str:
    """A metric's name on the screen."""
    return METRICS.get(metric, readable(metric))


def times(count: int) -> str:
    """`once`, `3 times`."""
    return "once" if count == 1 else f"{count} times"


def span(low: float, high: float) -> str:
    """The ends of an interval of shares as `22 to 40`, in points."""
    return f"{round(low * 100)} to {round(high * 100)}"


def or_none(value: float | None, said: Callable[[float], str]) -> str:
    """A figure in words, or that there is none."""
    return "not measured" if value is None else said(value)


def size(amount: float) -> str:
    """Bytes as `640 MB` or `2.1 GB`."""
    return f"{amount / 1e9:.1f} GB" if amount >= 1e9 else f"{amount / 1e6:.0f} MB"
