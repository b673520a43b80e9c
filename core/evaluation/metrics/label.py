"""Which of a task's labels a text names."""

from collections.abc import Sequence

from core.evaluation.metrics.words import words
from core.records import Task

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
