"""Local generation: one owner thread per model, everything else in a queue before it.

A few questions go before a large batch; a batch gives way after each group, whose size
`batching` bounds, so a question waits for one group, whatever else is going on.
"""

import itertools
import queue
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from core.errors import AdapterRefused, FirstLeverError, ModelUnavailable, PromptTooLong
from core.models.backbone import Backbone
from core.models.batching import FEW, next_group
from core.models.decoding import Errand, Progress, Row, Stream, Submission, Text
from core.models.hashing import base_weights
from core.models.model import Piece
from core.models.switching import Switches
from core.records import Message, Request

MOST_WAITING = 64  # submissions; beyond it a wait would be no answer
LEAST_ROOM = 16  # tokens an answer needs at the very least


class Halted(Exception):
    """Nobody wants what is being computed."""


class Engine:
    """A `Model` on this machine. Loads adapters as requests name them."""

    trainable = True

    def __init__(self, backbone: Backbone) -> None:
        self.name = backbone.name
        self.digest = backbone.digest
        self.parameters: int | None = backbone.parameters
        self.context = backbone.context
        self._backbone = backbone
        self._switches = Switches(backbone.model, made=self._watch)
        self._tokenizing = threading.Lock()  # a tokenizer is not safe between threads either
        self._order = itertools.count()
        self._turns: queue.PriorityQueue[tuple[int, int, Submission | Errand | None]] = (
            queue.PriorityQueue()
        )
        self._closed = threading.Event()
        self._queueing = threading.Lock()  # nothing slips in behind the closing
        self._group: list[Row] = []
        self._watch(backbone.model)
        self._owner = threading.Thread(target=self._own, name=f"engine-{self.name}", daemon=True)
        self._owner.start()

    def close(self) -> None:
        """Stop what is running, refuse what waits, and let the model go."""
        with self._queueing:
            self._closed.set()
            self._turns.put((-1, next(self._order), None))
        self._owner.join()

    def count(self, messages: Sequence[Message]) -> int:
        """Tokens of the prompt that these messages make."""
        with self._tokenizing:
            return len(self._backbone.prompt(messages))

    def weights(self) -> str:
        """SHA-256 of the base's weights as they lie in memory, whatever adapters are on it.

        Raises:
            ModelUnavailable: The model was let go.
        """
        errand = Errand(lambda: base_weights(self._switches.model))
        with self._queueing:
            if self._closed.is_set():
                raise _closed(self.name)
            self._turns.put((0, next(self._order), errand))
        return errand.result()

    def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
        """Queue all requests as one; see `Model`."""
        submission = Submission(len(requests), cancel)
        crowded = self._turns.qsize() >= MOST_WAITING
        for index, request in enumerate(requests):
            try:
                if crowded:
                    raise _crowded()
                submission.waiting.append(self._row(submission, index, request))
            except FirstLeverError as refusal:
                submission.refuse(index, refusal)
        with self._queueing:
            if self._closed.is_set():
                raise _closed(self.name)
            if submission.waiting:
                self._enqueue(submission)
        return Stream(submission)

    def _row(self, submission: Submission, index: int, request: Request) -> Row:
        if request.adapter and request.adapter.base_digest != self.digest:
            raise AdapterRefused(
                f"The adapter of {request.adapter.run} was trained on another model "
                f"than {self.name}.",
                remedy="Choose the model it was trained on, or train again on this one.",
            )
        with self._tokenizing:
            prompt = self._backbone.prompt(request.messages)
        room = self.context - len(prompt)
        if room < LEAST_ROOM:
            raise PromptTooLong(
                f"The prompt has {len(prompt)} tokens; {self.name} takes at most "
                f"{self.context - LEAST_ROOM}.",
                remedy="Show fewer passages or examples, shorten the question, or choose a model "
                "with a longer context.",
            )
        return Row(
            submission=submission,
            index=index,
            request=request,
            prompt=prompt,
            max_tokens=min(request.decoding.max_tokens, room),
            text=Text(self._backbone.tokenizer),
            stops=self._backbone.stops,
        )

    def _enqueue(self, submission: Submission) -> None:
        """Behind those that came before, and before every large batch if this is a small one."""
        urgency = 0 if submission.requests <= FEW else 1
        self._turns.put((urgency, next(self._order), submission))

    def _own(self) -> None:
        """The owner thread: nothing else ever touches the model."""
        while not self._closed.is_set():
            _, _, turn = self._turns.get()
            if turn is None:
                break
            if isinstance(turn, Errand):
                turn.run()
                continue
            try:
                self._advance(turn)
                if turn.waiting:
                    self._enqueue(turn)
            except BaseException as bug:  # raised again where the caller reads
                turn.pieces.put(bug)
        self._refuse_the_rest()

    def _refuse_the_rest(self) -> None:
        while not self._turns.empty():
            _, _, turn = self._turns.get()
            if isinstance(turn, Errand):
                turn.refuse(_closed(self.name))
            elif turn:
                for row in turn.waiting:
                    row.refuse(_closed(self.name))

    def _advance(self, submission: Submission) -> None:
        """One group of a submission, or its end."""
        if submission.stopped:
            for row in submission.waiting:
                row.stop()
            submission.waiting = []
            return
        group = next_group(submission.waiting)
        submission.waiting = [row for row in submission.waiting if row not in group]
        ready = [row for row in group if self._equipped(row)]
        if ready:
            submission.waiting += self._generate(ready)

    def _equipped(self, row: Row) -> bool:
        try:
            if row.request.adapter:
                self._switches.load(row.request.adapter)
        except (AdapterRefused, ModelUnavailable) as refusal:
            row.refuse(refusal)
        return not row.finished

    def _generate(self, rows: list[Row]) -> list[Row]:
        """Answer these rows; returns those that go on in another group."""
        import torch
        from transformers import GenerationConfig

        for row in rows:
            row.begin()
        self._group = rows
        settings = GenerationConfig(
            max_new_tokens=max(row.left for row in rows),
            do_sample=False,
            pad_token_id=self._pad,
        )
        try:
            with self._switches.acting([row.request.adapter for row in rows]) as generate:
                generate(
                    **self._padded([row.so_far for row in rows]),
                    generation_config=settings,
                    stopping_criteria=[Progress(rows)],
                )
        except Halted:
            pass
        except torch.OutOfMemoryError:
            torch.cuda.empty_cache()
            for row in rows:
                row.refuse(_out_of_memory(self.name))
        finally:
            self._group = []
        return [row for row in rows if not self._ended(row)]

    def _ended(self, row: Row) -> bool:
        """Whether nothing more comes of a row; one of which more may come is set aside."""
        if row.over or self._closed.is_set():
            return row.stop()
        row.set_aside()
        return False

    @property
    def _pad(self) -> int:
        tokenizer = self._backbone.tokenizer
        return int(tokenizer.pad_token_id or 0)

    def _padded(self, prompts: list[list[int]]) -> dict[str, Any]:
        """Prompts flush right, as decoding goes on there: (rows, longest prompt)."""
        import torch

        longest = max(map(len, prompts))
        blank = [longest - len(prompt) for prompt in prompts]
        tokens = [[self._pad] * gap + prompt for gap, prompt in zip(blank, prompts, strict=True)]
        mask = [[0] * gap + [1] * (longest - gap) for gap in blank]
        device = self._backbone.model.device
        return {
            "input_ids": torch.tensor(tokens, device=device),
            "attention_mask": torch.tensor(mask, device=device),
        }

    def _watch(self, model: Any) -> None:
        """Leave a long prefill, too, when nobody waits for it: look before every matrix product."""
        import torch

        for module in model.modules():
            if isinstance(module, torch.nn.Linear):
                module.register_forward_pre_hook(self._look)

    def _look(self, *_: Any) -> None:
        if self._closed.is_set() or (self._group and all(row.over for row in self._group)):
            raise Halted


def _closed(name: str) -> ModelUnavailable:
    return ModelUnavailable(f"The model {name} was let go.", remedy="Choose a model and ask again.")


def _crowded() -> ModelUnavailable:
    return ModelUnavailable(
        f"{MOST_WAITING} questions are waiting already.", remedy="Ask again in a minute."
    )


def _out_of_memory(name: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"{name} ran out of GPU memory on this prompt.",
        remedy="Shorten it, compare fewer levers at once, or choose a smaller model.",
    )
