"""A step of practice: layers made faster compute the same, and so does the optimizer."""

from copy import deepcopy
from typing import Any

import pytest

from core.pretrain import architecture


@pytest.fixture
def small() -> Any:
    """A model of the shape that ships, two layers of each kind, random weights."""
    import torch
    from transformers import Lfm2Config, Lfm2ForCausalLM

    torch.manual_seed(0)
    config = Lfm2Config(
        vocab_size=97, hidden_size=32, num_hidden_layers=4, num_attention_heads=2,
        num_key_value_heads=2, intermediate_size=48, block_auto_adjust_ff_dim=False,
        conv_L_cache=3, layer_types=["conv", "full_attention"] * 2, pad_token_id=0, eos_token_id=1,
    )  # fmt: skip
    return Lfm2ForCausalLM(config)


def test_layers_made_for_practice_compute_the_same(
    small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    ids = torch.randint(2, 97, (3, 20))
    before = small(input_ids=ids, use_cache=False).logits
    monkeypatch.setattr(architecture.shutil, "which", lambda _: "c++")
    monkeypatch.setattr(torch, "compile", lambda run, **_: run)  # what is compiled, uncompiled
    architecture.fuse(small)
    after = small(input_ids=ids, use_cache=False).logits
    torch.testing.assert_close(after, before, atol=1e-5, rtol=1e-4)
    assert "forward" in vars(small.model.layers[0])


def test_without_a_compiler_the_model_stays_as_it_is(
    small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(architecture.shutil, "which", lambda _: None)
    architecture.fuse(small)
    assert "forward" not in vars(small.model.layers[0])


def test_matrices_of_one_shape_step_as_they_would_alone() -> None:
    import torch

    from core.pretrain.muon import Muon

    torch.manual_seed(1)
    shapes = [(8, 8), (24, 8), (8, 8), (8, 24)]
    ours = [torch.nn.Parameter(torch.randn(shape)) for shape in shapes]
    theirs = [torch.nn.Parameter(each.detach().clone()) for each in ours]
    together = Muon(ours, 0.02)
    alone = torch.optim.Muon(theirs, lr=0.02, weight_decay=0.01, adjust_lr_fn="original")
    for _ in range(3):
        for mine, other in zip(ours, theirs, strict=True):
            mine.grad = torch.randn_like(mine)
            other.grad = mine.grad.clone()
        together.step()
        alone.step()
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, other, atol=1e-3, rtol=1e-2)


def test_an_optimizer_goes_on_where_it_was_saved() -> None:
    import torch

    from core.pretrain.muon import Muon

    torch.manual_seed(2)
    first = [torch.nn.Parameter(torch.randn(6, 4)) for _ in range(2)]
    second = [torch.nn.Parameter(each.detach().clone()) for each in first]
    one, other = Muon(first, 0.02), Muon(second, 0.02)
    for each in first:
        each.grad = torch.randn_like(each)
    one.step()
    other.load_state_dict(deepcopy(one.state_dict()))
    for mine, copy in zip(first, second, strict=True):
        copy.data.copy_(mine.data)
        copy.grad = mine.grad
    one.step()
    other.step()
    for mine, copy in zip(first, second, strict=True):
        torch.testing.assert_close(mine, copy)
