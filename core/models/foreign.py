"""Adapters that do not name their base: a person states it, and every shape must agree with it.

A digest proves which base an adapter was trained on; shapes only show that it could have been.
So such an adapter stays marked, wherever it is shown.
"""

from collections import defaultdict
from pathlib import Path

from core.errors import AdapterRefused
from core.models import adapters, backbone
from core.records import Adapter

PREFIX = "base_model.model."  # PEFT's, before the name of a layer
A, B = ".lora_A.weight", ".lora_B.weight"
Shapes = dict[str, dict[str, tuple[int, ...]]]  # layer -> part -> shape


def take(folder: Path, run: str, reference: str, base_digest: str) -> Adapter:
    """The adapter in `folder`, for the base that a person stated; writes its manifest there.

    Raises:
        AdapterRefused: By the gate, or a tensor does not fit the base.
        ModelUnavailable: The base cannot be read.
    """
    adapters.examine(folder)
    _refuse_misfits(folder, backbone.layers(reference))
    adapters.write_manifest(folder, base_digest, stated=True)
    return adapters.admit(folder, run, base_digest)


def _refuse_misfits(folder: Path, layers: dict[str, tuple[int, int]]) -> None:
    rank = adapters.read_settings(folder).r
    for layer, parts in _shapes(folder).items():
        if layer not in layers:
            raise _misfit(f"has a part for {layer[:80]!r}, a layer that this base does not have")
        outputs, inputs = layers[layer]
        wanted = {A: (rank, inputs), B: (outputs, rank)}
        for part, shape in wanted.items():
            if parts.get(part) != shape:
                has = _said(parts[part]) if part in parts else "nothing"
                raise _misfit(f"has {has} for {layer[:80]!r}; this base wants {_said(shape)}")
        others = [shape for part, shape in parts.items() if part not in wanted]
        if any(shape != (outputs,) for shape in others):
            raise _misfit(f"has a magnitude of another width for {layer[:80]!r}")


def _shapes(folder: Path) -> Shapes:
    from safetensors import safe_open

    found: Shapes = defaultdict(dict)
    with safe_open(folder / adapters.WEIGHTS, framework="pt") as tensors:
        for name in tensors.keys():  # noqa: SIM118  (not a dict)
            part = next(one for one in adapters.PARTS if name.endswith(one))
            layer = name.removesuffix(part).removeprefix(PREFIX)
            found[layer][part] = tuple(tensors.get_slice(name).get_shape())
    return found


def _said(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))


def _misfit(problem: str) -> AdapterRefused:
    return AdapterRefused(
        f"The adapter {problem}.",
        remedy="Choose the model it was trained on on the Settings page, then import it again.",
    )
