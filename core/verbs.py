"""What each verb of the command line does: call the workbench, say it as JSON and as text."""

import argparse
import dataclasses
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from core import doctor as examination
from core.errors import LeverUnavailable, RunUnfinished, SettingOutOfRange
from core.evaluation.report import Comparison, Report
from core.evaluation.tuning import Trial, best
from core.records import Answer, Finding
from core.retrieval import bringing
from core.retrieval import documents as reading
from core.tasks import catalog, columns, retrieving
from core.training import recipe
from core.training.runs import Run, RunState
from core.verdict import conclusion
from core.verdict.evidence import STATED
from core.verdict.memo import content, forms
from core.verdict.sentences import count
from core.verdict.verdict import Verdict
from core.workbench import Progress, Workbench
from core.workspace import write_text

PRESET_NAMES = tuple(recipe.PRESETS)
ANSWER_FIELDS = (
    "lever", "text", "model", "model_digest", "adapter", "adapter_digest", "prompt_version",
    "index", "prompt_tokens", "new_tokens", "seconds", "error",
)  # fmt: skip
RUN_FIELDS = ("run", "task", "state", "cause", "started", "seconds", "steps", "adapter")
PASSAGE_FIELDS = ("document", "text", "start", "end", "score")
FOLLOW_SECONDS = 0.5


@dataclasses.dataclass(frozen=True)
class Said:
    """A verb's answer: for a script and for a reader."""

    value: Any
    text: str


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


