"""Rows of one batch, each with its own adapter, against PEFT with one adapter at a time."""

from collections.abc import Sequence
from typing import Any

import pytest

from core.models.steering import steered

ROWS, TOKENS, WIDTH = 5, 3, 4


def small() -> Any:
    """Two layers; as in a mixture of experts, the second sees tokens and knows of no rows."""
    import torch

    class Small(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.up = torch.nn.Linear(WIDTH, 6)
            self.gate = torch.nn.Linear(6, 2)

        def forward(self, given: Any) -> Any:
            inner = torch.tanh(self.up(given)).reshape(-1, 6)
            return self.gate(inner).reshape(len(given), -1, 2)

    return Small()


@pytest.fixture
def model() -> Any:
    """With the adapters `one`, on both layers, and `two`, on the second."""
    import torch
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(0)
    told: dict[str, Any] = {"init_lora_weights": False}
    model = get_peft_model(small(), LoraConfig(r=2, target_modules=["up", "gate"], **told), "one")
    model.add_adapter("two", LoraConfig(r=3, target_modules=["gate"], use_rslora=True, **told))
    model.requires_grad_(False).eval()
    model.base_model.disable_adapter_layers()
    return model


def batch() -> Any:
    import torch

    return torch.randn(ROWS, TOKENS, WIDTH)


def one_by_one(model: Any, names: Sequence[str | None], given: Any) -> Any:
    """What PEFT says to each row, with its adapter alone."""
    import torch

    rows = []
    for row, name in zip(given, names, strict=True):
        if name:
            model.set_adapter(name, inference_mode=True)
            model.base_model.enable_adapter_layers()
        rows.append(model(row[None]))
        model.base_model.disable_adapter_layers()
    return torch.cat(rows).detach()


@pytest.mark.parametrize(
    "names",
    [
        (None, None, "one", "one", "two"),
        ("one", None, "two", "one", "two"),  # no neighbours
        ("two",) * ROWS,
        (None,) * ROWS,
    ],
)
def test_each_row_has_its_own_adapter_and_no_other(model: Any, names: Sequence[str | None]) -> None:
    import torch

    given = batch()
    expected = one_by_one(model, names, given)
    with steered(model, names):
        torch.testing.assert_close(model(given), expected)


def test_adapters_in_single_precision_act_on_a_base_in_half(model: Any) -> None:
    import torch

    for name, weights in model.named_parameters():
        weights.data = weights.data if "lora_" in name else weights.data.bfloat16()
    names, given = (None, "one", "two", "one", None), batch().bfloat16()
    expected = one_by_one(model, names, given)
    with steered(model, names):
        torch.testing.assert_close(model(given), expected)


def test_nothing_is_left_when_a_batch_breaks_off(model: Any) -> None:
    given = batch()
    before = model(given)
    with pytest.raises(KeyboardInterrupt), steered(model, ["one"] * ROWS):
        raise KeyboardInterrupt
    assert model(given).equal(before)
