"""Ten thousand passages: seconds to add them, to find an edit, to answer; recall by mode.

The documents and the questions are generated. `python -m tests.benchmarks.retrieval` prints
figures and judges nothing.
"""

import itertools
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from core.records import Retrieval, SearchMode
from core.retrieval import documents as reading
from core.retrieval.embedding import Embedder, MiniLM, cached
from core.retrieval.index import Index, open_index
from core.retrieval.search import Retriever
from core.store import Store
from core.workspace import Workspace

Made = TypeVar("Made")

PASSAGES = 10_000
PER_DOCUMENT = 50
MODES: tuple[SearchMode, ...] = ("dense", "lexical", "hybrid")
THINGS = {  # as the documents name them, and as a customer may
    "tent": "camping shelter", "kettle": "water boiler", "bicycle": "bike", "jacket": "coat",
    "rope": "cord", "lantern": "portable light", "stove": "cooker", "boot": "hiking shoe",
    "ladder": "steps", "drill": "boring machine", "camera": "photo apparatus",
    "blanket": "bed cover", "kayak": "paddle boat", "helmet": "hard hat", "saw": "cutting tool",
    "piano": "keyboard instrument", "printer": "printing machine", "oven": "baking appliance",
    "clock": "timepiece", "lamp": "table light",
}  # fmt: skip
SHADES = (
    "red", "blue", "green", "grey", "brown", "white", "black", "yellow", "purple", "orange",
    "silver", "golden", "striped", "spotted", "small", "large", "old", "new", "folding", "heavy",
)  # fmt: skip
PLACES = (
    "Leeds", "York", "Bath", "Dover", "Exeter", "Derby", "Lincoln", "Durham", "Oxford", "Truro",
    "Wells", "Ripon", "Perth", "Cardiff", "Bangor", "Newry", "Armagh", "Stirling", "Hove", "Luton",
)  # fmt: skip
LETTERS = "ABCDEFGHKLMNPRSTUVWXYZ"
# What is said, and the same asked for in other words.
SAYINGS = (
    ("The {a} {b} in {c} can be returned within {n} days; its article number is {k}.",
     "How long may I send back the {a} {b} that I bought in {c}?"),
    ("Repairing a {a} {b} costs {n} euros at the {c} workshop, order form {k}.",
     "What is the price of mending my {a} {b} in {c}?"),
    ("The {c} branch keeps the {a} {b} on shelf {n}, box {k}.",
     "Where in the {c} shop do I find the {a} {b}?"),
    ("A guarantee of {n} months covers the {a} {b} sold in {c}, certificate {k}.",
     "For what time is my {a} {b} from {c} under warranty?"),
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """What facts are made of."""

    seed: int
    things: Mapping[str, str]  # as the documents name them, and as a customer may
    shades: Sequence[str]
    places: Sequence[str]
    sayings: Sequence[tuple[str, str]]  # what is said, and the same asked for in other words
    code: str  # of a number, two of whose letters and five of whose digits are drawn


SHOP = World(0, THINGS, SHADES, PLACES, SAYINGS, "{}{}-{}")


def main() -> None:
    """Print all figures."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sizes = [int(word) for word in sys.argv[1:]] or [PASSAGES]
    with tempfile.TemporaryDirectory() as place:
        for size in sizes:
            measure(Path(place) / str(size), size)


def measure(place: Path, size: int) -> None:
    """One library of so many passages."""
    workspace = Workspace(place)
    store, folder = Store(workspace.database), place / "documents"
    embedder, facts = cached(MiniLM(), store), made(size)
    for name, text in written(facts):
        reading.store(folder, name, text.encode())
    embedder.embed(["warm"])
    index, seconds = timed(lambda: opened(workspace, store, folder, embedder))
    print(f"{len(index):,} passages added in {seconds:.0f} s")
    for change in range(3):
        text = (folder / "d0001.md").read_text(encoding="utf-8")
        reading.write_text(folder, "d0001.md", f"{text}\n## Note\n\nEdit {change} of the page.\n")
        index, seconds = timed(lambda: opened(workspace, store, folder, embedder))
        _, first = timed(partial(searched, index, "hybrid", embedder))
        print(f"an edit searchable in {seconds + first:.2f} s")
    speed(index, facts, embedder)
    recall(index, facts, embedder)
    store.close()


def opened(workspace: Workspace, store: Store, folder: Path, embedder: Embedder) -> Index:
    """As the workbench opens it: documents read, cut, embedded where new, indexed."""
    found = reading.read_all(folder).documents
    return open_index(workspace, store, found, embedder, retrieval=Retrieval(30, 5))


def searched(index: Index, mode: SearchMode, embedder: Embedder) -> Retriever:
    """A retriever that has answered once."""
    retriever = Retriever(index, embedder, Retrieval(30, 5, mode=mode))
    retriever.search("What is on the page?", 5)
    return retriever


@dataclass(frozen=True)
class Fact:
    """What a passage says, and three ways to ask for it."""

    said: str
    asked: Mapping[str, str]  # paraphrase, keywords, code number


def made(size: int, world: World = SHOP) -> list[Fact]:
    """Facts that differ in thing, shade, place or what is said of them; always the same."""
    draw = random.Random(world.seed)
    every = itertools.product(world.shades, world.things, world.places, world.sayings)
    return [_fact(draw, world, *one) for one in draw.sample(list(every), size)]


def _fact(
    draw: random.Random, world: World, shade: str, thing: str, town: str, saying: tuple[str, str]
) -> Fact:
    letters = draw.choice(LETTERS), draw.choice(LETTERS)
    code = world.code.format(*letters, draw.randrange(10_000, 99_999))
    said, paraphrase = saying
    filled = said.format(a=shade, b=thing, c=town, n=draw.randrange(2, 99), k=code)
    keywords = f"{shade} {thing} {town} {max(said.split()[:2], key=len).lower()}"
    return Fact(
        filled,
        {
            "paraphrase": paraphrase.format(a=shade, b=world.things[thing], c=town),
            "keywords": f"{keywords} {' '.join(filled.split()[-3:-1])}",
            "code number": f"What is {code}?",
        },
    )


def written(facts: Sequence[Fact]) -> Iterator[tuple[str, str]]:
    """Documents of fifty sections."""
    for start in range(0, len(facts), PER_DOCUMENT):
        part = enumerate(facts[start : start + PER_DOCUMENT], start)
        body = "\n\n".join(f"## Rule {number}\n\n{one.said}" for number, one in part)
        number = start // PER_DOCUMENT
        yield f"d{number:04}.md", f"# Handbook {number}\n\n{body}\n"


def speed(index: Index, facts: Sequence[Fact], embedder: Embedder) -> None:
    """Milliseconds of a question, its embedding included."""
    for mode in MODES:
        search = searched(index, mode, embedder).search
        asked = [one.asked["paraphrase"] for one in facts[:300]]
        took = [timed(partial(search, question, 5))[1] * 1000 for question in asked]
        p50, p95 = np.quantile(took, [0.5, 0.95])
        print(f"{mode:<8} p50 {p50:.0f} ms, p95 {p95:.0f} ms")


def recall(index: Index, facts: Sequence[Fact], embedder: Embedder) -> None:
    """Share of 300 questions whose passage is among the first five."""
    asked = random.Random(1).sample(list(facts), 300)
    retrievers = {mode: searched(index, mode, embedder) for mode in MODES}
    for kind in asked[0].asked:
        shares = [f"{mode} {_found(one, asked, kind):.3f}" for mode, one in retrievers.items()]
        print(f"recall@5, {kind:<12} " + ", ".join(shares))


def _found(retriever: Retriever, asked: Sequence[Fact], kind: str) -> float:
    hits = [
        any(one.said in passage.text for passage in retriever.search(one.asked[kind], 5))
        for one in asked
    ]
    return sum(hits) / len(hits)


def timed(work: Callable[[], Made]) -> tuple[Made, float]:
    """What it gives, and the seconds that took."""
    started = time.perf_counter()
    return work(), time.perf_counter() - started


if __name__ == "__main__":
    main()
