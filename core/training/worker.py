"""The worker: trains one run in its folder. The only room that knows TRL.

`python -m core.training.worker FOLDER`, begun by `runs.launch` and `runs.resume`.
It goes on from the last whole checkpoint, where there is one.
"""

import os
import shutil
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.errors import CannotTrain, FirstLeverError
from core.models import adapters, backbone
from core.training import checkpoints, manifest, process, pulse, rows, runs
from core.training.forecast import SMALLER
from core.training.journal import Journal
from core.training.order import order
from core.training.rows import Row
from core.training.runs import Run
from core.workspace import writing

POLITENESS = 5  # added to the process's niceness: the playground stays responsive
THRESHOLD = 0.001  # nats; a smaller fall of the validation loss is no improvement
KEPT = 3  # checkpoints: the best, the last sealed, and the one being written


def main(folder: Path) -> int:
    """Train a run and note how it ended; returns the exit status."""
    os.nice(POLITENESS)
    process.record(folder / "process.json", process.of(os.getpid()))
    journal = Journal(folder)
    with pulse.beating(folder / "heartbeat"):
        try:
            ending = _train(runs.read(folder), journal)
        except Stopped:
            ending = {"event": "stopped"}
        except Exception as failed:
            traceback.print_exc()
            ending = {"event": "failed", **_explained(failed, folder)}
        journal.note(**ending, seconds=journal.seconds)
    return 1 if ending["event"] == "failed" else 0


class Stopped(Exception):
    """A person asked the run to end, and it was not between two steps."""


def _train(run: Run, journal: Journal) -> dict[str, Any]:
    train = rows.read(run.folder / "rows.jsonl", "train")
    validation = rows.read(run.folder / "rows.jsonl", "validation")[: run.recipe.validation_rows]
    _refuse_other_base(run)
    model, tokenizer = backbone.pair(run.model)
    resumed = checkpoints.latest(run.folder / "checkpoints")
    trainer = _trainer(run, model, tokenizer, train, validation, resumed)
    trainer.add_callback(_reporter(run, journal))
    journal.started(
        step=checkpoints.step(run.folder / "checkpoints"),
        pid=os.getpid(),
        rows=len(train),
        validation_rows=len(validation),
        steps=trainer.args.max_steps,
        parameters=trainer.model.num_parameters(only_trainable=True),
    )
    trainer.train(resume_from_checkpoint=str(resumed) if resumed else None)
    if (run.folder / "stop").exists():
        return {"event": "stopped"}
    digest = _keep(run, trainer.model)
    return {
        "event": "finished",
        "steps": trainer.state.global_step,
        "best_validation_loss": trainer.state.best_metric,
        "adapter": digest,
    }


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

    patience = EarlyStoppingCallback(run.recipe.patience, THRESHOLD)
    trainer: Any = SFTTrainer(
        model=model,
        args=_arguments(run, len(train), bool(validation), resumed is None),
        train_dataset=Dataset.from_list([rows.chat(row) for row in train]),
        eval_dataset=Dataset.from_list([rows.chat(row) for row in validation])
        if validation
        else None,
        processing_class=tokenizer,
        peft_config=_adapter(run, model),
        callbacks=[patience] if validation else [],
    )
    lengths = [row.tokens for row in train]
    learned = order(lengths, run.recipe.reads(len(train)), run.recipe.batch, run.recipe.seed)
    trainer.train_dataset = trainer.train_dataset.select(learned)  # all passes as one
    return trainer


def _arguments(run: Run, train: int, measured: bool, fresh: bool) -> Any:
    from trl.trainer.sft_config import SFTConfig

    recipe = run.recipe
    steps = recipe.steps(train)
    every = max(1, steps // recipe.evaluations)
    return SFTConfig(
        output_dir=str(run.folder / "checkpoints"),
        max_steps=steps,
        per_device_train_batch_size=recipe.batch,
        per_device_eval_batch_size=recipe.batch,
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
        bf16=False,  # TRL's defaults are a GPU's
        activation_checkpointing=False,
        dataloader_pin_memory=False,
        report_to="none",
        disable_tqdm=True,
    )


def _adapter(run: Run, model: Any) -> Any:
    from peft import LoraConfig

    return LoraConfig(
        task_type="CAUSAL_LM",
        r=run.recipe.rank,
        lora_alpha=run.recipe.alpha,
        lora_dropout=run.recipe.dropout,
        target_modules=_linear_names(model),
    )


def _linear_names(model: Any) -> list[str]:
    """Last names of all linear layers but the output head: "all-linear", in a fixed order."""
    from torch.nn import Linear

    head = model.get_output_embeddings()
    return sorted(
        {
            name.rpartition(".")[2]
            for name, module in model.named_modules()
            if isinstance(module, Linear) and module is not head
        }
    )


def _reporter(run: Run, journal: Journal) -> Any:
    from transformers import TrainerCallback

    stop = run.folder / "stop"

    class Reporter(TrainerCallback):
        """Notes what happens, seals checkpoints and obeys a stop."""

        def on_log(self, args: Any, state: Any, control: Any, **given: Any) -> None:
            passes = given["logs"].get("epoch", 0.0) * run.recipe.epochs
            journal.logged(state.global_step, given["logs"] | {"epoch": passes})

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if state.global_step == state.max_steps:
                control.should_evaluate = args.eval_strategy != "no"
            if stop.exists():
                control.should_training_stop = control.should_save = True

        def on_prediction_step(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if stop.exists():
                raise Stopped

        def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            manifest.seal(Path(args.output_dir) / f"checkpoint-{state.global_step}")

    return Reporter()


def _keep(run: Run, model: Any) -> str:
    """Put the adapter in its place, whole, and let go of the checkpoints; returns its digest."""
    partial, place = run.folder / ".adapter.partial", run.folder / "adapter"
    with writing(run.folder):
        shutil.rmtree(partial, ignore_errors=True)
        # Its default is the absolute path of the base on this machine.
        model.peft_config["default"].base_model_name_or_path = Path(run.model).name
        model.save_pretrained(partial, save_embedding_layers=False)
        (partial / "README.md").unlink(missing_ok=True)  # a template that names that path again
        adapters.write_manifest(partial, run.base_digest)
        digest = adapters.admit(partial, run.name, run.base_digest).digest
        shutil.rmtree(place, ignore_errors=True)
        partial.rename(place)
    shutil.rmtree(run.folder / "checkpoints", ignore_errors=True)
    return digest


def _explained(failed: Exception, folder: Path) -> dict[str, str]:
    if isinstance(failed, FirstLeverError):
        return {"cause": failed.problem, "remedy": failed.remedy}
    if isinstance(failed, MemoryError) or "memory" in str(failed).lower():
        return {
            "cause": "The memory was not enough.",
            "remedy": SMALLER,
        }
    if "no space left" in str(failed).lower():
        return {
            "cause": "The disk is full.",
            "remedy": "Free some space and resume the run; what was stored before is whole.",
        }
    return {
        "cause": f"{type(failed).__name__}: {failed}",
        "remedy": f"Read the end of {folder / 'worker.log'}.",
    }


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
