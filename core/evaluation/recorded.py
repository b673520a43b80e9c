"""The answers behind a kept evaluation, from the record: no model is asked."""

from collections.abc import Mapping, Sequence

from core.errors import NotEvaluated
from core.evaluation import asking
from core.evaluation.report import Report
from core.records import Answer, Decoding, Example
from core.store import Store


def latest(store: Store, task: str) -> Report:
    """The newest evaluation of a task.

    Raises:
        NotEvaluated: There is none.
    """
    kept = store.latest_report(task, "evaluation")
    if kept is None:
        raise NotEvaluated(
            "This task has not been evaluated.", remedy="Run the evaluation on the Evaluate page."
        )
    return Report.from_json(kept)


def answers(
    report: Report, lever: str, examples: Sequence[Example], store: Store
) -> Mapping[int, Answer]:
    """By row, what a lever answered when it was evaluated; failed answers are not kept."""
    one = report.levers[lever]
    made_by = lever, one.prompt_version, one.index, report.model_digest, one.adapter_digest
    keys = {row.row: asking.key(row.input, made_by, Decoding()) for row in examples}
    found = store.kept_answers(keys.values())
    return {row: found[key] for row, key in keys.items() if key in found}
