"""Levers by name, and the adapters that some of them need."""

import threading
from collections.abc import Iterator, Mapping, Sequence

from core.errors import (
    FirstLeverError,
    LeverUnavailable,
    UnknownLever,
)
from core.levers import answering, canary, lora, prompt, rag
from core.levers.protocol import Lever, Turn
from core.levers.rewording import Rewriter
from core.records import LEVERS, Adapter, Decoding, Message, Task
from core.retrieval import nearest
from core.training import runs
from core.training.shelf import BASE_ALONE, Shelf
from core.workbench.examples import Examples


class Levers(Examples):
    """What the Playground does."""

    def adapters(self, task: Task) -> list[Adapter]:
        """Adapters that fit the chosen model and the split, the one in use first.

        Then newest first; none where a person went back to the base.
        """
        shelf = self.shelf(task)
        first = [shelf.current] if shelf.current else []
        others = [one for one in shelf.admitted if one != shelf.current]
        return [] if shelf.chosen == BASE_ALONE else first + others

    def shelf(self, task: Task) -> Shelf:
        """The task's adapters: those that fit model and split, the others, the one in use."""
        return runs.adapters_for(
            self.workspace, task.name, self.model().digest, self.split(task).version
        )

    def lever(self, task: Task, name: str, run: str | None = None) -> Lever:
        """One lever, ready to use.

        Raises:
            UnknownLever: No such name.
            LeverUnavailable: The task lacks what the lever needs.
        """
        if name == "prompt":
            return prompt.Prompt(task)
        if name == "few-shot":
            return prompt.FewShot(task, self._nearest(task))
        if name == "rag":
            return rag.Rag(task, self.retriever(task), self.fits, self.rewriter(task))
        if name == "lora":
            return lora.Lora(task, self._adapter(task, run))
        if name == "lora+rag":
            found, adapter = self.retriever(task), self._adapter(task, run)
            return lora.LoraRag(task, found, adapter, self.fits, self.rewriter(task))
        raise UnknownLever(f"There is no lever {name!r}.", remedy=f"Choose: {', '.join(LEVERS)}.")

    def rewriter(self, task: Task) -> Rewriter | None:
        """What words its questions anew, where the task asks for it."""
        return Rewriter(self.model()) if task.retrieval.multi_query else None

    def fits(self, messages: Sequence[Message]) -> bool:
        """Whether a prompt leaves the model room for a whole answer, in its own tokens."""
        model = self.model()
        return model.count(messages) + Decoding().max_tokens <= model.context

    def levers(
        self, task: Task, names: Sequence[str] = LEVERS, run: str | None = None
    ) -> tuple[list[Lever], dict[str, str]]:
        """The levers that can be used, and why each of the others cannot."""
        ready: list[Lever] = []
        missing: dict[str, str] = {}
        for name in names:
            try:
                ready.append(self.lever(task, name, run))
            except UnknownLever:
                raise
            except FirstLeverError as lacking:
                missing[name] = str(lacking)
        return ready, missing

    def _nearest(self, task: Task) -> nearest.NearestExamples:
        return nearest.NearestExamples(self.split(task).train, self.embedder)

    def _adapter(self, task: Task, run: str | None) -> Adapter:
        shelf = self.shelf(task)
        named = [one for one in shelf.admitted if one.run == run]
        found = next(iter(named), None) if run else shelf.current
        if not found:
            raise self._lacking(task, shelf)
        self._prove(task, found)
        return found

    def _lacking(self, task: Task, shelf: Shelf) -> LeverUnavailable:
        if shelf.admitted and not shelf.current:
            return LeverUnavailable(
                f"No adapter is chosen for {task.title}: the base answers alone.",
                remedy="Choose one on the Train page.",
            )
        why = f" ({shelf.refused[0].run}: {shelf.refused[0].why})" if shelf.refused else ""
        return LeverUnavailable(
            f"{task.title} has no adapter for {self.model().name}{why}.",
            remedy="Start a training run on the Train page.",
        )

    def _prove(self, task: Task, adapter: Adapter) -> None:
        """Once for each adapter: it leaves the base's answers as they are."""
        with self._opening:
            if adapter.digest not in self._proved:
                self._try(task, adapter)

    def _try(self, task: Task, adapter: Adapter) -> None:
        question = self.split(task).train[0].input
        canary.prove(self.model(), adapter, lora.Lora(task).prepare(question).messages)
        self._proved.add(adapter.digest)

    def ask(
        self,
        levers: Sequence[Lever],
        question: str,
        histories: Mapping[str, Sequence[Turn]] | None = None,
        cancel: threading.Event | None = None,
    ) -> Iterator[answering.Update]:
        """Every lever's answer to one question, as it is written."""
        earlier = histories or {}
        jobs = [
            answering.Job(lever, question, tuple(earlier.get(lever.name, ()))) for lever in levers
        ]
        return answering.answers(jobs, self.model(), cancel=cancel)
