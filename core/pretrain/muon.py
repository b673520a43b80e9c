"""Muon (Jordan et al. 2024) for all matrices of one shape at once.

`torch.optim.Muon` takes the same steps one matrix after another; on a GPU its hundreds of
small operations would take as long as the step itself.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import torch  # noqa: TID253  # the base class; only a run imports this module

MOMENTUM, DECAY = 0.95, 0.01
QUINTIC = (3.4445, -4.7750, 2.0315)  # coefficients of the iteration, from the authors


class Muon(torch.optim.Optimizer):
    """Momentum whose every update is made orthogonal."""

    def __init__(self, matrices: Iterable[Any], peak: float) -> None:
        shapes: dict[Any, list[Any]] = defaultdict(list)
        for each in matrices:
            shapes[each.shape].append(each)
        groups = [{"params": each, "peak": peak} for each in shapes.values()]
        super().__init__(groups, {"lr": peak})

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def step(self, closure: None = None) -> None:
        """One update; `lr` is scaled by the root of how much taller than wide a matrix is."""
        for group in self.param_groups:
            same = group["params"]
            gradients = torch.stack([each.grad for each in same])
            state = self.state[same[0]]
            if not state:
                state["momentum"] = torch.zeros_like(gradients)
            momentum = state["momentum"].lerp_(gradients, 1 - MOMENTUM)
            updates = orthogonal(gradients.lerp(momentum, MOMENTUM)).to(gradients.dtype)
            rows, columns = same[0].shape
            torch._foreach_mul_(same, 1 - group["lr"] * DECAY)
            scale = group["lr"] * math.sqrt(max(1, rows / columns))
            torch._foreach_add_(same, list(updates.unbind()), alpha=-scale)


def orthogonal(matrices: Any) -> Any:
    """Each matrix of (count, rows, columns) with all singular values near 1, in bf16."""
    tall = matrices.shape[1] > matrices.shape[2]
    found = matrices.bfloat16()
    if tall:
        found = found.mT
    found = found / found.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    linear, cubic, fifth = QUINTIC
    for _ in range(5):
        gram = found @ found.mT
        found = torch.baddbmm(
            found, torch.baddbmm(gram, gram, gram, beta=cubic, alpha=fifth), found, beta=linear
        )
    return found.mT if tall else found
