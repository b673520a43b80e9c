"""The model card of an exported run: where it comes from and what is not known of it."""

import json
import time
from dataclasses import asdict
from pathlib import Path

from core.training.handover.bundle import Bundle
from core.training.record import Run
from core.training.state import RunState, events

CARD = """---
license: {licence}
library_name: {library}
---

# {task}: {kind}

Trained with First Lever on {created}, run `{name}`.

| | |
| --- | --- |
| base model | {model} (digest `{base}`) |
| digest of the {made} | `{adapter}` |
| train rows | {rows} ({dropped} rows were too long and left out) |
| validation rows | {validation_rows} |
| fingerprint of the rows | `{data}` |
| split of the examples | `{split}`; the holdout is in neither part |
| prompted as | {levers} |
| steps | {steps} of {total_steps} planned, {seconds:.0f} s |
| validation loss | {before} before, {best} at its best |

## Measured on the holdout

{measured}

## Use it

{folders}
`python use_me.py` repeats {recorded} recorded answers to validation rows, or says that it cannot.
`train_with_trl.py` and `llamafactory.yaml` repeat the run elsewhere on `train.jsonl`.

## Limits

It was trained on the rows above and knows no others: fine-tuning teaches a manner, it does not
add facts that stay true. A loss is not a verdict. Check the licence of the base model and the
people in the training rows before you pass any of this on.

## Recipe

```json
{recipe}
```
"""

ADAPTER = {
    "library": "peft",
    "kind": "a LoRA adapter",
    "made": "adapter",
    "folders": "`adapter/` holds the adapter alone, `merged/` the base with the adapter in its "
    "weights.",
}
WHOLE = {
    "library": "transformers",
    "kind": "all weights tuned",
    "made": "weights",
    "folders": "`model/` holds all weights. They replace those of the base: nothing can be taken "
    "off again.",
}


def card(run: Run, state: RunState, bundle: Bundle) -> str:
    """The card as Markdown."""
    measured = [event for event in events(run.folder) if event["event"] == "validation"]
    return CARD.format(
        **(WHOLE if run.recipe.whole else ADAPTER),
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
        data=run.data or "unknown",
        split=run.split or "unknown",
        licence=bundle.licence or "other",
        measured=_measured(bundle),
        recorded=len(bundle.recorded),
        recipe=json.dumps(asdict(run.recipe), indent=2),
    )


def _measured(bundle: Bundle) -> str:
    if not bundle.measured:
        return "Not measured: this adapter was not evaluated before it was exported."
    rows = [f"| {what} | {figure} |" for what, figure in bundle.measured.items()]
    return "\n".join(["| | 95 % interval |", "| --- | --- |", *rows])


def _loss(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.3f}"
