"""A head start in meaning: token embeddings begin near the sentence embedder's word vectors.

Twenty-odd million tokens are too few to learn that "awful" is near "dreadful". The
vectors of all-MiniLM-L6-v2 (Apache-2.0), which the product installs anyway, know it;
they also make " Refund", "refund" and "REFUND" start as neighbours, which is what
copying across letter case needs. Everything is trained on from there.
"""

from pathlib import Path
from typing import Any

SPREAD, OWN = 0.08, 0.04  # standard deviation of the part that is shared, and of each token's own


def borrow(model: Any, pieces: Any, folder: Path) -> None:
    """Set the model's token embeddings from the embedder in `folder`, in place."""
    import torch

    vectors = _projected(_averaged(pieces, folder), model.config.hidden_size)
    table = model.get_input_embeddings().weight
    with torch.no_grad():
        table.copy_(vectors.to(table.device) * SPREAD + torch.randn_like(table) * OWN)


def _averaged(pieces: Any, folder: Path) -> Any:
    """For each of our tokens the mean vector of its spelling, in the embedder's own pieces."""
    import torch
    from safetensors.torch import load_file
    from transformers import AutoTokenizer

    other = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    known = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"].float()
    spelled = [pieces.decode([number]).strip().lower() or "." for number in range(len(pieces))]
    ids = other(spelled, add_special_tokens=False)["input_ids"]
    blank = torch.zeros(known.shape[1])
    return torch.stack([known[each].mean(0) if each else blank for each in ids])


def _projected(vectors: Any, width: int) -> Any:
    """The directions in which these vectors differ most, each row with unit variance."""
    import torch

    centred = vectors - vectors.mean(0)
    _, _, directions = torch.linalg.svd(centred, full_matrices=False)
    narrow = centred @ directions[:width].T
    return narrow / narrow.std(1, keepdim=True).clamp(min=1e-6)
