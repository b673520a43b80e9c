"""What this machine computes with: its parts and libraries, what it is quick at, what it lacks."""

import importlib.util
import os
import platform
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

FLAGS = ("avx512_bf16", "amx_bf16")  # of processors that multiply bf16 in hardware
MISSING = "pip install bitsandbytes==0.50.2"
PROCESSORS = Path("/proc/cpuinfo")
LIBRARIES = ("torch", "transformers", "trl", "peft", "accelerate", "tokenizers", "safetensors")


def versions() -> dict[str, str]:
    """Of Python and of every library that a training run rests on."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


def described() -> dict[str, Any]:
    """The machine a run is trained on: system, processor, cores, threads, bytes of memory, GPU."""
    import torch

    return {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "memory_bytes": psutil.virtual_memory().total,
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else "",
    }


def _processor() -> str:
    """Its model as the system names it, else the kind of processor."""
    said = PROCESSORS.read_text(encoding="utf-8") if PROCESSORS.exists() else ""
    named = [line.partition(":")[2].strip() for line in said.split("\n") if "model name" in line]
    return next(iter(named), platform.machine())


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
