"""What a run trains, before it does: an adapter and where it is laid, or all weights."""

from collections.abc import Iterable
from typing import Any

from core.errors import CannotTrain
from core.models import backbone, checkpoint, hashing
from core.training import hardware
from core.training.recipe import Recipe

ATTENTION = ("attn", "attention")  # how families call the module that holds the layers


def base(reference: str, recipe: Recipe) -> tuple[Any, Any]:
    """Model and tokenizer to train on, in 4 bits where the recipe says so.

    Raises:
        ModelUnavailable: As `backbone.pair`.
        CannotTrain: This machine cannot hold a base in 4 bits.
    """
    if not recipe.four_bit:
        return backbone.pair(reference)
    refuse_four_bit(recipe)
    from peft import prepare_model_for_kbit_training

    model, tokenizer = backbone.pair(reference, quantization=_four_bits())
    return prepare_model_for_kbit_training(model, use_gradient_checkpointing=False), tokenizer


def _four_bits() -> Any:
    """QLoRA's own choice: normal floats, quantised twice, multiplied in bf16."""
    import torch
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )


def refuse_four_bit(recipe: Recipe) -> None:
    """Refuse a recipe in 4 bits where they cannot be computed with.

    Raises:
        CannotTrain: Says what is lacking.
    """
    if recipe.four_bit and recipe.whole:
        raise CannotTrain(
            "All weights cannot learn while they are held in 4 bits.",
            remedy="Turn four_bit off, or train an adapter (command line: --set trains=adapter).",
        )
    lacking = hardware.no_four_bit() if recipe.four_bit else ""
    if lacking:
        raise CannotTrain(
            f"The base cannot be held in 4 bits. {lacking}",
            remedy="Turn four_bit off under More settings (command line: --set four_bit=false).",
        )


def half(recipe: Recipe) -> bool:
    """Whether this recipe computes in bf16 here; weights stay in fp32 all the same."""
    return recipe.precision == "auto" and hardware.quick_at_bf16()


def learner(recipe: Recipe, model: Any) -> Any:
    """The model with what learns: an adapter on it, or all of its own weights.

    Raises:
        CannotTrain: As `configuration`.
    """
    from peft import get_peft_model

    settings = configuration(recipe, model)
    return get_peft_model(model, settings) if settings else model


def configuration(recipe: Recipe, model: Any) -> Any:
    """The recipe's adapter as PEFT reads it, None where all weights are trained.

    Inits that alter the base are not among it.

    Raises:
        CannotTrain: A layer that the recipe names is not in the model.
    """
    from peft import LoraConfig

    if recipe.whole:
        return None
    return LoraConfig(
        task_type="CAUSAL_LM",
        r=recipe.rank,
        lora_alpha=recipe.alpha,
        lora_dropout=recipe.dropout,
        target_modules=targets(recipe.target_modules, _linear(model)),
        use_rslora=recipe.rslora,
        use_dora=recipe.dora,
    )


def targets(wanted: str, layers: Iterable[str]) -> list[str]:
    """Ends of layer names that get an adapter, in a fixed order.

    Args:
        wanted: "all linear", "attention only", or names parted by commas.
        layers: Full names of the model's linear layers, the output head left out.

    Raises:
        CannotTrain: A name that no layer has.
    """
    paths = [name.split(".") for name in layers]
    if wanted == "all linear":
        return sorted({path[-1] for path in paths})
    if wanted == "attention only":
        held = {tuple(path[-2:]) for path in paths if path[-2:-1] and _attends(path[-2])}
        return _some(sorted(".".join(end) for end in held), wanted, paths)
    named = sorted({name.strip() for name in wanted.split(",")})
    for name in named:
        end = name.split(".")
        _some([path for path in paths if path[-len(end) :] == end], name, paths)
    return named


def _attends(module: str) -> bool:
    return any(word in module for word in ATTENTION)


def _some(found: list[Any], wanted: str, paths: list[list[str]]) -> list[Any]:
    if not found:
        known = ", ".join(sorted({path[-1] for path in paths}))
        raise CannotTrain(
            f"No layer of the model is meant by target_modules={wanted!r}.",
            remedy=f"Choose 'all linear', or some of: {known}.",
        )
    return found


def _linear(model: Any) -> list[str]:
    from torch.nn import Linear

    head = model.get_output_embeddings()
    return [
        name
        for name, module in model.named_modules()
        if isinstance(module, Linear) and module is not head
    ]


def base_digest(reference: str, recipe: Recipe, model: Any) -> str:
    """Names the base's weights as they are now: those in memory that lie under an adapter.

    Where all weights are trained, those in memory are a copy; its files are read again.
    """
    return checkpoint.reread(reference) if recipe.whole else hashing.base_weights(model)
