"""The import gate: each thing that must not get in, and what gets in."""

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.errors import AdapterRefused
from core.models import adapters
from core.records import Adapter
from tests import tiny

DIGEST = "d" * 64
WEIGHT = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"
CONFIG = {
    "peft_type": "LORA",
    "task_type": "CAUSAL_LM",
    "r": 2,
    "lora_alpha": 4,
    "target_modules": ["q_proj"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A well-formed adapter for a base with the digest `DIGEST`."""
    folder = tmp_path / "run-1" / "adapter"
    folder.mkdir(parents=True)
    (folder / adapters.CONFIG).write_text(json.dumps(CONFIG))
    write(folder, {WEIGHT: [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]})
    adapters.write_manifest(folder, DIGEST)
    return folder


def write(folder: Path, tensors: dict[str, Any]) -> None:
    import torch
    from safetensors.torch import save_file

    save_file(
        {name: torch.tensor(values) for name, values in tensors.items()}, folder / adapters.WEIGHTS
    )


def refusal(folder: Path) -> str:
    with pytest.raises(AdapterRefused) as refused:
        adapters.admit(folder, "run-1", DIGEST)
    assert refused.value.remedy
    return refused.value.problem


def test_a_well_formed_adapter_is_admitted_with_its_digest(folder: Path) -> None:
    digest = adapters.weights_digest(folder)
    assert adapters.admit(folder, "run-1", DIGEST) == Adapter("run-1", folder, digest, DIGEST)


def test_what_peft_writes_passes(tmp_path: Path) -> None:
    base = tiny.checkpoint(tmp_path / "base")
    for number, kind in enumerate(({}, {"use_rslora": True}, {"use_dora": True})):
        assert tiny.adapter(tmp_path / str(number), base, **kind).run == str(number)


def test_the_digest_depends_on_scale_and_not_on_the_place(folder: Path) -> None:
    digest = adapters.weights_digest(folder)
    tiny.rewrite(folder, base_model_name_or_path="/somewhere/else", peft_version="0.22")
    assert adapters.weights_digest(folder) == digest
    tiny.rewrite(folder, lora_alpha=8)
    assert adapters.weights_digest(folder) != digest


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"peft_type": "IA3"}, "peft_type"),
        ({"r": 257}, "r"),
        ({"r": True}, "r"),
        ({"lora_alpha": float("inf")}, "lora_alpha"),
        ({"target_modules": ".*_proj"}, "target_modules"),
        ({"target_modules": ["q_proj|.*"]}, "target_modules"),
        ({"layer_replication": [[0, 4], [2, 5]]}, "layer_replication"),
        ({"auto_mapping": {"parent_library": "os"}}, "auto_mapping"),
        ({"megatron_config": {}}, "megatron_config"),
        ({"modules_to_save": ["lm_head"]}, "modules_to_save"),
        ({"bias": "all"}, "bias"),
        ({"init_lora_weights": "pissa"}, "init_lora_weights"),
        ({"rank_pattern": {"(a+)+$": 4}}, "rank_pattern"),
        ({"lora_bias": True}, "lora_bias"),
        ({"a_new_key": 1}, "a_new_key"),
    ],
)
def test_a_configuration_that_says_more_than_lora_is_refused(
    folder: Path, changes: dict[str, Any], key: str
) -> None:
    tiny.rewrite(folder, **changes)
    assert refusal(folder).startswith(f"The adapter in run-1/adapter sets {key}")


def unreadable(folder: Path) -> None:
    (folder / adapters.CONFIG).write_text("{" * 3000)


def no_weights(folder: Path) -> None:
    (folder / adapters.WEIGHTS).unlink()


def pickle_beside(folder: Path) -> None:
    (folder / "adapter_model.bin").write_bytes(b"")


def linked(folder: Path) -> None:
    real = folder / adapters.WEIGHTS
    real.rename(folder.parent / "weights")
    real.symlink_to(folder.parent / "weights")


def no_manifest(folder: Path) -> None:
    (folder / adapters.MANIFEST).unlink()


def broken_manifest(folder: Path) -> None:
    (folder / adapters.MANIFEST).write_text('["base')


def swapped(folder: Path) -> None:
    write(folder, {WEIGHT: [[9.0, 9.0, 9.0], [9.0, 9.0, 9.0]]})


def foreign_tensor(folder: Path) -> None:
    write(folder, {"model.embed_tokens.weight": [[1.0]]})


def not_a_number(folder: Path) -> None:
    write(folder, {WEIGHT: [[1.0, float("nan"), 3.0], [4.0, 5.0, 6.0]]})


def other_rank(folder: Path) -> None:
    write(folder, {WEIGHT: [[1.0, 2.0, 3.0]]})


def integers(folder: Path) -> None:
    write(folder, {WEIGHT: [[1, 2, 3], [4, 5, 6]]})


def empty_weights(folder: Path) -> None:
    (folder / adapters.WEIGHTS).write_bytes(b"")


def huge_header(folder: Path) -> None:
    (folder / adapters.WEIGHTS).write_bytes(struct.pack("<Q", 2**40) + b"{}")


def truncated(folder: Path) -> None:
    file = folder / adapters.WEIGHTS
    file.write_bytes(file.read_bytes()[:-4])


def nested_header(folder: Path) -> None:
    header = b"[" * 100_000
    (folder / adapters.WEIGHTS).write_bytes(struct.pack("<Q", len(header)) + header)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (unreadable, "sets adapter_config.json"),
        (no_weights, "lacks adapter_model.safetensors"),
        (linked, "lacks adapter_model.safetensors"),
        (pickle_beside, "holds adapter_model.bin"),
        (no_manifest, "no readable adapter_manifest.json"),
        (broken_manifest, "no readable adapter_manifest.json"),
        (swapped, "has changed since it was trained"),
        (foreign_tensor, "'model.embed_tokens.weight', which is not part of a LoRA"),
        (not_a_number, "that are not numbers"),
        (integers, "that are not numbers"),
        (other_rank, "of another rank than 2"),
        (empty_weights, "damaged adapter_model.safetensors"),
        (huge_header, "damaged adapter_model.safetensors"),
        (truncated, "damaged adapter_model.safetensors"),
        (nested_header, "damaged adapter_model.safetensors"),
    ],
)
def test_damaged_or_dangerous_files_are_refused(
    folder: Path, damage: Callable[[Path], None], words: str
) -> None:
    damage(folder)
    assert words in refusal(folder)


def test_too_many_tensors_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters, "MOST_TENSORS", 0)
    assert "has 1 tensors" in refusal(folder)


def test_an_adapter_of_another_base_is_refused(folder: Path) -> None:
    with pytest.raises(AdapterRefused, match="run-1 was trained on another base model"):
        adapters.admit(folder, "run-1", "e" * 64)
