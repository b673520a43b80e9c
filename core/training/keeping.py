"""What a run made, put in its place: whole, behind the gate, and only at the end."""

import shutil
from pathlib import Path
from typing import Any

from core.models import adapters, whole
from core.training.record import Run
from core.workspace import writing


def keep(run: Run, model: Any, tokenizer: Any) -> str:
    """Write the result, let go of the checkpoints, and return the result's digest.

    Raises:
        AdapterRefused: What was trained does not pass the gate.
    """
    partial = run.folder / f".{run.result.name}.partial"
    with writing(run.folder):
        shutil.rmtree(partial, ignore_errors=True)
        if run.recipe.whole:
            _write_weights(run, model, tokenizer, partial)
        else:
            _write_adapter(run, model, partial)
        digest = adapters.admit(partial, run.name, run.base_digest).digest
        shutil.rmtree(run.result, ignore_errors=True)
        partial.rename(run.result)
    shutil.rmtree(run.folder / "checkpoints", ignore_errors=True)
    return digest


def _write_adapter(run: Run, model: Any, to: Path) -> None:
    # Its default is the absolute path of the base on this machine.
    model.peft_config["default"].base_model_name_or_path = Path(run.model).name
    model.save_pretrained(to, save_embedding_layers=False)
    (to / "README.md").unlink(missing_ok=True)  # a template that names that path again
    adapters.write_manifest(to, run.base_digest)


def _write_weights(run: Run, model: Any, tokenizer: Any, to: Path) -> None:
    model.save_pretrained(to)
    forget_last_use(tokenizer)
    tokenizer.save_pretrained(to)
    whole.seal(to, run.base_digest)


def forget_last_use(tokenizer: Any) -> None:
    """A fast tokenizer keeps how it last padded and cut, and would write it among its files."""
    if tokenizer.is_fast:
        tokenizer.backend_tokenizer.no_padding()
        tokenizer.backend_tokenizer.no_truncation()
