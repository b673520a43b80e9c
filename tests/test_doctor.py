"""The doctor looks at what is in use, and says what to do about what is not ready."""

from pathlib import Path

from core import doctor
from core.workbench import Workbench
from core.workspace import write_json


def looked(home: Path) -> dict[str, doctor.Check]:
    """What it finds, by name."""
    bench = Workbench(home)
    found = {one.name: one for one in doctor.checks(bench)}
    bench.close()
    return found


def test_what_ships_is_ready(tmp_path: Path) -> None:
    found = looked(tmp_path)
    assert all(one.ok and not one.remedy for one in found.values())
    assert found["embedder"].detail.startswith("all-MiniLM-L6-v2, ")
    assert found["model"].detail.startswith("rehearsal-")
    assert "reranker" not in found


def test_what_was_chosen_and_is_gone_is_named_with_its_remedy(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")
    write_json(tmp_path / "settings.json", {"embedder": gone, "reranker": gone})
    found = looked(tmp_path)
    for name in ("embedder", "reranker"):
        assert not found[name].ok
        assert gone in found[name].detail
        assert found[name].remedy
