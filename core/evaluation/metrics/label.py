"""One label out of a list: how often it is right, and whether for rare labels, too."""

from collections.abc import Sequence

from core.evaluation.metrics.metric import Mark, Metric
from core.evaluation.metrics.words import words
from core.evaluation.sample import Sample, labelled
from core.records import Score, Task

NONE = "not one of the labels"


def label_of(text: str, task: Task) -> str:
    """The task's label that the first line of a text begins with, or "".

    The longest label wins ("very good" over "good"). A line that goes on to name
    another label names none. A task without labels takes the whole line as one.
    """
    line = next((line for line in text.splitlines() if line.strip()), "").strip()
    if not task.labels:
        return " ".join(words(line))
    for label in task.labels:
        if label.casefold() == line.casefold():
            return label
    said = words(line)
    begun = [label for label in task.labels if said[: len(words(label))] == words(label)]
    if not begun:
        return ""
    longest = max(begun, key=lambda label: len(words(label)))
    rest = said[len(words(longest)) :]
    others = [label for label in task.labels if label != longest and _stands(words(label), rest)]
    return "" if others else longest


def _stands(part: Sequence[str], text: Sequence[str]) -> bool:
    return f" {' '.join(part)} " in f" {' '.join(text)} "


def accuracy(answer: str, reference: str, task: Task) -> Score:
    """Whether the answer's first line names the reference's label, whatever its case."""
    said, wanted = label_of(answer, task), label_of(reference, task)
    if not wanted:
        return Score(None, f"could not be scored: the reference {reference!r} is {NONE}")
    if not said:
        return Score(0.0, NONE)
    return Score(float(said == wanted), f"said {said}, wanted {wanted}")


def by_label(marks: Sequence[Mark]) -> Sample:
    """Macro F1 of the marks.

    The mean of the labels' own F1 scores ("averaged F1" in Opitz and Burst 2019), over
    the labels that the references hold; an answer that is none of the labels is a miss
    of the one wanted. The same as scikit-learn's f1_score(labels=those, average="macro").
    """
    scored = [mark for mark in marks if mark.value is not None]
    return labelled([mark.said for mark in scored], [mark.wanted for mark in scored])


METRICS = (
    Metric("accuracy", "The share of answers with the right label.", accuracy, read=label_of),
    Metric(
        "macro_f1",
        "Right labels, with every label counting alike however rare it is.",
        accuracy,
        read=label_of,
        sample=by_label,
    ),
)
