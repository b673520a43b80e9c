"""Each metric says what one would say by hand."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import UnknownMetric
from core.evaluation.metrics import METRICS, Mark, metric, metrics_for
from core.evaluation.metrics.words import holds
from core.records import Example, OutputKind, Task


def task(output: OutputKind = "text", name: str = "exact_match", **more: object) -> Task:
    plain = Task("shop", "Shop", "", "Answer.", output, name, 0.8, (), Path())
    return replace(plain, **more)  # type: ignore[arg-type]


SENTIMENT = task("label", "accuracy", labels=("positive", "negative", "very positive"))


def value(name: str, answer: str, reference: str, of: Task | None = None) -> float | None:
    return metric(name).score(answer, reference, of or task()).value


@pytest.mark.parametrize(
    ("answer", "reference", "expected"),
    [
        ("Paris", "paris.", 1.0),
        ("  The   Paris! ", "paris", 1.0),
        ("3.40 pounds", "340 pounds", 0.0),  # a decimal point is no punctuation
        ("1,000 points", "1000 points", 1.0),
        ("-5 degrees", "5 degrees", 0.0),
        ("5 %", "5%", 1.0),
        ("it's fine", "it\u2019s fine", 1.0),
        ("caf\u00e9", "cafe\u0301", 1.0),  # composed and decomposed
        ("caf\u00e9", "cafe", 0.0),
        ("STRASSE", "stra\u00dfe", 1.0),
        ("\u0417\u0438\u043c\u0430!", "\u0437\u0438\u043c\u0430", 1.0),
        ("\u6771\u4eac\u3002", "\u6771\u4eac", 1.0),
        ("a", "b", 0.0),
        ("A", "a.", 1.0),  # an article that is the whole answer
        ("A", "the", 0.0),
        ("", "Paris", 0.0),
        ("?", "!", 0.0),
        ("well-known", "well known", 1.0),
    ],
)
def test_exact_match(answer: str, reference: str, expected: float) -> None:
    assert value("exact_match", answer, reference) == expected


@pytest.mark.parametrize(
    ("answer", "reference", "expected"),
    [
        ("Paris", "paris.", 1.0),
        ("in the city of Paris", "Paris", 0.4),  # 1 of 4 words said, 1 of 1 wanted
        ("Paris Paris", "Paris", 2 / 3),  # repeating yourself costs precision
        ("not guilty", "guilty", 2 / 3),
        ("Lyon", "Paris", 0.0),
        ("", "Paris", 0.0),
        ("\u6771\u4eac", "\u6771\u4eac\u90fd", 0.8),  # 2 of 2 characters said, 2 of 3 wanted
    ],
)
def test_token_f1(answer: str, reference: str, expected: float) -> None:
    assert value("token_f1", answer, reference) == pytest.approx(expected)


def test_rouge_l_keeps_the_order_of_words() -> None:
    # "police killed gunman" against "gunman killed police": one word in order, 3 and 3 words.
    assert value("rouge_l", "police killed gunman", "gunman killed police") == pytest.approx(1 / 3)
    assert value("token_f1", "police killed gunman", "gunman killed police") == 1.0


def test_chrf_counts_runs_of_characters() -> None:
    # Runs of 1: 3 of 3 said, 3 of 4 wanted; 2: 2/2, 2/3; 3: 1/1, 1/2; 4: none said, 0/1.
    # Precision (1+1+1+0)/4 = 0.75, recall (3/4+2/3+1/2+0)/4 = 0.479167; 5pr/(4p+r) = 0.516467.
    assert value("chrf", "abc", "abcd") == pytest.approx(0.516467, abs=1e-5)
    assert value("chrf", "abcd", "abcd") == 1.0
    assert value("chrf", "xyz", "abcd") == 0.0


@pytest.mark.parametrize(
    ("answer", "reference", "expected"),
    [
        ("positive", "positive", 1.0),
        ("Positive.", "positive", 1.0),
        ("POSITIVE\nbecause it is a joy", "positive", 1.0),
        ("\n positive, I think", "positive", 1.0),
        ("very positive", "positive", 0.0),
        ("very positive", "very positive", 1.0),
        ("positive or negative", "positive", 0.0),
        ("not positive", "positive", 0.0),
        ("great", "positive", 0.0),
        ("", "positive", 0.0),
    ],
)
def test_accuracy(answer: str, reference: str, expected: float) -> None:
    assert value("accuracy", answer, reference, SENTIMENT) == expected


def test_an_answer_that_is_no_label_is_wrong_and_says_so() -> None:
    score = metric("accuracy").score("great", "positive", SENTIMENT)
    assert (score.value, score.explanation) == (0.0, "not one of the labels")


def test_a_reference_that_is_no_label_cannot_be_scored() -> None:
    assert value("accuracy", "positive", "lukewarm", SENTIMENT) is None


def macro(pairs: list[tuple[str, str]]) -> float:
    marks = [Mark(1.0, "", said, wanted) for said, wanted in pairs]
    return metric("macro_f1").sample(marks).value


def test_macro_f1_counts_every_label_alike() -> None:
    # yes: 3 right, said 4, wanted 3: 6/7. no: 0 right, said 0, wanted 1: 0. Mean 3/7.
    assert macro([("yes", "yes")] * 3 + [("yes", "no")]) == pytest.approx(3 / 7)
    assert macro([("yes", "yes"), ("no", "no")]) == 1.0


def test_macro_f1_takes_no_label_as_a_miss_and_not_as_a_label() -> None:
    # yes: 1 right, said 1, wanted 2: 2/3. "" is nobody's label. no: 1, 1, 1: 1. Mean 5/6.
    assert macro([("yes", "yes"), ("", "yes"), ("no", "no")]) == pytest.approx(5 / 6)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ('{"team": "dock"}', 1.0),
        (' {"team": "dock"}\n', 1.0),
        ("{}", 1.0),
        ('```json\n{"team": "dock"}\n```', 0.0),
        ('["dock"]', 0.0),
        ('{"team": NaN}', 0.0),
        ('{"team": "dock"', 0.0),
        ("[" * 100_000, 0.0),
        ("", 0.0),
    ],
)
def test_json_valid(answer: str, expected: float) -> None:
    assert value("json_valid", answer, '{"team": "dock"}', task("json")) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ('{"category": "coin", "priority": "red", "team": "till"}', 1.0),
        ('{"category": "Coin.", "priority": "green", "team": "till"}', 2 / 3),
        ('{"category": "coin"}', 1 / 3),
        ('{"category": "coin", "priority": "red", "team": "till", "more": 1}', 1.0),
        ('{"category": ["coin"], "priority": true, "team": null}', 0.0),
        ("coin", 0.0),
    ],
)
def test_field_accuracy(answer: str, expected: float) -> None:
    reference = '{"category": "coin", "priority": "red", "team": "till"}'
    assert value("field_accuracy", answer, reference, task("json")) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("said", "wanted", "same"),
    [
        (1, 1.0, True),
        (1, True, False),
        ("1", 1, False),
        ([1, 2], [2, 1], False),
        ({"a": "X"}, {"a": "x"}, True),
        ({"a": "x", "b": 1}, {"a": "x"}, False),
        (None, None, True),
    ],
)
def test_fields_match_by_value_and_kind(said: object, wanted: object, same: bool) -> None:
    answer, reference = json.dumps({"field": said}), json.dumps({"field": wanted})
    assert value("field_accuracy", answer, reference, task("json")) == float(same)


def test_field_accuracy_names_what_is_wrong_missing_and_extra() -> None:
    answer, reference = '{"a": 1, "b": 2, "d": 4}', '{"a": 1, "b": 3, "c": 3}'
    score = metric("field_accuracy").score(answer, reference, task("json"))
    assert score.explanation == "right: a; wrong: b; missing: c; extra: d"


@pytest.mark.parametrize("reference", ["no json", "{}", "[1]"])
def test_a_reference_without_fields_cannot_be_scored(reference: str) -> None:
    assert value("field_accuracy", '{"a": 1}', reference, task("json")) is None


@pytest.mark.parametrize("name", METRICS)
def test_an_empty_reference_cannot_be_scored(name: str) -> None:
    score = metric(name).score("anything", "  ", SENTIMENT)
    assert (score.value, score.explanation) == (
        None,
        "could not be scored: the reference is empty",
    )


def test_abstention_is_asked_where_the_documents_do_not_say_and_answered_elsewhere() -> None:
    silent, told = "The documents do not say.", "Nine days."
    abstention, answered = metric("abstention"), metric("answered")
    assert (abstention.applies(silent, task()), abstention.applies(told, task())) == (True, False)
    assert (answered.applies(silent, task()), answered.applies(told, task())) == (False, True)
    assert value("abstention", "Sorry, the documents do not say", silent) == 1.0
    assert value("abstention", "Nine days.", silent) == 0.0
    assert value("answered", "The documents do not say.", told) == 0.0
    assert value("answered", "Ten days.", told) == 1.0


def test_the_task_s_own_metric_comes_first_and_its_companions_follow_once() -> None:
    assert metrics_for(task("text", "rouge_l")) == ("rouge_l", "exact_match", "token_f1")
    assert metrics_for(task("label", "macro_f1")) == ("macro_f1", "accuracy")
    assert metrics_for(task("json", "json_valid")) == ("json_valid", "field_accuracy")
    unanswerable = task(examples=(Example("why?", "The documents do not say."),))
    assert metrics_for(unanswerable)[-2:] == ("abstention", "answered")


def test_an_unknown_metric_names_the_choices() -> None:
    with pytest.raises(UnknownMetric, match=r"no metric 'bleurt'.*exact_match, token_f1"):
        metrics_for(task("text", "bleurt"))


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("Points lapse after 22 months.", "22 months", True),
        ("Points lapse after 122 months.", "22 months", False),
        ("Opens at 9.30", "9.3", False),
    ],
)
def test_a_text_holds_whole_words_only(text: str, part: str, expected: bool) -> None:
    assert holds(text, part) is expected
