"""Our training step against a plain TRL `SFTTrainer`: `python -m tests.benchmarks.training`.

Same model, rows, adapter, threads and number of steps, each side in a process of its own,
in turns, so that both meet the same load. Plain means rows in random order, padded to the
longest of their batch, and logits at every position. Its own defaults (bf16, activation
checkpointing) are for a GPU; they are measured too, apart. Seconds are counted from the end of
the first step; those of the processor tell more than those of the clock where something else is
at work.
"""

import argparse
import multiprocessing
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.models import backbone
from core.training import rows as kept
from core.training.recipe import Recipe
from core.training.record import Run
from core.workbench import Workbench
from core.workspace import read_json, write_json

MODEL = "embedded"
KINDS = ("ours", "plain", "plain, its own defaults")


@dataclass(frozen=True)
class Measured:
    """What one side took."""

    rows: int  # learned between the first and the last step
    seconds: float  # by the clock
    busy: float  # of the processors
    before: float  # validation loss
    after: float
    model: str  # digest of the base


def write_rows(task: str, file: Path) -> None:
    """What the task's runs learn from, with and without passages where it has documents."""
    bench = Workbench(file.parent / "home")
    kept.write(bench.rows(bench.task(task), Recipe()), file)
    bench.close()


def measure(kind: str, folder: Path, recipe: Recipe, steps: int) -> None:
    """Train on one side, and leave the figures in a file."""
    train = kept.read(folder / "rows.jsonl", "train")[: steps * recipe.batch]
    validation = kept.read(folder / "rows.jsonl", "validation")[:32]
    model, tokenizer = backbone.pair(MODEL)
    with tempfile.TemporaryDirectory() as place:
        make = _ours if kind == "ours" else _plain
        trainer = make(Path(place), recipe, model, tokenizer, train, validation, kind == KINDS[1])
        clock = _clock(len(train), recipe.batch)
        trainer.add_callback(clock)
        before = trainer.evaluate()["eval_loss"]
        trainer.train()
        after = trainer.evaluate()["eval_loss"]
    figures = Measured(clock.rows, clock.seconds, clock.busy, before, after, backbone.digest(MODEL))
    write_json(folder / "figures.json", vars(figures))


def _ours(
    place: Path, recipe: Recipe, model: Any, tokenizer: Any, train: Any, validation: Any, _: bool
) -> Any:
    from core.training import worker

    run = Run(
        "benchmark", place, "benchmark", recipe, MODEL, "", ("lora",), "", len(train),
        len(validation), 0, 0.0, "benchmark",
    )  # fmt: skip
    trainer = worker._trainer(run, model, tokenizer, train, validation, None)
    return _unwatched(trainer)


def _plain(
    place: Path, recipe: Recipe, model: Any, tokenizer: Any, train: Any, validation: Any, same: bool
) -> Any:
    from datasets import Dataset
    from trl.trainer.sft_config import SFTConfig
    from trl.trainer.sft_trainer import SFTTrainer

    from core.training import adapting

    alike = {"bf16": adapting.half(recipe), "activation_checkpointing": False} if same else {}
    trainer: Any = SFTTrainer(
        model=model,
        args=SFTConfig(
            output_dir=str(place), num_train_epochs=recipe.epochs,
            learning_rate=recipe.learning_rate,
            per_device_train_batch_size=recipe.batch, per_device_eval_batch_size=recipe.batch,
            warmup_steps=int(recipe.warmup_ratio * recipe.steps(len(train))),
            weight_decay=recipe.weight_decay, max_length=None, seed=recipe.seed, use_cpu=True,
            report_to="none", disable_tqdm=True, save_strategy="no", logging_steps=1,
            dataloader_pin_memory=False, **alike,
        ),
        train_dataset=Dataset.from_list([kept.chat(row) for row in train]),
        eval_dataset=Dataset.from_list([kept.chat(row) for row in validation]),
        processing_class=tokenizer,
        peft_config=adapting.configuration(recipe, model),
    )  # fmt: skip
    return _unwatched(trainer)


def _unwatched(trainer: Any) -> Any:
    """Neither side measures, saves or stops on its way, and neither talks."""
    from transformers import EarlyStoppingCallback, PrinterCallback

    trainer.args.eval_strategy = trainer.args.save_strategy = "no"
    trainer.args.eval_on_start = trainer.args.load_best_model_at_end = False
    for unwanted in (EarlyStoppingCallback, PrinterCallback):
        trainer.remove_callback(unwanted)
    return trainer


def _clock(rows: int, batch: int) -> Any:
    from transformers import TrainerCallback

    class Clock(TrainerCallback):
        """Counts from the end of the first step, whose allocations are no measure."""

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            now = time.perf_counter(), time.process_time()
            if state.global_step == 1:
                self.begun = now
            self.rows = rows - batch
            self.seconds, self.busy = now[0] - self.begun[0], now[1] - self.begun[1]

    return Clock()


def compare(folder: Path, steps: int, rounds: int) -> None:
    """All sides in turns; prints one line for each, and the ratios at the end."""
    figures: dict[str, list[Measured]] = {kind: [] for kind in KINDS}
    for seed in range(rounds):
        for kind in KINDS:
            figures[kind].append(_apart(kind, folder, Recipe(epochs=1.0, seed=seed), steps))
            _show(kind, figures[kind][-1])
    if len({one.model for side in figures.values() for one in side}) > 1:
        raise SystemExit("The model was replaced meanwhile: measure again.")
    for kind in KINDS[1:]:
        clock, busy = (_ratio(figures["ours"], figures[kind], by) for by in ("seconds", "busy"))
        print(f"ours / {kind}: {clock:.2f} x by the clock, {busy:.2f} x by the processor")
    for kind in KINDS:
        losses = [one.after for one in figures[kind]]
        print(
            f"{kind:24} validation loss at the end {sum(losses) / len(losses):.3f} on average, "
            f"{min(losses):.3f} to {max(losses):.3f} over {len(losses)} seeds"
        )


def _apart(kind: str, folder: Path, recipe: Recipe, steps: int) -> Measured:
    spawning = multiprocessing.get_context("spawn")
    process = spawning.Process(target=measure, args=(kind, folder, recipe, steps))
    process.start()
    process.join()
    return Measured(**read_json(folder / "figures.json"))


def _show(kind: str, found: Measured) -> None:
    print(
        f"{kind:24} {found.rows / found.seconds:7.2f} examples/s, "
        f"{found.rows / found.busy:7.2f} a processor second, "
        f"validation loss {found.before:.3f} -> {found.after:.3f}",
        flush=True,
    )


def _ratio(ours: Sequence[Measured], others: Sequence[Measured], unit: str) -> float:
    spent = [sum(getattr(one, unit) for one in side) for side in (ours, others)]
    return spent[1] / spent[0]


def main() -> None:
    """Rows of one sample task, then all sides."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--task", default="store-policies")
    asked.add_argument("--steps", type=int, default=32)
    asked.add_argument("--rounds", type=int, default=3, help="each with a seed of its own")
    said = asked.parse_args()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        writing = multiprocessing.get_context("spawn").Process(
            target=write_rows, args=(said.task, folder / "rows.jsonl")
        )
        writing.start()  # in a process of its own: its memory is given back
        writing.join()
        compare(folder, said.steps, said.rounds)


if __name__ == "__main__":
    main()
