"""Every wrong answer has one cause, told from what can be seen."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.evaluation.attribution import Failure, failed, gathered
from core.evaluation.causes import CAUSES
from core.evaluation.metrics.standing import Library, stands
from core.records import Answer, Document, Example, Form, OutputKind, Passage, Task

SILENT = "The documents do not say."
SOLES = Document("boots.md", "Boot repair", "New soles cost 68 pounds. Heels cost 12 pounds.")
LIBRARY = Library([Document("cafe.md", "Cafe", "It opens at nine."), SOLES])
HOLDS = Passage("boots.md", "Boot repair", "", "New soles cost 68 pounds.", 0, 25)
MISSES = Passage("boots.md", "Boot repair", "", "Heels cost 12 pounds.", 26, 47)


def task(output: OutputKind = "text", metric: str = "exact_match", **more: object) -> Task:
    plain = Task("shop", "Shop", "", "Answer.", output, metric, 0.8, (), Path())
    return replace(plain, **more)  # type: ignore[arg-type]


def answer(lever: str, text: str, *passages: Passage) -> Answer:
    return Answer(lever, "How much?", text, "m", "d", "", "", "p", "", passages)


def why(of: Task, reference: str, *answers: Answer, right: tuple[str, ...] = ()) -> Failure:
    """The failure of the first answer, where the levers in `right` got the example right."""
    values = {one.lever: float(one.lever in right) for one in answers}
    example = Example("How much?", reference, "", 7)
    by = {one.lever: one for one in answers}
    return failed(of, example, by, values, 1.0, LIBRARY)[answers[0].lever]


def test_the_fact_stands_in_the_documents_but_not_in_the_passages() -> None:
    found = why(task(), "68 pounds", answer("rag", "12 pounds", MISSES))
    assert found.cause == "retrieval"
    assert found.because == (
        "The answer stands in Boot repair, but not in the passage that it was shown."
    )
    assert why(task(), "68 pounds", answer("rag", SILENT, MISSES)).cause == "retrieval"


def test_the_passage_was_there_and_the_answer_is_wrong() -> None:
    assert why(task(), "68 pounds", answer("rag", "86 pounds", HOLDS)).cause == "reading"


def test_a_closed_book_that_passages_would_have_helped() -> None:
    rag = answer("rag", "68 pounds", HOLDS)
    found = why(task(), "68 pounds", answer("prompt", "9 pounds"), rag, right=("rag",))
    assert (found.cause, found.because) == (
        "knowledge",
        "Shown passages, the model answers it right (rag).",
    )


def test_a_closed_book_whose_fact_nobody_read_right() -> None:
    rag = answer("rag", "86 pounds", HOLDS)
    assert why(task(), "68 pounds", answer("prompt", "9 pounds"), rag).cause == "unshown"
    assert why(task(), "68 pounds", answer("prompt", SILENT), rag).cause == "unshown"
    assert why(task(), "5 euros", answer("prompt", "9 pounds")).cause == "other"


def test_an_answer_where_there_is_none() -> None:
    assert why(task(), SILENT, answer("lora", "9 pounds")).cause == "should-abstain"


def test_abstaining_although_it_could_have_known() -> None:
    assert why(task(), "68 pounds", answer("rag", SILENT, HOLDS)).cause == "needless"
    assert why(task(), "5 euros", answer("prompt", SILENT)).cause == "needless"


def test_the_right_words_with_others_around_them_are_a_matter_of_form() -> None:
    said = answer("rag", "New soles cost 68 pounds.", HOLDS)
    assert why(task(), "68 pounds", said).cause == "format"
    part = why(task(), "68 pounds", answer("rag", "68", HOLDS))
    assert (part.cause, part.because) == ("format", "It says only a part of it.")
    assert why(task(), "68 pounds", answer("prompt", "  ")).because == "It said nothing."


def test_a_broken_rule_of_form_is_named() -> None:
    brief = task("text", "token_f1", form=Form(max_words=2))
    found = why(brief, "Hello, nine pounds.", answer("prompt", "It is nine."))
    assert found.because == "It breaks a rule of form: 3 words, at most 2 are allowed."


@pytest.mark.parametrize(
    ("text", "cause", "because"),
    [
        ("great", "format", "It is not one of the labels."),
        ("negative", "label", "It said negative, wanted was positive."),
    ],
)
def test_labels(text: str, cause: str, because: str) -> None:
    sentiment = task("label", "accuracy", labels=("positive", "negative"))
    found = why(sentiment, "positive", answer("prompt", text))
    assert (found.cause, found.because) == (cause, because)


def test_json_is_unreadable_or_mixes_up_a_choice() -> None:
    triage = task("json", "field_accuracy", schema={"team": ("dock", "till"), "note": ()})
    wanted = '{"team": "dock", "note": "x"}'
    assert why(triage, wanted, answer("prompt", "dock")).cause == "format"
    found = why(triage, wanted, answer("prompt", '{"team": "till", "note": "y"}'))
    assert (found.cause, found.because) == ("label", "team: till in place of dock")
    assert why(triage, wanted, answer("prompt", '{"team": "dock", "note": "y"}')).cause == "other"


def test_what_is_right_or_could_not_be_scored_is_no_failure() -> None:
    example = Example("How much?", "68 pounds", "", 7)
    answers = {name: answer(name, "68 pounds") for name in ("prompt", "lora", "few-shot")}
    values = {"prompt": 1.0, "lora": None, "few-shot": 0.4}
    assert set(failed(task(), example, answers, values, 0.5, LIBRARY)) == {"few-shot"}


def test_failures_are_counted_by_cause_the_most_frequent_first() -> None:
    rows = [("reading", 3), ("retrieval", 1), ("retrieval", 2)] + [("reading", at) for at in (4, 5)]
    found = gathered([Failure(row, "q", "r", "t", "b", cause) for cause, row in rows])
    assert [(one.cause, one.count, one.rows) for one in found] == [
        ("reading", 3, (3, 4, 5)),
        ("retrieval", 2, (1, 2)),
    ]
    assert gathered([]) == ()


def test_only_the_first_ten_are_kept_with_their_text() -> None:
    (found,) = gathered([Failure(row, "q", "r", "t", "b", "other") for row in range(12)])
    assert (found.count, [one.row for one in found.examples]) == (12, list(range(10)))


def test_every_cause_says_what_to_try_in_a_sentence() -> None:
    for one in CAUSES.values():
        assert one.fix.endswith(".")
        assert one.means.endswith(".")


def test_facts_of_an_object_may_stand_in_title_and_text() -> None:
    card = task("json", "field_accuracy")
    example = Example("q", '{"answer": "68 pounds", "document": "Boot repair"}')
    assert stands(card, example.reference, [HOLDS]) is True
    assert stands(card, example.reference, [MISSES]) is False
    assert LIBRARY.holder(card, example.reference) == "Boot repair"


def test_a_field_that_is_chosen_from_a_list_is_not_looked_for() -> None:
    card = replace(
        task("json", "field_accuracy"), schema={"answer": (), "team": ("Anvil", "Hearth")}
    )
    assert stands(card, '{"answer": "68 pounds", "team": "Anvil"}', [HOLDS]) is True
    assert stands(card, '{"team": "Anvil"}', [HOLDS]) is None


def test_there_is_nothing_to_find_for_a_label_or_a_question_without_an_answer() -> None:
    assert stands(task("label"), "positive", [HOLDS]) is None
    assert stands(task(), SILENT, [HOLDS]) is None
    assert LIBRARY.stands(task(), SILENT) is None
    assert Library([]).stands(task(), "68 pounds") is None
    assert LIBRARY.stands(task(), "5 euros") is False
