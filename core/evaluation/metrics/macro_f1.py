"""Whether the labels are right, for rare ones, too."""

from collections.abc import Sequence

from core.evaluation.metrics.accuracy import accuracy
from core.evaluation.metrics.label import label_of
from core.evaluation.metrics.metric import Mark, Metric
from core.evaluation.sample import Sample, labelled


def by_label(marks: Sequence[Mark]) -> Sample:
    """Macro F1 of the marks.

    The mean of the labels' own F1 scores ("averaged F1" in Opitz and Burst 2019), over
    the labels that the references hold; an answer that is none of the labels is a miss
    of the one wanted. The same as scikit-learn's f1_score(labels=those, average="macro").
    """
    scored = [mark for mark in marks if mark.value is not None]
    return labelled([mark.said for mark in scored], [mark.wanted for mark in scored])


METRIC = Metric(
    "macro_f1",
    "Macro F1",
    "F1 per label, averaged, so that a rare label counts as much as a frequent one.",
    accuracy,
    beside=lambda task: task.output == "label",
    read=label_of,
    sample=by_label,
    order=11,
)
