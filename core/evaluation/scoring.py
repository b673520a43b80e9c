"""Every lever on the locked holdout: answers, scores, costs and comparisons."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.errors import LeverUnavailable, NotEvaluated, SettingOutOfRange
from core.evaluation import marking
from core.evaluation.asking import Asking, Progress, Wanted, answer_of, wanted
from core.evaluation.metrics import metrics_for
from core.evaluation.metrics.metric import Embed
from core.evaluation.metrics.standing import Library
from core.evaluation.report import Report
from core.levers.protocol import Lever
from core.models.model import Model
from core.records import Answer, Decoding, Document, Example, Split, Task
from core.store import Store
from core.tasks.split import group_of

TOGETHER = 50  # questions handed to the model at once, each answer kept when it ends
ALONE = 8  # questions per lever asked one at a time: a batch's seconds hold other rows' work

__all__ = ["Report", "evaluate"]


@dataclass(frozen=True)
class Needs:
    """The answers that an evaluation needs, by lever, in the order of the holdout."""

    together: Mapping[str, Sequence[Wanted]]
    alone: Mapping[str, Sequence[Wanted]]


def evaluate(
    task: Task,
    split: Split,
    levers: Sequence[Lever],
    model: Model,
    store: Store,
    *,
    limit: int | None = None,
    decoding: Decoding | None = None,
    skipped: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    documents: Sequence[Document] = (),
    embed: Embed | None = None,
) -> Report:
    """Measure the levers on the holdout, or on the first `limit` examples of it.

    `documents` are what retrieval reads: they tell a fact that was not found from one that is
    nowhere. `embed` holds an answer's meaning against its passages'.

    Answers in the record are not made again, finished ones are kept at once, so a killed
    evaluation goes on where it was. The first new answer counts as one opening of the
    holdout. The report is kept in the record.

    Raises:
        UnknownMetric: The task names a metric that does not exist.
        LeverUnavailable: There is no lever to measure.
        NotEvaluated: The holdout is empty.
        EvaluationStopped: `cancel` was set.
    """
    names = metrics_for(task)
    holdout = _holdout(split, limit)
    if not levers:
        reasons = " ".join(dict.fromkeys((skipped or {}).values()))
        raise LeverUnavailable(f"There is no lever to evaluate. {reasons}", remedy="Choose one.")
    decoding = decoding or Decoding()
    needs = _needs(levers, holdout, model, decoding)
    asking = Asking(
        model,
        store,
        decoding,
        cancel or threading.Event(),
        progress or (lambda done, total: None),
        opening=lambda: store.open_holdout(task.name, split.holdout_version),
    )
    asking.begin(_turns(needs.together) + _turns(needs.alone))
    asking.ask(_turns(needs.together), TOGETHER * len(levers))
    asking.ask(_turns(needs.alone), 1)
    parts = marking.Marking(
        task, names, holdout, [group_of(one) for one in holdout], Library(documents), embed
    )
    report = Report(
        task=task.name,
        task_version=task.version,
        metric=task.metric,
        success_bar=task.success_bar,
        split=_sizes(split),
        holdout=len(holdout),
        opened=store.openings(task.name, split.holdout_version),
        skipped=dict(skipped or {}),
        model=model.name,
        model_digest=model.digest,
        parameters=model.parameters,
        **marking.marked(parts, _answers(asking, needs.together), _answers(asking, needs.alone)),
    )
    return replace(report, id=_kept(store, report))


def _holdout(split: Split, limit: int | None) -> tuple[Example, ...]:
    if limit is not None and limit < 1:
        raise SettingOutOfRange(f"limit is {limit}.", remedy="Give a number of examples, from 1.")
    if not split.holdout:
        raise NotEvaluated("The holdout is empty.", remedy="Add examples to the task.")
    return split.holdout[:limit]


def _needs(
    levers: Sequence[Lever], holdout: Sequence[Example], model: Model, decoding: Decoding
) -> Needs:
    def each(rows: Sequence[Example], how: str) -> dict[str, list[Wanted]]:
        return {
            lever.name: [wanted(lever, row.input, model, decoding, how) for row in rows]
            for lever in levers
        }

    return Needs(each(holdout, "together"), each(holdout[:ALONE], "alone"))


def _turns(needed: Mapping[str, Sequence[Wanted]]) -> list[Wanted]:
    """Question by question, all levers of one before the next; blank questions are not asked."""
    rows = zip(*needed.values(), strict=True)
    return [one for row in rows for one in row if one.job.question.strip()]


def _answers(
    asking: Asking, needed: Mapping[str, Sequence[Wanted]]
) -> dict[str, tuple[Answer, ...]]:
    return {
        lever: tuple(answer_of(asking.found, one, asking.model) for one in row)
        for lever, row in needed.items()
    }


def _sizes(split: Split) -> dict[str, int | str]:
    return {
        "train": len(split.train),
        "validation": len(split.validation),
        "holdout": len(split.holdout),
        "seed": split.seed,
        "version": split.version,
    }


def _kept(store: Store, report: Report) -> int:
    """The id in the record; a report that says the same as the latest is not kept twice."""
    latest = store.latest_report(report.task, "evaluation")
    made = report.to_json()
    if latest and made == {name: latest[name] for name in latest if name not in ("id", "created")}:
        return int(latest["id"])
    return store.keep_report(report.task, "evaluation", made)
