"""Where a run is trained: by a worker on this machine, or on a Ray cluster.

Either way one process of this machine works on the folder: the worker itself, or an
attendant that brings back what the cluster tells. Whoever reads the folder sees no
difference. A run names its cluster in `run.json`; without one nothing of Ray is imported.
"""

from pathlib import Path
from urllib.parse import urlsplit

from core.errors import SettingOutOfRange
from core.training import state
from core.training.backends.backend import Backend
from core.training.backends.here import Here
from core.training.backends.ray_jobs import RayJobs
from core.workspace import read_json

MOST_WORKERS = 64
WORKER = Here("core.training.worker", log="worker.log", grace=3.5, early=0.0)
ATTENDANT = Here(
    "core.training.backends.attending", log="attendant.log", grace=20.0, early=20.0, attends=True
)


def address(folder: Path) -> str:
    """Of the Ray cluster that this run is for, "" where it is trained here."""
    return str(read_json(folder / "run.json").get("ray", ""))


def workers(folder: Path) -> int:
    """How many share this run there, 1 where it is trained here."""
    return int(read_json(folder / "run.json").get("ray_workers", 1))


def here(folder: Path) -> Here:
    """What begins and ends the process of this machine that works on a run."""
    return ATTENDANT if address(folder) else WORKER


def unattended(folder: Path) -> bool:
    """Whether a lost run may still be at work: its process hangs, or a cluster goes on with it."""
    if state.status(folder).state != "lost":
        return False
    return bool(address(folder)) or here(folder).status(folder) == "running"


def elsewhere(folder: Path) -> Backend:
    """The cluster that a run is for."""
    return RayJobs(address(folder), workers(folder))


def checked(wanted: str) -> str:
    """The address of a cluster that answers, tidied; "" stays "".

    Raises:
        SettingOutOfRange: It is not an address.
        CannotTrain: Ray is not installed here, nobody answers, or the token is not accepted.
    """
    tidy = wanted.strip().rstrip("/")
    if not tidy:
        return ""
    parts = urlsplit(tidy)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise SettingOutOfRange(
            f"{tidy!r} is not the address of a Ray cluster.",
            remedy="Give that of its dashboard, such as http://127.0.0.1:8265, without a password.",
        )
    RayJobs(tidy).check()
    return tidy
