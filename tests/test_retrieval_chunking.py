"""Passages: along the structure of a document, short enough, with exact offsets."""

import itertools

import pytest

from core.records import Document, Passage
from core.retrieval.chunking import passages, words

HANDBOOK = """# Handbook

Written for everyone.

## Leave

### Part-time

Ten days a year are paid, and any further days of leave are agreed with the manager in advance.

```
# not a heading
```

## Travel

Receipts go to the office in Leeds within a month of the journey, one envelope for each journey.

## Later
"""


def cut(text: str, name: str = "handbook.md") -> tuple[Passage, ...]:
    return passages(Document(name, "Handbook", text))


def test_a_section_is_a_passage_with_the_headings_above_it() -> None:
    assert [(each.heading, each.text.split()[0]) for each in cut(HANDBOOK)] == [
        ("", "Written"),
        ("Leave > Part-time", "Ten"),
        ("Travel", "Receipts"),
        ("", "##"),
    ]


def test_passages_may_be_cut_down_to_sentences() -> None:
    text = "# Ship\n\n## Meals\n\nTea is at four. The captain, who rarely speaks, dines alone.\n"
    found = passages(Document("ship.md", "Ship", text), 5)
    assert [(each.heading, each.text) for each in found] == [
        ("Meals", "Tea is at four."),
        ("Meals", "The captain, who rarely speaks, dines alone."),
    ]
    assert [text[each.start : each.end] for each in found] == [each.text for each in found]


def test_a_title_or_an_initial_is_not_parted_from_its_name() -> None:
    told = (
        "Milk comes from Thistle Farm. Mr. Ted Oak leads it.",
        "Ask Dr. J. R. Senn, e.g. about the price of milk.",
        "Mrs. Ann Lee pays. Is it late?",
    )
    text = "## Farm\n\n" + " ".join(told)
    found = passages(Document("farm.md", "Farm", text), 12)
    assert [one.text for one in found] == list(told)
    repeated = passages(Document("farm.md", "Farm", text), 16, overlap=5)
    assert repeated[1].text.startswith("Mr. Ted Oak leads it.")


def test_a_line_in_a_code_block_is_no_heading() -> None:
    assert cut(HANDBOOK)[1].text.endswith("```\n# not a heading\n```")


@pytest.mark.parametrize(
    "text",
    [
        HANDBOOK,
        "  \n\n one \n\n",
        "# Only a heading",
        "# " + "A paragraph that someone made a heading. " * 20,
        "One sentence is here. " * 200,
        "One line\n" * 200,
        "word " * 1000,
        "x" * 5000,
        "東京は日本の首都です。" * 100,
        "| 12 | 3.5 | 1000000 |\n" * 100,
        "# A\n\n" + "Same. Same. " * 90 + "\n\n# B\n\n" + "Same. Same. " * 90,
    ],
)
def test_every_passage_is_exactly_the_stretch_it_names_and_nothing_is_lost(text: str) -> None:
    found = cut(text)
    assert all(text[each.start : each.end] == each.text for each in found)
    assert all(each.end <= after.start for each, after in itertools.pairwise(found))
    assert all(0 < words(each.text) <= 90 for each in found)
    shown = sum(len("".join(each.text.split())) for each in found)
    headings = sum(len("".join(each.heading.split())) for each in found)
    assert shown + headings >= len("".join(text.split())) - len("#Handbook######Travel")


def test_long_text_is_cut_at_paragraphs_and_sentences() -> None:
    sentence = "The parcel leaves our house on the day after your order. "  # 11 words
    paragraph = sentence * 5 + "\n\n"
    found = cut(paragraph * 3 + sentence * 20, name="a.txt")
    assert [words(each.text) for each in found] == [55, 55, 55, 88, 88, 44]
    assert all(each.text.endswith("order.") for each in found)


