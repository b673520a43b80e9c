"""A Ray cluster, through its Jobs API.

Nothing is shared with the cluster but this address. Code, rows and base are sent
along; events, log and adapter come back in the output of the job.
"""

import contextlib
import importlib.util
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.errors import CannotTrain
from core.training.backends import telling
from core.training.backends.backend import Status, Unreachable
from core.training.backends.bringing import bring
from core.training.backends.packing import pack
from core.training.process import QUIET
from core.workspace import read_json, write_json

MISSING = "pip install 'ray[default]==2.60.0'"
JOB = "job.json"
TIMEOUT = (5.0, 60.0)  # seconds to connect, and of silence while it answers
STATUS: dict[str, Status] = {
    "PENDING": "waiting", "RUNNING": "running", "SUCCEEDED": "succeeded", "FAILED": "failed",
    "STOPPED": "stopped",
}  # fmt: skip
TOKEN = Path(".ray") / "auth_token"  # in the home folder, where Ray itself looks for it
SILENT = {"RAY_USAGE_STATS_ENABLED": "0"}


class RayJobs:
    """Trains each run as one job of the cluster at `address`, such as http://127.0.0.1:8265.

    With several workers the job is one of Ray Train, which needs a processor for each.
    """

    def __init__(self, address: str, workers: int = 1) -> None:
        self.address, self.workers = address, workers
        self.client: Any = None

    def submit(self, folder: Path) -> None:
        """Send the run, and keep the name of its job before the cluster hears of it.

        Raises:
            CannotTrain: Ray is not installed here, or the cluster refuses.
            Unreachable: Nobody answers.
        """
        job = f"{folder.name}-{secrets.token_hex(4)}"
        with tempfile.TemporaryDirectory() as place:
            package = pack(folder, Path(place) / "package")
            write_json(folder / JOB, {"id": job})
            with self._client() as client:
                client.submit_job(
                    entrypoint=self._entrypoint(package.run),
                    submission_id=job,
                    runtime_env={"working_dir": str(package.folder), "env_vars": QUIET | SILENT},
                    metadata={"run": folder.name},
                    entrypoint_num_cpus=0 if self.workers > 1 else 1,
                )

    def _entrypoint(self, run: str) -> str:
        room = "core.training.backends"
        if self.workers > 1:
            return f"python -m {room}.ray_train {run} {self.workers}"
        return f"python -m {room}.sending {run}"

    def status(self, folder: Path) -> Status:
        """How the job goes; "none" before the first, and when the cluster has forgotten it."""
        if not _job(folder):
            return "none"
        with self._client() as client:
            return _status(client, _job(folder))

    def logs(self, folder: Path) -> str:
        """What the worker printed so far."""
        return telling.read(self._output(folder)).log

    def stop(self, folder: Path) -> None:
        """Have the cluster end the job."""
        if self.status(folder) in ("waiting", "running"):
            with self._client() as client:
                client.stop_job(_job(folder))

    def fetch(self, folder: Path) -> None:
        """Bring events and log so far, and the adapter once the run has finished."""
        bring(folder, telling.read(self._output(folder)), _job(folder))

    def check(self) -> None:
        """Refuse a cluster that cannot be used.

        Raises:
            CannotTrain: Ray is not installed here, or the cluster wants another token.
            Unreachable: Nobody answers.
        """
        with self._client() as client:
            client.list_jobs()

    def _output(self, folder: Path) -> str:
        if self.status(folder) in ("none", "waiting"):
            return ""
        with self._client() as client:
            return str(client.get_job_logs(_job(folder)))

    @contextlib.contextmanager
    def _client(self) -> Iterator[Any]:
        """A client whose failures are told as sentences."""
        if importlib.util.find_spec("ray") is None:
            raise CannotTrain("Ray is not installed here.", remedy=f"Install it: {MISSING}")
        os.environ.update(SILENT)
        if (Path.home() / TOKEN).exists():
            os.environ.setdefault("RAY_AUTH_MODE", "token")
        from ray.exceptions import AuthenticationError
        from requests import RequestException

        try:
            self.client = self.client or _patient(self.address)
            yield self.client
        except (ConnectionError, RequestException) as silent:
            raise Unreachable(
                f"No Ray cluster answers at {self.address}.",
                remedy="Check the address on the Settings page, and that the cluster runs.",
            ) from silent
        except AuthenticationError as refused:
            raise CannotTrain(
                f"The Ray cluster at {self.address} does not accept this machine's token.",
                remedy="Put the cluster's token into the file .ray/auth_token of your home folder.",
            ) from refused
        except RuntimeError as refused:
            reason = (str(refused).strip().splitlines() or ["no reason given"])[-1][:300]
            raise CannotTrain(
                f"The Ray cluster at {self.address} refused ({reason}).",
                remedy="Look at the job on the cluster's dashboard.",
            ) from refused


def _patient(address: str) -> Any:
    """A client that does not wait for ever: Ray 2.60 passes `requests` no timeout of its own."""
    from ray.job_submission import JobSubmissionClient

    class Patient(JobSubmissionClient):
        """Every call of it ends."""

        def _do_request(self, method: str, endpoint: str, **given: Any) -> Any:
            return super()._do_request(method, endpoint, **{"timeout": TIMEOUT, **given})

    return Patient(address)


def _status(client: Any, job: str) -> Status:
    try:
        return STATUS[str(client.get_job_status(job))]
    except RuntimeError as unknown:
        if "status code 404" in str(unknown):
            return "none"
        raise


def _job(folder: Path) -> str:
    return str(read_json(folder / JOB)["id"]) if (folder / JOB).exists() else ""
