"""Runs that trained all weights: their gate, and the second model that answers with them.

Such a result is a checkpoint of its own, as large as the base. It cannot share a batch with
the base or an adapter, so it answers from a model beside the base, which stays as it was.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from core import workspace
from core.errors import AdapterRefused
from core.models import backbone, checkpoint
from core.records import Adapter

MANIFEST = "weights_manifest.json"
ROOM = 1.2  # times its size that must be free: loading holds some weights twice


def here(folder: Path) -> bool:
    """Whether a folder holds all weights of a model, and not an adapter."""
    return (folder / MANIFEST).is_file()


def seal(folder: Path, base_digest: str) -> None:
    """Record, beside finished weights, which base they began from. Written last."""
    digest = checkpoint.digest(str(folder))
    workspace.write_json(folder / MANIFEST, {"base_digest": base_digest, "digest": digest})


def admit(folder: Path, run: str, base_digest: str) -> Adapter:
    """The weights in `folder`, if they are as they were sealed and began from this base.

    Raises:
        AdapterRefused: Names the first thing that is wrong with them.
    """
    recorded = workspace.read_json(folder / MANIFEST)
    digest = _digest(folder, run)
    if recorded.get("digest") != digest:
        raise _refused(run, "have changed since they were trained")
    if recorded.get("base_digest") != base_digest:
        raise AdapterRefused(
            f"The weights of {run} were trained from another base model.",
            remedy="Choose the model they began from, or train again on this one.",
        )
    if not _all_numbers(folder.resolve(), digest):
        raise _refused(run, "hold values that are not numbers")
    return Adapter(run, folder, digest, base_digest, whole=True)


class Second:
    """The one tuned model beside the base, loaded when it is asked for; owned by one thread.

    Args:
        base: Says on which device and in which numbers the second one answers.
        made: Hears of every model that is loaded.
    """

    def __init__(self, base: Any, made: Callable[[Any], None]) -> None:
        self._base, self._made = base, made
        self._held: tuple[str, Any] | None = None  # digest and model

    def model(self, adapter: Adapter) -> Any:
        """The model with these weights, in place of the one that was held before.

        Raises:
            AdapterRefused: Its files changed since they passed the gate, or there is no room.
            ModelUnavailable: They cannot be loaded.
        """
        if self._held is None or self._held[0] != adapter.digest:
            self._held = None  # its memory is given back first
            self._held = adapter.digest, self._loaded(adapter)
        return self._held[1]

    def _loaded(self, adapter: Adapter) -> Any:
        from transformers import GenerationConfig

        if _digest(adapter.folder, adapter.run) != adapter.digest:
            raise _refused(adapter.run, "have changed since they were chosen")
        like = next(self._base.parameters())
        _refuse_without_room(adapter, like)
        model, _ = backbone.pair(str(adapter.folder), like.dtype)
        model = model.to(like.device).eval().requires_grad_(False)
        model.generation_config = GenerationConfig()  # as `backbone.load`
        self._made(model)
        return model


def _refuse_without_room(adapter: Adapter, like: Any) -> None:
    import psutil
    import torch

    on_gpu = like.device.type == "cuda"
    free = torch.cuda.mem_get_info()[0] if on_gpu else psutil.virtual_memory().available
    needed = ROOM * sum(file.stat().st_size for file in adapter.folder.glob("*.safetensors"))
    if needed > free:
        raise AdapterRefused(
            f"The weights of {adapter.run} need {needed / 2**30:.1f} GiB of memory beside the "
            f"base; {free / 2**30:.1f} GiB are free.",
            remedy="Choose an adapter on the Train page, or close other programs.",
        )


def _digest(folder: Path, run: str) -> str:
    linked = [file.name for file in folder.iterdir() if file.is_symlink()]
    if linked:
        raise _refused(run, f"hold {linked[0]}, a link to somewhere else")
    return checkpoint.digest(str(folder))


@lru_cache(maxsize=64)
def _all_numbers(folder: Path, digest: str) -> bool:
    """Whether no weight is an infinity; looked at once for each digest."""
    import torch
    from safetensors import safe_open

    for file in sorted(folder.glob("*.safetensors")):
        with safe_open(file, framework="pt") as tensors:
            for name in tensors.keys():  # noqa: SIM118  (not a dict)
                if not torch.isfinite(tensors.get_tensor(name)).all():
                    return False
    return True


def _refused(run: str, problem: str) -> AdapterRefused:
    return AdapterRefused(
        f"The weights of {run} {problem}.",
        remedy="Train again, or choose another run on the Train page.",
    )
