"""Metrics by name."""

from core.errors import UnknownMetric
from core.evaluation.metrics import abstention, fields, label, overlap
from core.evaluation.metrics.metric import Mark, Metric
from core.records import OutputKind, Task

METRICS: dict[str, Metric] = {
    metric.name: metric
    for family in (overlap, label, fields, abstention)
    for metric in family.METRICS
}
COMPANIONS: dict[OutputKind, tuple[str, ...]] = {
    "text": ("exact_match", "token_f1"),
    "label": ("accuracy", "macro_f1"),
    "json": ("field_accuracy", "json_valid"),
}
__all__ = ["METRICS", "Mark", "Metric", "metric", "metrics_for"]


def metric(name: str) -> Metric:
    """A metric by its name.

    Raises:
        UnknownMetric: Names the choices.
    """
    if name not in METRICS:
        raise UnknownMetric(
            f"There is no metric {name!r}.", remedy=f"Choose one of: {', '.join(METRICS)}."
        )
    return METRICS[name]


def metrics_for(task: Task) -> tuple[str, ...]:
    """Names of the task's metrics: the one that decides first, then its companions.

    Raises:
        UnknownMetric: The task names one that does not exist.
    """
    names = [metric(task.metric).name, *COMPANIONS[task.output]]
    if abstention.asked_of(task):
        names += ["abstention", "answered"]
    return tuple(dict.fromkeys(names))
