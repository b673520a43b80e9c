"""Recall of the three ways to search on documents and questions that no rule was made on.

Other things, places, sentences, codes and draws than those of `retrieval`: a hospital group, a
transport firm. `python -m tests.benchmarks.retrieval_fresh` prints figures and judges nothing.
"""

import sys
import tempfile
from pathlib import Path

from core.retrieval import documents as reading
from core.retrieval.embedding import MiniLM, cached
from core.store import Store
from core.workspace import Workspace
from tests.benchmarks.retrieval import World, made, opened, recall, written

HOSPITAL = World(
    seed=20261,
    things={
        "cardiology": "heart medicine", "radiology": "X-ray imaging", "pharmacy": "drug counter",
        "laundry": "linen washing", "kitchen": "catering", "nursery": "newborn ward",
        "oncology": "cancer care", "archive": "records room", "laboratory": "test lab",
        "physiotherapy": "movement therapy", "dermatology": "skin clinic", "chapel": "prayer room",
        "reception": "front desk", "library": "reading room", "surgery": "operations",
        "paediatrics": "children's medicine", "workshop": "repair shop", "garage": "car park",
        "dialysis": "kidney treatment", "orthopaedics": "bone clinic",
    },
    shades=(
        "northern", "southern", "eastern", "western", "upper", "lower", "central", "former",
        "private", "public", "mobile", "temporary", "first", "second", "third", "main", "regional",
        "outpatient", "emergency", "teaching",
    ),
    places=(
        "Aarhus", "Bergen", "Cork", "Delft", "Essen", "Faro", "Ghent", "Haarlem", "Innsbruck",
        "Jena", "Krakow", "Linz", "Malmo", "Nantes", "Odense", "Porto", "Rouen", "Siena", "Turku",
        "Utrecht",
    ),
    sayings=(
        ("Visitors reach the {a} {b} of {c} until {n} minutes past eight; the door code is {k}.",
         "When is the last moment to come and see someone in the {a} {b} at {c}?"),
        ("In {c} the {a} {b} employs {n} people, listed under cost centre {k}.",
         "How many staff work in the {a} {b} at {c}?"),
        ("Complaints about the {a} {b} in {c} are answered after {n} hours with reference {k}.",
         "How long does a reply take when I am unhappy with the {a} {b} in {c}?"),
        ("The {a} {b} at {c} was last inspected {n} weeks ago, as protocol {k} records.",
         "How long ago was the {a} {b} in {c} checked?"),
    ),
    code="{}{}{}",
)  # fmt: skip

FREIGHT = World(
    seed=77,
    things={
        "pallet": "load platform", "container": "shipping box", "lorry": "truck",
        "forklift": "lifting vehicle", "trailer": "towed wagon", "crate": "wooden box",
        "barrel": "drum", "parcel": "package", "crane": "hoist", "conveyor": "moving belt",
        "scale": "weighing machine", "ramp": "loading slope", "tarpaulin": "cover sheet",
        "seal": "closing tag", "strap": "fastening belt", "tanker": "liquid carrier",
        "barge": "river boat", "locker": "storage cabinet", "scanner": "barcode reader",
        "battery": "accumulator",
    },
    shades=(
        "leased", "owned", "damaged", "insured", "sealed", "empty", "loaded", "rented", "spare",
        "frozen", "cooled", "heated", "hazardous", "fragile", "oversized", "express", "overnight",
        "returned", "certified", "registered",
    ),
    places=(
        "Antwerp", "Bilbao", "Calais", "Dakar", "Esbjerg", "Felixstowe", "Gdansk", "Hamburg",
        "Izmir", "Jeddah", "Kiel", "Lisbon", "Marseille", "Naples", "Oslo", "Piraeus", "Riga",
        "Split", "Trieste", "Varna",
    ),
    sayings=(
        ("Customs at {c} release a {a} {b} after {n} hours if form {k} is stamped.",
         "How much time until the authorities let my {a} {b} go in {c}?"),
        ("A {a} {b} parked in {c} is charged {n} dollars per night on account {k}.",
         "What do I pay daily to leave a {a} {b} at {c}?"),
        ("Staff in {c} must weigh every {a} {b} above {n} kilograms and note ticket {k}.",
         "From what mass on does a {a} {b} have to go on the scales in {c}?"),
        ("The depot at {c} lost {n} units of the {a} {b} last year, see claim {k}.",
         "How often did a {a} {b} go missing in {c}?"),
    ),
    code="{}-{}/{}",
)  # fmt: skip


def main() -> None:
    """Both worlds, with so many passages each."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    size = int(sys.argv[1]) if sys.argv[1:] else 10_000
    with tempfile.TemporaryDirectory() as place:
        for name, world in (("hospital", HOSPITAL), ("freight", FREIGHT)):
            print(f"{name}, {size:,} passages")
            measure(Path(place) / name, world, size)


def measure(place: Path, world: World, size: int) -> None:
    """Recall in one world."""
    workspace = Workspace(place)
    store, facts = Store(workspace.database), made(size, world)
    embedder = cached(MiniLM(), store)
    for name, text in written(facts):
        reading.store(place / "documents", name, text.encode())
    recall(opened(workspace, store, place / "documents", embedder), facts, embedder)
    store.close()


if __name__ == "__main__":
    main()
