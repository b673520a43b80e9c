"""Choose how documents are cut and searched: on train and validation alone.

The holdout takes no part, so that what is chosen here is measured there afresh.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.evaluation.metrics import Attempt, metric
from core.evaluation.metrics.abstention import abstains
from core.evaluation.metrics.standing import stands
from core.levers.answering import Job, answers
from core.levers.rag import Rag, Search
from core.levers.rewording import Rewriter
from core.models.model import Model
from core.records import ABSTENTION, Answer, Example, Retrieval, Task
from core.retrieval.calibration import NO_THRESHOLD, Threshold, calibrated

# Not every combination: a sweep asks the model about every example under each of these.
SIZES = (15, 30, 90)
GRID = tuple(
    one
    for words in SIZES
    for one in (
        Retrieval(words, 2),
        Retrieval(words, 2, mode="lexical"),
        *(Retrieval(words, count, mode="hybrid") for count in (1, 2, 3)),
        Retrieval(words, 2, mode="hybrid", overlap=words // 3),
    )
)


@dataclass(frozen=True)
class Trial:
    """One way to retrieve, and what RAG made of it."""

    retrieval: Retrieval  # with its calibrated threshold
    recall: float | None  # share of findable references that stood in the passages shown
    score: float  # mean of the task's metric over the examples that could be scored
    prompt_tokens: float  # mean
    examples: int
    threshold: Threshold = NO_THRESHOLD
    ungated: float = 0.0  # the score without the threshold


def sweep(
    task: Task,
    examples: Sequence[Example],
    search: Callable[[Task], Search],
    model: Model,
    grid: Sequence[Retrieval] = GRID,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Trial, ...]:
    """RAG on these examples under each setting, in the order of `grid`.

    Every setting is tried without a threshold; its own is then calibrated on the same
    examples and kept where it makes the score no worse.
    """
    trials = []
    for done, retrieval in enumerate(grid):
        progress(done, len(grid))
        asked = replace(task, retrieval=replace(retrieval, threshold=0.0))
        said = _said(Rag(asked, search(asked), reword=Rewriter(model)), examples, model)
        trials.append(_trial(asked, examples, said))
    progress(len(grid), len(grid))
    return tuple(trials)


def best(trials: Sequence[Trial]) -> Trial:
    """The highest score; of equals the one with the shorter prompt."""
    return max(trials, key=lambda trial: (trial.score, -trial.prompt_tokens))


def _said(rag: Rag, examples: Sequence[Example], model: Model) -> list[Answer]:
    jobs = [Job(rag, example.input) for example in examples]
    found: Mapping[int, Answer] = {
        update.job: update.answer for update in answers(jobs, model) if update.answer
    }
    return [found[at] for at in range(len(examples))]


def _trial(task: Task, examples: Sequence[Example], said: Sequence[Answer]) -> Trial:
    line = _threshold(examples, said)
    plain, gated = _score(task, examples, said), _score(task, examples, _gated(said, line.value))
    if gated < plain:
        line, gated = NO_THRESHOLD, plain
    pairs = list(zip(examples, said, strict=True))
    shown = [stands(task, one.reference, answer.passages) for one, answer in pairs]
    findable = [found for found in shown if found is not None]
    return Trial(
        retrieval=replace(task.retrieval, threshold=line.value),
        recall=sum(findable) / len(findable) if findable else None,
        score=gated,
        prompt_tokens=sum(answer.prompt_tokens for answer in said) / max(1, len(said)),
        examples=sum(not answer.error for answer in said),
        threshold=line,
        ungated=plain,
    )


def _threshold(examples: Sequence[Example], said: Sequence[Answer]) -> Threshold:
    seen: dict[bool, list[float]] = {True: [], False: []}
    for example, answer in zip(examples, said, strict=True):
        if not answer.error:
            seen[abstains(example.reference)].append(_nearest(answer))
    return calibrated(told=seen[False], untold=seen[True])


def _nearest(answer: Answer) -> float:
    return max((passage.score for passage in answer.passages), default=0.0)


def _gated(said: Sequence[Answer], threshold: float) -> list[Answer]:
    """What RAG would have said under a threshold: it abstains below it, else nothing changes."""
    return [
        replace(answer, text=ABSTENTION) if _nearest(answer) < threshold else answer
        for answer in said
    ]


def _score(task: Task, examples: Sequence[Example], said: Sequence[Answer]) -> float:
    marks = [
        metric(task.metric).mark(Attempt(answer.text, example.reference, task)).value
        for example, answer in zip(examples, said, strict=True)
        if not answer.error
    ]
    scored = [mark for mark in marks if mark is not None]
    return sum(scored) / max(1, len(scored))
