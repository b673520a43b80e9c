"""Which passage supports which words of an answer."""

import json
from time import perf_counter

import pytest

from core.records import ABSTENTION, Passage
from core.retrieval.citing import Stretch, cite
from core.retrieval.wording import words
from tests.cited import FRESH, SECOND, SEEN, THIRD, measured

TEXT = "A pair of new soles costs 68 pounds. The cobbler needs 24 days."
SOLES = Passage("boots.md", "Boot resoling", "Price and time", TEXT, 100, 100 + len(TEXT))
DOGS = Passage("dogs.md", "Dogs", "", "Dogs may not enter the cafe.", 0, 28)


def quoted(answer: str, *passages: Passage, question: str = "") -> list[tuple[str, int | None]]:
    """Stretches as their words and the passage that supports them."""
    found = cite(answer, passages or (SOLES, DOGS), question)
    return [(answer[one.start : one.end], one.passage) for one in found]


def source(answer: str) -> list[str]:
    """The text of the first passage that each stretch points to."""
    return [
        TEXT[one.source_start - 100 : one.source_end - 100]
        for one in cite(answer, (SOLES,))
        if one.passage is not None
    ]


def test_a_stretch_points_into_the_document() -> None:
    assert cite("It is 68 pounds.", (SOLES,)) == (Stretch(6, 15, 0, 126, 135),)


def test_one_word_is_enough_where_it_is_all_that_is_said() -> None:
    assert quoted("68") == [("68", 0)]
    assert quoted("cobbler") == [("cobbler", 0)]


def test_a_wrong_number_is_marked_and_the_words_around_it_are_cited() -> None:
    assert quoted("New soles cost 86 pounds.") == [
        ("New soles cost", 0),
        ("86", None),
        ("pounds", 0),
    ]


def test_a_number_of_another_sentence_is_no_support() -> None:
    assert ("24", None) in quoted("New soles cost 24 pounds.")


def test_two_numbers_of_one_sentence_are_told_apart_by_what_stands_around_them() -> None:
    pool = Passage("p.md", "Pool", "", "Adults pay 6 pounds and children pay 3 pounds.", 0, 46)
    assert quoted("Children pay 3 pounds.", pool) == [("Children pay 3 pounds", 0)]
    assert ("3", None) in quoted("Adults pay 3 pounds.", pool)


def test_what_a_passage_denies_supports_no_claim() -> None:
    assert quoted("Dogs may enter the cafe.") == [("Dogs", 1), ("enter the cafe", None)]
    assert quoted("Dogs may not enter the cafe.") == [("Dogs may not enter the cafe", 1)]


def test_an_invented_denial_is_marked() -> None:
    assert quoted("New soles do not cost 68 pounds.") == [
        ("New soles", 0),
        ("not cost 68 pounds", None),
    ]


def test_two_passages_support_their_own_parts() -> None:
    said = "New soles cost 68 pounds. Dogs may not enter the cafe."
    assert quoted(said) == [
        ("New soles cost 68 pounds", 0),
        ("Dogs may not enter the cafe", 1),
    ]


def test_of_json_only_the_values_are_looked_at() -> None:
    answer = json.dumps({"cobbler": "68 pounds", "note": "caf\u00e9", "title": "Boot resoling"})
    assert quoted(answer) == [("68 pounds", 0), ("caf\\u00e9", None), ("Boot resoling", 0)]


def test_a_heading_is_read_with_its_passage_and_points_to_all_of_it() -> None:
    assert source("Price and time") == [TEXT]


def test_stop_words_alone_and_an_abstention_are_not_marked() -> None:
    assert quoted("It is with them.") == []
    assert quoted(ABSTENTION) == []
    assert quoted(f"68 pounds. {ABSTENTION}") == [("68 pounds", 0)]


def test_a_number_of_a_passage_that_the_model_wrote_is_no_claim() -> None:
    assert quoted("68 pounds [2].") == [("68 pounds", 0)]


def test_without_passages_nothing_is_marked() -> None:
    assert cite("68 pounds", ()) == ()


def test_the_question_tells_places_apart_that_say_the_same() -> None:
    tents = Passage("tents.md", "Tents", "", "A tent costs 68 pounds.", 0, 23)
    assert quoted("68 pounds", SOLES, tents, question="What does a tent cost?") == [
        ("68 pounds", 1)
    ]


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        ("\u00a31,250.00", ["1250", "pound"]),  # as it is spoken
        ("twenty-four days", ["24", "day"]),
        ("5.50 per cent", ["5.5", "percent"]),
        ("9:30", ["9.3"]),
        ("It isn't the children's", ["it", "not", "the", "children"]),
        ("version 4.2.1", ["version", "4.2.1"]),
        ("policies", ["policy"]),
        ("\u4eca\u65e5", ["\u4eca", "\u65e5"]),  # a script without spaces: sign by sign
        ("", []),
    ],
)
def test_words_are_compared_by_what_they_say(said: str, keys: list[str]) -> None:
    assert [one.key for one in words(said)] == keys


def test_a_title_ends_no_sentence() -> None:
    assert {one.sentence for one in words("Mr. Senn works.")} == {0}
    assert [one.sentence for one in words("He works. She rests.")] == [0, 0, 1, 1]


@pytest.mark.parametrize("answer", ["[" * 3000, '{"a": "\\ud800"}', "\0\u200d", '"', "1" * 5000])
def test_no_answer_is_too_odd(answer: str) -> None:
    cite(answer, (SOLES,))


@pytest.mark.parametrize("answer", ["cat. " * 80, "cat 1. " * 60, "cat dog " * 80])
def test_text_that_repeats_itself_is_cited_while_one_waits(answer: str) -> None:
    """A small model repeats itself, and a table does; 40 s without a bound on places."""
    repeated = Passage("a.md", "A", "", "cat. " * 300, 0, 1500)
    began = perf_counter()
    assert cite(answer, (repeated, repeated, repeated))
    assert perf_counter() - began < 10


def test_citations_of_answers_marked_by_hand() -> None:
    """A regression guard: the figures are those of `python -m tests.benchmarks.citations`."""
    known = (*SEEN, *SECOND, *THIRD)
    assert len(known) + len(FRESH) == 191
    assert measured(known).wrong == measured(known).missed == 0
    fresh = measured(FRESH)
    assert (fresh.cited, fresh.wrong) == (135, 2)
    assert (fresh.unsupported, fresh.wrongly_supported) == (29, 2)
    assert (fresh.supported, fresh.missed) == (133, 0)
