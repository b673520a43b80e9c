"""Scripts that go with a run: use the model, and train it again elsewhere."""

import json
from pathlib import Path
from typing import Any

from core.training.recipe import Recipe
from core.workspace import read_json, write_text

HERE = Path(__file__).parent
WAYS = ("use_rslora", "use_dora")  # of an adapter; both tools know them by these names


def write(folder: Path, recipe: Recipe) -> None:
    """`use_me.py`, `train_with_trl.py` and `llamafactory.yaml`.

    An adapter must stand in the folder: its layers are named in both recipes.
    """
    settings = None if recipe.whole else read_json(folder / "adapter" / "adapter_config.json")
    write_text(folder / "use_me.py", (HERE / "use_me.py.txt").read_text(encoding="utf-8"))
    trl = (HERE / "train_with_trl.py.txt").read_text(encoding="utf-8")
    trl = trl.replace("<adapter>", _adapter(settings))
    for name, value in _values(recipe).items():
        trl = trl.replace(f"<{name}>", repr(value))
    write_text(folder / "train_with_trl.py", trl)
    write_text(folder / "llamafactory.yaml", _yaml(_llamafactory(recipe, settings)))


def _adapter(settings: dict[str, Any] | None) -> str:
    """Python for the adapter of the run; None where all weights were trained."""
    if settings is None:
        return "None"
    said = (
        f"r={settings['r']!r}, lora_alpha={settings['lora_alpha']!r}, "
        f"lora_dropout={settings['lora_dropout']!r},"
    )
    ways = "".join(f" {name}=True," for name in WAYS if settings.get(name))
    layers = sorted(settings["target_modules"])
    return (
        f'LoraConfig(\n            task_type="CAUSAL_LM", {said}\n'
        f"            target_modules={layers!r},{ways}\n        )"
    )


def _values(recipe: Recipe) -> dict[str, Any]:
    return {
        "learning_rate": recipe.learning_rate,
        "epochs": recipe.epochs,
        "batch": recipe.batch,
        "accumulation": recipe.accumulation,
        "warmup": recipe.warmup_ratio,
        "weight_decay": recipe.weight_decay,
        "max_tokens": recipe.max_tokens,
        "seed": recipe.seed,
    }


def _llamafactory(recipe: Recipe, settings: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "model_name_or_path": "BASE",
        "stage": "sft",
        "do_train": True,
        **_tuning(settings),
        "dataset_dir": ".",
        "dataset": "train",
        "eval_dataset": "validation",
        "eval_strategy": "epoch",
        "cutoff_len": recipe.max_tokens,
        "learning_rate": recipe.learning_rate,
        "num_train_epochs": recipe.epochs,
        "per_device_train_batch_size": recipe.batch,
        "gradient_accumulation_steps": recipe.accumulation,
        "warmup_ratio": recipe.warmup_ratio,
        "weight_decay": recipe.weight_decay,
        "seed": recipe.seed,
        "output_dir": "llamafactory-output",
    }


def _tuning(settings: dict[str, Any] | None) -> dict[str, Any]:
    if settings is None:
        return {"finetuning_type": "full"}
    return {
        "finetuning_type": "lora",
        "lora_rank": settings["r"],
        "lora_alpha": settings["lora_alpha"],
        "lora_dropout": settings["lora_dropout"],
        "lora_target": ",".join(sorted(settings["target_modules"])),
        **{name: True for name in WAYS if settings.get(name)},
    }


def _yaml(settings: dict[str, Any]) -> str:
    """Flat keys only, and JSON's scalars are YAML's."""
    lines = [f"{key}: {json.dumps(value)}" for key, value in settings.items()]
    head = "# llamafactory-cli train llamafactory.yaml, with BASE replaced by the base model.\n"
    note = "# No template is named: the tokenizer's own is parsed.\n"
    return head + note + "\n".join(lines) + "\n"
