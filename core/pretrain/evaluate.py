"""What the model can do, measured: `python -m core.pretrain.evaluate MODEL`.

Seeded chats of every generated skill with phrasings and names that training never
saw (`--known`: with those it did use); an answer counts when it equals the wanted one
but for outer spaces. With `--corpora`, also the perplexity per token on prose.
"""

import argparse
import math
import sys
from pathlib import Path
from random import Random
from typing import Any

from core.pretrain import corpora, curriculum
from core.pretrain.skills.drawing import Chat, Draw

FACTS = (4, 12)  # as many as three or four passages of a company's rules hold


def chats(items: int, seed: int, held_out: bool = True) -> dict[str, list[Chat]]:
    """That many chats of each generated skill, the same for the same seed."""
    drawn: dict[str, list[Chat]] = {}
    for skill in curriculum.GENERATED:
        draw = Draw(Random(seed), held_out=held_out, facts=FACTS)
        name = skill.__name__
        drawn[name] = [skill(draw) for _ in range(items)]
    return drawn


def answers(model: Any, tokenizer: Any, asked: list[Chat], batch: int = 25) -> list[str]:
    """What the model says, greedily, to each chat without its last turn."""
    import torch

    said: list[str] = []
    for start in range(0, len(asked), batch):
        prompts = [
            tokenizer.apply_chat_template(
                [{"role": role, "content": content} for role, content in chat.turns[:-1]],
                add_generation_prompt=True,
                tokenize=False,
            )
            for chat in asked[start : start + batch]
        ]
        put = tokenizer(prompts, return_tensors="pt", padding=True, add_special_tokens=False)
        with torch.inference_mode():
            made = model.generate(**put, max_new_tokens=120, do_sample=False)
        said += tokenizer.batch_decode(
            made[:, put["input_ids"].shape[1] :], skip_special_tokens=True
        )
    return [each.strip() for each in said]


def exact(model: Any, tokenizer: Any, asked: list[Chat]) -> float:
    """Share of chats answered exactly."""
    said = answers(model, tokenizer, asked)
    return sum(a == chat.answer.strip() for a, chat in zip(said, asked, strict=True)) / len(asked)


def perplexity(model: Any, tokenizer: Any, folder: Path, seed: int) -> dict[str, float]:
    """Per token, on fifty stretches of 256 tokens of each prose corpus (not held out)."""
    import torch

    rng, prose, found = Random(seed), corpora.Prose(folder), {}
    for name, texts in prose.texts.items():
        cut = [rng.choice(texts)[:1200] for _ in range(50)]
        rows = [tokenizer(text, add_special_tokens=False)["input_ids"][:256] for text in cut]
        with torch.inference_mode():
            losses = [
                model(input_ids=torch.tensor([row]), labels=torch.tensor([row])).loss.item()
                for row in rows
                if len(row) > 50
            ]
        found[name] = math.exp(sum(losses) / len(losses))
    return found


def main() -> None:
    """Print a table of skills."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("model", type=Path)
    ask.add_argument("--corpora", type=Path)
    ask.add_argument("--items", type=int, default=200)
    ask.add_argument("--seed", type=int, default=7)
    ask.add_argument("--known", action="store_true", help="wordings that training did use")
    ask.add_argument("--show", type=int, default=0, help="wrong answers to print of each skill")
    told = ask.parse_args()
    tokenizer = AutoTokenizer.from_pretrained(told.model, local_files_only=True)
    model: Any = AutoModelForCausalLM.from_pretrained(
        told.model, local_files_only=True, dtype=torch.float32
    )
    for name, asked in chats(told.items, told.seed, not told.known).items():
        said = answers(model, tokenizer, asked)
        right = [a == chat.answer.strip() for a, chat in zip(said, asked, strict=True)]
        sys.stdout.write(f"| {name} | {sum(right) / len(right):.0%} |\n")
        wrong = [n for n, each in enumerate(right) if not each][: told.show]
        for n in wrong:
            sys.stdout.write(f"    {asked[n].turns}\n    said: {said[n]!r}\n")
        sys.stdout.flush()
    if told.corpora:
        for name, value in perplexity(model, tokenizer, told.corpora, told.seed).items():
            sys.stdout.write(f"| perplexity on {name} | {value:.0f} |\n")


if __name__ == "__main__":
    main()
