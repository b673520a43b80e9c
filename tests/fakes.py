"""Small stand-ins for the rooms below a page: a workbench that answers at once from a script."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from core.errors import FirstLeverError, IndexUnavailable, LeverUnavailable
from core.journal import Journal, Keeping
from core.levers import answering, lora, prompt, rag
from core.levers.protocol import Lever, Turn
from core.models.choice import ModelChoice
from core.models.model import Piece
from core.records import LEVERS, Adapter, Generated, Message, Passage, Request, Split, Task
from core.retrieval import documents
from core.retrieval.served import Service
from core.store import Store
from core.tasks import catalog, split
from core.training import backends
from core.workspace import Workspace

ADAPTER = Adapter("capitals-1", Path("run"), "ad" * 32, "ba" * 32)
ROWS = "\n".join(
    f'{{"input": "What is the capital of country {number}?", "reference": "City {number}"}}'
    for number in range(30)
)
SETTINGS = """
name = "capitals"
title = "Capitals"
goal = "Name capitals."
instruction = "Name the capital."
output = "{output}"
metric = "exact_match"
success_bar = 0.6
"""


class FakeModel:
    """Says the same to every question, word by word; refuses questions that hold `long`."""

    name, digest, parameters, context, trainable = "fake", "ba" * 32, 12_000_000, 256, True

    def __init__(self, says: str = "Paris of course") -> None:
        self.says = says
        self.asked: list[Request] = []

    def close(self) -> None: ...

    def weights(self) -> str:
        return ""

    def count(self, messages: Sequence[Message]) -> int:
        return 40

    def stream(self, requests: Sequence[Request], cancel: threading.Event) -> Iterator[Piece]:
        self.asked += requests
        for place, request in enumerate(requests):
            if "long" in request.messages[-1].content:
                refused = LeverUnavailable("The prompt is 900 tokens.", remedy="Ask less.")
                yield Piece(place, "", error=refused)
                continue
            for word in self.says.split(" "):
                yield Piece(place, f"{word} ")
            done = Generated(self.says, 40, 3, 0.2, 0.1, "end")
            yield Piece(place, "", done=done)


class FakeSearch:
    """Finds one passage, whatever is asked."""

    fingerprint = "index-1"

    def search(self, question: str, k: int = 3) -> tuple[Passage, ...]:
        text = "The capital of France is **Paris**."
        return (Passage("france.md", "France", "Capital", text, 0, len(text), None, 0.71),)


class FakeWorkbench:
    """One task named `capitals` in a folder of its own; no model, no index, no training."""

    loaded = True
    purged = False

    def __init__(self, root: Path, output: str = "text", adapter: bool = True) -> None:
        self.workspace = Workspace(root)
        self.store = Store(self.workspace.database)
        self.journal = Journal(self.store)
        self.fake = FakeModel()
        self.has_adapter = adapter
        self.chosen = ModelChoice()
        folder = self.workspace.tasks / "capitals"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "task.toml").write_text(SETTINGS.format(output=output), encoding="utf-8")
        (folder / "examples.jsonl").write_text(ROWS, encoding="utf-8")

    def tasks(self) -> list[str]:
        return ["capitals"]

    def task(self, name: str) -> Task:
        return catalog.read(self.workspace.tasks / name)

    def split(self, task: Task) -> Split:
        return split.split(task.examples)

    def choice(self) -> ModelChoice:
        return self.chosen

    def keep_turns(self, keeping: Keeping) -> int:
        self.journal.keeping = keeping
        return self.journal.purge()

    def choose(self, choice: ModelChoice) -> FakeModel:
        self.chosen = choice
        return self.fake

    ray = ""
    workers = 1

    def ray_address(self) -> str:
        return self.ray

    def ray_workers(self) -> int:
        return self.workers

    def use_ray(self, address: str, workers: int = 1) -> None:
        self.ray, self.workers = backends.checked(address), workers

    read_by: str | Service = ""

    def embedder_chosen(self) -> str | Service:
        return self.read_by

    def use_embedder(self, chosen: str | Service) -> None:
        self.read_by = chosen

    rereading = ""

    def reranker_folder(self) -> str:
        return self.rereading

    def use_reranker(self, folder: str) -> None:
        self.rereading = folder.strip()

    chroma = ("", "")

    def chroma_server(self) -> tuple[str, str]:
        return self.chroma

    def use_chroma(self, address: str, key_variable: str = "") -> None:
        if address == "http://nobody":
            raise IndexUnavailable("No Chroma server answers.", remedy="Start it.")
        self.chroma = (address, key_variable)

    def model(self) -> FakeModel:
        return self.fake

    def purge(self) -> int:
        self.purged = True
        return 0

    def retriever(self, task: Task, progress: Any = None) -> FakeSearch:
        if not documents.read_all(task.folder / "documents").documents:
            raise IndexUnavailable("There are no documents.", remedy="Add on the Documents page.")
        return FakeSearch()

    def wake(self, task: Task, former: Any, progress: Any = None) -> None: ...

    def lever(self, task: Task, name: str) -> Lever:
        if name == "prompt":
            return prompt.Prompt(task)
        if name == "rag":
            return rag.Rag(task, self.retriever(task))
        if name == "lora" and self.has_adapter:
            return lora.Lora(task, ADAPTER)
        raise LeverUnavailable("There is no adapter.", remedy="Train one on the Train page.")

    def levers(
        self, task: Task, names: Sequence[str] = LEVERS, run: str | None = None
    ) -> tuple[list[Lever], dict[str, str]]:
        ready, missing = [], {}
        for name in names:
            try:
                ready.append(self.lever(task, name))
            except FirstLeverError as lacking:
                missing[name] = str(lacking)
        return ready, missing

    def ask(
        self,
        levers: Sequence[Lever],
        question: str,
        histories: Mapping[str, Sequence[Turn]] | None = None,
        cancel: threading.Event | None = None,
    ) -> Iterator[answering.Update]:
        earlier = histories or {}
        jobs = [
            answering.Job(lever, question, tuple(earlier.get(lever.name, ()))) for lever in levers
        ]
        return answering.answers(jobs, self.fake, cancel=cancel)
