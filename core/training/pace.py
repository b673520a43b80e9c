"""How fast this machine trains this model: one step forward and back, timed and weighed.

What the step keeps for its way back is the memory that a run needs beside the weights.
"""

import gc
import os
import platform
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from core.records import fingerprint
from core.training import adapting
from core.training.recipe import Recipe
from core.workspace import read_json, write_json

SECONDS = 1.5  # that the timed step may take about; it learns from fewer rows instead
SHORTEST = 16  # tokens; lengths are rounded up to a power of two, so that few are timed
LONGEST = 1024
_measuring = threading.Lock()  # two at once would time each other


@dataclass(frozen=True)
class Pace:
    """What training on one token takes."""

    seconds: float
    kept_bytes: float  # for the way back, per token of a batch


@dataclass(frozen=True)
class Shape:
    """What the pace depends on, beside the model."""

    tokens: int  # a row
    batch: int
    recipe: Recipe

    @property
    def name(self) -> str:
        """Of model-independent things: settings that do not change a step are left out."""
        one = self.recipe
        adapter = (one.rank, one.target_modules, one.dora, one.four_bit)
        settings = (*([one.trains] if one.whole else adapter), adapting.half(one))
        here = (platform.node(), os.cpu_count(), os.environ.get("OMP_NUM_THREADS", ""))
        return fingerprint(self.tokens, self.batch, settings, here)


def shape(lengths: Sequence[int], recipe: Recipe) -> Shape:
    """A typical batch of rows with so many tokens each."""
    typical = sorted(lengths)[len(lengths) // 2]
    rounded = SHORTEST
    while rounded < min(typical, LONGEST):
        rounded *= 2
    return Shape(rounded, recipe.batch, recipe)


def pace(kept: Path, digest: str, reference: str, wanted: Shape) -> Pace:
    """Measured once for a model and a shape, then read from the file `kept`.

    Raises:
        CannotTrain: The recipe does not fit the model.
    """
    key = fingerprint(digest, wanted.name)
    with _measuring:
        known: Mapping[str, Any] = read_json(kept) if kept.exists() else {}
        if key in known:
            return Pace(**known[key])
        found = measured(reference, wanted)
        write_json(kept, {**known, key: asdict(found)})
        return found


def measured(reference: str, wanted: Shape) -> Pace:
    """Load the model, lay the recipe's adapter on it if it has one, and take one step."""
    base, _ = adapting.base(reference, wanted.recipe)
    model: Any = adapting.learner(wanted.recipe, base)
    try:
        return _stepped(_placed(model), wanted)
    finally:
        del base, model
        gc.collect()


def _placed(model: Any) -> Any:
    import torch

    return model.to("cuda" if torch.cuda.is_available() else "cpu").train()


def _stepped(model: Any, wanted: Shape) -> Pace:
    _, least = _step(model, 1, SHORTEST, wanted.recipe)  # the first one of all is slow
    one, most = _step(model, 1, wanted.tokens, wanted.recipe)
    rows = max(1, min(wanted.batch, int(SECONDS / one)))
    if rows > 1:
        whole, _ = _step(model, rows, wanted.tokens, wanted.recipe)
        one = whole / rows
    grown = wanted.tokens - SHORTEST  # what is kept once and not per token is not counted
    return Pace(one / wanted.tokens, (most - least) / grown if grown else most / SHORTEST)


def _step(model: Any, rows: int, tokens: int, recipe: Recipe) -> tuple[float, float]:
    """Seconds, and bytes kept on the way forward, of a step on random tokens."""
    import torch

    size = model.get_input_embeddings().num_embeddings
    tokens = min(tokens, getattr(model.config, "max_position_embeddings", tokens))
    chance = torch.Generator().manual_seed(0)  # the process's own numbers stay as they are
    ids = torch.randint(size, (rows, tokens), generator=chance).to(model.device)
    own = {weights.data_ptr() for weights in model.parameters()}
    kept: dict[int, int] = {}

    def weigh(tensor: Any) -> Any:
        storage = tensor.untyped_storage()
        if tensor.data_ptr() not in own:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    begun = perf_counter()
    device = model.device.type
    with (
        torch.autograd.graph.saved_tensors_hooks(weigh, lambda tensor: tensor),
        torch.autocast(device, dtype=torch.bfloat16, enabled=adapting.half(recipe)),
    ):
        loss = model(input_ids=ids, labels=ids, use_cache=False).loss
    loss.backward()
    if device == "cuda":
        torch.cuda.synchronize()
    model.zero_grad(set_to_none=True)
    return perf_counter() - begun, float(sum(kept.values()))
