"""Answers to a few validation rows while a run learns, in a small share of its time.

Only texts are told: what they are worth, the task's metric says on a higher floor.
Answering is greedy and draws no random number, so it leaves the training as it was.
"""

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

from core.models.backbone import TEMPLATE_OPTIONS
from core.training.rows import Row

SHARE = 0.05  # of the time worked that may go into answers
LEAST_SECONDS = 0.2  # to begin with
TRIAL = 4  # tokens of each answer, after which the time of all is known about
ROOM = 8  # tokens beyond the longest reference: a longer answer is a wrong one anyway


class Sampler:
    """Answers the first rows again and again, as often as the time allows."""

    def __init__(self, tokenizer: Any, rows: Sequence[Row]) -> None:
        self.tokenizer, self.rows = tokenizer, list(rows)
        self.spent = 0.0  # seconds
        self.needed = LEAST_SECONDS  # for all answers, as far as one can tell

    def answers(
        self, model: Any, worked: float, unwanted: Callable[[], bool]
    ) -> list[dict[str, Any]]:
        """What the model says to each row now; nothing where that would take too long.

        Args:
            model: With its adapter, in evaluation mode.
            worked: Seconds that the worker has taken so far.
            unwanted: Whether nobody waits for the answers any more.
        """
        allowed = SHARE * worked - self.spent
        if not self.rows or allowed < self.needed:
            return []
        clock = _Clock(allowed, self._longest() + ROOM, unwanted)
        said = self._said(model, clock)
        self.spent += clock.seconds
        self.needed = clock.needed
        if clock.over:  # cut short: to be scored, answers would have to be whole
            return []
        return [
            {"row": place, "input": row.prompt[-1].content, "reference": row.completion,
             "text": text}
            for place, (row, text) in enumerate(zip(self.rows, said, strict=True))
        ]  # fmt: skip

    def _said(self, model: Any, clock: "_Clock") -> list[str]:
        import torch
        from transformers import GenerationConfig

        asked = self._asked().to(model.device)
        settings = GenerationConfig(
            max_new_tokens=clock.tokens,
            do_sample=False,
            pad_token_id=self.tokenizer.pad_token_id,
            eos_token_id=self._stops(model),
        )
        with torch.no_grad():
            made = model.generate(**asked, generation_config=settings, stopping_criteria=[clock])
        new = made[:, asked["input_ids"].shape[1] :]
        return [text.strip() for text in self.tokenizer.batch_decode(new, skip_special_tokens=True)]

    def _asked(self) -> Any:
        turns = [
            [{"role": said.role, "content": said.content} for said in row.prompt]
            for row in self.rows
        ]
        return self.tokenizer.apply_chat_template(
            turns,
            add_generation_prompt=True,
            padding=True,
            return_dict=True,
            return_tensors="pt",
            **TEMPLATE_OPTIONS,
        )

    def _stops(self, model: Any) -> list[int]:
        named = model.generation_config.eos_token_id
        stops = named if isinstance(named, list) else [named] if named is not None else []
        return sorted({*stops, self.tokenizer.eos_token_id})

    def _longest(self) -> int:
        return max(len(self.tokenizer(row.completion)["input_ids"]) for row in self.rows)


class _Clock:
    """A stopping criterion: every row at once, when the time is up or will not do."""

    def __init__(self, allowed: float, tokens: int, unwanted: Callable[[], bool]) -> None:
        self.allowed, self.tokens, self.unwanted = allowed, tokens, unwanted
        self.begun, self.seconds, self.needed, self.over = perf_counter(), 0.0, 0.0, False
        self.done = 0  # tokens of each answer

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        import torch

        self.done += 1
        self.seconds = perf_counter() - self.begun
        self.needed = self.seconds * self.tokens / self.done
        hopeless = self.done >= TRIAL and self.needed > self.allowed
        self.over = self.unwanted() or hopeless
        return torch.full((input_ids.shape[0],), self.over, device=input_ids.device)
