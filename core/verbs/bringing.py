"""Verbs of the Data and Documents pages."""

import argparse
import contextlib
import dataclasses
import tempfile
from collections.abc import Iterator
from pathlib import Path

from core.evaluation.tuning import Trial, best
from core.records import Finding
from core.retrieval import bringing
from core.retrieval import documents as reading
from core.tasks import catalog, columns, importing, retrieving
from core.verbs.saying import Said, progress
from core.workbench import Workbench
from core.workspace import Workspace, write_text


def bring(bench: Workbench, asked: argparse.Namespace) -> Said:
    """Import, and name what was assumed."""
    imported = bench.bring(asked.path, asked.name, columns.from_words(asked.map))
    name, count = imported.task.name, len(imported.task.examples)
    value = {"task": name, "rows": count, "defaults": list(imported.defaults)}
    return Said(value, "\n".join([f"{name}: {count} rows.", *imported.defaults]))


def check(bench: Workbench, asked: argparse.Namespace) -> Said:
    """The data gate's report on a task by name, or on whatever `import` reads by path."""
    with _looked_at(bench, asked.task) as brought:
        return _report(bench, brought)


@contextlib.contextmanager
def _looked_at(bench: Workbench, said: str) -> Iterator[importing.Imported]:
    """The task of a name or path; a bare file becomes one for as long as it is looked at."""
    path = Path(said)
    if (path / "task.toml").exists():
        yield importing.Imported(catalog.read(path), ())
    elif said in bench.tasks() or not path.exists():
        yield importing.Imported(bench.task(said), ())
    else:
        with tempfile.TemporaryDirectory() as place:
            yield importing.bring(Workspace(Path(place)), path, importing.slug(path.name))


def _report(bench: Workbench, brought: importing.Imported) -> Said:
    task = brought.task
    split, found = bench.split(task), bench.findings(task, progress("steps"))
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
        "defaults": list(brought.defaults),
    }
    head = f"{task.title}: {len(task.examples)} rows, " + ", ".join(
        f"{part} {count}" for part, count in sizes.items()
    )
    lines = [head, *brought.defaults, *map(_finding, found)]
    return Said(value, "\n".join(lines if found else [*lines, "No findings."]))


def _finding(found: Finding) -> str:
    kind = "blocking" if found.blocking else "warning"
    where = f": {found.count} (rows {', '.join(map(str, found.rows))})" if found.rows else ""
    return " ".join(f"{kind}: {found.title}{where}. {found.why} {found.remedy}".split())


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
