"""Have levers answer holdout questions, keeping each answer so that nothing is asked twice."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.errors import EvaluationStopped
from core.levers.answering import Job, answers
from core.levers.protocol import Lever
from core.models.model import Model
from core.records import Answer, Decoding, fingerprint
from core.store import Store

Progress = Callable[[int, int], None]  # done, total


@dataclass(frozen=True)
class Wanted:
    """An answer that an evaluation needs."""

    key: str
    job: Job


def wanted(lever: Lever, question: str, model: Model, decoding: Decoding, how: str) -> Wanted:
    """Named by all that could change it; `how` tells batch from alone."""
    adapter = lever.adapter.digest if lever.adapter else ""
    made_by = (lever.name, lever.prompt_version, lever.index, model.digest, adapter)
    return Wanted(key(question, made_by, decoding, how), Job(lever, question))


def key(question: str, made_by: Sequence[str], decoding: Decoding, how: str = "together") -> str:
    """Names an answer in the record.

    `made_by`: lever, prompt version, index, digests of model and adapter, in this order.
    """
    return fingerprint("evaluation", how, question, (*made_by, decoding))


@dataclass
class Asking:
    """One evaluation's way of getting answers: from the record, else from the model."""

    model: Model
    store: Store
    decoding: Decoding
    cancel: threading.Event
    progress: Progress
    opening: Callable[[], object]  # called once, before the first new answer is kept
    opened: bool = False
    total: int = 0
    done: int = 0
    found: dict[str, Answer] = field(default_factory=dict)

    def begin(self, needed: Sequence[Wanted]) -> None:
        """Take what the record holds."""
        keys = {one.key for one in needed}
        self.found = self.store.kept_answers(keys)
        self.total, self.done = len(keys), len(self.found)
        self.progress(self.done, self.total)

    def ask(self, needed: Sequence[Wanted], at_once: int) -> None:
        """Ask what is missing, `at_once` jobs per batch.

        Raises:
            EvaluationStopped: `cancel` was set; the finished answers are kept.
        """
        missing = {one.key: one for one in needed if one.key not in self.found}
        for batch in _parts(list(missing.values()), at_once):
            self._stop_if_asked()
            for key, answer in self._answers(batch):
                self._take(key, answer)
            self._stop_if_asked()

    def _answers(self, batch: Sequence[Wanted]) -> Iterator[tuple[str, Answer]]:
        jobs = [one.job for one in batch]
        for update in answers(jobs, self.model, self.decoding, self.cancel):
            self.progress(self.done, self.total)  # often, so that a page can stop in between
            if update.answer:
                yield batch[update.job].key, update.answer

    def _take(self, key: str, answer: Answer) -> None:
        """A failed answer counts for now and is tried again next time; a cancelled one does not."""
        if answer.ending == "cancelled":
            return
        if answer.ending == "time":  # the machine's fault, not the lever's
            answer = replace(answer, error="It took too long. Evaluate again on an idle machine.")
        if not answer.error:
            self._open()
            self.store.keep_answer(key, answer)
        self.found[key] = answer
        self.done += 1
        self.progress(self.done, self.total)

    def _open(self) -> None:
        if not self.opened:
            self.opening()
            self.opened = True

    def _stop_if_asked(self) -> None:
        if self.cancel.is_set():
            raise EvaluationStopped(
                f"Stopped after {self.done} of {self.total} answers.",
                remedy="Evaluate again to go on: the finished answers are kept.",
            )


def answer_of(found: Mapping[str, Answer], one: Wanted, model: Model) -> Answer:
    """The answer to a wanted one; one that never came is a failed one."""
    if one.key in found:
        return found[one.key]
    lever, question = one.job.lever, one.job.question
    return Answer(
        lever=lever.name,
        question=question,
        text="",
        model=model.name,
        model_digest=model.digest,
        adapter=lever.adapter.run if lever.adapter else "",
        adapter_digest=lever.adapter.digest if lever.adapter else "",
        prompt_version=lever.prompt_version,
        index=lever.index,
        whole=bool(lever.adapter and lever.adapter.whole),
        error="The model sent no answer." if question.strip() else "The input is empty.",
    )


def _parts(needed: Sequence[Wanted], size: int) -> Iterator[Sequence[Wanted]]:
    for start in range(0, len(needed), size):
        yield needed[start : start + size]
