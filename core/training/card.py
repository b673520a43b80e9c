"""The model card of an exported run: where it comes from and what is not known of it."""

import json
import time
from dataclasses import asdict
from pathlib import Path

from core.training.record import Run
from core.training.state import RunState, events

CARD = """# {task}: a LoRA adapter

Trained with First Lever on {created}, run `{name}`.

| | |
| --- | --- |
| base model | {model} (digest `{base}`) |
| adapter digest | `{adapter}` |
| train rows | {rows} ({dropped} rows were too long and left out) |
| validation rows | {validation_rows} |
| prompted as | {levers} |
| steps | {steps} of {total_steps} planned, {seconds:.0f} s |
| validation loss | {before} before, {best} at its best |

`adapter/` holds the adapter alone, `merged/` the base with the adapter in its weights.

A loss is not a verdict: whether the adapter does the task is what First Lever's evaluation on
the holdout says. Check the licence of the base model before you pass either on.

## Recipe

```json
{recipe}
```
"""


def card(run: Run, state: RunState) -> str:
    """The card as Markdown."""
    measured = [event for event in events(run.folder) if event["event"] == "validation"]
    return CARD.format(
        task=run.task,
        created=time.strftime("%Y-%m-%d", time.localtime(run.created)),
        name=run.name,
        model=Path(run.model).name,
        base=run.base_digest,
        adapter=state.adapter,
        rows=run.rows,
        dropped=run.dropped,
        validation_rows=run.validation_rows,
        levers=", ".join(run.levers),
        steps=state.steps,
        total_steps=state.total_steps,
        seconds=state.seconds,
        before=_loss(measured[0]["loss"] if measured else None),
        best=_loss(state.best_validation_loss),
        recipe=json.dumps(asdict(run.recipe), indent=2),
    )


def _loss(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.3f}"