def bring(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Import, and name what was assumed."""
    imported = bench.bring(asked.path, asked.name, columns.from_words(asked.map))
    name, count = imported.task.name, len(imported.task.examples)
    value = {"task": name, "rows": count, "defaults": list(imported.defaults)}
    return Said(value, "\n".join([f"{name}: {count} rows.", *imported.defaults]))


def check(bench: Workbench, asked: argparse.Namespace) -> Said:
    """The data gate's report on a task by name or by path."""
    path = Path(asked.task)
    task = catalog.read(path) if (path / "task.toml").exists() else bench.task(asked.task)
    split, found = bench.split(task), bench.findings(task)
    sizes = {
        "train": len(split.train),
        "validation": len(split.validation),
        "holdout": len(split.holdout),
    }
    value = {
        "task": task.name,
        "rows": len(task.examples),
        "blocking": [dataclasses.asdict(one) for one in found if one.blocking],
        "warnings": [dataclasses.asdict(one) for one in found if not one.blocking],
        "split": sizes,
    }
    head = f"{task.title}: {len(task.examples)} rows, " + ", ".join(
        f"{part} {count}" for part, count in sizes.items()
    )
    return Said(
        value, "\n".join([head, *map(_finding, found)] if found else [head, "No findings."])
    )


def _finding(found: Finding) -> str:
    kind = "blocking" if found.blocking else "warning"
    where = f": {found.count} (rows {', '.join(map(str, found.rows))})" if found.rows else ""
    return f"{kind}: {found.title}{where}. {found.remedy}"


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


def train(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Start a run, or one for each seed; with `--follow` wait for their ends."""
    task = bench.task(asked.task)
    chosen = recipe.from_preset(asked.preset, asked.set)
    begun = bench.train_seeds(task, chosen, str(time.time_ns()), asked.seeds)
    said = [_begun(bench, run) for run in begun]
    if asked.follow:
        said = [_ended(bench, run) for run in begun]
    value = {**said[0].value, "runs": [one.value for one in said]}
    return Said(value, "\n".join(one.text for one in said))


def _begun(bench: Workbench, run: Run) -> Said:
    value = _named(run) | {"state": bench.state(run).state}
    what = "waits for another run to end" if value["state"] == "queued" else "has begun"
    return Said(value, f"{run.name} {what}. See: python -m core runs --task {run.task}")


def _named(run: Run) -> dict[str, Any]:
    return {"run": run.name, "task": run.task, "folder": str(run.folder)}


def _ended(bench: Workbench, run: Run) -> Said:
    ended = _followed(bench, run)
    if ended.state != "finished":
        raise RunUnfinished(f"{run.name}: {ended.state}. {ended.cause}", remedy=ended.remedy)
    value = _named(run) | {
        "state": ended.state,
        "adapter": ended.adapter,
        "steps": ended.steps,
        "seconds": ended.seconds,
        "best_validation_loss": ended.best_validation_loss,
    }
    return Said(value, f"{run.name} finished: {ended.steps} steps in {ended.seconds:.0f} s.")


def _followed(bench: Workbench, run: Run) -> RunState:
    show = progress("steps")
    while (state := bench.state(run)).active:
        show(state.steps, state.total_steps)
        time.sleep(FOLLOW_SECONDS)
    return state


def runs(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Runs and their states, newest first."""
    task = bench.task(asked.task) if asked.task else None
    listed = [_run(bench, run) for run in bench.runs(task)]
    text = "\n".join(map(_run_line, listed))
    return Said(
        {"runs": listed}, text or "No runs yet. Start one: python -m core train --task NAME"
    )


def _run(bench: Workbench, run: Run) -> dict[str, Any]:
    state = bench.state(run)
    return {name: getattr(state, name) for name in RUN_FIELDS}


def _run_line(run: Mapping[str, Any]) -> str:
    return f"{run['run']}  {run['state']:<9} {run['steps']:>5} steps  {run['cause']}".rstrip()


def stop(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Stop a run and say what became of it."""
    run = bench.run(asked.run)
    bench.stop(run)
    return _said_run(bench, run)


def resume(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Go on with a run."""
    run = bench.run(asked.run)
    bench.resume(run)
    return _said_run(bench, run)


def _said_run(bench: Workbench, run: Run) -> Said:
    value = _run(bench, run)
    return Said(value, _run_line(value))


def retrieval(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Try ways to retrieve on train and validation, and name the best for task.toml."""
    task = bench.task(asked.task)
    trials = bench.sweep(task, progress("settings"))
    chosen = best(trials).retrieval
    lines = [_trial_line(task.metric, one) for one in trials]
    lines.append("The best, as it would stand in task.toml:")
    lines.append(retrieving.table(chosen).rstrip())
    value = {"task": task.name, "trials": [dataclasses.asdict(one) for one in trials]}
    return Said(value | {"best": dataclasses.asdict(chosen)}, "\n".join(lines))


def _trial_line(metric: str, one: Trial) -> str:
    """One way to retrieve; with its threshold, where one was found, and what it turned away."""
    way, line = one.retrieval, one.threshold
    gate = (
        f", threshold {line.value:.2f} (caught {line.caught:.0%}, turned away "
        f"{line.turned_away:.0%}; without {one.ungated:.0%})"
        if line.value
        else ""
    )
    return (
        f"{way.mode:<7} words {way.words:>2}, overlap {way.overlap:>2}, passages {way.passages}: "
        f"{metric} {one.score:.0%}, found {(one.recall or 0.0):.0%}, "
        f"{one.prompt_tokens:.0f} tokens{gate}"
    )


def documents(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Add a folder to a task's documents, list them, write them out as JSON lines."""
    task = bench.task(asked.task)
    folder = task.folder / "documents"
    lines = []
    if asked.add:
        brought = bringing.bring(asked.add, folder, progress("files"))
        lines.append(f"{len(brought.added)} added or changed, {brought.same} as they were.")
        lines += [f"Left out: {name}: {why}" for name, why in brought.refused]
        lines += brought.passed()
    library = reading.read_all(folder)
    if asked.jsonl:
        write_text(asked.jsonl, "".join(reading.json_lines(library.documents)))
        lines.append(f"{len(library.documents)} documents written to {asked.jsonl}.")
    listed = [{"document": one.name, "title": one.title} for one in library.documents]
    unreadable = [{"document": name, "why": str(why)} for name, why in library.unreadable]
    lines += [f"{one['document']:<32} {one['title']}" for one in listed]
    lines += [f"{one['document']:<32} {one['why']}" for one in unreadable]
    value = {"task": task.name, "documents": listed, "unreadable": unreadable}
    return Said(value, "\n".join(lines) or "No documents yet. Add some: --add FOLDER")


def evaluate(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Measure, and say each lever's figure and each comparison."""
    task = bench.task(asked.task)
    report = bench.evaluate(task, asked.levers, asked.limit, progress("answers"))
    value = report.to_json()
    metric = value["metric"]
    text = [
        f"{task.title}: {conclusion.headline(report)}",
        f"{report.holdout} holdout examples, {_measured_on(report)}.",
    ]
    text += [_lever_line(name, metric, found) for name, found in value["levers"].items()]
    text += [_pair_line(pair) for pair in report.comparisons]
    text += [f"Note: {said}" for said in conclusion.limits(report)]
    text += [f"{name} was left out: {why}" for name, why in value.get("skipped", {}).items()]
    return Said(value, "\n".join(text))


def _measured_on(report: Report) -> str:
    opened = "once" if report.opened == 1 else f"{report.opened} times"
    size = f"{count(report.parameters)} parameters" if report.parameters else "of unknown size"
    return f"opened {opened}; model {report.model}, {size}"


def _pair_line(pair: Comparison) -> str:
    stand = f"{pair.a} is {pair.words} than {pair.b}"
    if pair.verdict == "tie":
        stand = f"{pair.a} and {pair.b} are {pair.words}"
    low, high = (round(100 * one) for one in (pair.low, pair.high))
    return f"{stand}: {100 * pair.difference:+.0f} points ({low:+d} to {high:+d})"


def _lever_line(name: str, metric: str, found: Mapping[str, Any]) -> str:
    one = found["metrics"][metric]
    if one["mean"] is None:
        return f"{name:<9} no answer could be scored. {found['error']}".rstrip()
    seconds = found["seconds_p50"]
    took = "not timed" if seconds is None else f"{seconds:.2f} s"
    return (
        f"{name:<9} {metric} {one['mean']:.1%} ({one['low']:.1%} to {one['high']:.1%}), "
        f"{took}, {found['prompt_tokens'] + found['new_tokens']:.0f} tokens"
    )


def verdict(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Decide, and write the memo if one was asked for, in the form that its name ends in."""
    task, suffix = bench.task(asked.task), forms.suffix(asked.memo) if asked.memo else ""
    decided = bench.verdict(task, _stated(asked.answer))
    value = decided.to_json()
    if asked.memo:
        made = content.memo(task, bench.report(task), decided)
        write_text(asked.memo, forms.written(made, suffix, time.time()))
    return Said(value, "\n".join([f"{task.title}: {decided.title}", *_verdict_lines(decided)]))


def _verdict_lines(decided: Verdict) -> Iterator[str]:
    yield decided.rehearsal
    yield decided.sure
    yield decided.because
    for step in decided.path:
        yield f"- {step.question} {step.answer} ({step.evidence})"
    for flip in decided.flips:
        yield flip.what
    for caution in decided.cautions:
        yield f"Look out: {caution}"
    yield f"Next step: {decided.next_step}"


def _stated(words: Iterable[str]) -> Mapping[str, bool | float | str]:
    stated = {
        name: _stated_value(text) for name, _, text in (word.partition("=") for word in words)
    }
    for name in stated:
        if name not in STATED:
            raise SettingOutOfRange(
                f"The tree does not ask for {name!r}.", remedy=f"Choose: {', '.join(STATED)}."
            )
    return stated


def _stated_value(text: str) -> bool | float | str:
    if text.lower() in ("true", "false", "yes", "no"):
        return text.lower() in ("true", "yes")
    try:
        return float(text)
    except ValueError:
        raise SettingOutOfRange(
            f"{text!r} is no answer.", remedy="Give KEY=true, KEY=false or KEY=number."
        ) from None


def export(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Write adapter, merged model and card; whole or not at all."""
    folder = bench.export(bench.run(asked.run), asked.to)
    files = sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
    return Said({"run": asked.run, "folder": str(folder), "files": files}, f"Written to {folder}.")


def progress(unit: str) -> Progress:
    """A bar on standard error, where that is a terminal."""
    from tqdm import tqdm

    bar: Any = tqdm(unit=f" {unit}", disable=not sys.stderr.isatty(), leave=False)

    def show(done: int, total: int) -> None:
        bar.total = total
        bar.n = done
        bar.refresh()

    return show
