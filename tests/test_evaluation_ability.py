"""General ability is asked of base and tuned weights alike, and a loss is told from luck."""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from core.errors import EvaluationStopped
from core.evaluation.ability import (
    ABSTAINING,
    ANSWERING,
    SKILLS,
    Ability,
    Skill,
    Tried,
    measure,
    questions,
)
from core.models.model import Piece
from core.records import ABSTENTION, Adapter, Generated, Request
from core.tasks.catalog import SAMPLES
from tests.fakes import FakeModel

ADAPTER = Adapter("run-1", Path("adapter"), "ad1", "ba" * 32)


class Forgetful(FakeModel):
    """The base answers rightly; tuned weights abstain from everything."""

    def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
        self.asked += requests
        right = {one.messages: (one.accepted or (ABSTENTION,))[0] for one in questions()}
        for place, request in enumerate(requests):
            text = ABSTENTION if request.adapter else right[request.messages]
            yield Piece(place, text, done=Generated(text, 40, 3, 0.2, 0.1, "end"))


def tried(kind: Skill, before: bool, after: bool, count: int) -> tuple[Tried, ...]:
    return (Tried(kind, "q", "", "", before, after),) * count


def of(*parts: tuple[Tried, ...]) -> Ability:
    return Ability("run-1", "ad1", "m1", tuple(one for part in parts for one in part))


def test_there_are_about_thirty_questions_of_every_kind() -> None:
    counts = Counter(one.kind for one in questions())
    assert counts == {"reading": 12, "abstaining": 8, "form": 6, "knowledge": 6}
    assert set(counts) == set(SKILLS)


def test_no_question_stands_in_a_sample_task() -> None:
    texts = "\n".join(
        file.read_text(encoding="utf-8").casefold()
        for file in SAMPLES.rglob("*")
        if file.suffix in (".md", ".jsonl", ".toml")
    )
    assert not [one.question for one in questions() if one.question.casefold() in texts]


def test_a_model_that_abstains_throughout_lost_answering_and_kept_abstaining() -> None:
    found = measure(Forgetful(), ADAPTER)
    assert (found.of("reading").before, found.of("reading").after) == (12, 0)
    assert (found.of("abstaining").before, found.of("abstaining").after) == (8, 8)
    assert found.lost == (ANSWERING,)
    assert tuple(found.findings.values()) == (
        "Questions that have an answer: 24 of 24 right before tuning, 0 after. "
        "That is a loss by more than luck.",
        "Questions that have none: 8 of 8 right before tuning, 8 after. Nothing was lost.",
    )


def test_base_and_tuned_weights_see_the_same_prompts() -> None:
    model = Forgetful()
    measure(model, ADAPTER)
    base = [one.messages for one in model.asked if one.adapter is None]
    assert base == [one.messages for one in model.asked if one.adapter == ADAPTER]
    assert len(base) == 32


def test_few_losses_are_within_luck() -> None:
    found = of(tried("form", True, False, 4), tried("reading", False, True, 1))
    assert found.of().p == pytest.approx(0.375)  # 1 against 4: 2 (1 + 5) / 2^5
    assert found.lost == ()
    assert found.unclear == (ANSWERING,)
    assert "4 lost, 1 gained. It may be luck" in found.findings[ANSWERING]


def test_lost_abstention_shows_although_answering_gained() -> None:
    found = of(tried("abstaining", True, False, 8), tried("reading", False, True, 8))
    assert found.lost == (ABSTAINING,)
    assert found.unclear == ()
    assert found.of().p == 1.0  # together they would hide each other


@pytest.mark.parametrize(
    ("kind", "answer", "right"),
    [
        ("reading", "It is on Wednesday evenings.", True),
        ("reading", "Thursday", False),
        ("abstaining", "The documents do not say.", True),
        ("abstaining", "Mr Smith", False),
        ("form", "Positive.", True),
        ("form", "It was positive", False),
        ("knowledge", "Paris, of course", True),
    ],
)
def test_what_counts_as_right(kind: str, answer: str, right: bool) -> None:
    first = next(one for one in questions() if one.kind == kind)
    assert first.right(answer) == right


def test_an_object_is_compared_by_its_fields() -> None:
    wanted = next(one for one in questions() if "Oslo" in one.question)
    assert wanted.right('{"city": "oslo", "name": "Anna"}')
    assert not wanted.right('{"city": "Oslo"}')


def test_a_stopped_measurement_keeps_nothing() -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(EvaluationStopped, match="Measure again"):
        measure(Forgetful(), ADAPTER, cancel=cancel)


def test_what_was_measured_comes_back_from_the_record() -> None:
    found = of(tried("form", True, False, 4))
    assert Ability.from_json({**found.to_json(), "id": 3}) == found
