"""One workspace, opened: tasks, the model that is chosen, search over a task's documents."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.errors import FirstLeverError, ModelUnavailable
from core.journal import Journal, Keeping
from core.models.choice import ModelChoice, open_model
from core.models.model import Model
from core.records import Finding, Split, Task
from core.retrieval import choosing, chroma, documents, embedding, index, shelf
from core.retrieval.choosing import Chosen
from core.retrieval.search import Retriever
from core.store import Store
from core.tasks import catalog, frozen, importing
from core.tasks.gate import atlas
from core.training import backends, runs
from core.training.rows import Rows
from core.workspace import Workspace, default_root, lock, read_json, write_json

Progress = Callable[[int, int], None]  # done, total


class Opened:
    """A workspace with what is kept open between questions."""

    def __init__(self, root: Path | None = None) -> None:
        self.workspace = Workspace(root or default_root())
        self.store = Store(self.workspace.database)
        self.journal = Journal(self.store, Keeping(**self._settings().get("journal", {})))
        self.journal.sweep()
        chosen = choosing.embedder(self.embedder_chosen())
        self.embedder = embedding.cached(chosen, self.store)
        self.reranker = choosing.reranker(self.reranker_folder())
        self._opening = threading.RLock()
        self._indexing = threading.Lock()  # its own: an index being built holds up no model
        self._model: Model | None = None
        self._proved: set[str] = set()  # digests of adapters whose canary sang
        self._rows: tuple[tuple[object, ...], Rows] | None = None  # the last ones, for the forecast
        self._retrievers: dict[str, tuple[object, Retriever]] = {}
        self._clients: dict[tuple[str, str], Any] = {}  # of Chroma servers
        self._previewed: dict[object, importing.Preview] = {}
        self._found: dict[str, tuple[object, tuple[Finding, ...]]] = {}
        self._placed: dict[str, tuple[object, tuple[atlas.Place, ...]]] = {}

    def close(self) -> None:
        """Stop the model's thread and let go of the record."""
        with self._opening:
            if self._model:
                self._model.close()
            self._model = None
        for client in self._clients.values():
            chroma.leave(client)
        self.store.close()

    def tasks(self) -> list[str]:
        """Names of all tasks, samples first."""
        return catalog.names(self.workspace)

    def task(self, name: str) -> Task:
        """A task by name, with the adapter that ships with it installed."""
        task = catalog.load(self.workspace, name)
        for shipped in catalog.shipped_runs(name):
            runs.install(self.workspace, shipped)
        return task

    def choice(self) -> ModelChoice:
        """The model that is chosen; the embedded one until someone chooses."""
        return ModelChoice(**self._settings().get("model", {}))

    def _settings(self) -> dict[str, Any]:
        kept = self.workspace.settings
        return dict(read_json(kept)) if kept.exists() else {}

    def ray_address(self) -> str:
        """Of the Ray cluster that trains new runs, "" where this machine does."""
        return str(self._settings().get("ray", ""))

    def ray_workers(self) -> int:
        """How many of the cluster's workers share a run."""
        return int(self._settings().get("ray_workers", 1))

    def use_ray(self, address: str, workers: int = 1) -> None:
        """Train new runs on the cluster at `address` if it answers; "" trains them here again.

        So many `workers` share each run there.

        Raises:
            SettingOutOfRange: It is not an address.
            CannotTrain: Ray is not installed here, nobody answers, or the token is not accepted.
        """
        wanted = backends.checked(address)
        with self._opening:
            kept = {**self._settings(), "ray": wanted, "ray_workers": workers}
            write_json(self.workspace.settings, kept)

    def embedder_chosen(self) -> Chosen:
        """The folder of the embedder that was chosen, "" for the one that ships, or where it is."""
        return choosing.from_kept(self._settings().get("embedder", ""))

    def use_embedder(self, chosen: Chosen, progress: Progress | None = None) -> None:
        """Read passages by another embedder; "" takes the one that ships.

        The indexes of the tasks in use are built beside the old ones first; until they are
        whole the old embedder answers.

        Args:
            chosen: Folder of a sentence-transformers model, or an embeddings endpoint.
            progress: Told how many passages of how many have their vectors.

        Raises:
            ModelUnavailable: There is no such model in the folder or at the address.
        """
        chosen = choosing.checked(chosen, self.embedder_chosen())
        made = embedding.cached(choosing.embedder(chosen), self.store)
        made.embedder.embed(["trial"])
        with self._indexing:
            for name in self._retrievers:
                task = self.task(name)
                self._index(task, documents.read_all(task.folder / "documents"), made, progress)
        with self._opening:
            kept = {**self._settings(), "embedder": choosing.to_keep(chosen)}
            write_json(self.workspace.settings, kept)
        with self._indexing:
            self.embedder = made

    def reranker_folder(self) -> str:
        """Where the reranker that was chosen lies, "" for none."""
        return str(self._settings().get("reranker", ""))

    def use_reranker(self, folder: str) -> None:
        """Let the tasks that ask for it have their passages reread by this one; "" takes it away.

        Raises:
            ModelUnavailable: There is no cross-encoder in the folder.
        """
        made = choosing.reranker(folder)
        if made:
            made.scores("trial", ["trial"])
        with self._opening:
            write_json(self.workspace.settings, {**self._settings(), "reranker": folder.strip()})
        with self._indexing:
            self.reranker = made

    def _retriever(self, task: Task, opened: index.Index) -> Retriever:
        """Search in an opened index as the task asks.

        Raises:
            ModelUnavailable: It asks for a reranker, and none is chosen.
        """
        if task.retrieval.rerank and self.reranker is None:
            raise ModelUnavailable(
                f"{task.title} asks for a reranker, and none is chosen.",
                remedy="Choose one on the Settings page, or take `rerank` out of its task.toml.",
            )
        reranker = self.reranker if task.retrieval.rerank else None
        return Retriever(opened, self.embedder, task.retrieval, reranker)

    def keep_turns(self, keeping: Keeping) -> int:
        """Keep so much of the Playground from now on; returns how many turns went at once."""
        with self._opening:
            write_json(self.workspace.settings, {**self._settings(), "journal": asdict(keeping)})
        self.journal.keeping = keeping
        return self.journal.purge()

    def chroma_server(self) -> tuple[str, str]:
        """Address of the team's Chroma server and the variable with its token; "" for none."""
        said = self._settings().get("chroma", {})
        return str(said.get("address", "")), str(said.get("key_variable", ""))

    def use_chroma(self, address: str, key_variable: str = "") -> None:
        """Keep indexes on a team's Chroma server if it answers; "" keeps them here again.

        Raises:
            IndexUnavailable: It is not an address, nobody answers, or the token is not set.
        """
        said = {"address": address.strip(), "key_variable": key_variable.strip()}
        self._server((said["address"], said["key_variable"]))
        with self._opening, self._indexing:
            write_json(self.workspace.settings, {**self._settings(), "chroma": said})
            self._retrievers.clear()

    def _server(self, place: tuple[str, str]) -> Any:
        """The client of a Chroma server, connected once; None without an address."""
        if place[0] and place not in self._clients:
            self._clients[place] = chroma.server(*place)
        return self._clients.get(place)

    def choose(self, choice: ModelChoice) -> Model:
        """Open another model, and keep the choice if it opens."""
        opened = open_model(choice)
        with self._opening:
            if self._model:
                self._model.close()
            self._model = opened
            write_json(self.workspace.settings, {**self._settings(), "model": asdict(choice)})
        return opened

    @property
    def loaded(self) -> bool:
        """Whether the model is ready, so that an answer does not wait for it."""
        return self._model is not None

    def warm(self) -> None:
        """Load model, embedder and the first task's index: the first question waits for none."""
        self.model()
        self.retriever(self.task(self.tasks()[0]))

    def model(self) -> Model:
        """The chosen model, loaded at first use."""
        if self._model is None:
            with self._opening:
                self._model = self._model or open_model(self.choice())
        return self._model

    def retriever(self, task: Task, progress: Progress | None = None) -> Retriever:
        """Search over the task's documents as they are now.

        Raises:
            IndexUnavailable: The task has no documents.
        """
        library = documents.read_all(task.folder / "documents")
        if library.unreadable and not library.documents:
            raise library.unreadable[0][1]
        ways = task.retrieval, self.chroma_server(), self.embedder, self.reranker
        stamp = library.documents, ways
        with self._indexing:
            held = self._retrievers.get(task.name)
            if held and held[0] == stamp:
                return held[1]
            opened = self._index(task, library, self.embedder, progress)
            retriever = self._retriever(task, opened)
            self._retrievers[task.name] = (stamp, retriever)
            return retriever

    def _index(
        self,
        task: Task,
        library: documents.Library,
        embedder: embedding.Cached,
        progress: Progress | None,
    ) -> index.Index:
        return index.open_index(
            self.workspace, self.store, library.documents, embedder, progress,
            task.retrieval, self._server(self.chroma_server()),
        )  # fmt: skip

    def purge(self) -> int:
        """Remove the vectors of all texts that no task holds any more; returns how many.

        Indexes are built anew at the next question, from the vectors that are left.
        """
        texts: set[str] = set()
        for file in self.workspace.tasks.glob("*/task.toml"):
            with contextlib.suppress(FirstLeverError):  # what cannot be read is embedded anew
                texts.update(self._texts(catalog.read(file.parent)))
        with self._indexing, lock(self.workspace.indexes / ".lock"):
            held = [one.index.fingerprint for _, one in self._retrievers.values()]
            self._retrievers.clear()
            shelf.clear(self.workspace.indexes)
        if client := self._server(self.chroma_server()):
            chroma.tidy(client, frozenset(map(index.served_name, held)))
        digest = self.embedder.digest
        return self.store.forget_vectors({embedding.key(text, digest) for text in texts})

    def _texts(self, task: Task) -> Iterator[str]:
        """What an embedder may have read of a task: its passages and its examples."""
        for example in task.examples:
            yield from (example.input, example.reference)
        library = documents.read_all(task.folder / "documents").documents
        yield from index.entries_of(library, task.retrieval).texts

    def split(self, task: Task) -> Split:
        """The task's one split, kept in its folder from first use on.

        A task that lies outside the workspace is split in the same way, but not written to.

        Raises:
            TaskUnreadable: What was kept is damaged.
        """
        return frozen.of_task(task, keep=task.folder.resolve().parent == self.workspace.tasks)

    def stated(self, task: Task) -> dict[str, bool | float | str]:
        """What the owner stated: on the verdict page, else in the task's own file."""
        said = {**task.answers, **self.store.stated(task.name)}
        return {key: value for key, value in said.items() if value is not None}
