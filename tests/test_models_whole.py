"""The gate of runs that trained all weights: sealed, unchanged, from this base, all numbers."""

import json
from pathlib import Path

import pytest

from core.errors import AdapterRefused, ModelUnavailable
from core.models import adapters, backbone, checkpoint, whole
from core.records import Adapter
from tests import tiny


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tiny.checkpoint(tmp_path / "base")


def refusal(folder: Path, base: Path) -> str:
    with pytest.raises(AdapterRefused) as refused:
        adapters.admit(folder, "run-1", backbone.digest(str(base)))
    assert refused.value.remedy
    return refused.value.problem


def test_sealed_weights_are_admitted_under_the_digest_of_their_checkpoint(
    base: Path, tmp_path: Path
) -> None:
    made = tiny.whole(tmp_path / "weights", base)
    digest = checkpoint.digest(str(made.folder))
    assert made == Adapter("weights", made.folder, digest, backbone.digest(str(base)), whole=True)
    assert not adapters.shares_batch(made)


def test_an_adapter_shares_a_batch_unless_it_is_dora(base: Path, tmp_path: Path) -> None:
    assert adapters.shares_batch(tiny.adapter(tmp_path / "lora", base))
    assert not adapters.shares_batch(tiny.adapter(tmp_path / "dora", base, use_dora=True))


def test_a_changed_byte_is_refused(base: Path, tmp_path: Path) -> None:
    folder = tiny.whole(tmp_path / "weights", base).folder
    tiny.flip(folder / "model.safetensors")
    assert refusal(folder, base) == "The weights of run-1 have changed since they were trained."


def test_weights_from_another_base_are_refused(base: Path, tmp_path: Path) -> None:
    folder = tiny.whole(tmp_path / "weights", base).folder
    other = tiny.checkpoint(tmp_path / "other", seed=3)
    assert refusal(folder, other) == "The weights of run-1 were trained from another base model."


def test_a_link_to_weights_elsewhere_is_refused(base: Path, tmp_path: Path) -> None:
    folder = tiny.whole(tmp_path / "weights", base).folder
    (folder / "model.safetensors").rename(tmp_path / "elsewhere")
    (folder / "model.safetensors").symlink_to(tmp_path / "elsewhere")
    assert "a link to somewhere else" in refusal(folder, base)


def test_infinities_are_refused_even_where_they_were_sealed(base: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    folder = tiny.whole(tmp_path / "weights", base).folder
    weights = load_file(folder / "model.safetensors")
    weights["model.norm.weight"][5] = torch.inf
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    whole.seal(folder, backbone.digest(str(base)))
    assert refusal(folder, base) == "The weights of run-1 hold values that are not numbers."


def test_half_of_a_checkpoint_is_refused(base: Path, tmp_path: Path) -> None:
    folder = tiny.whole(tmp_path / "weights", base).folder
    (folder / "model.safetensors").unlink()
    with pytest.raises((AdapterRefused, ModelUnavailable)):
        adapters.admit(folder, "run-1", backbone.digest(str(base)))


def test_the_manifest_names_base_and_weights(base: Path, tmp_path: Path) -> None:
    folder = tiny.whole(tmp_path / "weights", base).folder
    assert json.loads((folder / whole.MANIFEST).read_text()) == {
        "base_digest": backbone.digest(str(base)),
        "digest": checkpoint.digest(str(folder)),
    }
