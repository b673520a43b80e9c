"""Loading a base checkpoint: the one way in for the engine, for training and for export.

Code that ships with a checkpoint is never run.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import threads
from core.errors import ModelUnavailable
from core.models.checkpoint import EMBEDDED, digest, folder, unavailable
from core.records import Message

__all__ = ["EMBEDDED", "TEMPLATE_OPTIONS", "Backbone", "device", "digest", "load", "pair"]

TRUST_REMOTE_CODE = False
# Models that can think aloud answer at once instead. Training must render chats with the same.
TEMPLATE_OPTIONS = {"enable_thinking": False}
USUAL_CONTEXT = 2048  # assumed where the configuration names none


@dataclass(frozen=True)
class Backbone:
    """A checkpoint in memory. Only one thread may run `model`; see the engine."""

    name: str
    digest: str
    model: Any
    tokenizer: Any
    parameters: int
    context: int  # tokens
    stops: frozenset[int]  # token ids that end an answer

    def prompt(self, messages: Sequence[Message]) -> list[int]:
        """Token ids of the chat, up to where the assistant's turn begins."""
        from jinja2 import TemplateError

        turns = [
            {"role": message.role, "content": self._inert(message.content)} for message in messages
        ]
        try:
            try:
                return self._render(turns)
            except TemplateError:  # some templates know no system turn
                return self._render(_without_system(turns))
        except TemplateError as refusal:
            raise ModelUnavailable(
                f"The chat template of {self.name} refuses this conversation ({refusal}).",
                remedy="Start a new conversation, or choose another model.",
            ) from refusal

    def _inert(self, text: str) -> str:
        """The text with the marks of a turn spelled apart: a document must not forge a turn."""
        for token in self.tokenizer.added_tokens_decoder.values():
            if token.special and len(token.content) > 1:
                text = text.replace(token.content, f"{token.content[0]} {token.content[1:]}")
        return text

    def _render(self, turns: list[dict[str, str]]) -> list[int]:
        rendered = self.tokenizer.apply_chat_template(
            turns, add_generation_prompt=True, return_dict=False, **TEMPLATE_OPTIONS
        )
        return [int(token) for token in rendered]


def _without_system(turns: list[dict[str, str]]) -> list[dict[str, str]]:
    """The same chat with the system turn at the head of the first question."""
    if len(turns) < 2 or turns[0]["role"] != "system":
        return turns
    system, first, *rest = turns
    return [{**first, "content": f"{system['content']}\n\n{first['content']}"}, *rest]


def load(reference: str) -> Backbone:
    """The checkpoint, ready to answer: fp32 here, bf16 on a GPU.

    fp32 because a batch in it gives exactly the answers that single questions
    give; bf16 does not.

    Args:
        reference: "embedded", a folder, or a name on the Hugging Face hub.

    Raises:
        ModelUnavailable: Absent, incomplete, unsafe or without a chat template.
    """
    import torch
    from transformers import GenerationConfig

    source = str(folder(reference))
    gpu = torch.cuda.is_available()
    model, tokenizer = pair(source, torch.bfloat16 if gpu else torch.float32)
    model = model.to("cuda" if gpu else "cpu").eval().requires_grad_(False)
    parameters = sum(weights.numel() for weights in model.parameters())
    threads.share(model)
    stops = _stops(model, tokenizer)
    # A checkpoint's own decoding (sampling, penalties) is not what the levers are compared under.
    model.generation_config = GenerationConfig()
    return Backbone(
        name=_name(reference, parameters),
        digest=digest(source),
        model=model,
        tokenizer=tokenizer,
        parameters=parameters,
        context=_context(model),
        stops=stops,
    )


def pair(reference: str, dtype: Any = None, quantization: Any = None) -> tuple[Any, Any]:
    """Model and tokenizer for training or export, on the CPU, in fp32 unless told otherwise.

    With a `quantization`, a configuration of transformers, it lies on the GPU.

    Raises:
        ModelUnavailable: As `load`.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    source = folder(reference)
    _keep_quiet()
    options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": TRUST_REMOTE_CODE}
    with _explained(reference):
        tokenizer = AutoTokenizer.from_pretrained(source, **options)
        if quantization:
            options["quantization_config"] = quantization
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            source,
            dtype=dtype or torch.float32,
            use_safetensors=True,
            output_loading_info=True,
            **options,
        )
    model, report = loaded
    _check(reference, tokenizer, report)
    tokenizer.padding_side = "left"
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return model, tokenizer


def layers(reference: str) -> dict[str, tuple[int, int]]:
    """Linear layers by their full names: outputs and inputs. No weight is read.

    Raises:
        ModelUnavailable: As `load`.
    """
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    source = folder(reference)
    trusted: Any = {"trust_remote_code": TRUST_REMOTE_CODE}
    with _explained(reference), torch.device("meta"):
        config = AutoConfig.from_pretrained(source, local_files_only=True, **trusted)
        model: Any = AutoModelForCausalLM.from_config(config, **trusted)
    return {
        name: (module.out_features, module.in_features)
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear)
    }


def device() -> str:
    """What models run on here, in words."""
    import torch

    if torch.cuda.is_available():
        card = torch.cuda.get_device_properties(0)
        return f"{card.name}, {card.total_memory / 1e9:.0f} GB, bf16"
    return f"CPU, {threads.physical()} cores, fp32"


def _check(reference: str, tokenizer: Any, report: dict[str, Any]) -> None:
    missing = len(report["missing_keys"])
    if missing:  # transformers would fill them with random numbers and go on
        raise unavailable(reference, f"lacks {missing} of its weights")
    if not tokenizer.chat_template:
        raise ModelUnavailable(
            f"The model {reference!r} has no chat template.",
            remedy="Choose an instruction-tuned model: its name often ends in -Instruct or -it.",
        )


@contextlib.contextmanager
def _explained(reference: str) -> Iterator[None]:
    """What a damaged or unknown checkpoint raises, as a sentence."""
    from safetensors import SafetensorError

    try:
        yield
    except (OSError, ValueError, KeyError, ImportError, RuntimeError, SafetensorError) as failure:
        reason = (str(failure).strip().splitlines() or [type(failure).__name__])[0][:200]
        raise unavailable(reference, f"cannot be loaded ({reason})") from failure


def _keep_quiet() -> None:
    """Standard output and error belong to the command line."""
    import warnings

    from transformers.utils import logging

    # peft 0.21 asks transformers 5.23 for a name that v6 drops; gone with the next peft.
    warnings.filterwarnings("ignore", "`is_gradient_checkpointing`", FutureWarning)

    logging.disable_progress_bar()
    logging.set_verbosity_error()


def _name(reference: str, parameters: int) -> str:
    """What people see: the model that ships is called what it is."""
    return f"rehearsal-{parameters / 1e6:.1f}M" if reference == EMBEDDED else Path(reference).name


def _context(model: Any) -> int:
    text = model.config.get_text_config()
    return int(getattr(text, "max_position_embeddings", None) or USUAL_CONTEXT)


def _stops(model: Any, tokenizer: Any) -> frozenset[int]:
    named = (
        model.generation_config.eos_token_id,
        getattr(model.config, "eos_token_id", None),
        tokenizer.eos_token_id,
    )
    found: set[int] = set()
    for stop in named:
        found.update(stop if isinstance(stop, list) else [] if stop is None else [stop])
    return frozenset(found)
