"""The worker: trains one run in its folder. The only room that knows TRL.

`python -m core.training.worker FOLDER`, begun by `runs.launch` and `runs.resume`.
It goes on from the last whole checkpoint, where there is one.
"""

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.errors import CannotTrain
from core.models import backbone
from core.training import (
    adapting,
    checkpoints,
    hardware,
    keeping,
    process,
    pulse,
    queueing,
    ranks,
    rows,
    runs,
)
from core.training.journal import Diverged, Journal
from core.training.order import order
from core.training.reporting import Stopped, explained, reporter
from core.training.rows import Row
from core.training.runs import Run
from core.training.sampling import Sampler
from core.workspace import Workspace

POLITENESS = 5  # the process's niceness, at least: the playground stays responsive
KEPT = 3  # checkpoints: the best, the last sealed, and the one being written


def main(folder: Path) -> int:
    """Train a run and note how it ended; returns the exit status. The next in line then begins."""
    os.nice(max(0, POLITENESS - os.nice(0)))  # a worker that another began is polite already
    process.record(folder / "process.json", process.of(os.getpid()))
    journal = Journal(folder)
    with pulse.beating(folder / "heartbeat"):
        how = ending(folder, journal)
        journal.note(**how, seconds=journal.seconds)
    if queueing.waiting(folder.parent):  # never where the folder was sent to another machine
        runs.advance(Workspace(folder.parents[1]))
    return 1 if how["event"] in ("failed", "diverged") else 0


def ending(folder: Path, journal: Journal) -> dict[str, Any]:
    """Train the run in a folder, alone or with other workers; the event that says how it ended."""
    try:
        return _train(runs.read(folder), journal)
    except Stopped:
        return {"event": "stopped"}
    except Diverged as diverged:
        return {"event": "diverged", "cause": diverged.problem, "remedy": diverged.remedy}
    except Exception as failed:
        traceback.print_exc()
        return {"event": "failed", **explained(failed, folder)}


def _train(run: Run, journal: Journal) -> dict[str, Any]:
    if (run.folder / "stop").exists():
        return {"event": "stopped"}
    train = rows.read(run.folder / "rows.jsonl", "train")
    validation = rows.read(run.folder / "rows.jsonl", "validation")[: run.recipe.validation_rows]
    _refuse_other_base(run)
    model, tokenizer = adapting.base(run.model, run.recipe)
    resumed = checkpoints.latest(run.folder / "checkpoints")
    trainer = _trainer(run, model, tokenizer, train, validation, resumed)
    asked = validation[: run.recipe.metric_rows] if journal.speaks else []
    sampler = Sampler(tokenizer, asked)
    trainer.add_callback(reporter(run, journal, sampler))
    journal.started(
        step=checkpoints.step(run.folder / "checkpoints"),
        pid=os.getpid(),
        rows=len(train),
        validation_rows=len(validation),
        steps=trainer.args.max_steps,
        parameters=trainer.model.num_parameters(only_trainable=True),
        precision="bf16" if trainer.args.bf16 else "fp32",
        versions=hardware.versions(),
        hardware=hardware.described(),
    )
    before = adapting.base_digest(run.model, run.recipe, trainer.model)
    trainer.train(resume_from_checkpoint=str(resumed) if resumed else None)
    if (run.folder / "stop").exists():
        return {"event": "stopped"}
    after = adapting.base_digest(run.model, run.recipe, trainer.model)
    _refuse_moved_base(before, after)
    digest = keeping.keep(run, trainer.model, tokenizer) if journal.speaks else ""
    return {
        "event": "finished",
        "steps": trainer.state.global_step,
        "best_validation_loss": trainer.state.best_metric,
        "adapter": digest,
        "base_unchanged": True,  # its weights were hashed before and after
    }


def _refuse_moved_base(before: str, after: str) -> None:
    if before != after:
        raise CannotTrain(
            "The base's own weights changed while the run was trained.",
            remedy="Train again; if it happens again, choose another model.",
        )


def _refuse_other_base(run: Run) -> None:
    if backbone.digest(run.model) != run.base_digest:
        raise CannotTrain(
            f"The model {run.model} has changed since this run was asked for.",
            remedy="Start a new run on the model as it is now.",
        )


def _trainer(
    run: Run,
    model: Any,
    tokenizer: Any,
    train: Sequence[Row],
    validation: Sequence[Row],
    resumed: Path | None,
) -> Any:
    from datasets import Dataset
    from transformers import EarlyStoppingCallback
    from trl.trainer.sft_trainer import SFTTrainer

    score_answers_only()
    patience = EarlyStoppingCallback(run.recipe.patience, run.recipe.threshold)
    trainer: Any = SFTTrainer(
        model=model,
        args=_arguments(run, len(train), bool(validation), resumed is None),
        train_dataset=Dataset.from_list([rows.chat(row) for row in train]),
        eval_dataset=Dataset.from_list([rows.chat(row) for row in validation])
        if validation
        else None,
        processing_class=tokenizer,
        peft_config=adapting.configuration(run.recipe, model),
        callbacks=[patience] if validation else [],
    )
    lengths = [row.tokens for row in train]
    learned = order(lengths, run.recipe.reads(len(train)), run.recipe.batch, run.recipe.seed)
    trainer.train_dataset = trainer.train_dataset.select(learned)  # all passes as one
    return trainer


def score_answers_only() -> None:
    """Let TRL compute logits only where the loss is, on a CPU as on a GPU.

    `add_fused_lm_head` (trl 1.16) scores every position of a row where there is no Triton, for
    devices that compile each shape anew, which a CPU does not: two fifths of a step went there.
    No longer needed once the test of it passes without this.
    """
    from trl.trainer import utils

    utils._use_triton = lambda device: True  # asked there for the positions only


def _checkpoints(run: Run) -> Path:
    """Where this worker keeps its own: only those of the first one are whole and ever read."""
    return run.folder / ("checkpoints" if ranks.first() else f"checkpoints-{ranks.rank()}")


def _arguments(run: Run, train: int, measured: bool, fresh: bool) -> Any:
    import torch
    from trl.trainer.sft_config import SFTConfig

    recipe = run.recipe
    steps = recipe.steps(train)
    every = max(1, steps // recipe.evaluations)
    rows_each = ranks.share(recipe.batch, ranks.workers())
    return SFTConfig(
        output_dir=str(_checkpoints(run)),
        max_steps=steps,
        per_device_train_batch_size=rows_each,
        per_device_eval_batch_size=rows_each,
        gradient_accumulation_steps=recipe.accumulation,
        train_sampling_strategy="sequential",  # the order is decided in `order.py`
        learning_rate=recipe.learning_rate,
        warmup_steps=int(recipe.warmup_ratio * steps),
        weight_decay=recipe.weight_decay,
        max_length=None,  # rows were measured before: nothing is ever cut
        completion_only_loss=True,
        logging_steps=1,
        logging_nan_inf_filter=False,  # it hides a diverged loss
        eval_strategy="steps" if measured else "no",
        eval_on_start=measured and fresh,  # the base's own loss, to compare with
        eval_steps=every,
        save_steps=every,
        save_total_limit=KEPT,
        load_best_model_at_end=measured,
        restore_callback_states_from_checkpoint=True,  # the patience already spent
        seed=recipe.seed,
        use_cpu=not torch.cuda.is_available(),
        bf16=adapting.half(recipe),
        activation_checkpointing=False,
        ddp_find_unused_parameters=False,
        dataloader_pin_memory=False,
        report_to="none",
        disable_tqdm=True,
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
