"""Cautions that the evidence calls for: why answers fail, and statements that do not fit."""

from dataclasses import replace

from core.verdict import sentences
from core.verdict.deciding import decide
from core.verdict.evidence import Stated
from tests.figures import five

RAG = (0.1, 0.2, 0.85, 0.2, 0.85)


def test_the_commonest_cause_of_wrong_answers_is_named_with_its_cheapest_cure() -> None:
    failures = {"rag": {"retrieval": 9, "reading": 4, "format": 2}, "lora": {"unshown": 40}}
    verdict = decide(five(*RAG, failures=failures))
    assert verdict.leaf == "rag"
    assert (
        "Of the 15 answers that RAG gets wrong, 9 have the same cause: retrieval missed it. Try "
        "other passage sizes and one passage more, on train and validation. No training."
    ) in verdict.cautions


def test_answers_that_nothing_explains_are_not_said_to_have_one_cause() -> None:
    failures = {"rag": {"other": 9, "reading": 4}}
    assert (
        "Of the 13 answers that RAG gets wrong, nothing that was looked at explains 9. Read some "
        "of these by hand; a better instruction or a larger model is the usual way."
    ) in decide(five(*RAG, failures=failures)).cautions
    below = decide(five(0.1, 0.2, 0.6, 0.2, 0.6, failures=failures)).next_step
    assert (
        "Begin with its wrong answers, most of which nothing that was looked at explains." in below
    )


def test_without_wrong_answers_no_cause_is_named() -> None:
    assert not any("same cause" in one for one in decide(five(*RAG)).cautions)
    apart = decide(five(*RAG, failures={"rag": {"retrieval": 1, "reading": 1}}))
    assert not any("same cause" in one for one in apart.cautions)


def test_more_answers_than_a_person_can_read_are_pointed_out() -> None:
    said = Stated(reviewed=True, volume_per_month=60_000)
    assert (
        "A person reads each of 60,000 answers a month, you say: at a minute each that is 1,000 "
        "hours. One of the two may be stated wrongly."
    ) in decide(five(*RAG, stated=said)).cautions
    few = Stated(reviewed=True, volume_per_month=600)
    assert not any("hours" in one for one in decide(five(*RAG, stated=few)).cautions)


def test_what_went_wrong_in_the_evaluation_is_a_caution() -> None:
    said = "Only the first 20 of 50 holdout examples were measured."
    assert said in decide(five(*RAG, flaws=(said,))).cautions


def test_private_data_at_an_address_is_pointed_out() -> None:
    said = decide(five(*RAG, model="far", parameters=None, stated=Stated(private=True))).cautions
    assert any("yet far answered at an address" in one for one in said)
    here = decide(five(*RAG, parameters=15_000_000, stated=Stated(private=True))).cautions
    assert not any("answered at an address" in one for one in here)


def test_citations_without_documents_are_pointed_out() -> None:
    evidence = five(*RAG, stated=Stated(needs_citations=True))
    missing = "Answers must cite a source, you say, but RAG"
    assert not any(one.startswith(missing) for one in decide(evidence).cautions)
    levers = {name: one for name, one in evidence.levers.items() if "rag" not in name}
    assert any(one.startswith(missing) for one in decide(replace(evidence, levers=levers)).cautions)


def test_a_lever_below_the_bar_is_worked_on_and_not_shipped() -> None:
    failures = {"rag": {"retrieval": 4, "needless": 9}}
    said = decide(five(0.1, 0.2, 0.6, 0.2, 0.6, failures=failures))
    assert said.leaf == "rag"
    assert said.next_step == (
        "Work on RAG, and do not ship it yet: it misses the bar of 80% by 20 points. Begin with "
        "the commonest cause of its wrong answers (abstained needlessly). Soften the rule about "
        "not knowing, or train on more questions that do have an answer. Then evaluate again."
    )
    assert decide(five(*RAG)).next_step.startswith("Ship RAG.")


def test_reading_each_answer_where_speed_matters_is_pointed_out() -> None:
    both = Stated(reviewed=True, latency_matters=True)
    assert any(
        "the reading takes longer" in one for one in decide(five(*RAG, stated=both)).cautions
    )
    slow = Stated(reviewed=True, latency_matters=False)
    assert not any("takes longer" in said for said in decide(five(*RAG, stated=slow)).cautions)


def test_levers_that_share_no_scored_example_are_not_called_unmeasured() -> None:
    apart = replace(five(*RAG), comparisons=())
    assert sentences.gap(apart, "rag", "prompt") == (
        "RAG and Prompt have no scored example in common."
    )
    few = replace(apart, levers={}, unscored=("rag",))
    assert sentences.gap(few, "rag", "prompt") == (
        "RAG was asked, but too few of its answers could be scored."
    )
