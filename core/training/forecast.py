"""What a run would take, before it starts: steps exactly; time, memory and disk about."""

from dataclasses import dataclass

from core.errors import CannotTrain
from core.models.model import Model
from core.training import adapting, fitting, pace
from core.training.pace import Pace
from core.training.recipe import Recipe
from core.training.record import Run, listing
from core.training.rows import Rows
from core.training.state import events, status
from core.workspace import Workspace

FEWEST = 8  # train rows; fewer teach the words of the rows, not the task
ENOUGH_STEPS = 20  # to tell a run's speed from its first moments
LOADING = 15.0  # seconds to import the libraries and load a small model
FORWARD = 1 / 3  # of a step: what measuring a row takes, against learning from it

RAISE = "Raise Max tokens under More settings (command line: --set max_tokens=N)."


@dataclass(frozen=True)
class Forecast:
    """What a run would take."""

    rows: int  # train rows
    dropped: int
    steps: int  # at most: it stops earlier when the validation loss no longer falls
    tokens: int  # read in all passes
    seconds: float
    memory_bytes: int
    disk_bytes: int
    basis: str  # how `seconds` was obtained


def forecast(
    workspace: Workspace, rows: Rows, recipe: Recipe, model: Model, reference: str
) -> Forecast:
    """What training `model`, whose files are `reference`, would take on this machine.

    The first time for a model and a kind of recipe, a step is timed: up to three seconds, and
    what loading the model takes.

    Raises:
        CannotTrain: The model is not here, rows are too few or too long, the recipe does not
            fit the model, or memory or disk are too small. Says which setting to change.
    """
    parameters = _parameters(model)
    refuse_few(rows)
    _refuse_long(rows, model.context)
    adapting.refuse_four_bit(recipe)
    free = fitting.memory_free(workspace)
    # Before the step is timed: else that would not fit.
    fitting.refuse_memory(fitting.still(parameters, recipe), free, fitting.smaller(recipe))
    lengths = [row.tokens for row in rows.train]
    step = pace.pace(
        workspace.root / "paces.json", model.digest, reference, pace.shape(lengths, recipe)
    )
    found = _found(workspace, rows, recipe, model.digest, parameters, step)
    fitting.refuse_memory(
        found.memory_bytes, free, fitting.less(rows.train, parameters, recipe, step, free)
    )
    fitting.refuse_disk(workspace.runs, found.disk_bytes, fitting.thinner(recipe))
    return found


def _found(
    workspace: Workspace, rows: Rows, recipe: Recipe, digest: str, parameters: int, step: Pace
) -> Forecast:
    rate, basis = _rate(workspace, digest, recipe, step)
    tokens = round(recipe.epochs * sum(row.tokens for row in rows.train))
    measured = sum(row.tokens for row in rows.validation[: recipe.validation_rows])
    return Forecast(
        rows=len(rows.train),
        dropped=rows.dropped,
        steps=recipe.steps(len(rows.train)),
        tokens=tokens,
        seconds=LOADING + (tokens + FORWARD * measured * (recipe.evaluations + 1)) / rate,
        memory_bytes=fitting.memory(parameters, rows.train, recipe, step),
        disk_bytes=fitting.disk(parameters, recipe),
        basis=basis,
    )


def refuse_few(rows: Rows) -> None:
    """Refuse a run on a handful of rows.

    Raises:
        CannotTrain: Fewer than `FEWEST` are left to train on.
    """
    if len(rows.train) < FEWEST:
        left_out = f" ({rows.dropped} were longer than max_tokens)" if rows.dropped else ""
        raise CannotTrain(
            f"There are {len(rows.train)} rows to train on{left_out}; {FEWEST} are the least.",
            remedy=RAISE if rows.dropped else "Add examples to the task.",
        )


def _refuse_long(rows: Rows, context: int) -> None:
    longest = max(row.tokens for row in rows.train)
    if longest > context:
        raise CannotTrain(
            f"The longest row has {longest:,} tokens; the model reads {context:,} at most.",
            remedy=f"Set max_tokens to {context} under More settings (command line: "
            f"--set max_tokens={context}); longer rows are then left out.",
        )


def _parameters(model: Model) -> int:
    if not model.trainable or not model.parameters:
        raise CannotTrain(
            f"{model.name} cannot be trained here: its weights are elsewhere.",
            remedy="Choose the embedded model or a local folder on the Settings page.",
        )
    return model.parameters


def _rate(workspace: Workspace, digest: str, recipe: Recipe, step: Pace) -> tuple[float, str]:
    """Train tokens a second, and how that was obtained."""
    measured = _measured_rate(workspace, digest, recipe)
    if measured:
        return measured, "as fast as the last such run on this machine"
    return 1 / step.seconds, "from one step, timed on this machine"


def _measured_rate(workspace: Workspace, digest: str, recipe: Recipe) -> float:
    """Tokens a second in the newest run of this model and kind of recipe here, 0.0 without one."""
    for run in listing(workspace):
        if run.base_digest == digest and _alike(run.recipe, recipe) and _trained_here(run):
            steps = [event for event in events(run.folder) if event["event"] == "step"]
            if len(steps) >= ENOUGH_STEPS and steps[-1]["seconds"] > steps[0]["seconds"]:
                first, last = steps[0], steps[-1]
                worked: float = last["seconds"] - first["seconds"]
                return float(last["tokens"] - first["tokens"]) / worked
    return 0.0


def _alike(one: Recipe, other: Recipe) -> bool:
    """Whether a token takes about as long under both."""
    return all(
        getattr(one, name) == getattr(other, name)
        for name in ("trains", "batch", "rank", "target_modules", "dora", "precision", "four_bit")
    )


def _trained_here(run: Run) -> bool:
    """Runs that ship with a sample were timed on another machine and name no process."""
    return (run.folder / "process.json").exists() and status(run.folder).state == "finished"
