"""Scripts that go with a run: use the model, and train it again elsewhere."""

import json
from pathlib import Path
from typing import Any

from core.training.recipe import Recipe
from core.workspace import read_json, write_text

HERE = Path(__file__).parent


def write(folder: Path, recipe: Recipe) -> None:
    """`use_me.py`, `train_with_trl.py` and `llamafactory.yaml`.

    The adapter must stand in the folder: its layers are named in both recipes.
    """
    settings = read_json(folder / "adapter" / "adapter_config.json")
    write_text(folder / "use_me.py", (HERE / "use_me.py.txt").read_text(encoding="utf-8"))
    trl = (HERE / "train_with_trl.py.txt").read_text(encoding="utf-8")
    for name, value in _values(recipe, settings).items():
        trl = trl.replace(f"<{name}>", repr(value))
    write_text(folder / "train_with_trl.py", trl)
    write_text(folder / "llamafactory.yaml", _yaml(_llamafactory(recipe, settings)))


def _values(recipe: Recipe, settings: dict[str, Any]) -> dict[str, Any]:
    return {
        "rank": settings["r"],
        "alpha": settings["lora_alpha"],
        "dropout": settings["lora_dropout"],
        "layers": sorted(settings["target_modules"]),
        "learning_rate": recipe.learning_rate,
        "epochs": recipe.epochs,
        "batch": recipe.batch,
        "warmup": recipe.warmup_ratio,
        "weight_decay": recipe.weight_decay,
        "max_tokens": recipe.max_tokens,
        "seed": recipe.seed,
    }


def _llamafactory(recipe: Recipe, settings: dict[str, Any]) -> dict[str, Any]:
    return {
        "model_name_or_path": "BASE",
        "stage": "sft",
        "do_train": True,
        "finetuning_type": "lora",
        "lora_rank": settings["r"],
        "lora_alpha": settings["lora_alpha"],
        "lora_dropout": settings["lora_dropout"],
        "lora_target": ",".join(sorted(settings["target_modules"])),
        "dataset_dir": ".",
        "dataset": "train",
        "eval_dataset": "validation",
        "eval_strategy": "epoch",
        "cutoff_len": recipe.max_tokens,
        "learning_rate": recipe.learning_rate,
        "num_train_epochs": recipe.epochs,
        "per_device_train_batch_size": recipe.batch,
        "warmup_ratio": recipe.warmup_ratio,
        "seed": recipe.seed,
        "output_dir": "llamafactory-output",
    }


def _yaml(settings: dict[str, Any]) -> str:
    """Flat keys only, and JSON's scalars are YAML's."""
    lines = [f"{key}: {json.dumps(value)}" for key, value in settings.items()]
    head = "# llamafactory-cli train llamafactory.yaml, with BASE replaced by the base model.\n"
    note = "# No template is named: the tokenizer's own is parsed.\n"
    return head + note + "\n".join(lines) + "\n"
