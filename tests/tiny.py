"""Real models of a few thousand random weights, made on the fly: no download, no training.

folder = tiny.checkpoint(tmp_path / "base", "llama")
adapter = tiny.adapter(tmp_path / "run-a", folder, seed=1)
"""

import json
from pathlib import Path
from typing import Any, Literal

from core.models import adapters, backbone
from core.models import whole as all_weights
from core.records import Adapter, Message, Request

Family = Literal["llama", "lfm2"]
CONTEXT = 256
END, PAD = "<|end|>", "<|pad|>"
ROLES = ("<|system|>", "<|user|>", "<|assistant|>")
SPECIALS = (PAD, END, *ROLES)
TEMPLATE = (
    "{%- for message in messages -%}"
    "{{- '<|' + message['role'] + '|> ' + message['content'] | trim -}}"
    "{{- '<|end|>' if message['role'] == 'assistant' else '\\n' -}}"
    "{%- endfor -%}"
    "{{- '<|assistant|>' if add_generation_prompt else '' -}}"
)


def tokenizer() -> Any:
    """One token per byte, the five special ones, and a chat template."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {piece: place for place, piece in enumerate([*SPECIALS, *alphabet])}
    bytewise = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    bytewise.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytewise.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(
        tokenizer_object=bytewise,
        eos_token=END,
        pad_token=PAD,
        additional_special_tokens=list(ROLES),
        model_max_length=CONTEXT,
        clean_up_tokenization_spaces=False,
        chat_template=TEMPLATE,
    )


def checkpoint(folder: Path, family: Family = "llama", seed: int = 0) -> Path:
    """A folder with a two-layer model of width 64, as `save_pretrained` writes it."""
    import torch
    from transformers import Lfm2Config, Lfm2ForCausalLM, LlamaConfig, LlamaForCausalLM

    words = tokenizer()
    shape = {
        "vocab_size": len(words),
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": CONTEXT,
        "pad_token_id": words.pad_token_id,
        "bos_token_id": None,
        "eos_token_id": words.eos_token_id,
        "initializer_range": 0.4,  # wide, so that answers vary and ties do not happen
    }
    torch.manual_seed(seed)
    if family == "llama":
        model: Any = LlamaForCausalLM(LlamaConfig(**shape))
    else:
        kinds = ["conv", "full_attention"]
        config = Lfm2Config(
            **shape, layer_types=kinds, conv_L_cache=3, block_auto_adjust_ff_dim=False
        )
        model = Lfm2ForCausalLM(config)
    with torch.no_grad():  # never the likeliest: answers run until their cap
        model.get_output_embeddings().weight[: len(SPECIALS)] = 0
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


def adapter(
    folder: Path,
    base: Path,
    seed: int = 1,
    targets: tuple[str, ...] = ("q_proj", "v_proj"),
    **lora: Any,
) -> Adapter:
    """A LoRA adapter with random, non-zero B, saved with its manifest and through the gate."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(seed)
    config = LoraConfig(task_type="CAUSAL_LM", r=4, target_modules=list(targets), **lora)
    model = get_peft_model(AutoModelForCausalLM.from_pretrained(base), config)
    for name, weights in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weights, std=0.5)
    model.save_pretrained(folder)
    return sealed(folder, base)


def whole(folder: Path, base: Path, family: Family = "llama", seed: int = 9) -> Adapter:
    """All weights of a run that began from `base`: others than the base's, sealed and admitted."""
    digest = backbone.digest(str(base))
    all_weights.seal(checkpoint(folder, family, seed), digest)
    return adapters.admit(folder, folder.name, digest)


def flip(file: Path) -> None:
    """Change the last bit of a file's last byte."""
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


def sealed(folder: Path, base: Path) -> Adapter:
    """Write the manifest and pass the gate."""
    digest = backbone.digest(str(base))
    adapters.write_manifest(folder, digest)
    return adapters.admit(folder, folder.name, digest)


def rewrite(folder: Path, **changes: Any) -> None:
    """Change keys of an adapter's configuration in place."""
    file = folder / adapters.CONFIG
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def ask(question: str, adapter: Adapter | None = None, **decoding: Any) -> Request:
    """A request of one user turn, 24 tokens long at most unless told otherwise."""
    from core.records import Decoding

    caps = Decoding(**{"max_tokens": 24, **decoding})
    return Request((Message("user", question),), adapter, caps)
