"""The worker's parts, on a model of a few thousand weights in this process."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from core.errors import CannotTrain
from core.models import backbone
from core.records import Message
from core.training import adapting, hardware, sampling, worker
from core.training.recipe import Recipe
from core.training.rows import Row
from core.training.sampling import Sampler
from tests import tiny

LAYERS = (
    "model.layers.0.self_attn.q_proj",
    "model.layers.0.self_attn.out_proj",
    "model.layers.1.self_attn.q_proj",
    "model.layers.1.conv.out_proj",
    "model.layers.1.mlp.up_proj",
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.checkpoint(tmp_path_factory.mktemp("models") / "base")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("all linear", ["out_proj", "q_proj", "up_proj"]),
        ("attention only", ["self_attn.out_proj", "self_attn.q_proj"]),  # not the convolution's
        ("up_proj, q_proj", ["q_proj", "up_proj"]),
        ("conv.out_proj", ["conv.out_proj"]),
    ],
)
def test_layers_are_found_by_a_word_or_by_their_names(wanted: str, found: list[str]) -> None:
    assert adapting.targets(wanted, LAYERS) == found


def test_a_layer_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(CannotTrain, match=r"'k_proj'.*some of: out_proj, q_proj, up_proj"):
        adapting.targets("q_proj, k_proj", LAYERS)
    with pytest.raises(CannotTrain, match="'attention only'"):
        adapting.targets("attention only", ["model.layers.0.mlp.up_proj"])


def test_the_output_head_gets_no_adapter(base: Path) -> None:
    model, _ = backbone.pair(str(base))
    settings = adapting.configuration(Recipe(rank=4, rslora=True), model)
    assert sorted(settings.target_modules) == [
        "down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj",
    ]  # fmt: skip
    assert (settings.r, settings.use_rslora, settings.use_dora) == (4, True, False)
    assert settings.init_lora_weights is True  # one that leaves the base alone


def test_four_bits_are_refused_where_they_cannot_be_computed_with(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hardware, "no_four_bit", lambda: "There is no GPU.")
    with pytest.raises(CannotTrain, match="There is no GPU"):
        adapting.base(str(base), Recipe(four_bit=True))


def test_a_base_in_four_bits_is_asked_for_as_qlora_does(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    asked: dict[str, Any] = {}

    def pair(reference: str, quantization: Any) -> tuple[Any, Any]:
        asked.update(quantization.to_dict())
        return torch.nn.Linear(2, 2), "words"

    monkeypatch.setattr(hardware, "no_four_bit", lambda: "")
    monkeypatch.setattr(backbone, "pair", pair)
    monkeypatch.setattr("peft.prepare_model_for_kbit_training", lambda model, **_: model)
    _, words = adapting.base(str(base), Recipe(four_bit=True))
    assert words == "words"
    assert (asked["load_in_4bit"], asked["bnb_4bit_quant_type"]) == (True, "nf4")
    assert (asked["bnb_4bit_use_double_quant"], asked["bnb_4bit_compute_dtype"]) == (
        True, "bfloat16",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("gpu", "package", "lacking"),
    [
        (False, True, "It needs an NVIDIA GPU, and there is none here."),
        (True, False, "It needs the package bitsandbytes: pip install bitsandbytes==0.50.2"),
        (True, True, ""),
    ],
)
def test_four_bits_need_a_gpu_and_a_package(
    monkeypatch: pytest.MonkeyPatch, gpu: bool, package: bool, lacking: str
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: gpu)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name if package else None)
    assert hardware.no_four_bit.__wrapped__() == lacking


@pytest.mark.parametrize(
    ("said", "quick"),
    [
        ("flags : fpu avx512f avx512_bf16 sse", True),
        ("flags : fpu amx_bf16", True),
        ("flags : fpu avx512f avx512_bf16x", False),
        ("", False),
    ],
)
def test_bf16_is_used_where_the_processor_names_it(said: str, quick: bool) -> None:
    assert hardware.flagged(said) is quick


def test_fp32_is_fp32_whatever_the_processor_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardware, "quick_at_bf16", lambda: True)
    assert adapting.half(Recipe())
    assert not adapting.half(Recipe(precision="fp32"))


def _rows() -> list[Row]:
    return [
        Row((Message("user", question),), "blue", tokens=20)
        for question in ("sky", "a much longer question about the sea", "ink")
    ]


def test_sampled_answers_are_those_that_the_engine_gives(base: Path) -> None:
    from core.models.engine import Engine

    model, words = backbone.pair(str(base))
    sampler = Sampler(words, _rows())
    found = sampler.answers(model.eval(), worked=10_000.0, unwanted=lambda: False)
    assert [(one["row"], one["input"], one["reference"]) for one in found] == [
        (0, "sky", "blue"), (1, "a much longer question about the sea", "blue"), (2, "ink", "blue"),
    ]  # fmt: skip
    engine = Engine(backbone.load(str(base)))
    try:
        import threading

        asked = [tiny.ask(one["input"], max_tokens=12) for one in found]  # "blue" and 8 more
        pieces = engine.stream(asked, threading.Event())
        said = {piece.index: piece.done.text for piece in pieces if piece.done}
    finally:
        engine.close()
    # The engine holds back a last character of which it has not seen all bytes.
    whole = [one["text"].rstrip("\ufffd") for one in found]
    assert whole == [said[place].strip().rstrip("\ufffd") for place in range(3)]


def test_sampled_answers_leave_the_random_numbers_alone(base: Path) -> None:
    import torch

    model, words = backbone.pair(str(base))
    before = torch.get_rng_state()
    assert Sampler(words, _rows()).answers(model.eval(), 10_000.0, lambda: False)
    assert torch.equal(torch.get_rng_state(), before)


def test_answers_wait_until_a_twentieth_of_the_time_is_enough(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = itertools.count()  # a second passes with every token
    monkeypatch.setattr(sampling, "perf_counter", lambda: float(next(moments)))
    model, words = backbone.pair(str(base))
    sampler = Sampler(words, _rows())

    def answers(worked: float) -> int:
        return len(sampler.answers(model.eval(), worked, unwanted=lambda: False))

    assert (answers(3.0), sampler.spent) == (0, 0.0)  # 0.15 s are not worth beginning
    # 5 s for answers of 12 tokens: after 4 tokens in 4 s it is known that 12 s will be needed.
    assert (answers(100.0), sampler.spent, sampler.needed) == (0, 4.0, 12.0)
    assert (answers(300.0), sampler.spent) == (0, 4.0)  # 11 s are left: not begun
    assert (answers(320.0), sampler.spent) == (3, 16.0)


def test_answers_that_nobody_waits_for_are_cut_short(base: Path) -> None:
    model, words = backbone.pair(str(base))
    sampler = Sampler(words, _rows())
    assert sampler.answers(model.eval(), worked=10_000.0, unwanted=lambda: True) == []


def test_no_rows_no_answers(base: Path) -> None:
    model, words = backbone.pair(str(base))
    assert Sampler(words, []).answers(model.eval(), 10_000.0, lambda: False) == []


def test_logits_are_computed_only_where_the_loss_is(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch
    from trl.trainer import utils

    monkeypatch.setattr(utils, "_use_triton", utils._use_triton)  # put back afterwards
    model, _ = backbone.pair(str(base))
    ids = torch.tensor([[5, 6, 7, 8, 9, 10]])
    labels = torch.tensor([[-100, -100, -100, -100, 9, 10]])
    plain = model(input_ids=ids, labels=labels).loss.item()
    utils.add_fused_lm_head(model, outputs=("log_probs", "entropy", "is_top1"))
    scored: list[int] = []
    apply = utils._ChunkedLogProbFunction.apply

    def heard(hidden: Any, *rest: Any) -> Any:
        scored.append(len(hidden))
        return apply(hidden, *rest)

    monkeypatch.setattr(utils._ChunkedLogProbFunction, "apply", heard)
    worker.score_answers_only()
    loss = model(input_ids=ids, labels=labels, fused_lm_head=True).loss.item()
    assert scored == [2]  # of the five that have a next token
    assert loss == pytest.approx(plain, rel=1e-5)
