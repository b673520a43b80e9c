"""The worker's side of `events.jsonl`: what the trainer logs, as events that outlive the worker."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from core.errors import CannotTrain
from core.training import state
from core.workspace import append_line


class Diverged(CannotTrain):
    """The loss is no longer a number; what was learned is worthless."""


class Journal:
    """Notes events of one run, in the units of the whole run.

    The trainer counts tokens and time from its own start; after a resume the run's
    earlier share is added. Where several workers share a run, one of them speaks.
    """

    def __init__(self, folder: Path, speaks: bool = True) -> None:
        self.folder, self.speaks = folder, speaks
        self.seconds_before = _most("seconds", state.events(folder))
        self.tokens_before = 0
        self.begun = monotonic()

    @property
    def seconds(self) -> float:
        """Worked on this run so far, by all its workers."""
        return round(self.seconds_before + monotonic() - self.begun, 2)

    def note(self, event: str, **values: Any) -> None:
        """Add an event; on disk when this returns. Nothing happens where another one speaks."""
        if self.speaks:
            append_line(self.folder / "events.jsonl", {"event": event, **values})

    def started(self, step: int, **values: Any) -> None:
        """Note that training begins after `step`: 0, or that of the checkpoint it goes on from."""
        self.note("started", step=step, **values, seconds=self.seconds)
        self.tokens_before = int(_most("tokens", state.events(self.folder)))

    def logged(self, step: int, logs: Mapping[str, float]) -> None:
        """Note what the trainer logged: a step, a validation, or a summary, which is left out.

        Raises:
            Diverged: The loss or the gradient is not a finite number.
        """
        if "loss" in logs:
            self._step(step, logs)
        elif "eval_loss" in logs:
            self._validation(step, logs)

    def answered(self, step: int, answers: Sequence[Mapping[str, Any]]) -> None:
        """Note what the model says to some validation rows: `row`, `input`, `reference`, `text`."""
        self.note("answers", step=step, answers=list(answers), seconds=self.seconds)

    def _step(self, step: int, logs: Mapping[str, float]) -> None:
        refuse_non_numbers(step, loss=logs["loss"], gradient=logs.get("grad_norm", 0.0))
        self.note(
            "step",
            step=step,
            epoch=round(logs["epoch"], 4),
            loss=logs["loss"],
            learning_rate=logs["learning_rate"],
            grad_norm=float(logs.get("grad_norm", 0.0)),
            tokens=self.tokens_before + int(logs.get("num_tokens", 0)),
            seconds=self.seconds,
        )

    def _validation(self, step: int, logs: Mapping[str, float]) -> None:
        refuse_non_numbers(step, validation_loss=logs["eval_loss"])
        self.note(
            "validation",
            step=step,
            loss=logs["eval_loss"],
            token_accuracy=logs.get("eval_mean_token_accuracy"),
            seconds=self.seconds,
        )


def refuse_non_numbers(step: int, **values: float) -> None:
    """Stop a run that computes with infinities; the values go by what they are.

    Raises:
        Diverged: One of the values is not finite.
    """
    for name, value in values.items():
        if not math.isfinite(value):
            raise Diverged(
                f"The training diverged: at step {step} the {name.replace('_', ' ')} was no longer "
                "a number.",
                remedy="Start again with a tenth of the learning rate.",
            )


def _most(value: str, events: Sequence[Mapping[str, Any]]) -> float:
    return max((event.get(value, 0.0) for event in events), default=0.0)
