"""The import gate: what an adapter must be before PEFT may see it.

PEFT alone falls back to pickles, takes regular expressions for module names,
grows the base by `layer_replication` and does not notice a wrong base.
"""

import hashlib
import json
import struct
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core import workspace
from core.errors import AdapterRefused
from core.models import whole
from core.records import Adapter

CONFIG, WEIGHTS, MANIFEST = (
    "adapter_config.json", "adapter_model.safetensors", "adapter_manifest.json"
)  # fmt: skip
PICKLES = {".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib", ".npy", ".npz"}
MOST_BYTES = 4 * 2**30
MOST_HEADER_BYTES = 4 * 2**20
MOST_TENSORS = 20_000
MOST_CONFIG_BYTES = 256 * 1024
PARTS = (
    ".lora_A.weight",
    ".lora_B.weight",
    ".lora_magnitude_vector.weight",
    ".lora_magnitude_vector",
)

ModuleName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.]{1,200}$")]
Nothing = Literal[False] | None


class LoraSettings(BaseModel):
    """Everything `adapter_config.json` may say. A key that is not here is refused.

    Only what changes the arithmetic of plain LoRA, rsLoRA and DoRA may have a
    value; whatever touches the base or adds other weights must be empty.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    peft_type: Literal["LORA"]
    task_type: Literal["CAUSAL_LM"]
    r: int = Field(ge=1, le=256)
    lora_alpha: float = Field(gt=0, le=65536, allow_inf_nan=False)
    target_modules: list[ModuleName] = Field(min_length=1, max_length=2000)
    use_rslora: bool = False
    use_dora: bool = False
    fan_in_fan_out: bool = False
    lora_dropout: float = Field(0.0, ge=0, le=1)
    # "pissa", "olora", "eva" and the like change the base they are laid on.
    init_lora_weights: Literal[True, False, "gaussian", "orthogonal", "mica"] = True
    bias: Literal["none"] = "none"
    # Where it came from: read by nobody here.
    base_model_name_or_path: str | None = None
    peft_version: str | None = None
    revision: str | None = None
    inference_mode: bool = True
    megatron_core: str | None = None
    loftq_config: dict[str, Any] | None = Field(None, max_length=0)
    qalora_group_size: int | None = None
    # Must be empty.
    rank_pattern: dict[str, int] | None = Field(None, max_length=0)
    alpha_pattern: dict[str, int] | None = Field(None, max_length=0)
    auto_mapping: None = None
    modules_to_save: None = None
    layer_replication: None = None
    layers_to_transform: None = None
    layers_pattern: None = None
    exclude_modules: None = None
    megatron_config: None = None
    trainable_token_indices: None = None
    target_parameters: None = None
    eva_config: None = None
    corda_config: None = None
    lora_ga_config: None = None
    velora_config: None = None
    monteclora_config: None = None
    arrow_config: None = None
    kasa_config: None = None
    runtime_config: None = None
    alora_invocation_tokens: None = None
    use_bdlora: Nothing = None
    use_qalora: Nothing = None
    lora_bias: Nothing = None
    ensure_weight_tying: Nothing = None


def write_manifest(folder: Path, base_digest: str, stated: bool = False) -> None:
    """Record, beside finished weights, which base they belong to. Written last.

    `stated`: not known from training, but said by the person who brought them.
    """
    known = {"base_digest": base_digest, "digest": weights_digest(folder)}
    workspace.write_json(folder / MANIFEST, known | ({"stated": True} if stated else {}))


def base_is_stated(folder: Path) -> bool:
    """Whether only a person says which base an adapter belongs to."""
    return bool(_manifest(folder).get("stated"))


def admit(folder: Path, run: str, base_digest: str) -> Adapter:
    """The adapter in `folder`, or all weights, if safe and of the base with this digest.

    Raises:
        AdapterRefused: Names the first thing that is wrong with it.
    """
    if whole.here(folder):
        return whole.admit(folder, run, base_digest)
    digest = examine(folder)
    recorded = _manifest(folder)
    if recorded.get("digest") != digest:
        raise _refused(folder, "has changed since it was trained")
    if recorded.get("base_digest") != base_digest:
        raise AdapterRefused(
            f"The adapter of {run} was trained on another base model.",
            remedy="Choose the model it was trained on, or train again on this one.",
        )
    return Adapter(run=run, folder=folder, digest=digest, base_digest=base_digest)


def examine(folder: Path) -> str:
    """The digest of an adapter that is safe to load, whatever base it is for.

    Raises:
        AdapterRefused: Names the first thing that is wrong with it.
    """
    _only_safetensors(folder)
    stamps = tuple((folder / name).stat().st_mtime_ns for name in (CONFIG, WEIGHTS))
    return _examined(folder.resolve(), stamps)


def weights_digest(folder: Path) -> str:
    """SHA-256 over the weights and what scales them; the same wherever the folder lies."""
    settings = read_settings(folder)
    scaling = [settings.r, settings.lora_alpha, settings.use_rslora, settings.use_dora]
    with (folder / WEIGHTS).open("rb") as content:
        found = hashlib.file_digest(content, "sha256")
    found.update(json.dumps([*scaling, sorted(settings.target_modules)]).encode())
    return found.hexdigest()


def read_settings(folder: Path) -> LoraSettings:
    """The adapter's configuration, every key of it known and harmless.

    Raises:
        AdapterRefused: Names the first key that is not.
    """
    file = folder / CONFIG
    if not file.is_file():
        raise _refused(folder, f"lacks {CONFIG}")
    if file.stat().st_size > MOST_CONFIG_BYTES:
        raise _refused(folder, f"has a {CONFIG} of more than {MOST_CONFIG_BYTES:,} bytes")
    try:
        return LoraSettings.model_validate_json(file.read_bytes())
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or CONFIG
        raise _refused(folder, f"sets {where} as we do not allow ({first['msg']})") from None


@lru_cache(maxsize=64)
def settings_of(adapter: Adapter) -> LoraSettings:
    """The configuration of an adapter that passed the gate."""
    return read_settings(adapter.folder)


def shares_batch(adapter: Adapter) -> bool:
    """Whether it can answer beside the base and other adapters, row by row."""
    return not adapter.whole and not settings_of(adapter).use_dora


@lru_cache(maxsize=256)
def _examined(folder: Path, stamps: tuple[int, ...]) -> str:
    """The digest of files that passed; looked at again only when one of them changes."""
    settings = read_settings(folder)
    _check_header(folder)
    _check_tensors(folder, settings)
    return weights_digest(folder)


def _only_safetensors(folder: Path) -> None:
    for name in (CONFIG, WEIGHTS):
        if not (folder / name).is_file() or (folder / name).is_symlink():
            raise _refused(folder, f"lacks {name}")
    for file in folder.rglob("*"):
        if file.suffix.lower() in PICKLES:
            raise _refused(folder, f"holds {file.name}, a format that can run code when it is read")


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found = workspace.read_json(folder / MANIFEST)
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise _refused(folder, f"has no readable {MANIFEST}, so that its base is unknown")
    return found


def _check_header(folder: Path) -> None:
    """Sizes first: nothing is allocated for a file that lies about itself."""
    file = folder / WEIGHTS
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise _refused(folder, f"has {size:,} bytes of weights, more than {MOST_BYTES:,}")
    with file.open("rb") as content:
        length = content.read(8)
        header = struct.unpack("<Q", length)[0] if len(length) == 8 else 0
        if not 2 <= header <= min(MOST_HEADER_BYTES, size - 8):
            raise _refused(folder, f"has a damaged {WEIGHTS}")
        try:
            named = json.loads(content.read(header))
        except (ValueError, RecursionError):
            named = None
    if not isinstance(named, dict):
        raise _refused(folder, f"has a damaged {WEIGHTS}")
    _check_names(folder, [name for name in named if name != "__metadata__"])


def _check_names(folder: Path, names: list[str]) -> None:
    if not 1 <= len(names) <= MOST_TENSORS:
        raise _refused(folder, f"has {len(names)} tensors, not 1 to {MOST_TENSORS:,}")
    for name in names:
        if not name.endswith(PARTS):
            raise _refused(folder, f"has the tensor {name[:80]!r}, which is not part of a LoRA")


def _check_tensors(folder: Path, settings: LoraSettings) -> None:
    import torch
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(folder / WEIGHTS, framework="pt") as tensors:
            for name in tensors.keys():  # noqa: SIM118  (not a dict)
                tensor = tensors.get_tensor(name)
                if not tensor.is_floating_point() or not torch.isfinite(tensor).all():
                    raise _refused(folder, f"has values in {name[:80]!r} that are not numbers")
                width = {"A": 0, "B": 1}.get(name.removesuffix(".weight")[-1:])
                if width is not None and (tensor.dim() != 2 or tensor.shape[width] != settings.r):
                    raise _refused(folder, f"has {name[:80]!r} of another rank than {settings.r}")
    except SafetensorError as damaged:
        raise _refused(folder, f"has a damaged {WEIGHTS}") from damaged


def _refused(folder: Path, problem: str) -> AdapterRefused:
    return AdapterRefused(
        f"The adapter in {folder.parent.name}/{folder.name} {problem}.",
        remedy="Use an adapter that First Lever trained on this model, as it was written.",
    )
