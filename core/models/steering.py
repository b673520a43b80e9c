"""Which adapter acts on which row of a batch.

PEFT's way (`adapter_names`) copies rows out and back in every layer of every step, which took a
sixth of the time of the embedded model's mixed batches. Here neighbours that share an adapter are
a slice of the batch.
"""

import contextlib
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple


class Part(NamedTuple):
    """What one adapter adds to the output of a layer, and to which rows."""

    start: int
    rows: int
    down: Any
    up: Any
    scaling: float


@contextlib.contextmanager
def steered(model: Any, names: Sequence[str | None]) -> Iterator[None]:
    """Within: each row of a batch is answered with the adapter of this name, or by the base alone.

    Args:
        model: A PeftModel whose adapters are disabled; those named are LoRA without DoRA.
        names: One for each row. Any order is right; rows of one adapter side by side are fast.
    """
    hooks = []
    try:
        for layer in _layers(model) if any(names) else ():
            if parts := _parts(layer, names):
                add = partial(_add, parts, len(names))
                hooks.append(layer.get_base_layer().register_forward_hook(add))
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _layers(model: Any) -> list[Any]:
    from peft.tuners.lora import LoraLayer

    return [module for module in model.modules() if isinstance(module, LoraLayer)]


def _parts(layer: Any, names: Sequence[str | None]) -> list[Part]:
    parts, start = [], 0
    for name, neighbours in groupby(names):
        rows = len(list(neighbours))
        if name in layer.lora_A:
            down, up = layer.lora_A[name], layer.lora_B[name]
            parts.append(Part(start, rows, down, up, layer.scaling[name]))
        start += rows
    return parts


def _add(parts: Sequence[Part], rows: int, _: Any, inputs: tuple[Any, ...], output: Any) -> None:
    """The hook of a base layer; changes its output in place."""
    given = inputs[0]  # (rows, tokens, width), in some layers (rows * tokens, width)
    each = len(given) // rows
    for start, count, down, up, scaling in parts:
        mine = given.narrow(0, start * each, count * each).to(down.weight.dtype)
        # `forward`: a call looks for hooks, which takes as long as so small a product.
        more = up.forward(down.forward(mine))
        output.narrow(0, start * each, count * each).add_(more, alpha=scaling)
