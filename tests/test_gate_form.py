"""The form of the rows: what is empty, damaged, drifted, mislabelled or far too long."""

import pytest

from core.records import Finding
from core.tasks.gate import form
from tests.examining import Pair, examined, found

SENTENCE = "Please bring the receipt to the counter."


def said(pairs: list[Pair], **settings: object) -> dict[str, Finding]:
    return found(form.CHECKS, examined(pairs, **settings))  # type: ignore[arg-type]


def rows_of(findings: dict[str, Finding]) -> dict[str, tuple[int, ...]]:
    return {code: one.affected for code, one in findings.items()}


def test_clean_rows_have_no_finding() -> None:
    assert said([(f"Where is parcel {n}?", SENTENCE) for n in range(40)]) == {}


def test_an_empty_input_or_reference_blocks_and_can_be_dropped() -> None:
    findings = said([("a", "b"), ("", "b"), ("a", " ")])
    assert rows_of(findings) == {"empty": (2, 3)}
    assert (findings["empty"].blocking, findings["empty"].fix) == (True, "drop")


def test_one_word_among_sentences_is_named() -> None:
    pairs = [(f"q{n}", SENTENCE) for n in range(30)]
    pairs[4] = ("q", "No.")
    assert rows_of(said(pairs))["one-word"] == (5,)


def test_one_word_among_short_answers_is_fine() -> None:
    assert said([(f"q{n}", "Saturday" if n % 2 else "11 pounds") for n in range(30)]) == {}


LABELS = ("positive", "negative", "not sure")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Positive", "positive"),
        ("not  sure", "not sure"),
        ("not_sure", "not sure"),
        ("postive", "positive"),
        ("negative.", "negative"),
        ("neagtive", "negative"),
        ("angry", ""),
        ("", ""),
    ],
)
def test_a_slip_in_a_label_says_which_was_probably_meant(written: str, meant: str) -> None:
    task = examined([], output="label", labels=LABELS).task
    assert form.probable(written, task) == meant


def test_slips_and_strangers_among_the_labels_are_told_apart() -> None:
    references = ["positive", "negative", "postive", "angry", "not sure"]
    findings = said([("q", label) for label in references], output="label", labels=LABELS)
    assert rows_of(findings) == {"label-spelling": (3,), "label": (4,)}
    assert findings["label-spelling"].title.endswith(': "postive" (probably "positive")')
    assert findings["label"].title.endswith(': "angry"')
    assert findings["label"].blocking


def test_of_many_strange_labels_three_are_named() -> None:
    pairs = [("q", label) for label in ("ax", "bx", "cx", "dx", "ex")]
    title = said(pairs, output="label", labels=LABELS)["label"].title
    assert title.endswith(': "ax", "bx", "cx" and 2 more')


SCHEMA = {"kind": ("coin", "parcel"), "days": ()}
GOOD = '{"kind": "coin", "days": 3}'


@pytest.mark.parametrize(
    ("reference", "code", "named"),
    [
        ('{"kind": "coin", "days": 3', "schema", "not a JSON object"),
        ('["coin", 3]', "schema", "not a JSON object"),
        ('{"kind": "coin", "days": NaN}', "schema", "not a JSON object"),
        ('{"kind": "coin", "kind": "coin", "days": 3}', "schema", "not a JSON object"),
        ("[" * 3000, "schema", "not a JSON object"),
        ('{"kind": "coin"}', "schema-missing", '"days" (1)'),
        ('{"kind": "coin", "days": 3, "mood": 1}', "schema-extra", '"mood" (1)'),
        ('{"kind": "Coin", "days": 3}', "schema-value", '"kind" (1)'),
        ('{"kind": "coin", "days": "3"}', "schema-type", '"days" (1)'),
        ('{"kind": "coin", "days": null}', "schema-type", '"days" (1)'),
        ('{"kind": "coin", "days": true}', "schema-type", '"days" (1)'),
    ],
)
def test_a_row_that_leaves_the_schema_names_the_key(reference: str, code: str, named: str) -> None:
    findings = said([("q", GOOD)] * 3 + [("q", reference)], output="json", schema=SCHEMA)
    assert rows_of(findings) == {code: (4,)}
    assert named in findings[code].title
    assert findings[code].blocking == (code != "schema-type")


