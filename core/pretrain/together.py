"""Several processes on one model: each reads its own batch, gradients are averaged.

On a machine that others use too, two processes of one thread each are far faster
than one of two threads, whose every operation waits for the slower thread. Start
with `torchrun --nproc-per-node 2 -m core.pretrain.train ...`.
"""

import os
from typing import Any


def join() -> tuple[int, int]:
    """This process's number and how many there are; (0, 1) when started without torchrun."""
    if "RANK" not in os.environ:
        return 0, 1
    import torch

    torch.distributed.init_process_group("gloo")
    torch.set_num_threads(1)
    return torch.distributed.get_rank(), torch.distributed.get_world_size()


def average(tensors: list[Any], processes: int) -> None:
    """Replace each tensor by its mean over all processes, in place."""
    if processes == 1:
        return
    import torch

    flat = torch.cat([each.flatten() for each in tensors])
    torch.distributed.all_reduce(flat)
    flat /= processes
    start = 0
    for each in tensors:
        each.copy_(flat[start : start + each.numel()].view_as(each))
        start += each.numel()
