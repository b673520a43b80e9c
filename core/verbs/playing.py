"""Verbs of the Playground: what is ready, which tasks there are, every lever's answer."""

import argparse
import dataclasses
from typing import Any

from core import doctor as examination
from core.errors import LeverUnavailable
from core.records import Answer
from core.tasks import catalog
from core.verbs.saying import Said
from core.workbench import Workbench

ANSWER_FIELDS = (
    "lever", "text", "model", "model_digest", "adapter", "adapter_digest", "prompt_version",
    "index", "prompt_tokens", "new_tokens", "seconds", "error",
)  # fmt: skip
PASSAGE_FIELDS = ("document", "text", "start", "end", "score")


def doctor(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Each line ok or missing, and what to do."""
    found = list(examination.checks(bench))
    text = "\n".join(
        f"{'ok     ' if one.ok else 'missing'}  {one.name}: {one.detail} {one.remedy}".rstrip()
        for one in found
    )
    return Said({"checks": [dataclasses.asdict(one) for one in found]}, text)


def tasks(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Names, titles and sizes."""
    shipped = catalog.samples()
    listed = []
    for name in bench.tasks():
        task = bench.task(name)
        kind = "sample" if name in shipped else "own"
        listed.append({"task": name, "title": task.title, "rows": len(task.examples), "kind": kind})
    text = "\n".join(f"{one['task']:<18} {one['rows']:>5} rows  {one['title']}" for one in listed)
    return Said({"tasks": listed}, text)


def ask(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Every lever's answer; one that cannot answer says why."""
    task = bench.task(asked.task)
    levers, missing = bench.levers(task, asked.levers)
    if not levers:
        raise LeverUnavailable(next(iter(missing.values()), "No lever was named."), remedy="")
    updates = bench.ask(levers, asked.question)
    found = [update.answer for update in updates if update.answer]
    if all(answer.error for answer in found):
        raise LeverUnavailable(found[0].error, remedy="")
    by_name = {answer.lever: _answer(answer) for answer in found} | {
        name: {**_answer(Answer(name, asked.question, "", "", "", "", "", "", "")), "error": why}
        for name, why in missing.items()
    }
    listed = [by_name[name] for name in asked.levers]
    text = "\n".join(f"{one['lever']:<9} {one['error'] or one['text']}" for one in listed)
    return Said({"task": task.name, "question": asked.question, "answers": listed}, text)


def _answer(answer: Answer) -> dict[str, Any]:
    said: dict[str, Any] = {name: getattr(answer, name) for name in ANSWER_FIELDS}
    said["passages"] = [
        {name: getattr(passage, name) for name in PASSAGE_FIELDS} for passage in answer.passages
    ]
    return said
