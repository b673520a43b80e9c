"""An evaluation asks each question once, tells failures from wrong answers, and can go on."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import (
    EvaluationStopped,
    LeverUnavailable,
    ModelUnavailable,
    NotEvaluated,
    SettingOutOfRange,
)
from core.evaluation.scoring import Report, evaluate
from core.levers.lora import Lora
from core.levers.prompt import Prompt
from core.levers.rag import Rag
from core.models.model import Piece
from core.records import Adapter, Example, Generated, Message, Passage, Request, Split, Task
from core.store import Store

COUNT = 12
HOLDOUT = tuple(Example(f"question {at}", f"answer {at}", "", at + 1) for at in range(COUNT))
SPLIT = Split((Example("t", "u"),) * 60, (Example("v", "w"),) * 9, HOLDOUT, 0)
TASK = Task("shop", "Shop", "", "Answer.", "text", "exact_match", 0.8, HOLDOUT, Path())
ADAPTER = Adapter("run-1", Path("adapter"), "ad1", "base1")


class Clerk:
    """A model whose adapter knows every answer and whose base knows the even ones."""

    name, digest, parameters, context, trainable = "clerk", "clerk1", 1000, 100, True

    def __init__(self, broken: str = "", stops_after: int = 10**6) -> None:
        self.asked: list[str] = []
        self.broken = broken
        self.stops_after = stops_after

    def count(self, messages: Sequence[Message]) -> int:
        return 1

    def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
        for index, request in enumerate(requests):
            question = request.messages[-1].content.split("Question: ")[-1]
            self.asked.append(question)
            if question == self.broken:
                yield Piece(index, "", error=ModelUnavailable("No answer came.", remedy="Wait."))
                continue
            if len(self.asked) > self.stops_after:
                cancel.set()
            ending = "cancelled" if cancel.is_set() else "end"
            text = self._says(question, request)
            yield Piece(index, text, Generated(text, 10, 2, 0.5, 0.1, ending))  # type: ignore[arg-type]

    def _says(self, question: str, request: Request) -> str:
        number = int(question.split()[-1])
        return f"answer {number}" if request.adapter or number % 2 == 0 else "no idea"


class Shelf:
    """Search whose one passage holds the answer to every third question."""

    fingerprint = "index1"

    def search(self, question: str, k: int) -> tuple[Passage, ...]:
        number = int(question.split()[-1])
        text = f"It is answer {number}." if number % 3 == 0 else "Nothing."
        return (Passage("a.md", "A", "", text, 0, len(text)),)


def levers() -> list[Prompt | Lora]:
    return [Prompt(TASK), Lora(TASK, ADAPTER)]


def test_every_lever_is_measured_on_every_example(store: Store) -> None:
    report = evaluate(TASK, SPLIT, levers(), Clerk(), store)
    prompt, lora = (report.levers[name].metrics["exact_match"] for name in ("prompt", "lora"))
    assert (prompt.mean, prompt.n, prompt.unscored) == (0.5, 12, 0)
    assert (lora.mean, lora.high) == (1.0, 1.0)
    assert (report.holdout, report.opened) == (12, 1)
    (pair,) = report.comparisons
    assert (pair.a, pair.b, pair.difference, pair.verdict) == ("prompt", "lora", -0.5, "worse")
    assert (pair.p, pair.p_adjusted) == (0.03125, 0.03125)  # 0 against 6: 2 / 2^6


def test_the_json_has_the_shape_that_scripts_rely_on(store: Store) -> None:
    made = evaluate(TASK, SPLIT, levers(), Clerk(), store).to_json()
    assert {"task", "holdout", "opened", "levers", "comparisons"} <= set(made)
    lever = made["levers"]["prompt"]
    assert {"metrics", "seconds_p50", "seconds_p95", "prompt_tokens", "new_tokens"} <= set(lever)
    assert set(lever["metrics"]) == {"exact_match", "token_f1", "chrf"}
    assert set(lever["metrics"]["exact_match"]) == {"mean", "low", "high", "n", "unscored"}
    assert {"a", "b", "metric", "difference", "low", "high", "p", "verdict"} <= set(
        made["comparisons"][0]
    )
    assert (lever["prompt_tokens"], lever["new_tokens"]) == (10.0, 2.0)
    assert lever["seconds_p50"] == pytest.approx(0.5, abs=0.05)


def test_a_report_comes_back_from_the_record_as_it_was(store: Store) -> None:
    report = evaluate(TASK, SPLIT, levers(), Clerk(), store)
    kept = store.latest_report("shop", "evaluation")
    assert kept is not None
    assert Report.from_json(kept) == report
    assert Report.from_json(kept).id == report.id == kept["id"]


def test_a_second_evaluation_asks_nothing_and_opens_nothing(store: Store) -> None:
    first = evaluate(TASK, SPLIT, levers(), Clerk(), store)
    again = Clerk()
    second = evaluate(TASK, SPLIT, levers(), again, store)
    assert again.asked == []
    assert (second, second.id) == (first, first.id)
    assert store.openings("shop", SPLIT.holdout_version) == 1


def test_a_lever_that_joins_later_is_the_only_one_asked(store: Store) -> None:
    evaluate(TASK, SPLIT, [Prompt(TASK)], Clerk(), store)
    again = Clerk()
    report = evaluate(TASK, SPLIT, levers(), again, store)
    assert len(again.asked) == 12 + 8  # the batch, and eight alone
    assert report.opened == 2


@pytest.mark.parametrize("change", ["digest", "instruction", "adapter"])
def test_whatever_could_change_an_answer_makes_it_new(store: Store, change: str) -> None:
    evaluate(TASK, SPLIT, levers(), Clerk(), store)
    model, task, adapter = Clerk(), TASK, ADAPTER
    if change == "digest":
        model.digest = "clerk2"
    elif change == "instruction":
        task = replace(TASK, instruction="Answer at length.")
    else:
        adapter = replace(ADAPTER, digest="ad2")
    evaluate(task, SPLIT, [Prompt(task), Lora(task, adapter)], model, store)
    assert len(model.asked) == (40 if change == "digest" else 20)


def test_a_stopped_evaluation_goes_on_where_it_was(store: Store) -> None:
    with pytest.raises(EvaluationStopped, match="Stopped after 5 of 40 answers"):
        evaluate(TASK, SPLIT, levers(), Clerk(stops_after=5), store)
    assert store.latest_report("shop", "evaluation") is None
    again = Clerk()
    evaluate(TASK, SPLIT, levers(), again, store)
    assert len(again.asked) == 35


def test_a_failed_answer_is_unscored_and_tried_again(store: Store) -> None:
    broken = evaluate(TASK, SPLIT, levers(), Clerk(broken="question 1"), store)
    lever = broken.levers["prompt"]
    assert (lever.metrics["exact_match"].n, lever.metrics["exact_match"].unscored) == (11, 1)
    assert lever.metrics["exact_match"].mean == pytest.approx(6 / 11)
    assert (lever.errors, lever.error) == (1, "No answer came. Wait.")
    assert (broken.comparisons[0].n, broken.comparisons[0].left_out) == (11, 1)
    again = Clerk()
    assert evaluate(TASK, SPLIT, levers(), again, store).levers["prompt"].errors == 0
    assert set(again.asked) == {"question 1"}


def test_a_lever_that_always_fails_has_no_figure_rather_than_nought(store: Store) -> None:
    class Silent(Clerk):
        def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
            for index in range(len(requests)):
                yield Piece(index, "", error=ModelUnavailable("Gone.", remedy="Wait."))

    report = evaluate(TASK, SPLIT, levers(), Silent(), store)
    seen = report.levers["prompt"].metrics["exact_match"]
    assert (seen.mean, seen.low, seen.n, seen.unscored) == (None, None, 0, 12)
    assert (report.comparisons, report.opened) == ((), 0)
    assert report.levers["prompt"].seconds_p50 is None
    assert Report.from_json(report.to_json()) == report


def test_a_blank_question_is_unscored_and_not_asked(store: Store) -> None:
    split = replace(SPLIT, holdout=(Example(" ", "x", "", 99), *HOLDOUT))
    model = Clerk()
    report = evaluate(TASK, split, [Prompt(TASK)], model, store)
    assert report.levers["prompt"].error == "The input is empty."
    assert report.levers["prompt"].metrics["exact_match"].unscored == 1
    assert len(model.asked) == 12 + 7


def test_some_answers_are_timed_alone_and_held_against_the_batch(store: Store) -> None:
    class Fickle(Clerk):
        """Says something else to a batch."""

        def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
            text = "alone" if len(requests) == 1 else "together"
            for index in range(len(requests)):
                seconds = 0.25 if len(requests) == 1 else 9.0
                yield Piece(index, text, Generated(text, 1, 1, seconds, 0.1, "end"))

    lever = evaluate(TASK, SPLIT, [Prompt(TASK)], Fickle(), store).levers["prompt"]
    assert (lever.alone, lever.alone_identical) == (8, 0)
    assert (lever.seconds_p50, lever.seconds_p95) == pytest.approx((0.25, 0.25), abs=0.02)
    good = evaluate(TASK, SPLIT, [Lora(TASK, ADAPTER)], Clerk(), store).levers["lora"]
    assert (good.alone, good.alone_identical) == (8, 8)


def test_progress_counts_every_answer_up_to_the_total(store: Store) -> None:
    seen: list[tuple[int, int]] = []
    evaluate(TASK, SPLIT, levers(), Clerk(), store, progress=lambda *at: seen.append(at))
    assert seen[0] == (0, 40)
    assert seen[-1] == (40, 40)
    assert list(dict.fromkeys(done for done, _ in seen)) == list(range(41))


def test_disagreements_show_what_each_lever_said(store: Store) -> None:
    report = evaluate(TASK, SPLIT, levers(), Clerk(), store)
    assert [one.row for one in report.disagreements] == [2, 4, 6, 8, 10, 12]
    first = report.disagreements[0]
    assert (first.input, first.reference) == ("question 1", "answer 1")
    assert (first.levers["prompt"].text, first.levers["prompt"].score) == ("no idea", 0.0)
    assert first.levers["prompt"].explanation == "wanted: answer 1"
    assert first.levers["lora"].score == 1.0


def test_rows_say_whether_the_passages_held_the_reference(store: Store) -> None:
    report = evaluate(TASK, SPLIT, [Prompt(TASK), Rag(TASK, Shelf())], Clerk(), store)
    assert [row.found for row in report.rows[:4]] == [True, False, False, True]
    alone = evaluate(TASK, SPLIT, [Prompt(TASK)], Clerk(), store)
    assert alone.rows[0].found is None


def test_examples_of_one_group_are_one_unit(store: Store) -> None:
    twins = tuple(replace(row, group=f"fact-{at // 2}") for at, row in enumerate(HOLDOUT))
    report = evaluate(TASK, replace(SPLIT, holdout=twins), levers(), Clerk(), store)
    assert [row.group for row in report.rows] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    # Six groups, all half right: no p below 2 / 2^6, and the holdout is no larger than six.
    assert report.comparisons[0].p == pytest.approx(2 / 2**6, abs=0.006)


def test_a_limit_takes_the_first_examples(store: Store) -> None:
    report = evaluate(TASK, SPLIT, levers(), Clerk(), store, limit=4, skipped={"rag": "No index."})
    assert (report.holdout, report.skipped) == (4, {"rag": "No index."})
    assert report.split["holdout"] == 12


def test_what_cannot_be_evaluated_says_why(store: Store) -> None:
    with pytest.raises(SettingOutOfRange, match="limit is 0"):
        evaluate(TASK, SPLIT, levers(), Clerk(), store, limit=0)
    with pytest.raises(NotEvaluated, match="holdout is empty"):
        evaluate(TASK, replace(SPLIT, holdout=()), levers(), Clerk(), store)
    with pytest.raises(LeverUnavailable, match="No adapter"):
        evaluate(TASK, SPLIT, [], Clerk(), store, skipped={"lora": "No adapter."})


def test_an_embedder_adds_how_near_answers_come_to_their_passages(store: Store) -> None:
    def embed(texts: Sequence[str]) -> np.ndarray:
        return np.ones((len(texts), 1), dtype=np.float32)  # all texts mean the same

    report = evaluate(TASK, SPLIT, [Rag(TASK, Shelf(), 1)], Clerk(), store, embed=embed)
    assert report.levers["rag"].metrics["meaning_support"].mean == 1.0
