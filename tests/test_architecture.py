"""The floors of the house hold: a room looks only downstairs, and pages stay where they belong."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# A room may look into rooms on lower floors, never on its own floor or above.
FLOORS = (
    {"errors", "records"},
    {"settings", "threads", "workspace"},
    {"store"},
    {"journal", "ratings"},
    {"tasks", "models", "retrieval"},
    {"levers"},
    {"training"},
    {"evaluation"},
    {"verdict"},
    {"workbench"},
    {"doctor"},
    {"verbs"},
    {"cli"},
    {"__main__"},
)
FLOOR = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}
APART = "pretrain"  # how the embedded model was made: nothing imports it, it imports models only
LIBRARY_ROOMS = {
    "bm25s": {"core/retrieval/lexical.py"},
    "httpx": {"core/retrieval/chroma.py", "core/retrieval/served.py"},
    "jinja2": {"core/verdict/memo/page.py", "core/models/backbone.py"},
    "chromadb": {"core/retrieval/chroma.py"},
    "markitdown": {"core/retrieval/office.py"},
    "ray": {"core/training/backends/ray_jobs.py", "core/training/backends/ray_train.py"},
    "trl": {"core/training"},
    "peft": {"core/models", "core/training", "core/pretrain"},
    "sentence_transformers": {
        "core/retrieval/embedding.py",
        "core/retrieval/reranking.py",
        "core/pretrain",
    },
    "langchain_openai": {"core/models/endpoints.py"},
    "sqlalchemy": {"core/journal.py", "core/ratings.py", "core/store.py"},
    "pypdf": {"core/retrieval/pdf.py"},
    "streamlit": set(),
}
MODULES = sorted((ROOT / "core").rglob("*.py"))


def imported(path: Path) -> list[str]:
    """Every module a file imports, inside functions too."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def room(path: Path) -> str:
    """The first folder or module below core."""
    return path.relative_to(ROOT / "core").parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_core_looks_only_downstairs(path: Path) -> None:
    own = room(path)
    for name in imported(path):
        package, _, rest = name.partition(".")
        assert package not in ("pages", "app", "tests"), f"core/ may not import {name}"
        if package != "core" or own == "__init__":
            continue
        other = rest.split(".")[0]
        if other == own:
            continue
        assert other != APART, f"nothing may import {name}"
        allowed = FLOOR[other] < (FLOOR["levers"] if own == APART else FLOOR[own])
        assert allowed, f"{own} may not import {name}"


@pytest.mark.parametrize("library", LIBRARY_ROOMS)
def test_a_library_is_known_to_its_own_room_only(library: str) -> None:
    users = {
        str(path.relative_to(ROOT))
        for path in MODULES
        if any(name.split(".")[0] == library for name in imported(path))
    }
    strangers = {
        user for user in users if not user.startswith(tuple(LIBRARY_ROOMS[library] or "-"))
    }
    assert not strangers


def test_no_page_lies_where_streamlit_would_run_it_without_app_py() -> None:
    assert not list(ROOT.glob("pages/*.py"))


def test_pages_hold_no_files_no_caches_and_no_handlers() -> None:
    offences = []
    for path in ROOT.glob("pages/*/*.py"):
        if path.parent.name == "shared":
            continue
        text = path.read_text(encoding="utf-8")
        offences += [
            f"{path.name}: {word}"
            for word in ("open(", "st.cache", "except ", "session_state")
            if word in text
        ]
    assert not offences
