"""Choose how documents are cut and how many passages are shown: on train and validation alone.

The holdout takes no part, so that what is chosen here is measured there afresh.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.evaluation.metrics import Attempt, metric
from core.evaluation.metrics.standing import stands
from core.levers.answering import Job, answers
from core.levers.rag import Rag, Search
from core.models.model import Model
from core.records import Answer, Example, Retrieval, Task

GRID = tuple(Retrieval(words, passages) for words in (15, 30, 90) for passages in (1, 2, 3))


@dataclass(frozen=True)
class Trial:
    """One way to retrieve, and what RAG made of it."""

    retrieval: Retrieval
    recall: float | None  # share of findable references that stood in the passages shown
    score: float  # mean of the task's metric over the examples that could be scored
    prompt_tokens: float  # mean
    examples: int


def sweep(
    task: Task,
    examples: Sequence[Example],
    search: Callable[[Task], Search],
    model: Model,
    grid: Sequence[Retrieval] = GRID,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Trial, ...]:
    """RAG on these examples under each setting, in the order of `grid`."""
    trials = []
    for done, retrieval in enumerate(grid):
        progress(done, len(grid))
        asked = replace(task, retrieval=retrieval)
        trials.append(_trial(asked, examples, Rag(asked, search(asked)), model))
    progress(len(grid), len(grid))
    return tuple(trials)


def best(trials: Sequence[Trial]) -> Trial:
    """The highest score; of equals the one with the shorter prompt."""
    return max(trials, key=lambda trial: (trial.score, -trial.prompt_tokens))


def _trial(task: Task, examples: Sequence[Example], rag: Rag, model: Model) -> Trial:
    jobs = [Job(rag, example.input) for example in examples]
    said: dict[int, Answer] = {
        update.job: update.answer for update in answers(jobs, model) if update.answer
    }
    marks = [
        metric(task.metric).mark(Attempt(said[at].text, example.reference, task)).value
        for at, example in enumerate(examples)
        if not said[at].error
    ]
    scored = [mark for mark in marks if mark is not None]
    shown = [stands(task, one.reference, said[at].passages) for at, one in enumerate(examples)]
    findable = [found for found in shown if found is not None]
    return Trial(
        retrieval=task.retrieval,
        recall=sum(findable) / len(findable) if findable else None,
        score=sum(scored) / max(1, len(scored)),
        prompt_tokens=sum(answer.prompt_tokens for answer in said.values()) / max(1, len(said)),
        examples=len(scored),
    )
