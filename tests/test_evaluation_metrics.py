"""Each metric says what one would say by hand."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import UnknownMetric
from core.evaluation.metrics import METRICS, Attempt, Mark, metric, metrics_for
from core.evaluation.metrics.format_rules import broken_rules
from core.evaluation.metrics.words import holds
from core.records import Example, Form, OutputKind, Passage, Score, Task
from core.tasks import catalog


def task(output: OutputKind = "text", name: str = "exact_match", **more: object) -> Task:
    plain = Task("shop", "Shop", "", "Answer.", output, name, 0.8, (), Path())
    return replace(plain, **more)  # type: ignore[arg-type]


SENTIMENT = task("label", "accuracy", labels=("positive", "negative", "very positive"))


def score(name: str, answer: str, reference: str, of: Task | None = None) -> Score:
    return metric(name).score(Attempt(answer, reference, of or task()))


def value(name: str, answer: str, reference: str, of: Task | None = None) -> float | None:
    return score(name, answer, reference, of).value


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


def test_rouge_l_reads_any_script() -> None:
    # Two words against the same two with one between: 2 in order, 2 said, 3 wanted.
    said, wanted = (
        "\u0437\u0438\u043c\u0430 \u0431\u043b\u0438",
        "\u0437\u0438\u043c\u0430 \u043e\u0447 \u0431\u043b\u0438",
    )
    assert value("rouge_l", said, wanted) == pytest.approx(0.8)


def test_chrf_counts_runs_of_characters() -> None:
    # Lengths that both have, 1 to 3: all of 3, 2, 1 said fit; of those wanted 3/4, 2/3, 1/2.
    # Precision 1, recall 23/36; 5pr / (4p + r) = 115/36 / (167/36) = 115/167.
    assert value("chrf", "abc", "abcd") == pytest.approx(115 / 167)
    assert value("chrf", "abcd", "abcd") == 1.0
    assert value("chrf", "xyz", "abcd") == 0.0
    assert value("chrf", "\u6771\u4eac", "\u6771\u4eac") == 1.0


def test_bleu_of_one_answer_counts_runs_of_words() -> None:
    # 5 of 6 words fit, 3 of 5 pairs, 2 of 4 triples, 1 of 3 quadruples; lengths are equal.
    one = score("bleu", "the cat sat on the mat", "the cat sat on a mat")
    assert one.value == pytest.approx((5 / 6 * 3 / 5 * 2 / 4 * 1 / 3) ** 0.25)
    assert one.explanation == "runs of 1 to 4 words that fit: 5/6, 3/5, 2/4, 1/3"
    assert value("bleu", "a dog", "the cat") == 0.0
    assert value("bleu", "\u6771\u4eac", "\u6771\u4eac") == 1.0


def test_bleu_of_a_lever_sums_up_before_it_divides() -> None:
    # Beside the one above "a dog" for "a dog runs": 2/2 words and 1/1 pair fit. Together 7/8,
    # 4/6, 2/4, 1/3, and 8 words for 9: exp(1 - 9/8).
    pairs = [("the cat sat on the mat", "the cat sat on a mat"), ("a dog", "a dog runs")]
    marks = [Mark(0.5, "", said, wanted) for said, wanted in pairs]
    wanted = (7 / 8 * 4 / 6 * 2 / 4 * 1 / 3) ** 0.25 * math.exp(1 - 9 / 8)
    assert metric("bleu").sample(marks).value == pytest.approx(wanted)


def test_bleu_of_short_answers_leaves_out_runs_that_they_cannot_have() -> None:
    # One word each, one of two right: 1/2. No pairs at all, so nothing else counts.
    marks = [Mark(1.0, "", "yes", "yes"), Mark(0.0, "", "yes", "no")]
    assert metric("bleu").sample(marks).value == pytest.approx(0.5)
    assert metric("bleu").sample([Mark(0.0, "", "", "no")]).value == 0.0


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
    found = score("accuracy", "great", "positive", SENTIMENT)
    assert (found.value, found.explanation) == (0.0, "not one of the labels")


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
    found = score("field_accuracy", answer, reference, task("json"))
    assert found.explanation == "right: a; wrong: b; missing: c; extra: d"


@pytest.mark.parametrize("reference", ["no json", "{}", "[1]"])
def test_a_reference_without_fields_cannot_be_scored(reference: str) -> None:
    assert value("field_accuracy", '{"a": 1}', reference, task("json")) is None


@pytest.mark.parametrize("name", METRICS)
def test_an_empty_reference_cannot_be_scored(name: str) -> None:
    found = score(name, "anything", "  ", SENTIMENT)
    assert (found.value, found.explanation) == (
        None,
        "could not be scored: the reference is empty",
    )


def test_abstention_is_asked_where_the_documents_do_not_say_and_answered_elsewhere() -> None:
    silent, told = "The documents do not say.", "Nine days."
    abstention, answered = metric("abstention"), metric("answered")
    assert [abstention.applies(Attempt("", one, task())) for one in (silent, told)] == [True, False]
    assert [answered.applies(Attempt("", one, task())) for one in (silent, told)] == [False, True]
    assert value("abstention", "Sorry, the documents do not say", silent) == 1.0
    assert value("abstention", "Nine days.", silent) == 0.0
    assert value("answered", "The documents do not say.", told) == 0.0
    assert value("answered", "Ten days.", told) == 1.0


TRIAGE = task("json", "schema_valid", schema={"team": ("dock", "till"), "note": ()})


@pytest.mark.parametrize(
    ("answer", "expected", "explanation"),
    [
        ('{"team": "till", "note": ""}', 1.0, "fits the schema"),
        ('{"team": "till", "note": "", "more": 1}', 1.0, "fits the schema"),
        ('{"team": "desk", "note": ""}', 0.0, "team may not be 'desk'"),
        ('{"team": "desk"}', 0.0, "missing: note; team may not be 'desk'"),
        ('["till"]', 0.0, "JSON, but not an object"),
    ],
)
def test_schema_valid(answer: str, expected: float, explanation: str) -> None:
    found = score("schema_valid", answer, '{"team": "dock"}', TRIAGE)
    assert (found.value, found.explanation) == (expected, explanation)


def test_without_a_schema_nothing_can_be_held_against_it() -> None:
    assert value("schema_valid", "{}", "{}", task("json")) is None


@pytest.mark.parametrize(
    ("form", "broken"),
    [
        (Form(max_words=3), "4 words, at most 3 are allowed"),
        (Form(min_words=5), "4 words, at least 5 are wanted"),
        (Form(starts_with="Hello"), "does not begin with 'Hello'"),
        (Form(ends_with="!"), "does not end with '!'"),
        (Form(must_match="[0-9]{3}"), "does not match '[0-9]{3}'"),
        (Form(max_words=4, starts_with="Dear", must_match="[0-9]+ pounds"), "keeps every rule"),
        (
            Form(max_words=3, ends_with="!"),
            "4 words, at most 3 are allowed; does not end with '!'",
        ),
    ],
)
def test_rules_of_form(form: Form, broken: str) -> None:
    found = score("format_rules", " Dear Ann, 12 pounds\n", "x", task(form=form))
    assert found.explanation == broken
    assert found.value == float(broken == "keeps every rule")


def test_a_pattern_that_never_ends_is_given_up() -> None:
    endless = task(form=Form(must_match="^(a|aa)+$"))
    assert value("format_rules", "a" * 60 + "c", "x", endless) is None


def test_without_rules_of_form_nothing_can_be_broken() -> None:
    assert value("format_rules", "x", "x") is None


def passage(text: str) -> Passage:
    return Passage("boots.md", "Boots", "", text, 0, len(text))


SOLES, HEELS = passage("New soles cost 68 pounds."), passage("Heels cost 12 pounds.")


@pytest.mark.parametrize(
    ("passages", "recall", "rank"),
    [((SOLES, HEELS), 1.0, 1.0), ((HEELS, SOLES), 1.0, 0.5), ((HEELS,), 0.0, 0.0)],
)
def test_retrieval_is_measured_by_the_passages_shown(
    passages: tuple[Passage, ...], recall: float, rank: float
) -> None:
    tried = Attempt("anything", "68 pounds", task(), passages)
    assert metric("recall_at_k").score(tried).value == recall
    assert metric("reciprocal_rank").score(tried).value == rank


def test_retrieval_is_not_judged_where_there_was_nothing_to_find() -> None:
    shown = {"task": task(), "passages": (SOLES,)}
    asked = [
        Attempt("", "68 pounds", task()),  # nothing was retrieved
        Attempt("", "The documents do not say.", **shown),
        Attempt("", "99 pounds", **shown, stands=False),  # it stands in no document
        Attempt("", "68 pounds", **shown, stands=True),
    ]
    assert [metric("recall_at_k").applies(one) for one in asked] == [False, False, False, True]


def test_words_of_an_answer_are_looked_up_in_its_passages() -> None:
    tried = Attempt("Soles cost 86 pounds", "68 pounds", task(), (SOLES,))
    found = metric("word_support").score(tried)
    assert (found.value, found.explanation) == (0.75, "not in the passages: 86")
    silent = Attempt("The documents do not say.", "68 pounds", task(), (SOLES,))
    assert metric("word_support").applies(silent) is False


def test_meaning_is_that_of_the_nearest_sentence_of_a_passage() -> None:
    vectors = {"Yes.": [1, 0], "No.": [0, 1], "One.": [0.6, 0.8], "Two.": [-1, 0]}

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([vectors[text] for text in texts], dtype=np.float32)

    tried = Attempt("Yes. No.", "x", task(), (passage("One. Two."),), embed)
    found = metric("meaning_support").score(tried)  # 0.6 for Yes, 0.8 for No
    assert found.value == pytest.approx(0.7)
    assert found.explanation == "least like any passage: Yes."


def test_the_task_s_own_metric_comes_first_and_its_companions_follow_once() -> None:
    read = ("recall_at_k", "reciprocal_rank")
    texts = (*read, "word_support", "meaning_support")
    short = ("exact_match", "token_f1", "chrf")
    assert metrics_for(task("text", "rouge_l")) == ("rouge_l", *short, *texts)
    assert metrics_for(task("label", "macro_f1")) == ("macro_f1", "accuracy")
    assert metrics_for(task("json", "json_valid")) == ("json_valid", "field_accuracy", *read)
    assert "schema_valid" in metrics_for(TRIAGE)
    assert "format_rules" in metrics_for(task(form=Form(max_words=3)))
    unanswerable = task(examples=(Example("why?", "The documents do not say."),))
    assert metrics_for(unanswerable)[3:5] == ("abstention", "answered")
    long = task(examples=(Example("x", "one two three four five six seven eight"),))
    assert metrics_for(long)[2:5] == ("rouge_l", "chrf", "bleu")


def test_an_unknown_metric_names_the_choices() -> None:
    with pytest.raises(UnknownMetric, match=r"no metric 'bleurt'.*exact_match, field_accuracy"):
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


def test_every_reference_of_a_sample_keeps_the_rules_of_form_that_it_states() -> None:
    voice = catalog.read(catalog.SAMPLES / "brand-voice")
    assert voice.form.starts_with == "Hello from Quillmoor!"
    assert [row.row for row in voice.examples if list(broken_rules(row.reference, voice))] == []
