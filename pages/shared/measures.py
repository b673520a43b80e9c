"""Metrics and figures in words, as every page says them."""

from collections.abc import Callable

from core.evaluation.metrics import METRICS
from pages.shared.widgets import readable

HELP = {name: metric.measures for name, metric in METRICS.items()}


def title(metric: str) -> str:
    """A metric's name on the screen."""
    return METRICS[metric].title if metric in METRICS else readable(metric)


def times(count: int) -> str:
    """`once`, `3 times`."""
    return "once" if count == 1 else f"{count} times"


def span(low: float, high: float) -> str:
    """The ends of an interval of shares as `22 to 40`, in points."""
    return f"{round(low * 100)} to {round(high * 100)}"


def chance(p: float) -> str:
    """A p value as `0.012`, never as 0."""
    return "below 0.001" if p < 0.001 else f"{p:.3f}"


def or_none(value: float | None, said: Callable[[float], str]) -> str:
    """A figure in words, or that there is none."""
    return "not measured" if value is None else said(value)


def size(amount: float) -> str:
    """Bytes as `640 MB` or `2.1 GB`."""
    return f"{amount / 1e9:.1f} GB" if amount >= 1e9 else f"{amount / 1e6:.0f} MB"
