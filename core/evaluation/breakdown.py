"""One figure taken apart: each field of an object, each label against each other."""

from collections import Counter
from collections.abc import Sequence

from core.evaluation import statistics
from core.evaluation.metrics.fields import NotAnObject, read_object, same
from core.evaluation.metrics.label import label_of
from core.evaluation.report import Confused, Measured
from core.evaluation.sample import mean_of
from core.records import Example, Task


def fields(
    task: Task, answers: Sequence[str | None], holdout: Sequence[Example], groups: Sequence[str]
) -> dict[str, Measured]:
    """Of each key that references have: how often its value is right. None is a failed answer."""
    if task.output != "json":
        return {}
    right: dict[str, list[tuple[float, str]]] = {}
    failed: Counter[str] = Counter()
    for answer, example, group in zip(answers, holdout, groups, strict=True):
        wanted = _object(example.reference)
        said = _object(answer or "")
        for key, value in wanted.items():
            found = right.setdefault(key, [])
            if answer is None:
                failed[key] += 1
            else:
                found.append((float(key in said and same(said[key], value)), group))
    return {key: _measured(found, failed[key]) for key, found in right.items()}


def _object(text: str) -> dict[str, object]:
    """The object that a text is, an empty one where it is none."""
    try:
        return read_object(text)
    except NotAnObject:
        return {}


def _measured(found: Sequence[tuple[float, str]], failed: int) -> Measured:
    if not found:
        return Measured(None, None, None, 0, failed)
    sample = mean_of([value for value, _ in found])
    seen = statistics.interval(sample.grouped([group for _, group in found]))
    return Measured(seen.mean, seen.low, seen.high, len(found), failed)


def confusion(
    task: Task, answers: Sequence[str | None], holdout: Sequence[Example]
) -> tuple[Confused, ...]:
    """How often each label was said for each that was wanted, in the order of the task's labels.

    An answer that is none of the labels stands under "". Failed answers (None) and references
    that are no label are left out.
    """
    if task.output != "label":
        return ()
    pairs = Counter(
        (label_of(example.reference, task), label_of(answer, task))
        for answer, example in zip(answers, holdout, strict=True)
        if answer is not None
    )
    place = {label: at for at, label in enumerate((*task.labels, ""))}
    ranked = sorted(pairs, key=lambda pair: [(place.get(one, len(place)), one) for one in pair])
    return tuple(Confused(*pair, pairs[pair]) for pair in ranked if pair[0])
