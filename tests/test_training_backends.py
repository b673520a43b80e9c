"""Where runs are trained: what is sent elsewhere and what comes back, with a scripted cluster."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pytest

from core.errors import AdapterRefused, SettingOutOfRange
from core.models import adapters, backbone
from core.training import backends, process, runs, state
from core.training.backends import attending, packing, sending, telling
from core.training.backends.backend import Status, Unreachable
from core.training.backends.bringing import bring
from core.training.recipe import Recipe
from core.workspace import Workspace, write_json
from tests import tiny

ROOT = Path(__file__).parent.parent
ADDRESS = "http://127.0.0.1:9"  # nobody answers there
STEP = {"event": "step", "step": 1, "loss": 2.5, "seconds": 1.0}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.checkpoint(tmp_path_factory.mktemp("models") / "base")


@pytest.fixture
def run(tmp_path: Path, base: Path) -> Path:
    """The folder of a run that is for a cluster, not begun."""
    folder = Workspace(tmp_path / "home").runs / "colours-1"
    write_json(folder / "recipe.json", asdict(Recipe()))
    write_json(
        folder / "run.json",
        {"task": "colours", "model": str(base), "base_digest": backbone.digest(str(base)),
         "levers": ["lora"], "split": "", "rows": 9, "validation_rows": 2, "dropped": 0,
         "created": 1.0, "key": "k", "run": folder.name, "ray": ADDRESS},
    )  # fmt: skip
    (folder / "rows.jsonl").write_text("{}\n", encoding="utf-8")
    return folder


def told(folder: Path, base: Path, announced: str = "") -> telling.Told:
    """What a cluster tells of a finished run of one step."""
    adapter = tiny.adapter(folder, base)
    finished = {"event": "finished", "steps": 1, "adapter": announced or adapter.digest}
    files = [part for file in sorted(folder.iterdir()) for part in telling.parts(file)]
    said = [telling.line(event=STEP), telling.line(log="ready"), *files]
    return telling.read("\n".join([*said, telling.line(event=finished), ""]))


class Cluster:
    """Goes through a script of states; what it tells never changes."""

    def __init__(self, states: Sequence[Status | Unreachable], events: Sequence[dict] = ()) -> None:
        self.states = list(states)
        self.events = tuple(events)
        self.heard: list[str] = []

    def submit(self, folder: Path) -> None:
        self.heard.append("submit")

    def status(self, folder: Path) -> Status:
        now = self.states.pop(0)
        if isinstance(now, Unreachable):
            raise now
        return now

    def logs(self, folder: Path) -> str:
        return "one\nKilled\n"

    def stop(self, folder: Path) -> None:
        self.heard.append("stop")

    def fetch(self, folder: Path) -> None:
        self.heard.append("fetch")
        bring(folder, telling.Told(self.events, (), "one\nKilled\n"), "job-1")


def test_without_an_address_a_run_stays_here(run: Path) -> None:
    asked = json.loads((run / "run.json").read_text())
    write_json(run / "run.json", {**asked, "ray": ""})
    assert backends.here(run) is backends.WORKER
    del asked["ray"]  # as older runs and those that ship are written
    write_json(run / "run.json", asked)
    assert backends.here(run) is backends.WORKER


def test_nothing_of_ray_is_imported_without_an_address() -> None:
    code = (
        "import sys, core.workbench, core.training.runs as runs, core.training.backends as b; "
        "b.checked(''); sys.exit(any(name.split('.')[0] == 'ray' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_only_the_address_of_a_dashboard_is_taken() -> None:
    for wrong in ("ray://head:10001", "head:8265", "http://me:secret@head:8265", "http://"):
        with pytest.raises(SettingOutOfRange, match="not the address of a Ray cluster"):
            backends.checked(wrong)
    assert backends.checked("  ") == ""


def test_what_is_told_is_read_as_it_was_said(tmp_path: Path) -> None:
    file = tmp_path / "weights.bin"
    content = bytes(range(256)) * 1000  # four lines
    file.write_bytes(content)
    lines = list(telling.parts(file))
    assert len(lines) == 4
    whole = "\n".join(
        ["Ray says hello", telling.line(event=STEP), *lines, telling.line(log="ends"), "first-le"]
    )
    said = telling.read(whole)
    assert said.events == (STEP,)
    assert said.files == (("weights.bin", content),)
    assert said.log == "Ray says hello\nends\n"  # the last line is still being written


def test_what_the_worker_prints_cannot_pass_for_an_event() -> None:
    forged = telling.line(event={"event": "finished", "adapter": "ad"})
    said = telling.read(telling.line(log=forged) + "\n")
    assert said.events == ()
    assert said.log == forged + "\n"


def test_code_rows_and_a_base_from_a_folder_are_sent_and_nothing_else(
    run: Path, tmp_path: Path, base: Path
) -> None:
    (run / "events.jsonl").write_text("{}\n")
    package = packing.pack(run, tmp_path / "package")
    sent = {str(file.relative_to(package.folder).parts[0]) for file in package.folder.rglob("*")}
    assert sent == {"core", "base", "colours-1"}
    there = package.folder / package.run
    assert sorted(file.name for file in there.iterdir()) == [
        "recipe.json", "rows.jsonl", "run.json",
    ]  # fmt: skip
    assert json.loads((there / "run.json").read_text())["model"] == "base"
    assert backbone.digest(str(package.folder / "base")) == backbone.digest(str(base))
    assert (package.folder / "core" / "training" / "worker.py").exists()
    assert not (package.folder / "core" / "tasks" / "samples").exists()
    assert not list(package.folder.rglob("*.pyc"))


def test_a_base_with_a_name_is_not_sent(run: Path, tmp_path: Path) -> None:
    asked = json.loads((run / "run.json").read_text())
    write_json(run / "run.json", {**asked, "model": "some/model"})
    package = packing.pack(run, tmp_path / "package")
    assert json.loads((package.folder / "colours-1" / "run.json").read_text())["model"] == (
        "some/model"
    )
    assert not (package.folder / "base").exists()


def test_the_adapter_is_there_before_the_run_has_finished_and_each_event_once(
    run: Path, tmp_path: Path, base: Path
) -> None:
    said = told(tmp_path / "made", base)
    bring(run, telling.Told(said.events[:1], (), "ready\n"), "job-1")
    assert state.status(run).steps == 1
    for _ in range(2):
        bring(run, said, "job-1")
    assert [event["event"] for event in state.events(run)] == ["step", "finished"]
    assert state.status(run).state == "finished"
    adapter = adapters.admit(run / "adapter", run.name, backbone.digest(str(base)))
    assert adapter.digest == state.status(run).adapter
    assert (run / "worker.log").read_text() == "ready\n"


def test_another_adapter_than_the_announced_one_is_refused(
    run: Path, tmp_path: Path, base: Path
) -> None:
    with pytest.raises(AdapterRefused, match="not the one that the cluster announced"):
        bring(run, told(tmp_path / "made", base, announced="ad" * 32), "job-1")
    assert not (run / "adapter").exists()
    assert state.status(run).state != "finished"


def test_a_file_with_a_path_in_its_name_goes_nowhere(run: Path, tmp_path: Path, base: Path) -> None:
    said = told(tmp_path / "made", base)
    extra = (*said.files, ("../stray.txt", b"x"), ("adapter_model.bin", b"x"))
    bring(run, telling.Told(said.events, extra, ""), "job-1")
    assert not (run / "stray.txt").exists()
    assert sorted(file.name for file in (run / "adapter").iterdir()) == [
        "adapter_config.json", "adapter_manifest.json", "adapter_model.safetensors",
    ]  # fmt: skip


def test_a_run_is_submitted_once_and_followed_to_its_end(run: Path) -> None:
    failed = {"event": "failed", "cause": "The disk is full.", "remedy": "Free some space."}
    cluster = Cluster(["none", "waiting", "running", "failed"], [STEP, failed])
    attending.attend(run, cluster, pause=0)
    assert cluster.heard == ["submit", "fetch", "fetch", "fetch"]
    assert (state.status(run).state, state.status(run).cause) == ("failed", "The disk is full.")


def test_a_job_that_is_still_at_work_is_taken_up_again_not_doubled(run: Path) -> None:
    cluster = Cluster(["running", "succeeded"])
    attending.attend(run, cluster, pause=0)
    assert cluster.heard == ["fetch", "fetch"]


def test_a_job_that_failed_before_is_submitted_anew(run: Path) -> None:
    cluster = Cluster(["failed", "running", "succeeded"])
    attending.attend(run, cluster, pause=0)
    assert cluster.heard == ["submit", "fetch", "fetch"]


def test_a_job_that_ends_without_a_word_says_what_it_printed_last(run: Path) -> None:
    ending = attending.attend(run, Cluster(["none", "failed"]), pause=0)
    assert ending["event"] == "failed"
    assert ending["cause"] == "The job ended without a result; it said last: Killed"
    assert ending["remedy"].endswith("worker.log, then resume the run.")


def test_a_cluster_that_is_silent_for_a_moment_is_asked_again(run: Path) -> None:
    silent = Unreachable("No answer.", remedy="Check the address.")
    cluster = Cluster(["none", silent, silent, "running", "succeeded"])
    attending.attend(run, cluster, pause=0)
    assert cluster.heard == ["submit", "fetch", "fetch"]


def test_a_cluster_that_stays_silent_is_given_up(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attending, "PATIENCE", -1.0)
    with pytest.raises(Unreachable):
        attending.attend(run, Cluster([Unreachable("No answer.", remedy="Check.")]), pause=0)


def test_a_stop_reaches_the_cluster(run: Path) -> None:
    (run / "stop").touch()
    cluster = Cluster([], [STEP])
    assert attending.attend(run, cluster, pause=0) == {"event": "stopped"}
    assert cluster.heard == ["stop", "fetch"]
    assert state.status(run).steps == 1


def test_a_lost_run_of_a_cluster_can_still_be_stopped(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_json(run / "process.json", asdict(process.Process(pid=2**22 + 1, began=1.0)))
    assert state.status(run).state == "lost"
    assert backends.unattended(run)
    begun: list[Path] = []
    monkeypatch.setattr(process, "begin", lambda *a, **k: begun.append(run) or process.of(2**22))
    assert runs.stop(run).state == "stopped"
    assert begun == [run]  # an attendant tells the cluster


def test_what_is_sent_back_is_told_in_order(
    tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    adapter = tiny.adapter(tmp_path / "adapter", base)
    finished = {"event": "finished", "adapter": adapter.digest}
    (tmp_path / "events.jsonl").write_text(f"{json.dumps(STEP)}\n{json.dumps(finished)}\n")
    sender = sending.Sender(tmp_path)
    sender.tell()
    sender.tell()
    output = capsys.readouterr().out
    said = telling.read(output)
    assert said.events == (STEP, finished)
    assert {name for name, _ in said.files} >= {
        "adapter_config.json", "adapter_manifest.json", "adapter_model.safetensors",
    }  # fmt: skip
    assert '"finished"' in output.splitlines()[-1]  # after every file
