"""Passages are found by the words they share with a question."""

import pytest

from core.retrieval.lexical import Words, terms

TEXTS = (
    "The parcel AB-1204 leaves on Monday.",
    "The parcel AB-1205 leaves on Monday.",
    "Our shops close at nine.",
    "東京は日本の首都です。",
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Parcels, PARCEL", ["parcel", "parcel"]),
        ("AB-1204", ["ab-1204", "ab", "1204"]),
        ("The shop's glass", ["the", "shop", "glass"]),
        ("Boxes of prices as is", ["box", "of", "price", "as", "is"]),
        ("東京都", ["東京", "京都"]),
        ("... !", []),
    ],
)
def test_words_are_looked_up_without_case_and_plural_and_codes_whole_and_in_parts(
    text: str, found: list[str]
) -> None:
    assert list(terms(text)) == found


def test_a_code_finds_its_own_passage_first() -> None:
    assert Words(TEXTS).nearest("When does ab-1205 leave?", 2)[0] == 1


def test_a_passage_without_any_of_the_words_is_not_found() -> None:
    assert Words(TEXTS).nearest("close", 9) == [2]
    assert Words(TEXTS).nearest("zebra", 9) == []
    assert Words(TEXTS).nearest("?", 9) == []


def test_only_the_rows_asked_for_are_found() -> None:
    assert Words(TEXTS).nearest("parcel", 9, within={1, 2}) == [1]


def test_a_script_without_spaces_is_found_by_two_signs() -> None:
    assert Words(TEXTS).nearest("日本", 9) == [3]


def test_a_text_without_words_is_held_and_never_found() -> None:
    assert Words(("...", "one word")).nearest("word", 9) == [1]


def test_a_number_that_few_passages_hold_names_them() -> None:
    assert Words(TEXTS).named("Where is 1205?") == {1}
    assert Words(TEXTS).named("Where is the parcel?") == set()
    assert Words([f"Sold in 2024: {n}" for n in "abcdef"]).named("What of 2024?") == set()


def test_cover_is_whole_where_a_passage_has_all_words_and_none_where_it_has_none() -> None:
    assert Words(TEXTS).covered("Our shops close at nine.") == 1.0
    assert Words(TEXTS).covered("zebra") == Words(TEXTS).covered("?") == 0.0
    assert 0.1 < Words(TEXTS).covered("zebras close early") < 0.6
