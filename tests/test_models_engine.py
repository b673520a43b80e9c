"""The engine with real, tiny models: right answers, whatever else goes on."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import AdapterRefused, FirstLeverError, ModelUnavailable, PromptTooLong
from core.models import engine as engine_room
from core.models.backbone import load
from core.models.engine import Engine
from core.records import Adapter, Generated, Message, Request
from tests import tiny

TARGETS = {"llama": ("q_proj", "v_proj"), "lfm2": ("q_proj", "in_proj", "w1")}


class Shelf:
    """One tiny base with an engine and adapters on it."""

    def __init__(self, folder: Path, family: tiny.Family) -> None:
        self.base = tiny.checkpoint(folder / family, family)
        targets = TARGETS[family]
        self.a = tiny.adapter(folder / "a", self.base, 1, targets)
        self.b = tiny.adapter(folder / "b", self.base, 2, targets, use_rslora=True)
        self.dora = tiny.adapter(folder / "dora", self.base, 3, targets, use_dora=True)
        self.whole = tiny.whole(folder / "whole", self.base, family)
        self.engine = Engine(load(str(self.base)))


@pytest.fixture(scope="module", params=["llama", "lfm2"])
def shelf(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path_factory.mktemp(request.param), request.param)
    yield shelf
    shelf.engine.close()


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path_factory.mktemp("llama"), "llama")
    yield shelf
    shelf.engine.close()


def answers(
    engine: Engine, requests: Sequence[Request], cancel: threading.Event | None = None
) -> list[Generated | FirstLeverError]:
    """What ended each request; the deltas must add up to its text."""
    ends: dict[int, Generated | FirstLeverError] = {}
    texts = [""] * len(requests)
    for piece in engine.stream(requests, cancel or threading.Event()):
        assert piece.index not in ends
        texts[piece.index] += piece.text
        end = piece.done or piece.error
        if end:
            ends[piece.index] = end
    for index, end in ends.items():
        assert isinstance(end, FirstLeverError) or end.text == texts[index]
    return [ends[index] for index in range(len(requests))]


def texts(engine: Engine, requests: Sequence[Request]) -> list[str]:
    found = answers(engine, requests)
    return [end.text for end in found if isinstance(end, Generated)]


def test_a_batch_of_adapters_and_lengths_answers_as_each_alone(shelf: Shelf) -> None:
    lanes = (None, shelf.a, shelf.b, shelf.dora, shelf.whole)
    requests = [tiny.ask("why? " * times, lane) for times in (1, 4, 9) for lane in lanes]
    together = texts(shelf.engine, requests)
    alone = [texts(shelf.engine, [request])[0] for request in requests]
    assert together == alone
    assert len(set(together[-5:])) == 5  # base, adapters and weights differ on one prompt


def test_the_last_long_answers_of_a_batch_go_on_in_another_group(shelf: Shelf) -> None:
    requests = [tiny.ask(f"row {n}", max_tokens=24 if n % 8 == 0 else 2) for n in range(24)]
    together = answers(shelf.engine, requests)
    assert [end.new_tokens for end in together if isinstance(end, Generated)] == [
        24 if n % 8 == 0 else 2 for n in range(24)
    ]
    alone = [texts(shelf.engine, [request])[0] for request in requests]
    assert [end.text for end in together if isinstance(end, Generated)] == alone


def test_the_base_answers_as_before_any_adapter_was_there(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "lfm2")
    before = texts(shelf.engine, [tiny.ask("who are you?")])
    mixed = texts(shelf.engine, [tiny.ask("who are you?", who) for who in (None, shelf.a)])
    after = texts(shelf.engine, [tiny.ask("who are you?")])
    shelf.engine.close()
    assert before == after == mixed[:1]
    assert mixed[0] != mixed[1]


def test_eight_threads_with_three_adapters_get_what_they_get_alone(shelf: Shelf) -> None:
    lanes = (None, shelf.a, shelf.b, shelf.dora, shelf.whole)
    requests = [tiny.ask(f"question {n % 9}", lanes[n % 5], max_tokens=8) for n in range(80)]
    alone = [texts(shelf.engine, [request])[0] for request in requests]
    with ThreadPoolExecutor(8) as threads:
        crowd = list(threads.map(lambda request: texts(shelf.engine, [request])[0], requests))
    assert crowd == alone


def test_all_weights_answer_as_the_checkpoint_they_are_and_leave_the_base_alone(
    shelf: Shelf,
) -> None:
    asked = tiny.ask("who are you?")
    before = texts(shelf.engine, [asked])
    beside = texts(shelf.engine, [asked, tiny.ask("who are you?", shelf.whole)])
    apart = Engine(load(str(shelf.whole.folder)))
    expected = texts(apart, [asked])
    apart.close()
    assert beside == [*before, *expected]
    assert before != expected


def test_a_second_run_of_all_weights_takes_the_place_of_the_first(
    llama: Shelf, tmp_path: Path
) -> None:
    other = tiny.whole(tmp_path / "other", llama.base, seed=10)
    lanes = (llama.whole, other, llama.whole)
    first, second, again = (texts(llama.engine, [tiny.ask("hello", lane)])[0] for lane in lanes)
    assert first == again != second


def test_all_weights_that_changed_since_or_find_no_room_are_refused_and_the_rest_answers(
    llama: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tiny.whole(tmp_path / "changed", llama.base, seed=11)
    tiny.flip(changed.folder / "model.safetensors")
    refused, said = answers(llama.engine, [tiny.ask("hi", changed), tiny.ask("hi")])
    assert isinstance(refused, AdapterRefused)
    assert "have changed since they were chosen" in refused.problem
    assert isinstance(said, Generated)
    large = tiny.whole(tmp_path / "large", llama.base, seed=12)
    monkeypatch.setattr("core.models.whole.ROOM", 1e12)
    (crowded,) = answers(llama.engine, [tiny.ask("hi", large)])
    assert isinstance(crowded, AdapterRefused)
    assert "of memory beside the base" in crowded.problem


def test_the_weights_of_the_base_are_the_same_with_adapters_on_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "llama")
    before = shelf.engine.weights()
    for lane in (shelf.a, shelf.dora, shelf.whole):
        texts(shelf.engine, [tiny.ask("hello", lane)])
    assert shelf.engine.weights() == before
    shelf.engine.close()
    with pytest.raises(ModelUnavailable, match="was let go"):
        shelf.engine.weights()


def test_each_row_keeps_its_own_cap(llama: Shelf) -> None:
    caps = (1, 5, 17)
    found = answers(llama.engine, [tiny.ask("go on", max_tokens=cap) for cap in caps])
    assert [(end.new_tokens, end.ending) for end in found if isinstance(end, Generated)] == [
        (1, "length"),
        (5, "length"),
        (17, "length"),
    ]


def test_an_answer_stops_before_its_end_token(llama: Shelf) -> None:
    backbone = load(str(llama.base))
    row = llama.engine._row(engine_room.Submission(1, threading.Event()), 0, tiny.ask("hi"))
    llama.engine._generate([row])
    third = row.text.tokens[2]
    brief = Engine(replace(backbone, stops=frozenset({third})))
    (end,) = answers(brief, [tiny.ask("hi")])
    brief.close()
    assert isinstance(end, Generated)
    assert (end.new_tokens, end.ending) == (row.text.tokens.index(third), "end")


def test_a_prompt_that_does_not_fit_ends_that_row_only(llama: Shelf) -> None:
    long, short = answers(llama.engine, [tiny.ask("x" * 300), tiny.ask("hi")])
    assert isinstance(long, PromptTooLong)
    # 300 letters, three spaces or line ends and two special tokens
    assert long.problem == "The prompt has 304 tokens; llama takes at most 240."
    assert isinstance(short, Generated)


def test_an_answer_is_clipped_to_the_context(llama: Shelf) -> None:
    (end,) = answers(llama.engine, [tiny.ask("x" * 202, max_tokens=200)])
    assert isinstance(end, Generated)
    assert (end.prompt_tokens, end.new_tokens, end.ending) == (206, 50, "length")


def test_cancelling_ends_every_row_within_two_seconds(llama: Shelf) -> None:
    cancel = threading.Event()
    stream = llama.engine.stream([tiny.ask("go", max_tokens=200) for _ in range(40)], cancel)
    next(stream)
    cancel.set()
    started = time.monotonic()
    ends = [piece.done for piece in stream if piece.done]
    assert time.monotonic() - started < 2
    assert len(ends) == 40
    assert ends[-1].ending == "cancelled"


def test_a_dropped_iterator_stops_the_work(llama: Shelf) -> None:
    stream = llama.engine.stream(
        [tiny.ask("go", max_tokens=200) for _ in range(200)], threading.Event()
    )
    next(stream)
    del stream
    started = time.monotonic()
    assert texts(llama.engine, [tiny.ask("next please", max_tokens=2)])
    assert time.monotonic() - started < 2


def test_seconds_are_capped(llama: Shelf) -> None:
    (end,) = answers(llama.engine, [tiny.ask("go", max_tokens=200, seconds=0.0)])
    assert isinstance(end, Generated)
    assert (end.ending, end.new_tokens, end.text) == ("time", 0, "")


def test_nothing_of_a_batch_that_was_broken_off_is_left(llama: Shelf) -> None:
    lanes = [tiny.ask("hi", lane) for lane in (None, llama.a, llama.b)]
    before = texts(llama.engine, lanes)
    answers(llama.engine, [tiny.ask("hi", lane, seconds=0.0) for lane in (llama.b, llama.a)])
    assert texts(llama.engine, lanes[:1]) == before[:1]
    assert texts(llama.engine, lanes) == before


def test_a_question_does_not_wait_for_a_whole_evaluation(llama: Shelf) -> None:
    many = [tiny.ask(f"row {n}", max_tokens=40) for n in range(160)]
    evaluation = llama.engine.stream(many, threading.Event())
    next(evaluation)
    texts(llama.engine, [tiny.ask("me", max_tokens=2)])
    assert len(evaluation._submission.waiting) >= 160 - 3 * 48  # type: ignore[attr-defined]
    assert sum(bool(piece.done) for piece in evaluation) == 160


def test_a_few_questions_go_before_a_large_batch() -> None:
    order: list[int] = []

    class Slow(Engine):
        def __init__(self) -> None:
            self.name, self._turns = "slow", engine_room.queue.PriorityQueue()
            self._order = engine_room.itertools.count()

    slow = Slow()
    for requests in (100, 3, 9, 1):
        slow._enqueue(engine_room.Submission(requests, threading.Event()))
    while not slow._turns.empty():
        submission = slow._turns.get()[2]
        assert submission
        order.append(submission.requests)
    assert order == [3, 1, 100, 9]


def test_an_adapter_of_another_base_is_refused(llama: Shelf) -> None:
    foreign = Adapter("elsewhere", llama.a.folder, llama.a.digest, "0" * 64)
    refused, fine = answers(llama.engine, [tiny.ask("hi", foreign), tiny.ask("hi", llama.a)])
    assert isinstance(refused, AdapterRefused)
    assert refused.problem == "The adapter of elsewhere was trained on another model than llama."
    assert isinstance(fine, Generated)


def test_an_adapter_that_changed_on_disk_is_refused(llama: Shelf, tmp_path: Path) -> None:
    late = tiny.adapter(tmp_path / "late", llama.base, 7)
    tiny.rewrite(late.folder, lora_alpha=99)
    (refused,) = answers(llama.engine, [tiny.ask("hi", late)])
    assert isinstance(refused, AdapterRefused)
    assert refused.problem == "The adapter of late has changed since it was chosen."


def test_an_adapter_that_does_not_fit_leaves_no_trace(tmp_path: Path) -> None:
    base = tiny.checkpoint(tmp_path / "llama")
    other = tiny.checkpoint(tmp_path / "lfm2", "lfm2")
    engine = Engine(load(str(base)))
    before = texts(engine, [tiny.ask("hi")])
    for number, targets in enumerate((("in_proj",), ("q_proj", "in_proj"))):
        stray = tiny.adapter(tmp_path / f"stray{number}", other, targets=targets)
        posing = Adapter(stray.run, stray.folder, stray.digest, engine.digest)
        (refused,) = answers(engine, [tiny.ask("hi", posing)])
        assert isinstance(refused, AdapterRefused)
    fitting = tiny.adapter(tmp_path / "fits", base)
    after = texts(engine, [tiny.ask("hi"), tiny.ask("hi", fitting)])
    engine.close()
    assert after[:1] == before
    assert after[1] != before[0]


def test_more_adapters_than_fit_take_turns(llama: Shelf, tmp_path: Path) -> None:
    many = [tiny.adapter(tmp_path / str(n), llama.base, 20 + n) for n in range(10)]
    first = texts(llama.engine, [tiny.ask("hi", adapter) for adapter in many])
    again = [texts(llama.engine, [tiny.ask("hi", adapter)])[0] for adapter in many]
    assert first == again
    assert len(llama.engine._switches.model.peft_config) == 8


def test_a_bug_reaches_the_caller_and_the_next_answer_is_right(
    llama: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    lanes = [tiny.ask("hi"), tiny.ask("hi", llama.a), tiny.ask("hi", llama.b)]
    before = texts(llama.engine, lanes)
    with monkeypatch.context() as broken:
        broken.setattr(engine_room.Row, "take", lambda row, token: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            list(llama.engine.stream(lanes, threading.Event()))
    assert texts(llama.engine, lanes) == before
    assert texts(llama.engine, lanes[:1]) == before[:1]  # no hook of the broken batch is left


def test_no_requests_is_no_pieces(llama: Shelf) -> None:
    assert list(llama.engine.stream([], threading.Event())) == []


def test_the_prompt_is_counted_as_it_is_sent(llama: Shelf) -> None:
    # <|system|> " Be brief." newline, <|user|> " hi" newline, <|assistant|>
    messages = (Message("system", "Be brief."), Message("user", "hi"))
    assert llama.engine.count(messages) == 1 + 10 + 1 + 1 + 3 + 1 + 1


def test_a_closed_engine_refuses_and_lets_nobody_hang(tmp_path: Path) -> None:
    engine = Engine(load(str(tiny.checkpoint(tmp_path / "llama"))))
    waiting = engine.stream([tiny.ask("go") for _ in range(64)], threading.Event())
    next(waiting)
    engine.close()
    ends = [piece.done or piece.error for piece in waiting if piece.done or piece.error]
    assert len(ends) == 64
    assert isinstance(ends[-1], ModelUnavailable)
    with pytest.raises(ModelUnavailable, match="let go"):
        engine.stream([tiny.ask("hi")], threading.Event())
