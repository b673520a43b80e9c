"""A task's examples: brought in, looked at by the data gate, mended."""

import contextlib
import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from core.errors import ModelUnavailable, UnknownMetric
from core.evaluation.metrics import metric
from core.models.model import Model
from core.records import Finding, Message, Split, Task
from core.retrieval import documents
from core.tasks import frozen, gate, importing, mending, stating
from core.tasks import split as splitting
from core.tasks.gate import atlas, near
from core.tasks.history import Change
from core.workbench.opened import Opened, Progress
from core.workspace import write_bytes

Columns = Mapping[str, str] | None  # input, reference, group -> column of a person's file
KEPT_PREVIEWS = 8
LONG = 1_000  # characters; no model holds so few tokens that a shorter row does not fit


class Examples(Opened):
    """What the Data page does."""

    def bring(self, source: Path, name: str, columns: Columns = None) -> importing.Imported:
        """A person's own task from a folder or a file."""
        return importing.bring(self.workspace, source, name, columns)

    def bring_upload(
        self, name: str, filename: str, content: bytes, columns: Columns = None
    ) -> importing.Imported:
        """A person's own task from an uploaded file."""
        with uploaded(filename, content) as source:
            return self.bring(source, name, columns)

    def preview_upload(
        self, filename: str, content: bytes, columns: Columns = None
    ) -> importing.Preview:
        """What an uploaded file would come in as. The last answers are kept: pages ask often."""
        key = filename, hashlib.sha256(content).digest(), columns and tuple(sorted(columns.items()))
        held = self._previewed.get(key)
        if held is None:
            with uploaded(filename, content) as source:
                held = importing.preview(source, columns)
            self._previewed = dict([*self._previewed.items(), (key, held)][-KEPT_PREVIEWS:])
        return held

    def state_task(self, task: Task, said: stating.Said) -> Task:
        """Change what the task's file says of it: title, instruction, origin and the like.

        Raises:
            TaskUnreadable: A value does not fit, or the file must be changed by hand.
        """
        return stating.state(task, said)

    def split_anew(self, task: Task) -> Split:
        """Another split, by the next seed. Scores and adapters of the old one no longer compare."""
        return frozen.anew(task)

    def mend(self, task: Task, finding: Finding) -> Change:
        """Apply the one-click remedy of a finding about the task as it was given.

        Raises:
            TaskUnreadable: It has none, or the examples are others by now.
        """
        alike = finding.fix == "regroup"
        twins = near.clusters(task.examples, task.output, self.embedder.embed) if alike else ()
        return mending.mend(task.folder, finding, finding.fix, together=twins, seen=task.examples)

    def undo(self, task: Task) -> Change:
        """Take back the latest change of the examples.

        Raises:
            TaskUnreadable: There is none, or the examples are others by now.
        """
        return mending.undo(task.folder, task.examples)

    def changes(self, task: Task) -> tuple[Change, ...]:
        """What was done to the examples and can be undone, the latest first."""
        return mending.changes(task.folder)

    def findings(self, task: Task, progress: Progress | None = None) -> tuple[Finding, ...]:
        """What the data gate says of the task, what cannot be read and what cannot be measured.

        It looks once at a task as it is, however often it is asked; `progress` hears only a look.
        Rows are held against the model's context; where all are short, none is loaded for it.
        """
        model, library = self._measure(task), documents.read_all(task.folder / "documents")
        stamp = task, self.split(task), library.documents, model and model.digest
        held = self._found.get(task.name)
        if held is None or held[0] != stamp:
            held = stamp, gate.findings(self._examined(task, library, model), progress)
            self._found[task.name] = held
        unread = [
            Finding("document", f"{name} cannot be read", 1, (), str(why))
            for name, why in library.unreadable
        ]
        found = (*_unmeasured(task), *held[1], *splitting.lopsided(self.split(task)), *unread)
        return tuple(sorted(found, key=lambda finding: not finding.blocking))

    def _measure(self, task: Task) -> Model | None:
        """The model that long rows are held against: the one at hand, else the chosen one."""
        longest = max((len(row.input) + len(row.reference) for row in task.examples), default=0)
        if self._model or len(task.instruction) + longest <= LONG:
            return self._model
        try:
            return self.model()
        except ModelUnavailable:
            return None

    def _examined(
        self, task: Task, library: documents.Library, model: Model | None
    ) -> gate.Examined:
        return gate.Examined(
            task,
            self.split(task),
            library.documents,
            self.embedder.embed,
            (lambda text: model.count((Message("user", text),))) if model else None,
            model.context if model else None,
        )

    def places(self, task: Task) -> tuple[atlas.Place, ...]:
        """Where the task's examples lie by likeness, with what the data gate marks in them."""
        split, found = self.split(task), self.findings(task)
        stamp = task, split, found
        held = self._placed.get(task.name)
        if held is None or held[0] != stamp:
            held = stamp, atlas.places(task, split, found, self.embedder.embed)
            self._placed[task.name] = held
        return held[1]


@contextlib.contextmanager
def uploaded(filename: str, content: bytes) -> Iterator[Path]:
    """A file of our own name with an upload's content, while it is needed."""
    with tempfile.TemporaryDirectory() as place:
        source = Path(place) / f"{importing.slug(filename)}{Path(filename).suffix.lower()}"
        write_bytes(source, content)
        yield source


def _unmeasured(task: Task) -> list[Finding]:
    """Whether the task names a metric that does not exist."""
    try:
        metric(task.metric)
    except UnknownMetric as unknown:
        why = "No lever can be measured, so there is no verdict."
        return [Finding("metric", unknown.problem, 1, (), unknown.remedy, blocking=True, why=why)]
    return []
