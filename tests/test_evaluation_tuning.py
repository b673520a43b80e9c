"""Retrieval is tuned on the examples it is given, by the task's own metric."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from core.evaluation import tuning
from core.models.model import Piece
from core.records import Example, Generated, Message, Passage, Request, Retrieval, Task

EXAMPLES = (
    Example("How long is the lease?", "9 years", "", 1),
    Example("Who keeps the key?", "Mr. Vane", "", 2),
    Example("What colour is the roof?", "The documents do not say.", "", 3),
)
TASK = Task("house", "House", "", "Answer.", "text", "exact_match", 0.5, EXAMPLES, Path())
TOLD = ("The lease is 9 years.", "Mr. Vane keeps the key.")
GRID = (Retrieval(15, 1), Retrieval(90, 2))


class Reader:
    """A model that knows the lease when its sentence is shown alone, the key when it is last."""

    name, digest, parameters, context, trainable = "reader", "reader1", 1000, 400, True

    def count(self, messages: Sequence[Message]) -> int:
        return 1

    def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
        for index, request in enumerate(requests):
            shown = request.messages[-1].content
            text = "9 years" if shown.count("[") == 1 and "lease" in shown else "no idea"
            yield Piece(index, text, Generated(text, 10 * shown.count("["), 2, 0.5, 0.1, "end"))


class Shelf:
    """Search that finds the lease first, then the key."""

    fingerprint = "index1"

    def search(self, question: str, k: int) -> tuple[Passage, ...]:
        return tuple(Passage("a.md", "A", "", text, 0, len(text)) for text in TOLD[:k])


def test_each_setting_is_tried_and_the_best_one_named() -> None:
    heard: list[tuple[int, int]] = []
    trials = tuning.sweep(
        TASK, EXAMPLES, lambda task: Shelf(), Reader(), GRID, lambda *at: heard.append(at)
    )
    assert [trial.retrieval for trial in trials] == list(GRID)
    assert [round(trial.score, 3) for trial in trials] == [0.333, 0.0]
    assert [trial.recall for trial in trials] == [0.5, 1.0]  # of the two that can be found
    assert [trial.prompt_tokens for trial in trials] == [10, 20]
    assert [trial.examples for trial in trials] == [3, 3]
    assert tuning.best(trials).retrieval == Retrieval(15, 1)
    assert heard[-1] == (2, 2)


def test_of_equal_scores_the_shorter_prompt_wins() -> None:
    long, short = (tuning.Trial(one, 1.0, 0.5, t, 3) for one, t in zip(GRID, (90, 30), strict=True))
    assert tuning.best([long, short]) is short


def test_a_threshold_is_learnt_from_questions_that_the_documents_do_not_answer() -> None:
    """Ten of twelve have no answer, and nothing near; the two that have one are near."""
    asked = tuple(replace(EXAMPLES[2], input=f"Unheard {n}?", row=n) for n in range(10))
    found = tuning.sweep(TASK, (*EXAMPLES[:2], *asked), lambda task: Near(), Reader(), GRID[:1])
    (trial,) = found
    assert trial.retrieval.threshold == trial.threshold.value == 0.8
    assert (trial.threshold.turned_away, trial.threshold.caught) == (0.0, 1.0)
    assert round(trial.ungated, 3) == 0.083  # the lease alone
    assert round(trial.score, 3) == 0.917  # and the ten abstentions


class Near(Shelf):
    """Search whose passages are near to what they can answer."""

    def search(self, question: str, k: int) -> tuple[Passage, ...]:
        score = 0.2 if "Unheard" in question else 0.8
        return tuple(replace(one, score=score) for one in super().search(question, k))
