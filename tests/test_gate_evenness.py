"""Whether every label, and every value of a JSON field, is shown often enough."""

import json

from core.records import Finding
from core.tasks.gate import evenness
from tests.examining import Pair, examined, found


def said(pairs: list[Pair], **settings: object) -> dict[str, Finding]:
    return found(evenness.CHECKS, examined(pairs, **settings))  # type: ignore[arg-type]


def questions(count: int, reference: str = "a") -> list[Pair]:
    return [(f"q{n}", reference) for n in range(count)]


def test_a_rare_label_is_named_with_counts_and_share() -> None:
    pairs = [(f"q{n}", "rare" if n % 20 == 0 else "often") for n in range(400)]
    rare = said(pairs, output="label", labels=("often", "rare"))["rare-label"]
    assert rare.affected == tuple(range(1, 401, 20))
    assert '"rare" ' in rare.title
    assert rare.remedy == "Add examples of: rare."


def test_a_label_without_any_row_is_named_too() -> None:
    labels = ("yes", "no")
    assert said(questions(100, "yes"), output="label", labels=labels)["rare-label"].count == 1


def test_labels_that_are_only_a_little_uneven_are_fine() -> None:
    pairs = [(f"q{n}", "b" if n % 4 == 0 else "a") for n in range(400)]
    assert said(pairs, output="label", labels=("a", "b")) == {}


SCHEMA = {"colour": ("red", "blue"), "size": ("s", "m"), "note": ()}


def objects(count: int, rare: int) -> list[Pair]:
    """Every `rare`-th is blue; sizes take turns; notes are free."""
    return [
        (
            f"q{n}",
            json.dumps(
                {
                    "colour": "blue" if n % rare == 0 else "red",
                    "size": "sm"[n % 2],
                    "note": f"note {n}",
                }
            ),
        )
        for n in range(count)
    ]


def test_a_rare_value_of_a_field_is_named_with_its_rows() -> None:
    rare = said(objects(400, 20), output="json", schema=SCHEMA)["rare-value"]
    assert rare.title.startswith('Values of "colour" are uneven: the rarest, "blue", stands in ')
    assert rare.remedy == "Add examples with colour: blue."
    assert rare.affected == tuple(range(1, 401, 20))
    assert not rare.blocking


def test_a_value_without_any_row_is_named_too() -> None:
    rare = said(objects(400, 1_000), output="json", schema={"colour": ("red", "blue", "green")})
    assert rare["rare-value"].remedy == "Add examples with colour: blue, green."
    assert rare["rare-value"].affected == (1,)  # the only blue one


def test_even_values_and_fields_without_a_list_are_fine() -> None:
    assert said(objects(400, 3), output="json", schema=SCHEMA) == {}
    assert said(objects(400, 20), output="json", schema={"note": ()}) == {}
    assert said(questions(400, "not json"), output="text", schema=SCHEMA) == {}
