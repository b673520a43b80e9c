"""Other wordings of a question: what is taken of the model's lines, searched, and counted."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from core.errors import ModelUnavailable
from core.levers.answering import Job, answers
from core.levers.lora import LoraRag
from core.levers.rag import Rag
from core.levers.rewording import MOST, PROMPT, Rewriter
from core.models.model import Piece
from core.records import Generated, Passage, Request, Retrieval
from tests.test_levers import TASK, TwoPassages, passage

ASKS = replace(TASK, retrieval=Retrieval(multi_query=True))


class Writer:
    """Says the same lines whatever it is asked; 5 tokens read, 3 written, in 0.25 seconds."""

    name, digest, parameters, context, trainable = "writer", "writer1", None, 1000, False

    def __init__(self, text: str = "- How many days?", error: bool = False) -> None:
        self.text = text
        self.error = ModelUnavailable("It is away.", remedy="Wait.") if error else None
        self.asked: list[Request] = []

    def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
        self.asked += requests
        for index, _ in enumerate(requests):
            done = Generated(self.text, 5, 3, 0.25, 0.1, "end")
            yield Piece(index, "", error=self.error) if self.error else Piece(index, "", done)


class Noting(TwoPassages):
    """Keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def search(self, question: str, k: int, *, others: Sequence[str] = ()) -> tuple[Passage, ...]:
        self.asked.append((question, tuple(others)))
        return (passage("Nine days."),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- How many days?\n2) For what time?", ("How many days?", "For what time?")),
        ("how LONG?\n\n * Until when? \nuntil when?", ("Until when?",)),  # each once
        ("a\nb\nc\nd\ne", ("a", "b", "c")),
        ("x" * 500, ("x" * 200,)),
        ("", ()),
    ],
)
def test_at_most_three_lines_are_taken_none_twice(text: str, expected: tuple[str, ...]) -> None:
    assert Rewriter(Writer(text))("How long?").texts == expected


def test_the_base_model_is_asked_greedily_once() -> None:
    model = Writer()
    Rewriter(model)("How long?")
    (asked,) = model.asked
    assert [one.content for one in asked.messages] == [PROMPT, "How long?"]
    assert (asked.adapter, asked.decoding.max_tokens, MOST) == (None, 96, 3)


def test_all_wordings_are_searched_and_what_they_cost_is_counted() -> None:
    search, model = Noting(), Writer()
    (*_, update) = answers([Job(Rag(ASKS, search, reword=Rewriter(model)), "How long?")], model)
    assert search.asked == [("How long?", ("How many days?",))]
    assert update.answer
    assert (update.answer.prompt_tokens, update.answer.new_tokens) == (10, 6)  # each twice


def test_a_task_that_does_not_ask_for_it_gets_none() -> None:
    model = Writer()
    assert Rag(TASK, TwoPassages(), reword=Rewriter(model)).prepare("How long?").passages
    assert model.asked == []


def test_it_is_part_of_the_prompts_name() -> None:
    plain, asked = (Rag(task, Noting(), reword=Rewriter(Writer())) for task in (TASK, ASKS))
    assert plain.prompt_version == Rag(TASK, TwoPassages()).prompt_version
    assert plain.prompt_version != asked.prompt_version
    tuned = (LoraRag(task, Noting(), reword=Rewriter(Writer())) for task in (TASK, ASKS))
    assert len({one.prompt_version for one in tuned}) == 2


def test_a_model_that_is_away_is_the_answers_error() -> None:
    model = Writer(error=True)
    (update,) = answers([Job(Rag(ASKS, Noting(), reword=Rewriter(model)), "How long?")], model)
    assert update.answer
    assert update.answer.error == "It is away. Wait."
