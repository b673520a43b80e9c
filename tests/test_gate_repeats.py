"""Repeats, contradictions, leaks and sameness: what is found, what is let be, what a click does."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.records import ABSTENTION, Document, Example, Finding, Split, Task
from core.tasks import gate
from core.tasks.gate import leaks, minhash, near, repeats, sameness
from core.tasks.gate.shingles import cut, jaccard

OVEN = "What is the price of the bread oven workshop in Mill Lane?"
FELT = "Customers wrap their knives in thick felt before they hand them in at the desk"


def rows(*pairs: tuple[str, str], group: str = "") -> tuple[Example, ...]:
    return tuple(Example(*pair, group=group, row=row) for row, pair in enumerate(pairs, 1))


def examined(
    examples: tuple[Example, ...], holdout: Sequence[int] = (), **more: object
) -> gate.Examined:
    settings = {"output": "text", "metric": "exact_match", "schema": {}}
    settings |= {key: more.pop(key) for key in list(more) if key in settings}
    task = Task("t", "T", "", "", success_bar=0.5, examples=examples, folder=Path(), **settings)  # type: ignore[arg-type]
    parts = [tuple(r for r in examples if (r.row in holdout) == held) for held in (False, True)]
    return gate.Examined(task, Split(parts[0], (), parts[1], 0), **more)  # type: ignore[arg-type]


def only(found: Sequence[Finding] | object) -> Finding:
    (one,) = found  # type: ignore[misc]
    return one


def paired(
    one: str, other: str, answers: tuple[str, str] = ("a", "a"), **more: object
) -> list[str]:
    """The codes of what is found between two rows."""
    seen = examined(rows((one, answers[0]), (other, answers[1])), **more)
    return [found.code for check in repeats.CHECKS for found in check(seen)]


def test_of_repeats_all_but_the_first_are_to_be_dropped() -> None:
    seen = examined(rows(("Same", "a"), ("other", "a"), ("same ", "a "), ("SAME", "a")))
    found = only(repeats.duplicates(seen))
    assert (found.fix, found.affected, found.count) == ("drop", (3, 4), 2)


def test_only_a_person_decides_between_two_references() -> None:
    seen = examined(rows(("q", "yes"), ("r", "yes"), ("Q", "no"), ("q", "yes ")))
    found = only(repeats.conflicts(seen))
    assert (found.fix, found.affected) == ("", (1, 3, 4))


@pytest.mark.parametrize(
    "other",
    [
        OVEN.rstrip("?"),
        "What is the price for the bread-oven workshop, in Mill Lane?",
        "Hi, what is the price of the bread oven workshop in Mill Lane?",
        OVEN.replace("workshop", "worksohp"),
    ],
)
def test_a_question_worded_slightly_otherwise_is_a_near_duplicate(other: str) -> None:
    assert paired(OVEN, other) == ["near-duplicate"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (OVEN, OVEN.replace("bread oven", "pottery")),
        ("Are you open on Sunday?", "Are you open on Monday?"),
        ("Is the blue tent waterproof?", "Is the blue tent fireproof?"),
        ("Please tell me: where is order 10045872?", "Please tell me: where is order 10045873?"),
        ("Does it run C++ on every machine?", "Does it run C# on every machine?"),
    ],
)  # fmt: skip
def test_a_question_about_another_thing_is_none(one: str, other: str) -> None:
    assert paired(one, other) == []


def test_near_duplicates_have_near_equal_references() -> None:
    other = OVEN.replace("What is", "What was")
    assert paired(OVEN, other, ("56 pounds", "56 Pounds.")) == ["near-duplicate"]
    assert paired(OVEN, other, ("56 pounds", "65 pounds")) == []
    assert paired(OVEN, other, (FELT, FELT.replace("the desk", "a desk"))) == ["near-duplicate"]


def test_labels_and_json_are_near_equal_only_where_they_are_equal() -> None:
    long, other = FELT, FELT.replace("the desk", "a desk")
    assert paired(OVEN, OVEN[:-1], (long, other), output="label") == ["near-conflict"]
    keys = '{"a": 1, "b": 2}', '{"b": 2, "a": 1}'
    assert paired(OVEN, OVEN[:-1], keys, output="json") == ["near-duplicate"]


def test_punctuation_and_slips_of_the_pen_do_not_make_another_question() -> None:
    for other in (f"{OVEN}!", OVEN.replace("workshop", "worksohp"), OVEN.replace("price", "prise")):
        assert paired(OVEN, other, ("yes", "no")) == ["near-conflict"]
    assert paired(FELT, FELT.replace("thick", "thin"), ("yes", "no")) == []


def test_merging_keeps_the_first_and_drops_only_what_is_like_a_kept_row() -> None:
    first = FELT
    second = FELT.replace("Customers wrap", "Customers must always wrap")
    third = second.replace("at the desk", "at the big desk upstairs")
    fourth = third.replace("before they", "before they do")
    seen = examined(rows((first, "a"), (second, "a"), (third, "a"), (fourth, "a")))
    found = only(repeats.near_duplicates(seen))
    assert (found.fix, found.affected) == ("merge", (2, 4))
    assert near.clusters(seen.task.examples) == ((1, 2, 3, 4),)


def vectors(texts: Sequence[str]) -> np.ndarray:
    """Questions about a price are all alike in meaning."""
    return np.array(
        [[1.0, 0.0] if "price" in text or "cost" in text else [0.0, 1.0] for text in texts]
    )


def test_the_title_says_whether_wording_or_meaning_found_them() -> None:
    cost = "How much does the bread oven course cost?"
    seen = examined(
        rows((OVEN, "56"), (OVEN[:-1], "56"), (cost, "56"), (FELT, "56")), embed=vectors
    )
    found = only(repeats.near_duplicates(seen))
    assert found.affected == (2, 3)
    assert found.title.endswith("(1 found by wording and 1 found by meaning)")


def test_what_the_owner_put_in_one_group_is_not_called_alike_in_meaning() -> None:
    pairs = (OVEN, "56"), ("How much does the bread oven course cost?", "56")
    assert not near.twins(rows(*pairs, group="oven"), embed=vectors).alike
    assert near.twins(rows(*pairs), embed=vectors).alike


def test_meanings_are_compared_up_to_a_number_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def embed(texts: Sequence[str]) -> np.ndarray:
        asked.append(len(texts))
        return vectors(texts)

    monkeypatch.setattr(near, "MOST_EMBEDDED", 2)
    near.twins(rows((OVEN, "1"), (FELT, "2")), embed=embed)
    near.twins(rows((OVEN, "1"), (FELT, "2"), ("Another one", "3")), embed=embed)
    assert asked == [2]


def test_a_search_finds_what_comparing_each_with_each_finds() -> None:
    dice = random.Random(1)
    vocabulary = ["".join(dice.choices("aeioulnrst", k=dice.randint(2, 8))) for _ in range(300)]
    said = [" ".join(dice.choices(vocabulary, k=dice.randint(5, 30))) for _ in range(200)]
    for text in list(said):
        left = text.split()
        left[dice.randrange(len(left))] = dice.choice(vocabulary)
        said.append(" ".join(left))
    left, right = np.triu_indices(len(said), 1)
    shared = jaccard(cut([f" {text} " for text in said]), left, right)
    wanted = {
        pair
        for pair, enough in zip(zip(left, right, strict=True), shared >= 0.8, strict=True)
        if enough
    }
    found = near.twins(rows(*((text, "a") for text in said))).alike
    assert len(wanted) > 50
    assert {(pair.first, pair.second) for pair in found} == wanted


def test_overlap_is_shared_shingles_by_all_shingles() -> None:
    cuts = cut(["abcdef", "abcdeg", "abcdef", "xyz"])  # abcd bcde cdef; abcd bcde cdeg; none
    shared = jaccard(cuts, np.array([0, 0, 0]), np.array([1, 2, 3]))
    assert shared.tolist() == [0.5, 1.0, 0.0]


def test_a_pattern_that_most_rows_share_makes_no_two_of_them_alike() -> None:
    things = ("oven", "clay", "wool", "silk", "iron", "glass", "cork", "reed", "bone", "horn")
    asked = [
        f"Could you please tell me the price of the {one} {two} workshop, and when it begins?"
        for one in things
        for two in things
        if one < two
    ]
    assert not near.twins(rows(*((text, "56 pounds") for text in asked))).alike


@pytest.mark.parametrize(
    "texts", [(), ("",), ("", "", "?"), ("\ud800 half", "half \udfff"), ("a", "b")]
)
def test_odd_inputs_are_compared_without_a_stumble(texts: Sequence[str]) -> None:
    pairs = rows(*((text, text) for text in texts))
    assert near.twins(pairs, embed=lambda said: np.eye(len(said))).alike == ()


def test_marks_of_many_texts_are_those_of_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    cuts = cut([FELT, OVEN, FELT * 2])
    whole = minhash.marks(cuts)
    monkeypatch.setattr(minhash, "AT_ONCE", 2)
    assert (minhash.marks(cuts) == whole).all()


def test_a_leak_blocks_and_its_twins_are_to_be_moved() -> None:
    seen = examined(rows((OVEN, "1"), (FELT, "2"), (OVEN.upper(), "1")), holdout=[3])
    found = only(leaks.leaks(seen))
    assert (found.blocking, found.fix) == (True, "move")
    assert (found.rows, found.count, found.affected) == ((3,), 1, (1, 3))
    assert "few-shot" in found.why


def test_an_example_of_the_holdout_must_not_stand_in_the_instruction() -> None:
    seen = examined(rows((OVEN, "1"), (FELT, "2"), ("Oven", "3")), holdout=[2, 3])
    told = f"Answer in a number.\n\n**Example**: {FELT.upper()} -> 2. Oven: 3. {OVEN} -> 1"
    shown = replace(seen, task=replace(seen.task, instruction=told))
    found = only(leaks.in_instruction(shown))
    assert (found.code, found.blocking, found.rows) == ("few-shot-leak", True, (2,))
    harmless = replace(seen, task=replace(seen.task, instruction=f"Answer. {OVEN} -> 1"))
    assert list(leaks.in_instruction(harmless)) == []  # a train row may be shown


def test_a_near_leak_warns_and_its_twins_are_to_be_regrouped() -> None:
    seen = examined(rows((OVEN[:-1], "1"), (FELT, "2"), (OVEN, "1")), holdout=[3])
    found = only(leaks.near_leaks(seen))
    assert (found.blocking, found.fix) == (False, "regroup")
    assert (found.rows, found.count, found.affected) == ((3,), 1, (1, 3))


def test_a_near_leak_is_seen_through_an_exact_repeat() -> None:
    seen = examined(rows((OVEN, "1"), (OVEN[:-1], "1"), (OVEN, "1")), holdout=[1, 2])
    assert only(leaks.near_leaks(seen)).affected == (2, 3)


def test_each_family_of_a_leak_is_kept_together_apart_from_the_others() -> None:
    pairs = (OVEN, "1"), (FELT, "2"), (OVEN[:-1], "1"), (FELT.upper(), "2"), ("Which one?", "3")
    seen = examined(rows(*pairs), holdout=[3, 4])
    assert leaks.together(seen, (1, 2, 3, 4)) == ((1, 3), (2, 4))


def test_twins_on_one_side_are_no_leak() -> None:
    pairs = rows((OVEN[:-1], "1"), (FELT, "2"), (OVEN, "1"))
    assert not [*leaks.near_leaks(examined(pairs, [1, 3])), *leaks.leaks(examined(pairs, [1, 3]))]
    assert not list(leaks.near_leaks(examined(pairs, [2])))


FELT_RULES = (Document("k.md", "Knives", "Wrap knives in **thick felt**.\nIt costs 11 pounds."),)


def test_answers_that_stand_in_the_documents_are_counted_for_the_holdout_alone() -> None:
    pairs = rows(
        ("a", "thick felt"), ("b", "Thick felt."), ("c", "thin felt"), ("d", "1 pounds"),
        ("e", ABSTENTION), ("f", "felt it costs 11"),
    )  # fmt: skip
    found = only(leaks.in_documents(examined(pairs, [2, 3, 4, 5, 6], documents=FELT_RULES)))
    assert found.title.startswith("2 of 4 holdout answers stand word for word in the documents: ")
    assert (found.rows, found.blocking, found.fix) == ((2, 6), False, "")


def test_of_a_json_answer_all_free_texts_must_stand_there() -> None:
    pairs = rows(
        ("a", '{"kind": "x", "answer": "thick felt"}'), ("b", '{"kind": "x", "answer": "no"}')
    )
    schema = {"kind": ("x", "y"), "answer": ()}
    seen = examined(pairs, [1, 2], output="json", schema=schema, documents=FELT_RULES)
    assert only(leaks.in_documents(seen)).rows == (1,)


def test_without_documents_and_for_labels_nothing_is_said_of_them() -> None:
    pairs = rows(("a", "thick felt"))
    assert not list(leaks.in_documents(examined(pairs, [1])))
    assert not list(leaks.in_documents(examined(pairs, [1], output="label", documents=FELT_RULES)))


def test_inputs_that_begin_alike_are_told_with_their_share() -> None:
    said = [f"How much does the {n * 'x'}a cost?" for n in range(16)] + [
        f"{n} pegs?" for n in range(4)
    ]
    found = only(sameness.same_pattern(examined(rows(*((text, "a") for text in said)))))
    assert found.title == '80% of your rows begin alike: "how much does the"'
    assert found.affected == tuple(range(1, 17))


def test_inputs_made_after_one_pattern_are_told_though_they_begin_otherwise() -> None:
    said = [f"{chr(97 + n) * 5} is what I want to buy" for n in range(20)]
    found = only(sameness.same_pattern(examined(rows(*((text, "a") for text in said)))))
    assert found.title.startswith("100% of your rows are made after one pattern")


def test_few_rows_and_rows_of_one_word_are_no_pattern() -> None:
    few = rows(*((f"How much does the {n} cost?", "a") for n in range(19)))
    assert not list(sameness.same_pattern(examined(few)))
    assert not list(sameness.same_pattern(examined(rows(*[("yes", "a")] * 30))))


def test_progress_counts_up_to_the_end() -> None:
    heard: list[tuple[int, int]] = []
    gate.findings(examined(rows((OVEN, "1"), (FELT, "2"))), lambda *step: heard.append(step))
    total = len(gate.CHECKS) + near.STEPS
    assert heard == [(done, total) for done in range(1, total + 1)]
    gate.findings(examined(()), lambda *step: heard.append(step))
    assert heard[-1] == (total, total)
