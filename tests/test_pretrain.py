"""How the embedded model is made: its template, its practice, and what ships."""

import json
import operator
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from core.pretrain import batches, curriculum, tokenizer, writing
from core.pretrain.skills import (
    counting,
    filling,
    instructions,
    labels,
    open_facts,
    reading,
    rewriting,
    tables,
    values,
    worlds,
)
from core.pretrain.skills.drawing import ABSTENTION, Chat, Draw, allowed, kept_for_testing

EMBEDDED = Path(__file__).parent.parent / "core" / "models" / "embedded"
SEEDS = range(40)


@pytest.fixture(scope="module")
def pieces() -> Any:
    """The tokenizer that ships."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(EMBEDDED, local_files_only=True)


def test_the_template_writes_a_chat_of_several_turns(pieces: Any) -> None:
    chat = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hi "},
        {"role": "assistant", "content": "Hello!"},
        {"role": "user", "content": "Bye"},
    ]
    shown = pieces.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
    assert shown == (
        "<|system|> Be brief.\n<|user|> Hi\n<|assistant|> Hello!<|end|><|user|> Bye\n<|assistant|>"
    )


def test_training_writes_turns_as_the_template_does(pieces: Any) -> None:
    chat = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello!"}]
    written = "".join(tokenizer.turn(each["role"], each["content"]) for each in chat)
    assert written == "<|user|> Hi\n<|assistant|> Hello!<|end|>"
    assert pieces.apply_chat_template(chat, tokenize=False) == written


def test_each_digit_and_each_special_token_is_one_piece(pieces: Any) -> None:
    assert pieces.tokenize("in 2026") == ["in", "Ġ", "2", "0", "2", "6"]
    assert pieces.tokenize("<|user|><|end|>") == ["<|user|>", "<|end|>"]
    assert (pieces.eos_token, pieces.pad_token) == ("<|end|>", "<|pad|>")


def test_a_word_is_the_same_piece_in_a_passage_and_at_the_start_of_an_answer(pieces: Any) -> None:
    assert pieces.tokenize("<|assistant|> Returns")[-1] in pieces.tokenize("see Returns now")


@pytest.mark.parametrize("seed", SEEDS)
def test_an_answer_stands_in_the_passages_and_a_missing_one_does_not(seed: int) -> None:
    chat = reading.passages(Draw(Random(seed)))
    shown = chat.turns[1][1]
    assert shown.startswith("Passages:\n\n[1] ")
    assert chat.turns[0][1].endswith(
        "\nAnswer from the passages. If they do not tell, say: The documents do not say."
    )
    if chat.answer == ABSTENTION:
        assert ABSTENTION not in shown
    elif chat.answer not in ("Yes", "No"):  # those are told by a sentence, not by a word
        assert chat.answer.lower() in shown.lower()


def test_a_question_is_answered_only_where_its_fact_is_told() -> None:
    draw = Draw(Random(3))
    told, untold = reading._facts(draw)
    missing = reading._asked(draw, told, untold, unanswerable=1.0)[0]
    assert missing.answer == "The documents do not say."
    assert missing.question in {each.question for each in untold}
    found = reading._asked(draw, told, untold, unanswerable=0.0)[0]
    assert (found.question, found.answer) in {(each.question, each.answer) for each in told}


@pytest.mark.parametrize("world", [*worlds.practised(), *worlds.unfamiliar()], ids=lambda w: w.name)
def test_every_rule_of_a_world_can_be_told_and_asked_for(world: worlds.World) -> None:
    names = [name for rule in world.rules for name in rule.names]
    assert len(set(names)) == len(names)
    for rule in world.rules:
        assert len(rule.asks) >= 5
        assert not any("{" in asked for asked in rule.asks)
        if rule.kind == worlds.YES_NO:
            assert min(len(rule.says), len(rule.denies)) >= 3
        else:
            assert rule.kind in values.VALUES or rule.kind.count(" / ") >= 3
            assert all(said.lower().count("{v}") == 1 for said in rule.says)


def test_yes_and_no_follow_from_what_is_told() -> None:
    rule = worlds.Rule(worlds.YES_NO, ("dogs",), ("Dogs may enter.",), ("No dogs.",), ("Dogs?",))
    world = worlds.World("garden", (rule,))
    told = {
        (made.sentence, made.answer)
        for seed in range(20)
        for made in worlds.told(Draw(Random(seed)), world, 1)
    }
    assert told == {("Dogs may enter.", "Yes"), ("No dogs.", "No")}


def test_worlds_kept_for_evaluation_are_not_practised() -> None:
    practised = {world.name for world in worlds.practised()}
    assert not practised & {world.name for world in worlds.unfamiliar()}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_record_holds_what_the_notice_tells_under_the_keys_asked_for(seed: int) -> None:
    chat = filling.record(Draw(Random(seed)))
    made = json.loads(chat.answer)
    inner = [each for each in made.values() if isinstance(each, dict)] or [made]
    for key, value in [pair for each in inner for pair in each.items()]:
        assert key in chat.turns[0][1]
        assert value is None or value.lower() in chat.turns[1][1].lower()


def test_sums_come_out() -> None:
    chats = [_sum(seed).turns for seed in range(300)]
    asked = [(a, b) for turns in chats for (_, a), (_, b) in pairwise(turns)]
    simple = re.compile(r"(\d+) ([-+x]) (\d+) =")
    found = [(match, answer) for question, answer in asked if (match := simple.fullmatch(question))]
    assert {match[2] for match, _ in found} == {"+", "-", "x"}
    work_out = {"+": operator.add, "-": operator.sub, "x": operator.mul}
    for match, answer in found:
        assert work_out[match[2]](int(match[1]), int(match[3])) == int(answer)


def _sum(seed: int) -> Chat:
    return counting.sums(Draw(Random(seed)))


def test_phrasings_and_names_kept_for_evaluation_are_never_trained_on() -> None:
    phrasings = ["a", "b", "c", "d", "e", "f"]
    assert list(allowed(phrasings, held_out=True)) == ["e"]
    assert list(allowed(phrasings, held_out=False)) == ["a", "b", "c", "d", "f"]
    trained = {Draw(Random(seed)).name(lambda d: d.one(d.words.proper)) for seed in range(300)}
    assert not any(kept_for_testing(name) for name in trained)


@pytest.mark.parametrize("skill", curriculum.GENERATED, ids=lambda skill: skill.__name__)
def test_the_same_seed_gives_the_same_chat_and_it_ends_with_an_answer(skill: Any) -> None:
    chat = skill(Draw(Random(5)))
    assert chat == skill(Draw(Random(5)))
    assert chat.turns[-1][0] == "assistant"
    assert chat.answer


def test_contractions_go_both_ways() -> None:
    assert rewriting.contract("We are sorry, it is late.") == "We're sorry, it's late."
    assert rewriting.expand("We're sorry, it's late.") == "We are sorry, it is late."


def test_copying_comes_first_and_chats_grow_longer() -> None:
    assert curriculum.stage(0.05).facts == (1, 2)
    assert curriculum.stage(0.999).max_tokens == 1024


class Counting:
    """Practice whose chats count up from a number that the writer draws."""

    def __init__(self, _: Path, rng: Random) -> None:
        self.last = rng.randrange(1000)

    def chat(self, _: curriculum.Stage) -> Chat:
        self.last += 1
        return Chat("x", (("user", f"After {self.last - 1}?"), ("assistant", str(self.last))))


def test_batches_written_ahead_are_those_a_process_writes_itself(
    monkeypatch: pytest.MonkeyPatch, pieces: Any, tmp_path: Path
) -> None:
    monkeypatch.setattr(curriculum, "Practice", Counting)
    written = writing.Written(tmp_path, pieces, batch_tokens=64, seed=3)
    here, _ = next(writing.batches(written, writers=0))
    ahead, weights = next(writing.batches(written, writers=1))
    assert here.tolist() == ahead.tolist()
    assert weights.shape == ahead.shape


def test_the_answer_weighs_more_than_the_prompt(pieces: Any) -> None:
    chat = Chat("x", (("user", "Hi"), ("assistant", "Yes")))
    ids, weights = batches.weigh(chat, pieces)
    assert pieces.convert_ids_to_tokens(ids)[-2:] == ["ĠYes", "<|end|>"]
    assert weights[-2:] == [1.0, 1.0]
    assert max(weights[:-2]) < 0.2


def test_the_model_that_ships_is_small_and_has_a_card() -> None:
    assert sum(file.stat().st_size for file in EMBEDDED.rglob("*")) < 30_000_000
    card = (EMBEDDED / "README.md").read_text(encoding="utf-8")
    assert "CC BY" in card
    assert "parameters" in card


def test_the_model_that_ships_answers_from_a_passage(pieces: Any) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(
        EMBEDDED, local_files_only=True, dtype=torch.float32
    )
    chat = [
        {"role": "system", "content": f"Answer the question.\n{reading.GROUNDED}"},
        {
            "role": "user",
            "content": "Passages:\n\n[1] Library > Opening\nThe library opens at 9 am."
            "\n\nQuestion: When does the library open?",
        },
    ]
    shown = pieces.apply_chat_template(
        chat, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    made = model.generate(**shown, max_new_tokens=12)
    said = pieces.decode(made[0, shown["input_ids"].shape[1] :], skip_special_tokens=True)
    assert said.strip() == "9 am"


def test_every_desk_has_other_names_and_none_has_two_meanings() -> None:
    called = {desk: names.split(", ") for desk, names in tables.pairs("called").items()}
    assert set(called) == set(labels.DESKS)
    every = [*called, *(name for names in called.values() for name in names)]
    assert [name for name, count in Counter(every).items() if count > 1] == []


@pytest.mark.parametrize(
    ("verb", "done"),
    [("carry", "carried"), ("scan", "scanned"), ("visit", "visited"), ("store", "stored"),
     ("send", "sent"), ("pack", "packed"), ("weigh", "weighed")],
)  # fmt: skip
def test_what_was_done_is_spelt_as_people_spell_it(verb: str, done: str) -> None:
    assert open_facts.past(verb) == done


@pytest.mark.parametrize("seed", SEEDS)
def test_the_keys_asked_for_stand_in_the_instruction_however_it_is_worded(seed: int) -> None:
    system = instructions.filling(Draw(Random(seed)), ("name", "order_date"))
    assert "name" in system
    assert "order_date" in system
    assert "{" not in system.replace('{"name": ', "")


@pytest.mark.parametrize("seed", range(200))
def test_capital_letters_hide_no_other_rule(seed: int) -> None:
    chat = rewriting.rewritten(Draw(Random(seed)))
    if chat.answer.isupper():
        system = chat.turns[0][1]
        asked = any(phrase in system for phrase in tables.phrases("ask contracted"))
        assert not asked or rewriting.contract(chat.answer.lower()) == chat.answer.lower()


def test_formal_words_at_the_head_of_a_sentence_leave_no_gap() -> None:
    assert rewriting.plain("The total sum of 40 euros is due.") == "40 euros is due."
    assert rewriting.plain("Prior to May, we wait.") == "Before May, we wait."
