"""How a task's documents are searched: tried, chosen, and what an edit of them changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.errors import FirstLeverError
from core.evaluation import reach, tried, tuning
from core.evaluation.reach import Reach
from core.evaluation.tried import Tried
from core.levers import rag
from core.levers.answering import Job, answers
from core.levers.protocol import Lever
from core.records import Answer, Document, Example, Retrieval, Task, fingerprint
from core.retrieval import documents, embedding, index, versions
from core.retrieval.search import Retriever
from core.tasks import retrieving
from core.workbench.handing import HandingOver
from core.workbench.opened import Progress

SHOWN_COUNTS = (1, 3, 5)


@dataclass(frozen=True)
class Lesson:
    """One question before and after an edit of a document."""

    rag: tuple[Answer, Answer]  # before, after
    lora: tuple[Answer, Answer] | None  # asked twice: its weights are the same ones
    missing: str = ""  # why LoRA could not answer
    indexing_seconds: float | None = None  # that the edit took, None where it was not measured
    training_seconds: float | None = None  # that the run of the adapter took


class Searching(HandingOver):
    """What the Documents page does."""

    def compare(
        self, task: Task, wanted: Retrieval, progress: Progress | None = None
    ) -> tuple[Reach, ...]:
        """The settings in use, then others, each with 1, 3, 5 and both counts of passages."""
        counts = {*SHOWN_COUNTS, task.retrieval.passages, wanted.passages}
        return self._explored(task, (task.retrieval, wanted), sorted(counts), progress)

    def tune(
        self,
        task: Task,
        progress: Callable[[str, int, int], None] = lambda what, done, total: None,
        *,
        answer: bool = False,
    ) -> Tried:
        """Try many settings on train and validation, and keep what came of it.

        Args:
            task: Its documents and questions.
            progress: Told what is done, and how much of how much.
            answer: Let the model answer under the settings in use and the most promising ones.
        """
        usual = (
            Retrieval()
        )  # how many passages are shown and the threshold are not part of the grid
        used = replace(task.retrieval, passages=usual.passages, threshold=usual.threshold)
        others = (
            replace(one, rerank=used.rerank, multi_query=used.multi_query) for one in reach.GRID
        )
        grid = tuple(dict.fromkeys([used, *others]))
        counts = sorted({*reach.COUNTS, task.retrieval.passages})
        rows = self._explored(task, grid, counts, lambda *part: progress("searched", *part))
        scored: tuple[tuning.Trial, ...] = ()
        if answer:
            scored = tuning.sweep(
                task, self._known(task), self.retriever, self.model(),
                tried.finalists(task, rows), lambda *part: progress("answered", *part),
            )  # fmt: skip
        found = Tried(rows, scored, self._stamp(task))
        self.store.keep_report(task.name, "retrieval", found.to_json())
        return found

    def tried(self, task: Task) -> Tried | None:
        """What was tried last, unless documents or questions are others by now."""
        kept = self.store.latest_report(task.name, "retrieval")
        if kept is None or kept["stamp"] != self._stamp(task):
            return None
        return tried.from_json(kept)

    def use_retrieval(self, task: Task, wanted: Retrieval) -> None:
        """Write the settings into the task. Scores measured before no longer compare.

        Raises:
            SettingOutOfRange: They do not fit together.
            TaskUnreadable: The task's file cannot be changed here.
        """
        retrieving.choose(task.folder, wanted)

    def wake(
        self, task: Task, former: Sequence[Document], progress: Progress | None = None
    ) -> None:
        """Bring in what the documents before an edit still lack, and load the embedder.

        What is timed after it is the edit alone.
        """
        embedding.uncached(self.embedder).embed(["ready"])
        if former:
            index.open_index(
                self.workspace, self.store, former, self.embedder, progress, task.retrieval
            )

    def lesson(self, task: Task, former: Document, question: str) -> Lesson:
        """Ask RAG and LoRA with a document as it was and as it is.

        Raises:
            QuestionEmpty: There is nothing to ask.
        """
        search = self._former(task, former)
        levers: list[Lever] = [
            rag.Rag(task, search, self.fits, self.rewriter(task)),
            self.lever(task, "rag"),
        ]
        missing = ""
        try:
            levers += [self.lever(task, "lora"), self.lever(task, "lora")]
        except FirstLeverError as lacking:
            missing = str(lacking)
        said = self._said(levers, question)
        lora = (said[2], said[3]) if len(said) > 2 else None
        indexed = self.store.latest_report(task.name, "indexing") or {}
        return Lesson(
            rag=(said[0], said[1]),
            lora=lora,
            missing=missing,
            indexing_seconds=indexed.get("seconds"),
            training_seconds=self.state(self.run(lora[0].adapter)).seconds if lora else None,
        )

    def _former(self, task: Task, former: Document) -> Retriever:
        """Search over the documents as they were when one was another."""
        found = documents.read_all(task.folder / "documents").documents
        before = versions.with_former(found, former)
        opened = index.open_index(
            self.workspace, self.store, before, self.embedder, None, task.retrieval
        )
        return self._retriever(task, opened)

    def _said(self, levers: Sequence[Lever], question: str) -> list[Answer]:
        jobs = [Job(lever, question) for lever in levers]
        found = {
            update.job: update.answer for update in answers(jobs, self.model()) if update.answer
        }
        return [found[at] for at in range(len(jobs))]

    def _explored(
        self,
        task: Task,
        grid: Sequence[Retrieval],
        counts: Sequence[int],
        progress: Progress | None,
    ) -> tuple[Reach, ...]:
        return reach.explore(
            task, self._known(task), self.retriever, grid, counts, progress or (lambda *_: None)
        )

    def _known(self, task: Task) -> tuple[Example, ...]:
        """Train and validation: the holdout takes no part."""
        split = self.split(task)
        return (*split.train, *split.validation)

    def _stamp(self, task: Task) -> str:
        found = documents.read_all(task.folder / "documents").documents
        return fingerprint([(one.name, one.text) for one in found], self._known(task))
