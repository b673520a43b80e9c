"""Metrics by name: every module of this package that has a `METRIC`."""

import importlib
import pkgutil

from core.errors import UnknownMetric
from core.evaluation.metrics.metric import Attempt, Mark, Metric
from core.records import Task

_MODULES = [
    importlib.import_module(f"{__name__}.{one.name}") for one in pkgutil.iter_modules(__path__)
]
METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in sorted(
        (module.METRIC for module in _MODULES if hasattr(module, "METRIC")),
        key=lambda metric: (metric.order, metric.name),
    )
}
__all__ = ["METRICS", "Attempt", "Mark", "Metric", "metric", "metrics_for"]


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
    beside = [name for name, one in METRICS.items() if one.beside(task)]
    return tuple(dict.fromkeys([metric(task.metric).name, *beside]))
