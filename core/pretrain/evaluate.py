"""What the model can do, measured: `python -m core.pretrain.evaluate MODEL`.

Seeded chats of every generated skill with phrasings and names that training never
saw (`--known`: with those it did use); an answer counts when it equals the wanted one
but for outer spaces. With `--corpora`, also the perplexity per token on prose.
"""

import argparse
import math
import re
import sys
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from core.pretrain import corpora, curriculum
from core.pretrain.skills import human, patterns, reading
from core.pretrain.skills.drawing import ABSTENTION, Chat, Draw, kept_for_testing

LONGEST = 2600  # characters of a passage: about 700 tokens
FACTS = (4, 12)  # as many as three or four passages of a company's rules hold


def chats(items: int, seed: int, held_out: bool = True) -> dict[str, list[Chat]]:
    """That many chats of each generated skill, the same for the same seed."""
    drawn: dict[str, list[Chat]] = {}
    for skill in (*curriculum.GENERATED, patterns.nonsense, reading.unfamiliar):
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


def abstentions(said: list[str], asked: list[Chat]) -> tuple[float, float]:
    """Share of the unanswerable that was declined, and of the answerable that was too."""
    pairs = [
        (chat.answer == ABSTENTION, a == ABSTENTION) for a, chat in zip(said, asked, strict=True)
    ]
    without = [declined for wanted, declined in pairs if wanted]
    within = [declined for wanted, declined in pairs if not wanted]
    return sum(without) / max(1, len(without)), sum(within) / max(1, len(within))


def stories(folder: Path, items: int, seed: int) -> list[Chat]:
    """Questions on fairy tales that training leaves out, the passage given whole."""
    rng = Random(seed)
    kept = [each for each in human.tales(folder) if kept_for_testing(each[0])]
    short = [each for each in kept if len(each[0]) < LONGEST]
    return [
        Chat(
            "stories",
            (
                ("system", "Answer the question in a few words."),
                ("user", f"{passage}\n\nQuestion: {asked}"),
                ("assistant", answer),
            ),
        )
        for passage, asked, answer in rng.sample(short, items)
    ]


def overlap(said: str, wanted: str) -> float:
    """F1 of the words of two texts, case and punctuation aside (Rajpurkar et al. 2016)."""
    mine, theirs = (Counter(re.findall(r"\w+", text.lower())) for text in (said, wanted))
    shared = (mine & theirs).total()
    return 2 * shared / (mine.total() + theirs.total()) if shared else 0.0


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
        if any(chat.answer == ABSTENTION for chat in asked):
            declined, falsely = abstentions(said, asked)
            sys.stdout.write(f"| {name}: declined {declined:.0%}, falsely {falsely:.0%} | |\n")
        wrong = [n for n, each in enumerate(right) if not each][: told.show]
        for n in wrong:
            sys.stdout.write(f"    {asked[n].turns}\n    said: {said[n]!r}\n")
        sys.stdout.flush()
    if told.corpora:
        asked = stories(told.corpora, told.items, told.seed)
        said = answers(model, tokenizer, asked)
        found = [overlap(a, chat.answer) for a, chat in zip(said, asked, strict=True)]
        sys.stdout.write(f"| fairy tales, token F1 | {sum(found) / len(found):.2f} |\n")
        for name, value in perplexity(model, tokenizer, told.corpora, told.seed).items():
            sys.stdout.write(f"| perplexity on {name} | {value:.0f} |\n")


if __name__ == "__main__":
    main()
