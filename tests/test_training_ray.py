"""Training on a real Ray cluster of this machine: two processors, a token, one address."""

import contextlib
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import CannotTrain
from core.models import adapters, backbone
from core.records import Message
from core.training import backends, process, runs
from core.training.backends import ray_jobs
from core.training.backends.backend import Unreachable
from core.training.backends.ray_jobs import RayJobs
from core.training.recipe import Recipe
from core.training.record import Run
from core.training.rows import Row, Rows
from core.workspace import Workspace
from tests import tiny

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("ray") is None,
        reason="ray is not installed: pip install -r requirements-dev.lock",
    ),
    pytest.mark.timeout(1500),  # a cluster and three trainings on a busy machine
]

HEAD = """
import json, sys, time
import ray
from ray._private import services

def patient(*asked):  # Ray 2.60 gives its own parts 30 s to start, whatever else is at work
    for _ in range(300):
        try:
            return known(*asked)
        except RuntimeError:
            time.sleep(1)
    return known(*asked)

known, services.get_node = services.get_node, patient
asked = json.loads(sys.argv[1])
ray.init(num_cpus=2, num_gpus=0, include_dashboard=True, dashboard_host="127.0.0.1",
         dashboard_port=asked["port"], _node_ip_address="127.0.0.1", _temp_dir=asked["place"],
         object_store_memory=100 * 2**20, log_to_driver=False, configure_logging=False)
print("ready", flush=True)
sys.stdin.read()  # until whoever began it is gone
ray.shutdown()
"""
TOKEN = "9f0c4a6e2b7d4e1fa3c58d7b6e90a1c2" * 2
PAIRS = [("sky", "blue"), ("grass", "green"), ("coal", "black"), ("snow", "white")]
SHORT = Recipe(rank=4, batch=2, epochs=1.0, learning_rate=5e-3, evaluations=2, metric_rows=0)
LONG = Recipe(rank=4, batch=2, epochs=50.0, learning_rate=5e-3, evaluations=1, metric_rows=0)


def _row(question: str, answer: str) -> Row:
    return Row((Message("user", question),), answer, tokens=30)


