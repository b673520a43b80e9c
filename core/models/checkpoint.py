"""Where the files of a base model lie, and the digest that names them.

Every reference becomes a folder first, so that a digest means the same wherever
the files came from. Pickled weights are neither fetched nor read.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

from core import workspace
from core.errors import ModelUnavailable

EMBEDDED = "embedded"
EMBEDDED_FOLDER = Path(__file__).parent / "embedded"
INDEX = "model.safetensors.index.json"  # names the shards of a large model
# What decides an answer. README, licence and the like may change without a new digest.
DECISIVE = (
    "*.safetensors", INDEX, "config.json", "generation_config.json", "tokenizer.json",
    "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    "vocab.json", "vocab.txt", "merges.txt", "chat_template.jinja", "chat_template.json",
)  # fmt: skip


def folder(reference: str) -> Path:
    """Where the files of a reference lie, fetched from the hub if they are not here yet.

    Args:
        reference: "embedded", a folder, or a name on the Hugging Face hub.

    Raises:
        ModelUnavailable: No such folder, or the hub does not have or give it.
    """
    place = EMBEDDED_FOLDER if reference == EMBEDDED else Path(reference).expanduser()
    if not place.is_dir():
        place = _from_hub(reference)
    if not _complete(place):
        raise unavailable(reference, "has no weights in safetensors form, or only some of them")
    return place


def digest(reference: str) -> str:
    """SHA-256 over weights, configuration, tokenizer and chat template, in hexadecimal.

    Raises:
        ModelUnavailable: As `folder`.
    """
    place = folder(reference)
    whole = hashlib.sha256()
    for file in sorted({file for pattern in DECISIVE for file in place.glob(pattern)}):
        stamp = file.stat()
        content = _file_digest(file, stamp.st_mtime_ns, stamp.st_size)
        whole.update(f"{file.name}:{content}\n".encode())
    return whole.hexdigest()


def reread(reference: str) -> str:
    """The digest, with every file read again even if it looks as it did before.

    Raises:
        ModelUnavailable: As `folder`.
    """
    _file_digest.cache_clear()
    return digest(reference)


def unavailable(reference: str, problem: str) -> ModelUnavailable:
    """What is wrong with a reference, and what to give instead."""
    remedy = (
        "Give a folder with safetensors weights or the name of a model on the Hugging Face hub "
        f"(with a network and without HF_HUB_OFFLINE), or choose the {EMBEDDED} model."
    )
    if reference == EMBEDDED:
        remedy = "Check First Lever out again: core/models/embedded is incomplete."
    return ModelUnavailable(f"The model {reference!r} {problem}.", remedy=remedy)


@lru_cache(maxsize=256)
def _file_digest(file: Path, changed: int, size: int) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _complete(place: Path) -> bool:
    if not (place / INDEX).exists():
        return any(place.glob("*.safetensors"))
    shards = set(workspace.read_json(place / INDEX)["weight_map"].values())
    return all((place / shard).exists() for shard in shards)


def _from_hub(reference: str) -> Path:
    """What is here already stays as it is; a newer version on the hub changes nothing unasked."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    wanted = list(DECISIVE)
    try:
        try:
            here = Path(snapshot_download(reference, local_files_only=True))
            if _complete(here):
                return here
        except LocalEntryNotFoundError:
            pass
        return Path(snapshot_download(reference, allow_patterns=wanted, ignore_patterns=["*/*"]))
    except (HfHubHTTPError, HFValidationError, OSError, ValueError) as failure:
        problem = "is neither a folder here nor to be had from the hub"
        raise unavailable(reference, problem) from failure
