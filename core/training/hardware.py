"""What this machine can compute with: which numbers it is quick at, and what it lacks."""

import importlib.util
from functools import lru_cache
from pathlib import Path

FLAGS = ("avx512_bf16", "amx_bf16")  # of processors that multiply bf16 in hardware
MISSING = "pip install bitsandbytes==0.50.2"
PROCESSORS = Path("/proc/cpuinfo")


@lru_cache(maxsize=1)
def quick_at_bf16() -> bool:
    """Whether the hardware here has units of its own for products in bf16."""
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return flagged(PROCESSORS.read_text(encoding="utf-8") if PROCESSORS.exists() else "")


def flagged(said: str) -> bool:
    """Whether the flags in a `/proc/cpuinfo` name units for bf16."""
    return any(flag in said.split() for flag in FLAGS)


@lru_cache(maxsize=1)
def no_four_bit() -> str:
    """Why a base cannot be held in 4 bits here, "" where it can."""
    import torch

    if not torch.cuda.is_available():
        return "It needs an NVIDIA GPU, and there is none here."
    if importlib.util.find_spec("bitsandbytes") is None:
        return f"It needs the package bitsandbytes: {MISSING}"
    return ""
