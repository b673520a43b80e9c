"""Every leaf is reached by evidence that one would expect to lead there, and says why."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import SettingOutOfRange
from core.evaluation.report import LeverReport, Measured, Report, Row, Told
from core.records import Finding, Task
from core.verdict import evidence as gathering
from core.verdict import turning
from core.verdict.deciding import decide
from core.verdict.evidence import Knowledge, Standing, Stated
from tests.figures import abstaining, five, measured, standing

FEW = Finding("few-examples", "Only 24 examples", 24, (), "Collect at least 50.", blocking=True)
LEAK = Finding("leak", "Holdout rows in train", 3, (4, 5, 6), "Group them.", blocking=True)


STABLE = Stated(knowledge_changes=False)
BUSY = Stated(volume_per_month=30_000)

CITED = Stated(knowledge_changes=False, needs_citations=True)
UNREAD = Stated(regulated=True, reviewed=False)
KEPT, LOST = (0.9, 0.8, 1.0), (0.1, 0.0, 0.3)  # shares of rightful abstentions
HARM = ("General skill fell from 70% to 40% of the questions kept for it.",)

CASES = {
    # a prompt is enough
    "prompting meets the bar": (five(0.85, 0.86, 0.88, 0.84, 0.9), "prompt"),
    "prompting meets the bar though RAG is better": (five(0.85, 0.8, 0.99, 0.8, 0.8), "prompt"),
    "nothing is ahead of prompting": (five(0.7, 0.7, 0.71, 0.68, 0.7), "prompt"),
    "prompting meets the bar though tuning is cheaper but worse": (
        five(0.9, 0.9, 0.9, 0.5, 0.9, stated=BUSY),
        "prompt",
    ),
    "two levers only, level": (measured({"prompt": 0.7, "rag": 0.7}), "prompt"),
    # examples
    "examples meet the bar": (five(0.5, 0.85, 0.85, 0.6, 0.85), "few-shot"),
    "nothing is ahead of examples": (five(0.4, 0.7, 0.7, 0.5, 0.71), "few-shot"),
    "examples cost ten times tuning, seldom used": (
        five(0.5, 0.85, 0.85, 0.87, 0.87, stated=Stated(volume_per_month=200)),
        "few-shot",
    ),
    "tuning is cheaper but worse": (five(0.5, 0.85, 0.85, 0.6, 0.84, stated=BUSY), "few-shot"),
    # documents
    "documents meet the bar": (five(0.1, 0.2, 0.85, 0.2, 0.99), "rag"),
    "documents help, tuning adds nothing": (five(0.1, 0.2, 0.6, 0.2, 0.6), "rag"),
    "documents help, without an adapter": (
        measured({"prompt": 0.1, "few-shot": 0.2, "rag": 0.6}),
        "rag",
    ),
    "tuning learned facts that change": (five(0.1, 0.2, 0.6, 0.6, 0.6), "rag"),
    "tuning learned facts that must be cited": (
        five(0.1, 0.2, 0.6, 0.6, 0.6, stated=CITED),
        "rag",
    ),
    "tuning learned less than documents say, though they stay": (
        five(0.1, 0.2, 0.7, 0.4, 0.7, stated=STABLE),
        "rag",
    ),
    "tuning on few rows is not trusted with facts": (
        five(0.1, 0.2, 0.6, 0.6, 0.6, stated=STABLE, train=40),
        "rag",
    ),
    "veto: both unlearned to abstain": (
        abstaining(five(0.1, 0.2, 0.5, 0.2, 0.75), rag=KEPT, lora_rag=LOST),
        "rag",
    ),
    "veto: both lost general skill": (five(0.1, 0.2, 0.5, 0.2, 0.75, harms=HARM), "rag"),
    # tuning
    "tuning learned facts that stay": (five(0.1, 0.2, 0.6, 0.6, 0.6, stated=STABLE), "fine-tune"),
    "form, and documents do not help": (five(0.2, 0.3, 0.2, 0.85, 0.85), "fine-tune"),
    "form, without documents": (
        measured({"prompt": 0.2, "few-shot": 0.3, "lora": 0.85}),
        "fine-tune",
    ),
    "form, documents help a little": (five(0.2, 0.3, 0.5, 0.85, 0.85), "fine-tune"),
    "form, below the bar, and documents add nothing": (
        five(0.2, 0.3, 0.2, 0.6, 0.6),
        "fine-tune",
    ),
    "tuning meets the bar, both are better still": (
        five(0.2, 0.3, 0.2, 0.84, 0.99),
        "fine-tune",
    ),
    "fifty train rows are enough": (five(0.2, 0.3, 0.2, 0.85, 0.85, train=50), "fine-tune"),
    # tuning for cost
    "examples cost ten times tuning": (
        five(0.5, 0.85, 0.85, 0.87, 0.87, stated=BUSY),
        "fine-tune-smaller",
    ),
    "examples cost ten times tuning, speed counts": (
        five(0.5, 0.85, 0.85, 0.87, 0.87, stated=Stated(latency_matters=True)),
        "fine-tune-smaller",
    ),
    "form, and documents only cost": (
        five(0.2, 0.3, 0.4, 0.85, 0.85, stated=BUSY),
        "fine-tune-smaller",
    ),
    "ten thousand answers a month are often": (
        five(0.5, 0.85, 0.85, 0.87, 0.87, stated=Stated(volume_per_month=10_000)),
        "fine-tune-smaller",
    ),
    # both
    "documents help, both are better": (five(0.1, 0.2, 0.5, 0.2, 0.75), "combine"),
    "form, and documents add to it": (five(0.2, 0.3, 0.35, 0.6, 0.78), "combine"),
    "only both together": (five(0.3, 0.35, 0.4, 0.4, 0.7), "combine"),
    "tuning beats documents, but facts change, and both hold": (
        five(0.1, 0.2, 0.5, 0.7, 0.7, stated=Stated(knowledge_changes=True)),
        "combine",
    ),
    # collect data first
    "too few examples": (five(0.9, 0.9, 0.9, 0.9, 0.9, findings=(FEW, LEAK)), "collect-data"),
    "faulty examples": (five(0.9, 0.9, 0.9, 0.9, 0.9, findings=(LEAK,)), "collect-data"),
    "form, with few train rows": (five(0.2, 0.3, 0.2, 0.85, 0.85, train=49), "collect-data"),
    "every lever fails alike": (five(0.1, 0.12, 0.1, 0.13, 0.1), "collect-data"),
    "veto: tuning unlearned to abstain": (
        abstaining(five(0.2, 0.3, 0.2, 0.85, 0.85), prompt=KEPT, lora=LOST),
        "collect-data",
    ),
    "veto: tuning lost general skill": (
        five(0.2, 0.3, 0.2, 0.85, 0.85, harms=HARM),
        "collect-data",
    ),
    # not enough evidence
    "a lead that is not yet sure": (five(0.5, 0.5, 0.6, 0.5, 0.6), "not-enough-evidence"),
    "only both together, with few train rows": (
        five(0.3, 0.35, 0.4, 0.4, 0.7, train=40),
        "not-enough-evidence",
    ),
    "one lever only": (measured({"prompt": 0.9}), "not-enough-evidence"),
    "no prompting": (measured({"rag": 0.9, "lora": 0.2}), "not-enough-evidence"),
    "no lever at all": (measured({}), "not-enough-evidence"),
    "the bar lies within the interval": (
        five(0.81, 0.81, 0.99, 0.81, 0.99),
        "not-enough-evidence",
    ),
    "a tie that is only unproven": (
        five(0.7, 0.7, 0.72, 0.68, 0.74, either=0.14),
        "not-enough-evidence",
    ),
    "documents lead, tuning's lead is too small to matter": (
        five(0.1, 0.2, 0.6, 0.2, 0.64, either=0.14),
        "rag",
    ),
    "documents lead, what tuning would add is unknown": (
        five(0.1, 0.2, 0.6, 0.2, 0.68, either=0.14),
        "not-enough-evidence",
    ),
    "every lever is near half the bar": (
        five(0.39, 0.38, 0.39, 0.38, 0.38),
        "not-enough-evidence",
    ),
    "veto: regulated, and nobody reads it": (
        five(0.95, 0.95, 0.95, 0.95, 0.95, stated=UNREAD),
        "not-enough-evidence",
    ),
    "veto: regulated stands above too few examples": (
        five(0.9, 0.9, 0.9, 0.9, 0.9, stated=UNREAD, findings=(FEW,)),
        "not-enough-evidence",
    ),
}


def test_there_are_at_least_forty_cases() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize("case", CASES)
def test_the_leaf_is_the_one_to_expect(case: str) -> None:
    evidence, leaf = CASES[case]
    assert decide(evidence).leaf == leaf


def test_every_leaf_of_the_command_line_is_reached() -> None:
    assert {leaf for _, leaf in CASES.values()} == {
        "prompt", "few-shot", "rag", "fine-tune", "fine-tune-smaller", "combine", "collect-data",
        "not-enough-evidence",
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_same_evidence_gives_the_same_verdict(case: str) -> None:
    evidence, _ = CASES[case]
    assert decide(evidence) == decide(evidence)


@pytest.mark.parametrize("case", CASES)
def test_every_step_shows_its_evidence_and_every_flip_leads_elsewhere(case: str) -> None:
    verdict = decide(CASES[case][0])
    assert verdict.because
    assert all(step.evidence and step.answer in ("yes", "no") for step in verdict.path)
    assert all(flip.what.startswith("If ") and flip.what.endswith(".") for flip in verdict.flips)


def test_two_ways_to_collect_data_are_told_apart() -> None:
    few = decide(CASES["too few examples"][0])
    assert (few.title, few.because) == (
        "Collect examples first",
        "Only 24 examples. Collect at least 50.",
    )
    faulty = decide(CASES["faulty examples"][0])
    assert (faulty.title, faulty.because) == (
        "Mend the examples first",
        "Holdout rows in train. Group them.",
    )
    failing = decide(CASES["every lever fails alike"][0])
    assert failing.title == "No measured lever does this task yet"


def test_a_small_holdout_is_not_enough_whatever_it_says() -> None:
    levers = {"prompt": standing(0.9, n=12), "rag": standing(0.95, n=12)}
    evidence = replace(measured({"prompt": 0.9, "rag": 0.95}), levers=levers)
    verdict = decide(evidence)
    assert verdict.leaf == "not-enough-evidence"
    assert verdict.because == (
        "12 holdout examples were scored (20 are needed); the best lever, RAG, is known to within "
        "4 points either way (20 are allowed)."
    )
    assert verdict.examples_needed == 8
    assert verdict.flips[0].what == (
        "If about 8 more holdout examples came out alike, the verdict would be "
        '"Prompt: a prompt is enough".'
    )


def test_a_wide_interval_is_not_enough() -> None:
    levers = {"prompt": Standing(0.5, 0.25, 0.75, 60), "rag": Standing(0.6, 0.3, 0.85, 60)}
    verdict = decide(replace(measured({"prompt": 0.5, "rag": 0.6}), levers=levers))
    assert verdict.leaf == "not-enough-evidence"
    # Half the width is 27.5 points: 60 (27.5 / 20)^2 = 113.4 examples would bring it to 20.
    assert verdict.flips == ()  # and then it would still be a lead that is not sure


def test_evidence_is_said_in_points_with_its_range() -> None:
    verdict = decide(
        five(0.1, 0.2, 0.6, 0.2, 0.6, knowledge=Knowledge(54, 31, 60, 57)),
    )
    assert verdict.because == (
        "RAG is better than Prompt by 50 points (47 to 53). RAG is better than Few-shot by 40 "
        "points (37 to 43). Of 54 questions that Prompt got wrong, RAG got 31 right. The "
        "passages held the answer to 95% of 60 questions. LoRA+RAG and RAG are a tie: +0 points "
        "(-3 to +3)."
    )


def test_what_is_not_told_apart_says_what_would_settle_it() -> None:
    verdict = decide(five(0.5, 0.5, 0.6, 0.5, 0.6, either=0.14))
    assert "RAG and Prompt are not told apart: +10 points (-4 to +24)" in verdict.path[6].evidence
    assert verdict.path[6].evidence.endswith("; about 63 more examples would settle a 5-point gap.")
    small = decide(five(0.5, 0.5, 0.53, 0.5, 0.53, either=0.06))
    assert "would settle a 5-point gap, a smaller one takes more." in small.path[4].evidence


def test_veto_a_tuned_model_that_no_longer_admits_what_it_does_not_know() -> None:
    evidence = CASES["documents help, both are better"][0]
    forgetful = {
        "rag": replace(evidence.levers["rag"], abstention=(0.9, 0.8, 1.0)),
        "lora+rag": replace(evidence.levers["lora+rag"], abstention=(0.1, 0.0, 0.3)),
    }
    verdict = decide(replace(evidence, levers={**evidence.levers, **forgetful}))
    assert verdict.leaf == "rag"
    assert verdict.path[-1].evidence == (
        "Where the documents do not say, RAG admits it 90% of the time, LoRA+RAG 10%."
    )


def test_a_lead_that_must_pay_is_said_to_lack_what_makes_it_pay() -> None:
    # Ahead by 3 points, known to within 3: shown at once, worth its upkeep 2 points later.
    ahead = five(0.1, 0.2, 0.6, 0.2, 0.63)
    assert turning.gaining(ahead, "lora+rag", ("rag",)) == "LoRA+RAG gained 2 points on RAG"
    # Ahead by 20 points, known to within 3: worth it until 15 are lost, though shown until 17.
    far = five(0.1, 0.2, 0.6, 0.2, 0.8)
    assert turning.gaining(far, "lora+rag", ("rag",)) == "LoRA+RAG lost 15 points against RAG"
    assert any("lost 15 points against RAG" in flip.what for flip in decide(far).flips)


def test_a_lead_that_ends_at_nothing_is_said_to_lack_a_little() -> None:
    # Ahead by 10 points, known to within 10: one example more and it is shown.
    ahead = five(0.1, 0.2, 0.6, 0.2, 0.7, either=0.1)
    assert turning.gaining(ahead, "lora+rag", ("rag",)) == (
        "LoRA+RAG gained less than a point on RAG"
    )


def test_a_lead_that_only_the_corrected_test_denies_is_told_apart_from_a_short_one() -> None:
    shown = five(0.1, 0.2, 0.6, 0.2, 0.8)
    pairs = tuple(
        replace(pair, verdict="tie") if {pair.a, pair.b} == {"rag", "lora+rag"} else pair
        for pair in shown.comparisons
    )
    denied = replace(shown, comparisons=pairs)
    assert turning.gaining(denied, "lora+rag", ("rag",)) == (
        "the lead of LoRA+RAG over RAG held when all pairs are corrected for"
    )


def test_levers_without_an_example_in_common_are_said_to_lack_one() -> None:
    shown = five(0.1, 0.2, 0.2, 0.6, 0.2)
    pairs = tuple(pair for pair in shown.comparisons if {pair.a, pair.b} != {"lora", "few-shot"})
    apart = replace(shown, comparisons=pairs)
    assert turning.leading(apart, "lora", ("prompt", "few-shot")) == (
        "LoRA were measured on examples of Few-shot, and better there"
    )
    assert decide(apart).leaf


def test_both_together_on_few_rows_lack_rows() -> None:
    few = five(0.1, 0.2, 0.2, 0.2, 0.8, train=30)
    assert turning.combining(few, ("prompt", "rag")) == "there were 20 more train examples"
    assert turning.combining(replace(few, train=200), ("prompt", "rag")) == (
        "LoRA+RAG lost 55 points against RAG"
    )


def test_margins_say_how_far_each_answer_is_from_turning() -> None:
    said = [flip.what for flip in decide(CASES["documents help, tuning adds nothing"][0]).flips]
    assert said == [
        # RAG leads by 50 and by 40, known to within 3: level comes before the bar of 80 %.
        'If Prompt scored more than 47 points higher, the verdict would be "Prompt: a prompt is '
        'enough".',
        'If Few-shot scored more than 37 points higher, the verdict would be "Few-shot: show the '
        'model examples".',
        'If RAG lost 37 points against Few-shot, the verdict would be "Not enough evidence".',
        "If LoRA+RAG gained 5 points on RAG, the verdict would be "
        '"LoRA+RAG: fine-tune, and let the model read your documents".',
    ]


def test_a_stated_answer_that_decides_is_named() -> None:
    verdict = decide(CASES["tuning learned facts that change"][0])
    (flip,) = [flip for flip in verdict.flips if flip.source == "stated"]
    assert flip.what == 'If the knowledge did not change, the verdict would be "LoRA: fine-tune".'
    assert flip.leaf == "fine-tune"
    seldom = decide(CASES["examples cost ten times tuning, seldom used"][0])
    assert [flip.what for flip in seldom.flips if flip.source == "stated"] == [
        "If there were 10,000 answers a month, the verdict would be "
        '"LoRA for cost: as good for half the tokens".',
        'If speed mattered, the verdict would be "LoRA for cost: as good for half the tokens".',
    ]


def test_the_sources_of_answers_are_named() -> None:
    verdict = decide(CASES["tuning learned facts that change"][0])
    said = {step.key: step for step in verdict.path}
    assert said["changes"].source == "stated"
    assert said["changes"].evidence == "The knowledge was not described, so it is taken to change."
    assert [step.key for step in verdict.path if step.source == "stated"] == ["reviewed", "changes"]
    assert all(step.threshold for step in verdict.path)


def test_cautions_follow_the_evidence() -> None:
    stated = Stated(regulated=True, private=True, needs_citations=True)
    verdict = decide(five(0.7, 0.7, 0.71, 0.68, 0.7, stated=stated, opened=9))
    said = " ".join(verdict.cautions)
    assert "Not ready to ship: Prompt scores 70% (66% to 74%) against a bar of 80%." in said
    assert "name who reviews each answer" in said
    read = replace(stated, reviewed=True)
    again = decide(five(0.7, 0.7, 0.71, 0.68, 0.7, stated=read))
    assert "a person reviews each answer before" in " ".join(again.cautions)
    assert "logs under your retention period" in said
    assert "only RAG can show passages" in said
    assert "opened 9 times" in said


def test_levers_that_were_not_measured_are_named_once_with_what_they_need() -> None:
    three = measured({"prompt": 0.7, "few-shot": 0.7, "rag": 0.72})
    untuned = replace(three, skipped=("lora", "lora+rag"))
    assert decide(untuned).cautions[0] == (
        "LoRA and LoRA+RAG were not measured, so this verdict says nothing about them. Train an "
        "adapter on the Train page, then evaluate again."
    )
    unread = replace(measured({"prompt": 0.7, "lora": 0.7}), skipped=("rag", "lora+rag"))
    assert decide(unread).cautions[:2] == (
        "Few-shot was not measured, so this verdict says nothing about it. Evaluate again with "
        "all levers switched on.",
        "RAG and LoRA+RAG were not measured, so this verdict says nothing about them. Add "
        "documents on the Documents page if the task has any, then evaluate again.",
    )


def test_a_lever_that_was_not_chosen_is_not_said_to_lack_an_adapter() -> None:
    assert decide(measured({"prompt": 0.7, "few-shot": 0.7, "rag": 0.72})).cautions[0] == (
        "LoRA and LoRA+RAG were not measured, so this verdict says nothing about them. Evaluate "
        "again with all levers switched on."
    )


def test_the_model_s_size_stands_beside_the_verdict() -> None:
    verdict = decide(five(0.85, 0.86, 0.88, 0.84, 0.9))
    assert verdict.rehearsal.startswith(
        "A rehearsal: measured on tiny, a small model of 30 million parameters."
    )
    large = decide(five(0.85, 0.86, 0.88, 0.84, 0.9, parameters=8_000_000_000))
    assert large.rehearsal == "Measured on tiny, a model of 8 billion parameters."


def test_costs_are_tokens_and_their_ratio_to_prompting() -> None:
    costs = decide(CASES["examples cost ten times tuning"][0]).costs
    assert costs["levers"]["lora"] == {
        "tokens_per_answer": 40.0,
        "seconds_per_answer": None,
        "times_prompt": 0.4,
        "tokens_per_month": 1_200_000.0,
    }
    assert costs["volume_per_month"] == 30_000


def test_the_json_has_exactly_the_contract_s_fields_and_more() -> None:
    made = decide(CASES["documents meet the bar"][0]).to_json()
    assert {
        "task", "leaf", "confidence", "because", "path", "flips", "next_step", "cautions", "costs",
        "guides", "model", "evaluation",
    } <= set(made)  # fmt: skip
    assert {"question", "answer", "evidence", "source"} <= set(made["path"][0])
    assert {"a", "b", "c"} <= set(made["guides"])


TASK = Task("shop", "Shop", "", "", "text", "exact_match", 0.8, (), Path())


def test_a_verdict_on_an_older_version_of_the_task_says_so() -> None:
    changed = gathering.evidence(TASK, report(), [], {})
    current = gathering.evidence(TASK, report(task_version=TASK.version), [], {})
    warning = (
        "The task, its documents, an adapter or the model has changed since this evaluation: "
        "evaluate again before you act on it."
    )
    assert decide(changed).cautions[0] == warning
    assert warning not in decide(current).cautions


def lever_report(mean: float | None) -> LeverReport:
    seen = Measured(mean, mean, mean, 60 if mean is not None else 0, 0)
    abstained = Measured(0.5, 0.2, 0.8, 8, 0)
    metrics = {"exact_match": seen, "abstention": abstained}
    return LeverReport(metrics, 0.5, 0.7, 90.0, 10.0, 8, 8, 0, "", "", "", "v1", "")


def report(**more: Any) -> Report:
    told = (
        Row(1, 0, "", True, {"prompt": Told(0.0), "rag": Told(1.0)}),
        Row(2, 1, "", True, {"prompt": Told(0.0), "rag": Told(0.0)}),
        Row(3, 2, "", False, {"prompt": Told(0.4), "rag": Told(None)}),
        Row(4, 3, "", None, {"prompt": Told(1.0), "rag": Told(1.0)}),
    )
    levers = {"prompt": lever_report(0.2), "rag": lever_report(None)}
    plain = Report(
        "shop", "v", "exact_match", 0.8, {"train": 180}, 60, 2, levers, (), (), told, {},
        "tiny", "d", 30, id=7,
    )  # fmt: skip
    return replace(plain, **more)


def test_evidence_gathers_figures_knowledge_and_statements() -> None:
    stated = {"knowledge_changes": True, "volume_per_month": 900.0, "colour": "red"}
    found = gathering.evidence(TASK, report(), [LEAK], stated)
    assert found.levers == {
        "prompt": Standing(0.2, 0.2, 0.2, 60, 100.0, 0.5, 0, (0.5, 0.2, 0.8), 10.0),
    }
    assert found.knowledge == Knowledge(failures=3, rescued=1, searched=3, found=2)
    assert found.stated == Stated(knowledge_changes=True, volume_per_month=900.0)
    assert (found.train, found.opened, found.evaluation) == (180, 2, 7)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("volume_per_month", -1.0),
        ("volume_per_month", True),
        ("volume_per_month", float("nan")),
        ("regulated", "maybe"),
        ("regulated", 1.0),
    ],
)
def test_a_stated_answer_of_the_wrong_kind_is_refused(key: str, value: Any) -> None:
    with pytest.raises(SettingOutOfRange, match=key):
        gathering.evidence(TASK, report(), [], {key: value})


def test_a_comparison_reads_the_same_from_either_side() -> None:
    evidence = measured({"prompt": 0.2, "rag": 0.6})
    there, back = evidence.gap("rag", "prompt"), evidence.gap("prompt", "rag")
    assert there is not None
    assert back is not None
    assert (there.verdict, back.verdict) == ("better", "worse")
    assert (there.low, there.high) == pytest.approx((0.37, 0.43))
    assert (back.low, back.high) == pytest.approx((-0.43, -0.37))
