"""Fine-tuning: the adapted model answers, from its weights alone or with passages.

What an instruction would say is in the weights, so the prompt is the task's title:
short prompts are half of what tuning is bought for.
"""

from collections.abc import Sequence

from core.levers.protocol import Prepared, Turn, chat
from core.levers.rag import Fits, Reading, Search
from core.levers.rewording import Rewriter
from core.records import Adapter, Task, fingerprint


class Lora:
    """The adapted model, told only the task's title.

    Without an adapter it still prepares: that is how training rows are made.
    """

    name = "lora"
    index = ""

    def __init__(self, task: Task, adapter: Adapter | None = None) -> None:
        self.system = f"{task.title}."
        self.adapter = adapter
        self.prompt_version = fingerprint("lora", self.system)

    def prepare(self, question: str, history: Sequence[Turn] = ()) -> Prepared:
        """The task's title, then the question."""
        return Prepared(chat(self.system, history, question))


class LoraRag:
    """The adapted model, shown passages before the question."""

    name = "lora+rag"

    def __init__(
        self,
        task: Task,
        search: Search,
        adapter: Adapter | None = None,
        fits: Fits | None = None,
        reword: Rewriter | None = None,
    ) -> None:
        self.system = f"{task.title}. Answer from the passages."
        self.adapter = adapter
        self.reading = Reading(task, search, fits, reword)
        self.index = self.reading.index
        self.prompt_version = fingerprint("lora+rag", self.system, *self.reading.version)

    def prepare(self, question: str, history: Sequence[Turn] = ()) -> Prepared:
        """The task's title, then the passages and the question."""
        return self.reading.prepare(self.system, history, question)
