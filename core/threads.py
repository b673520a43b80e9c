"""How many cores a forward pass is worth: a small one is over before the others are awake."""

import os
from typing import Any

WORTH = 3 * 10**9  # floating-point operations from which more than one core pays
LARGE = 10**8  # parameters: reading so many takes longer than waking a core


def physical() -> int:
    """Cores this process may use; hyper-threads slow matrix products down."""
    import psutil

    cores = psutil.cpu_count(logical=False) or 1
    if hasattr(os, "sched_getaffinity"):
        return min(cores, len(os.sched_getaffinity(0)))
    return cores


def share(model: Any) -> None:
    """Let each pass of a model of transformers, on the CPU, take as many cores as speed it up.

    A pass takes about twice as many operations as there are parameters, for every token.
    `OMP_NUM_THREADS` has the last word.
    """
    import torch

    if "OMP_NUM_THREADS" in os.environ:
        return
    cores = physical()
    parameters = sum(weights.numel() for weights in model.parameters())
    torch.set_num_threads(cores)

    def look(_: Any, positional: tuple[Any, ...], named: dict[str, Any]) -> None:
        tokens = named.get("input_ids", positional[0] if positional else None)
        if tokens is not None:
            worth = parameters >= LARGE or 2 * parameters * tokens.numel() >= WORTH
            torch.set_num_threads(cores if worth else 1)

    if model.device.type == "cpu":
        model.register_forward_pre_hook(look, with_kwargs=True)
