"""One number for a base's weights: any change shows, an adapter does not."""

from pathlib import Path
from typing import Any

from core.models import backbone
from core.models.hashing import base_weights
from core.training import adapting
from core.training.recipe import Recipe
from tests import tiny


def test_a_single_changed_weight_is_noticed_and_an_adapters_is_not(tmp_path: Path) -> None:
    import torch

    model, _ = backbone.pair(str(tiny.checkpoint(tmp_path / "base")))
    before = base_weights(model)
    adapted: Any = adapting.learner(Recipe(rank=4), model)
    with torch.no_grad():
        for name, weights in adapted.named_parameters():
            if "lora_B" in name:
                weights.add_(1.0)
        assert base_weights(adapted) == before
        adapted.get_input_embeddings().weight[7, 3] += 1e-3
    assert base_weights(adapted) != before