def test_very_short_sections_join_and_keep_their_headings_in_the_text() -> None:
    found = cut("## Do you ship abroad?\n\nYes.\n\n## Is it insured?\n\nNo.\n")
    assert [(each.heading, each.text) for each in found] == [
        ("Do you ship abroad?", "Yes.\n\n## Is it insured?\n\nNo.")
    ]


def test_a_sharp_in_plain_text_is_no_heading() -> None:
    assert [each.heading for each in cut("# 1 is the winner", name="a.txt")] == [""]


def test_a_passage_knows_the_page_on_which_it_begins() -> None:
    text = "First page.\n\n" + "word " * 85 + "\n\nThird page, where the answer is."
    document = Document("a.pdf", "A", text, pages=(0, 13, 440))
    assert [(each.page, each.text[:5]) for each in passages(document)] == [
        (1, "First"),
        (3, "Third"),
    ]


@pytest.mark.parametrize(
    ("text", "length"),
    [("Two words", 2), ("don't", 1), ("1000000", 3), ("東京都庁", 2), ("-----", 1), ("", 0)],
)
def test_length_follows_what_the_embedder_would_read(text: str, length: int) -> None:
    assert words(text) == length


ROWS = [f"| Tent {n} | {n} euros a night |" for n in range(1, 9)]
TABLE = "\n".join(["| Name | Price |", "| --- | --- |", *ROWS])


def test_a_table_is_a_passage_of_its_own_and_whole() -> None:
    text = f"## Tents\n\nThese can be rented.\n\n{TABLE}\n\nAsk for others.\n"
    found = passages(Document("a.md", "A", text), 10)
    assert [each.text for each in found] == ["These can be rented.", TABLE, "Ask for others."]
    assert {each.heading for each in found} == {"Tents"}


def test_a_long_table_is_cut_between_rows_and_each_part_names_the_columns() -> None:
    rows = [f"| Tent {n} | {n} euros a night |" for n in range(1, 31)]
    text = "## Tents\n\n" + "\n".join(["| Name | Price |", "| --- | --- |", *rows])
    found = passages(Document("a.md", "A", text), 20)
    assert {each.heading for each in found} == {"Tents > Name | Price"}
    assert [row for each in found for row in each.text.split("\n")] == rows
    assert all(text[each.start : each.end] == each.text for each in found)


def test_rows_of_a_csv_are_never_cut() -> None:
    rows = [f"name: Tent {n}; price: {n} euros. A night." for n in range(1, 31)]
    found = passages(Document("a.csv", "A", "\n".join(rows)), 20)
    assert [row for each in found for row in each.text.split("\n")] == rows
    assert all(words(each.text) <= 20 for each in found)


def test_a_passage_repeats_the_end_of_the_one_before_it_and_no_more_words_than_asked() -> None:
    text = "One two three. Four five six. Seven eight nine. Ten eleven twelve."
    found = passages(Document("a.txt", "A", text), 8, 3)
    assert [each.text for each in found] == [
        "One two three.",
        "One two three. Four five six.",
        "Four five six. Seven eight nine.",
        "Seven eight nine. Ten eleven twelve.",
    ]
    assert all(text[each.start : each.end] == each.text for each in found)


def test_where_a_sentence_is_too_long_to_repeat_its_last_words_are_repeated() -> None:
    text = "One two three four five six. Seven eight nine ten eleven twelve."
    found = passages(Document("a.txt", "A", text), 8, 2)
    assert [each.text for each in found] == [
        "One two three four five six.",
        "five six. Seven eight nine ten eleven twelve.",
    ]


def test_no_passage_repeats_what_stands_under_another_heading() -> None:
    text = "## A\n\n" + "One two three four. " * 9 + "\n## B\n\n" + "Five six seven eight. " * 9
    found = passages(Document("a.md", "A", text), 20, 8)
    assert all("Five" not in each.text for each in found if each.heading == "A")
    assert all("One" not in each.text for each in found if each.heading == "B")
