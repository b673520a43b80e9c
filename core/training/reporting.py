"""What the trainer tells while it works: events, sealed checkpoints, sampled answers, a stop."""

from pathlib import Path
from typing import Any

from core.errors import FirstLeverError
from core.training import manifest
from core.training.fitting import SMALLER
from core.training.journal import Journal
from core.training.record import Run
from core.training.sampling import Sampler


class Stopped(Exception):
    """A person asked the run to end, and it was not between two steps."""


def reporter(run: Run, journal: Journal, sampler: Sampler) -> Any:
    """A callback for the trainer of this run."""
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

        def on_evaluate(self, args: Any, state: Any, control: Any, **given: Any) -> None:
            worked = journal.seconds - journal.seconds_before
            answers = sampler.answers(given["model"], worked, stop.exists)
            if answers:
                journal.answered(state.global_step, answers)

        def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if journal.speaks:
                manifest.seal(Path(args.output_dir) / f"checkpoint-{state.global_step}")

    return Reporter()


def explained(failed: Exception, folder: Path) -> dict[str, str]:
    """Cause and remedy of what ended a run."""
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
