"""The same verbs without a browser; every one calls what the pages call.

Standard output carries the answer (one JSON document with `--json`), standard error
the progress and the failure. Exit status: 0 done, 2 something the reader can fix.
A bug keeps its traceback and Python's own status 1.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from core import verbs
from core.errors import FirstLeverError
from core.records import LEVERS
from core.workbench import Workbench


def main(words: Sequence[str]) -> int:
    """Run one verb; returns the exit status."""
    asked = parser().parse_args(words)
    try:
        bench = Workbench(asked.home)
        try:
            said: verbs.Said = asked.verb(bench, asked)
        finally:
            bench.close()
    except FirstLeverError as failed:
        print(" ".join(str(failed).split()), file=sys.stderr)
        return 2
    print(json.dumps(said.value, ensure_ascii=False, indent=2) if asked.json else said.text)
    return 0


class OneLine(argparse.ArgumentParser):
    """A parser whose refusals are one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where to read on; exit with 2."""
        self.exit(2, f"{message}. See: {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """The command line, verb by verb."""
    top = OneLine(
        prog="python -m core",
        description="Settles with evidence whether a task needs a better prompt, RAG or tuning.",
    )
    add = top.add_subparsers(required=True, metavar="VERB")
    _verb(add, "doctor", verbs.doctor, "what is installed and ready")
    _verb(add, "tasks", verbs.tasks, "the tasks in the workspace and the samples")
    one = _verb(add, "import", verbs.bring, "a new task from a folder, .jsonl, .csv or .zip")
    one.add_argument("path", type=Path)
    one.add_argument("--name", required=True)
    one.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN")
    one = _verb(add, "check", verbs.check, "what is wrong with a task's examples")
    one.add_argument("task", metavar="NAME_OR_PATH")
    one = _verb(add, "ask", verbs.ask, "every lever's answer to a question")
    one.add_argument("question")
    one.add_argument("--task", required=True)
    one.add_argument("--levers", type=_names, default=list(LEVERS), metavar="A,B")
    one = _verb(add, "train", verbs.train, "start a training run")
    one.add_argument("--task", required=True)
    one.add_argument("--preset", default="balanced", choices=verbs.PRESET_NAMES)
    one.add_argument(
        "--set", nargs="+", action="extend", default=[], metavar="NAME=VALUE",
        help=f"settings in place of the preset's: {', '.join(verbs.SETTING_NAMES)}",
    )  # fmt: skip
    one.add_argument("--seeds", type=int, default=1, help="runs, each with a seed of its own")
    one.add_argument("--follow", action="store_true", help="wait for it to end")
    one = _verb(add, "runs", verbs.runs, "training runs and their states")
    one.add_argument("--task")
    for name, verb, help in (
        ("stop", verbs.stop, "stop a run"),
        ("resume", verbs.resume, "go on with a run from its last checkpoint"),
    ):
        one = _verb(add, name, verb, help)
        one.add_argument("run")
    one = _verb(add, "documents", verbs.documents, "what RAG may read: list, add, write out")
    one.add_argument("--task", required=True)
    one.add_argument("--add", type=Path, metavar="FOLDER")
    one.add_argument("--jsonl", type=Path, metavar="FILE")
    one = _verb(add, "retrieval", verbs.retrieval, "RAG under several ways to cut and search")
    one.add_argument("--task", required=True)
    one = _verb(add, "evaluate", verbs.evaluate, "every lever on the holdout")
    one.add_argument("--task", required=True)
    one.add_argument("--levers", type=_names, default=list(LEVERS), metavar="A,B")
    one.add_argument("--limit", type=int, metavar="N")
    one = _verb(add, "verdict", verbs.verdict, "which lever to pull, and why")
    one.add_argument("--task", required=True)
    one.add_argument("--answer", nargs="+", action="extend", default=[], metavar="KEY=VALUE")
    one.add_argument("--memo", type=Path, metavar="FILE")
    one = _verb(add, "export", verbs.export, "adapter, merged model and model card of a run")
    one.add_argument("run")
    one.add_argument("--to", required=True, type=Path, metavar="DIR")
    return top


def _verb(
    add: Any, name: str, verb: Callable[..., verbs.Said], help: str
) -> argparse.ArgumentParser:
    one: argparse.ArgumentParser = add.add_parser(name, help=help, description=help)
    one.set_defaults(verb=verb)
    one.add_argument("--home", type=Path, metavar="DIR", help="workspace (FIRST_LEVER_HOME)")
    one.add_argument("--json", action="store_true", help="print one JSON document")
    return one


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
