"""Adapters without a manifest: every shape must fit the base that a person states."""

from pathlib import Path
from typing import Any

import pytest

from core.errors import AdapterRefused
from core.models import adapters, backbone, foreign
from tests import tiny

Q = "base_model.model.model.layers.0.self_attn.q_proj"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tiny.checkpoint(tmp_path / "base")


@pytest.fixture
def folder(base: Path, tmp_path: Path) -> Path:
    """An adapter of rank 4 as PEFT writes it."""
    made = tiny.adapter(tmp_path / "theirs", base).folder
    (made / adapters.MANIFEST).unlink()
    return made


def change(folder: Path, **tensors: Any) -> None:
    """Put tensors of other shapes into an adapter; None takes one away."""
    import torch
    from safetensors.torch import load_file, save_file

    held = load_file(folder / adapters.WEIGHTS)
    for part, shape in tensors.items():
        name = f"{Q}.{part}.weight"
        if shape is None:
            del held[name]
        else:
            held[name] = torch.ones(shape)
    save_file(held, folder / adapters.WEIGHTS, {"format": "pt"})


def refusal(folder: Path, base: Path) -> str:
    with pytest.raises(AdapterRefused) as refused:
        foreign.take(folder, "theirs", str(base), backbone.digest(str(base)))
    assert not (folder / adapters.MANIFEST).exists()
    return refused.value.problem


def test_the_layers_of_a_base_are_known_without_its_weights(base: Path) -> None:
    (base / "model.safetensors").write_bytes(b"")
    found = backbone.layers(str(base))
    assert found["model.layers.0.self_attn.k_proj"] == (32, 64)  # 2 of 4 heads of width 16
    assert found["model.layers.1.mlp.down_proj"] == (64, 128)


def test_what_fits_is_taken_and_marked(folder: Path, base: Path) -> None:
    digest = backbone.digest(str(base))
    adapter = foreign.take(folder, "theirs", str(base), digest)
    assert (adapter.run, adapter.base_digest) == ("theirs", digest)
    assert adapters.base_is_stated(folder)


def test_dora_fits_with_its_magnitudes(base: Path, tmp_path: Path) -> None:
    made = tiny.adapter(tmp_path / "dora", base, use_dora=True).folder
    (made / adapters.MANIFEST).unlink()
    assert foreign.take(made, "dora", str(base), backbone.digest(str(base))).run == "dora"


@pytest.mark.parametrize(
    ("tensors", "words"),
    [
        ({"lora_A": (4, 32)}, "has 4 x 32 for 'model.layers.0.self_attn.q_proj'; this base wants"),
        ({"lora_B": (16, 4)}, "has 16 x 4 for"),
        ({"lora_B": None}, "has nothing for"),
        ({"lora_magnitude_vector": (3,)}, "has a magnitude of another width for"),
    ],
)
def test_a_shape_that_does_not_fit_is_named(
    folder: Path, base: Path, tensors: dict[str, Any], words: str
) -> None:
    change(folder, **tensors)
    assert words in refusal(folder, base)


def test_a_layer_that_the_base_does_not_have_is_named(
    folder: Path, base: Path, tmp_path: Path
) -> None:
    other = tiny.checkpoint(tmp_path / "other", "lfm2")
    assert "a layer that this base does not have" in refusal(folder, other)


def test_the_gate_comes_first(folder: Path, base: Path) -> None:
    (folder / "adapter_model.bin").write_bytes(b"")
    assert "can run code" in refusal(folder, base)
