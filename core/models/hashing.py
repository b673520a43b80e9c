"""The weights of a base in memory, by one number: to show that nothing touched them."""

import hashlib
from typing import Any


def base_weights(model: Any) -> str:
    """SHA-256 over the base's weights as they are; the same with and without adapters on it."""
    import torch

    found = hashlib.sha256()
    for name, weights in model.named_parameters():
        if "lora_" not in name:
            found.update(_own(name).encode())
            flat = weights.detach().cpu().contiguous().reshape(-1)
            found.update(flat.view(torch.uint8).numpy())
    return found.hexdigest()


def _own(name: str) -> str:
    """A weight's name as it was before PEFT wrapped its layer."""
    return name.removeprefix("base_model.model.").replace(".base_layer.", ".")
