"""Whether a fact stands in a text: its reference, word for word.

A reference of one short word may be found by chance, and one said in other words is missed.
"""

from collections.abc import Sequence

from core.evaluation.metrics.abstention import abstains
from core.evaluation.metrics.fields import NotAnObject, read_object
from core.evaluation.metrics.words import holds, spoken
from core.records import Document, Passage, Task


class Library:
    """A task's documents, ready to be looked through for facts."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._texts = [(one.title, spoken(f"{one.title}\n{one.text}")) for one in documents]

    def stands(self, task: Task, reference: str) -> bool | None:
        """Whether a document holds the reference; None where there is nothing to look for."""
        if not self._texts or not findable(task, reference):
            return None
        return bool(self.holder(task, reference))

    def holder(self, task: Task, reference: str) -> str:
        """Title of the first document that holds the reference, "" where none does."""
        if not findable(task, reference):
            return ""
        wanted = [spoken(fact) for fact in _facts(task, reference)]
        held = (title for title, text in self._texts if all(fact in text for fact in wanted))
        return next(held, "")


def stands(task: Task, reference: str, shown: Sequence[Passage]) -> bool | None:
    """Whether the passages that a lever was shown hold the reference, word for word.

    None where nothing was retrieved and where there is nothing to find: a label, fields that
    are all chosen from given values, or a question that the documents do not answer.
    """
    if not shown or not findable(task, reference):
        return None
    text = "\n".join(f"{passage.title}\n{passage.text}" for passage in shown)
    return all(holds(text, fact) for fact in _facts(task, reference))


def findable(task: Task, reference: str) -> bool:
    """Whether there is something to look for."""
    known = bool(reference.strip()) and not abstains(reference)
    return known and task.output != "label" and bool(_facts(task, reference))


def _facts(task: Task, reference: str) -> list[str]:
    """What has to stand there: the text itself, or the fields that are not chosen from a list."""
    if task.output != "json":
        return [reference]
    try:
        found = read_object(reference)
        return [str(value) for key, value in found.items() if not task.schema.get(key)]
    except NotAnObject:
        return [reference]
