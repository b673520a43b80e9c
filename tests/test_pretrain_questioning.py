"""Questions made of real sentences."""

from random import Random

import pytest

from core.pretrain.skills import questioning
from core.pretrain.skills.drawing import Draw
from core.pretrain.skills.words import Words

WORDS = Words(verbs=("carry", "give", "open", "pay"))


def asked(sentence: str) -> set[tuple[str, str]]:
    """Every question that forty draws make of a sentence."""
    return {
        pair
        for seed in range(40)
        for pair in questioning.questions(Draw(Random(seed), WORDS), sentence)
    }


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("Only a warden may ring the old bell.", "Who may ring the old bell?", "a warden"),
        ("Boats must keep off the northern reef.",
         "What must boats keep off?", "the northern reef"),
        ("A porter carries the trunks to the third landing.",
         "Which landing does a porter carry the trunks to?", "the third landing"),
        ("Cooks give every hungry child one pear tart.",
         "What do cooks give every hungry child?", "one pear tart"),
        ("Ada Moss opened the mill near Barrow.",
         "Where did Ada Moss open the mill?", "Barrow"),
        ("Ada Moss opened the mill near Barrow.", "Who opened the mill near Barrow?", "Ada Moss"),
        ("41 steps lead up to the lamp.", "How many steps lead up to the lamp?", "41 steps"),
        ("Members pay the whole fee within 41 days.",
         "How many days do members pay the whole fee within?", "41 days"),
    ],
)  # fmt: skip
def test_a_part_is_taken_out_and_asked_for(sentence: str, question: str, answer: str) -> None:
    assert (question, answer) in asked(sentence)


def test_every_answer_stands_in_its_sentence() -> None:
    sentence = "Ada Moss may lend two ladders from the red shed near Barrow to the young painter."
    found = asked(sentence)
    assert {answer for _, answer in found} == {
        "Ada Moss", "two ladders", "Barrow", "the young painter",
    }  # fmt: skip
    assert all(answer.lower() in sentence.lower() for _, answer in found)


@pytest.mark.parametrize("sentence", ["Too short.", "Is it a question that nobody can answer?"])
def test_what_cannot_be_asked_for_is_left_alone(sentence: str) -> None:
    assert asked(sentence) == set()
