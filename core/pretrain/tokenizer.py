"""The embedded model's words: 4,096 byte-level pieces and one chat template.

Digits stand alone, so that a copied number is a copied string. Each turn's text
follows a space, so that a word at the start of an answer is the same piece as
inside a passage: copying is what this model does best, and it copies pieces.
"""

from collections.abc import Iterable
from typing import Any

END, PAD = "<|end|>", "<|pad|>"
ROLES = ("system", "user", "assistant")
SPECIALS = (PAD, END, *(f"<|{role}|>" for role in ROLES))
VOCABULARY = 4096
POSITIONS = 1024

TEMPLATE = (
    "{%- for message in messages -%}"
    "{{- '<|' + message['role'] + '|> ' + message['content'] | trim -}}"
    "{{- '<|end|>' if message['role'] == 'assistant' else '\\n' -}}"
    "{%- endfor -%}"
    "{{- '<|assistant|>' if add_generation_prompt else '' -}}"
)


def turn(role: str, content: str) -> str:
    """One turn as the template renders it; training writes chats with this."""
    closing = END if role == "assistant" else "\n"
    return f"<|{role}|> {content.strip()}{closing}"


def learn(texts: Iterable[str], size: int = VOCABULARY) -> Any:
    """A fast tokenizer with the chat template, its pieces learned from `texts`."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    pieces = Tokenizer(models.BPE())
    pieces.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    pieces.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=list(SPECIALS), initial_alphabet=alphabet
    )
    pieces.train_from_iterator(texts, trainer)
    wrap: Any = PreTrainedTokenizerFast  # it has no type hints
    return wrap(
        tokenizer_object=pieces,
        eos_token=END,
        pad_token=PAD,
        additional_special_tokens=[f"<|{role}|>" for role in ROLES],
        model_max_length=POSITIONS,
        padding_side="left",
        clean_up_tokenization_spaces=False,
        chat_template=TEMPLATE,
    )
