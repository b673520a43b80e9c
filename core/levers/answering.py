"""Answer questions by levers: the one path of the playground, the evaluation and the command line.

The playground is a batch of one question by three levers; the evaluation is a batch
of the holdout by every lever. A lever that fails does not stop the others.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from core.errors import FirstLeverError, QuestionEmpty
from core.levers.protocol import Lever, Prepared, Turn
from core.models.model import Model
from core.records import Answer, Decoding, Generated, Request


@dataclass(frozen=True)
class Job:
    """One question for one lever."""

    lever: Lever
    question: str
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True)
class Update:
    """What is new of one job: a stretch of text, maybe an empty one, or the finished answer."""

    job: int  # position in the batch
    text: str = ""
    answer: Answer | None = None


def answers(
    jobs: Sequence[Job],
    model: Model,
    decoding: Decoding | None = None,
    cancel: threading.Event | None = None,
) -> Iterator[Update]:
    """Run a batch of jobs; updates of all jobs interleave, each job ends with its answer.

    Raises:
        QuestionEmpty: A job has nothing to answer.
    """
    if not all(job.question.strip() for job in jobs):
        raise QuestionEmpty("The question is empty.", remedy="Type a question.")
    waiting: list[tuple[int, Answer]] = []
    requests: list[Request] = []
    for position, job in enumerate(jobs):
        started = perf_counter()
        blank = _blank(job, model)
        try:
            prepared = job.lever.prepare(job.question.strip(), job.history)
        except FirstLeverError as failed:
            yield Update(position, answer=replace(blank, error=str(failed)))
            continue
        found = replace(
            blank,
            passages=prepared.passages,
            seconds=perf_counter() - started,
            prompt_tokens=prepared.prompt_tokens,
            new_tokens=prepared.new_tokens,
        )
        if prepared.settled:
            yield Update(position, prepared.answer, _settled(found, prepared))
            continue
        waiting.append((position, found))
        requests.append(_request(prepared, job, decoding))
        yield Update(position)  # nothing new, but a sign that work goes on
    yield from _streamed(waiting, requests, model, cancel or threading.Event())


def _blank(job: Job, model: Model) -> Answer:
    adapter = job.lever.adapter
    return Answer(
        lever=job.lever.name,
        question=job.question,
        text="",
        model=model.name,
        model_digest=model.digest,
        adapter=adapter.run if adapter else "",
        adapter_digest=adapter.digest if adapter else "",
        prompt_version=job.lever.prompt_version,
        index=job.lever.index,
        whole=bool(adapter and adapter.whole),
    )


def _settled(found: Answer, prepared: Prepared) -> Answer:
    """An answer that the model was not asked for."""
    return replace(
        found,
        text=prepared.answer,
        settled=prepared.settled,
        first_token_seconds=found.seconds,
    )


def _request(prepared: Prepared, job: Job, decoding: Decoding | None) -> Request:
    return Request(prepared.messages, job.lever.adapter, decoding or Decoding())


def _streamed(
    waiting: Sequence[tuple[int, Answer]],
    requests: Sequence[Request],
    model: Model,
    cancel: threading.Event,
) -> Iterator[Update]:
    if not requests:
        return
    for piece in model.stream(requests, cancel):
        position, blank = waiting[piece.index]
        if piece.error:
            yield Update(position, answer=replace(blank, error=str(piece.error)))
        elif piece.done:
            yield Update(position, piece.text, _finished(blank, piece.done))
        else:
            yield Update(position, piece.text)


def _finished(blank: Answer, done: Generated) -> Answer:
    return replace(
        blank,
        text=done.text,
        prompt_tokens=blank.prompt_tokens + done.prompt_tokens,
        new_tokens=blank.new_tokens + done.new_tokens,
        seconds=blank.seconds + done.seconds,  # what `blank` has took the retrieval
        first_token_seconds=blank.seconds + done.first_token_seconds,
        ending=done.ending,
    )