ROWS = Rows(
    train=tuple(_row(f"{thing} {number}", colour) for thing, colour in PAIRS for number in "1234"),
    validation=tuple(_row(f"{thing} 5", colour) for thing, colour in PAIRS),
    dropped=0,
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home folder with the cluster's token in it."""
    place = tmp_path_factory.mktemp("user")
    (place / ".ray").mkdir()
    (place / ".ray" / "auth_token").write_text(TOKEN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(place))
        patch.setenv("RAY_AUTH_MODE", "token")
        yield place


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """A cluster that ends with this module, even if this process is killed."""
    with cluster(home) as at:
        yield at


@contextlib.contextmanager
def cluster(home: Path) -> Iterator[str]:
    """Two processors of this machine, reached by nobody else."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_agent_register_timeout_ms": "300000",
    }
    log = home / "head.log"
    with (
        tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as place,
        log.open("wb") as said,  # the folder's name is short: it holds Unix sockets
        subprocess.Popen(
            [sys.executable, "-c", HEAD, json.dumps({"port": port, "place": place})],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said,
        ) as head,
    ):  # fmt: skip
        assert head.stdout
        assert head.stdout.readline() == b"ready\n", log.read_text()
        yield f"http://127.0.0.1:{port}"
        assert head.stdin
        head.stdin.close()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.checkpoint(tmp_path_factory.mktemp("models") / "base")


def begin(
    workspace: Workspace, base: Path, recipe: Recipe, address: str, key: str, workers: int = 1
) -> Run:
    return runs.launch(
        workspace, task="colours", recipe=recipe, model=str(base),
        base_digest=backbone.digest(str(base)), rows=ROWS, levers=["lora"], key=key, ray=address,
        workers=workers,
    )  # fmt: skip


def until(condition: Callable[[], bool], seconds: float = 600) -> None:
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, "it took too long"
        time.sleep(0.1)


def job(run: Run) -> str:
    return str(json.loads((run.folder / "job.json").read_text())["id"])


def test_two_runs_train_at_once_come_back_and_outlive_their_attendants(
    address: str, tmp_path: Path, base: Path
) -> None:
    workspace = Workspace(tmp_path)
    short = begin(workspace, base, SHORT, address, "short")
    long = begin(workspace, base, LONG, address, "long")
    assert [runs.status(run.folder).state for run in (short, long)] == ["starting", "starting"]

    until(lambda: runs.status(long.folder).steps > 2)
    attendant = process.recorded(long.folder / "process.json")
    assert attendant
    os.killpg(attendant.pid, signal.SIGKILL)
    until(lambda: runs.status(long.folder).state == "lost", 30)
    same = job(long)
    before = runs.status(long.folder).steps
    runs.resume(workspace, long)
    until(lambda: runs.status(long.folder).steps > before)
    assert job(long) == same
    steps = [event["step"] for event in runs.events(long.folder) if event["event"] == "step"]
    assert steps == list(range(1, len(steps) + 1))

    assert runs.stop(long.folder).state == "stopped"
    until(lambda: backends.elsewhere(long.folder).status(long.folder) == "stopped", 60)

    until(lambda: not runs.status(short.folder).active)
    state = runs.status(short.folder)
    assert (state.state, state.steps, state.cause) == ("finished", 8, "")
    adapter = adapters.admit(short.folder / "adapter", short.name, backbone.digest(str(base)))
    assert adapter.digest == state.adapter
    noted = [event["event"] for event in runs.events(short.folder)]
    assert (noted[0], noted[-1], noted.count("step")) == ("started", "finished", 8)
    assert (short.folder / "worker.log").exists()


def test_two_workers_share_a_run_and_learn_what_one_would(
    address: str, tmp_path: Path, base: Path
) -> None:
    recipe = replace(SHORT, precision="fp32", metric_rows=2)
    one = begin(Workspace(tmp_path / "one"), base, recipe, "", "one")
    two = begin(Workspace(tmp_path / "two"), base, recipe, address, "two", workers=2)
    until(lambda: not runs.status(one.folder).active and not runs.status(two.folder).active)
    state = runs.status(two.folder)
    assert (state.state, state.cause, state.steps) == ("finished", "", 8)
    adapter = adapters.admit(two.folder / "adapter", two.name, backbone.digest(str(base)))
    assert adapter.digest == state.adapter
    told, alone = (runs.events(run.folder) for run in (two, one))
    for kind, figure in (("step", "loss"), ("step", "learning_rate"), ("validation", "loss")):
        shared, expected = (
            {event["step"]: event[figure] for event in events if event["event"] == kind}
            for events in (told, alone)
        )
        assert shared == pytest.approx(expected, rel=1e-3)
    assert [event["event"] for event in told].count("started") == 1  # one of them speaks
    assert told[-1]["best_validation_loss"] == pytest.approx(
        min(event["loss"] for event in told if event["event"] == "validation" and event["step"])
    )


def test_more_workers_than_the_cluster_holds_are_refused_at_once(
    address: str, tmp_path: Path, base: Path
) -> None:
    recipe = replace(SHORT, batch=16)
    run = begin(Workspace(tmp_path), base, recipe, address, "many", workers=16)
    until(lambda: not runs.status(run.folder).active)
    state = runs.status(run.folder)
    assert (state.state, state.cause) == (
        "failed",
        "The cluster has 2 processors for 16 workers.",
    )


def test_a_base_that_is_another_one_there_fails_with_its_cause(
    address: str, tmp_path: Path, base: Path
) -> None:
    run = runs.launch(
        Workspace(tmp_path), task="colours", recipe=SHORT, model=str(base), base_digest="other",
        rows=ROWS, levers=["lora"], key="other", ray=address,
    )  # fmt: skip
    until(lambda: not runs.status(run.folder).active)
    state = runs.status(run.folder)
    assert (state.state, state.cause) == (
        "failed",
        "The model base has changed since this run was asked for.",
    )
    assert "Traceback" in (run.folder / "worker.log").read_text()


def test_an_address_that_answers_is_taken_and_the_token_is_needed(
    address: str, home: Path, tmp_path: Path
) -> None:
    assert backends.checked(f" {address}/ ") == address
    stranger = subprocess.run(
        [sys.executable, "-c",
         f"from core.training import backends; backends.checked({address!r})"],
        cwd=Path(__file__).parent.parent, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
    )  # fmt: skip
    assert "does not accept this machine's token" in stranger.stderr


def test_an_address_where_nobody_answers_is_a_sentence(home: Path) -> None:
    with pytest.raises(Unreachable, match="No Ray cluster answers at http") as nobody:
        RayJobs("http://127.0.0.1:9").check()
    assert isinstance(nobody.value, CannotTrain)


def test_a_cluster_that_takes_a_call_and_says_nothing_is_not_waited_for(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_jobs, "TIMEOUT", (1.0, 1.0))
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        begun = time.monotonic()
        with pytest.raises(Unreachable, match="No Ray cluster answers at http"):
            RayJobs(f"http://127.0.0.1:{silent.getsockname()[1]}").check()
    assert time.monotonic() - begun < 60