def test_keys_in_another_order_name_the_usual_one() -> None:
    findings = said([("q", GOOD)] * 3 + [("q", '{"days": 3, "kind": "coin"}')], output="json")
    assert rows_of(findings) == {"schema-order": (4,)}
    assert "kind, days" in findings["schema-order"].remedy


def test_without_a_schema_most_rows_say_which_keys_there_are() -> None:
    strange = [("q", '{"kind": "coin"}'), ("q", '{"kind": "coin", "days": 4.5, "mood": 1}')]
    findings = said([("q", GOOD)] * 8 + strange, output="json")
    assert rows_of(findings) == {"schema-missing": (9,), "schema-extra": (10,)}
    assert not findings["schema-missing"].blocking


DAMAGED = [
    "The cafÃ© is open",
    "It costs Â£15",
    "donâ€™t",
    "wait â€” or not",
    "ðŸ˜€ fine",  # noqa: RUF001
    "GrÃ¶ÃŸe",
    "ÐŸÑ€Ð¸Ð²ÐµÑ‚",  # noqa: RUF001
    "Å¡koda",
    "half a \ufffd sign",
    "salt &amp; pepper",
    "ï»¿first",
]
WHOLE = [
    "Café, Größe, señor, São João, MAÇÃ MADURA",
    "Åse, Ähre, Île, ÂME, Âge, Ðuro, Ñandú",
    "Привет, 你好, 😀, £15, 20 °C, “so” — fine…",
    "Q&A, R&D, a & b",
    "two\nlines\tand a tab",
    "„MENÜ“ and «É»",
]


@pytest.mark.parametrize("text", DAMAGED)
def test_letters_read_in_the_wrong_encoding_are_found(text: str) -> None:
    assert rows_of(said([("q", "a"), (text, "a"), ("q", text)])) == {"encoding": (2, 3)}


@pytest.mark.parametrize("text", WHOLE)
def test_other_scripts_and_signs_are_no_damage(text: str) -> None:
    assert said([(text, "a"), ("q", text)]) == {}


def test_half_of_an_emoji_is_damage_that_cannot_be_shown() -> None:
    findings = said([("q", "cut \ud83d")])
    assert findings["encoding"].title == "Damaged letters, such as half characters"


def test_damage_is_shown_as_it_stands() -> None:
    assert said([("cafÃ©", "a")])["encoding"].title == 'Damaged letters, such as "Ã©"'


def test_control_characters_are_found() -> None:
    assert rows_of(said([("a\x07b", "a"), ("a\x9db", "a"), ("a\nb", "a")])) == {"control": (1, 2)}


def test_texts_far_from_the_usual_length_are_found() -> None:
    pairs = [(f"My parcel {n:03} has been lost on its way to the shop.", "ok") for n in range(50)]
    pairs[7] = (pairs[7][0] * 9, "ok")
    pairs[8] = ("Lost", "ok")
    pairs[9] = (pairs[9][0], "very " * 100)
    assert rows_of(said(pairs)) == {"length": (8, 9, 10)}


def test_lengths_that_vary_anyway_are_not_unusual() -> None:
    assert said([("word " * (n % 40 + 1), "ok") for n in range(80)]) == {}


def test_rows_over_the_context_are_found_and_only_long_ones_counted() -> None:
    counted = []

    def count(text: str) -> int:
        counted.append(text)
        return len(text.split())

    pairs = [("short", "a"), ("long " * 30, "a"), ("x" * 60, "a")]
    findings = said(pairs, count=count, context=20)
    assert rows_of(findings) == {"context": (2,)}
    assert len(counted) == 2
    assert "20 tokens" in findings["context"].title
