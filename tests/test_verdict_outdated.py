"""A report says what has changed since it was made."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.records import Task
from core.verdict.outdated import Made, Now, changes
from tests import measured

BASE = measured.report(Task("t", "T", "", "", "text", "exact_match", 0.6, (), Path()))
LEVERS = {
    "prompt": replace(BASE.levers["prompt"], prompt_version="p1"),
    "rag": replace(BASE.levers["rag"], prompt_version="r1", index="i1"),
    "lora": replace(BASE.levers["lora"], prompt_version="p1", adapter_digest="a1"),
}
REPORT = replace(BASE, levers=LEVERS, split={"version": "s1"}, model="fake", model_digest="m1")
MADE = {
    "prompt": Made("p1", "", ""),
    "rag": Made("r1", "i1", ""),
    "lora": Made("p1", "", "a1"),
}
NOW = Now("exact_match", "m1", "s1", MADE, {})


def test_a_report_that_still_fits_says_nothing() -> None:
    assert changes(REPORT, NOW) == ()


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (replace(NOW, metric="token_f1"), "Another metric decides now."),
        (
            replace(NOW, model_digest="m2"),
            "Another model answers now; this was measured with fake.",
        ),
        (replace(NOW, split="s2"), "The examples or their split have changed."),
        (
            replace(NOW, levers={**MADE, "rag": Made("r1", "i2", "")}),
            "RAG: the documents, or how they are searched, have changed.",
        ),
        (
            replace(NOW, levers={**MADE, "lora": Made("p1", "", "a2")}),
            "LoRA: another adapter is chosen.",
        ),
        (
            replace(
                NOW, levers={**MADE, "prompt": Made("p2", "", ""), "lora": Made("p2", "", "a1")}
            ),
            "Prompt, LoRA: the prompt has changed.",
        ),
    ],
)
def test_each_change_is_named_with_the_levers_it_concerns(now: Now, words: str) -> None:
    assert changes(REPORT, now) == (words,)


def test_a_lever_that_can_no_longer_be_used_says_why() -> None:
    levers = {name: made for name, made in MADE.items() if name != "lora"}
    gone = replace(NOW, levers=levers, missing={"lora": "There is no adapter."})
    assert changes(REPORT, gone) == ("LoRA: it cannot be used now. There is no adapter.",)


def test_a_lever_that_came_since_changes_nothing_that_was_measured() -> None:
    more = replace(NOW, levers={**MADE, "few-shot": Made("f1", "", "")})
    assert changes(REPORT, more) == ()
