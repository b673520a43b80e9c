"""On the cluster: train one run by several workers at once, through Ray Train's `TorchTrainer`.

`python -m core.training.backends.ray_train FOLDER WORKERS`, the entry point of a job. The
workers may stand on several machines: each unpacks what was sent, and they share no disk. The
first one's words come through a queue, as nothing else of Ray keeps lines whole and in order.
"""

import json
import os
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from core.training.backends import sharing, telling

ROOT = Path(__file__).parents[3]  # what was sent, wherever it was unpacked
END = ""  # no line: nobody says anything more


def main(folder: str, workers: int) -> int:
    """Train, print what the first worker tells, and leave with 0 if the run finished."""
    import ray
    from ray.util.queue import Queue

    ray.init()
    lacking = _lacking(ray.cluster_resources(), workers)
    if lacking:
        _say_failed(lacking, "Choose fewer workers on the Settings page, or a larger cluster.")
        return 1
    said = Queue(actor_options={"num_cpus": 0})
    repeater = Repeater(said)
    repeating = threading.Thread(target=repeater.repeat, daemon=True)
    repeating.start()
    failure = _fit(folder, workers, said, gpu=_has(ray.cluster_resources(), "GPU", workers))
    said.put(END)
    repeating.join()
    if failure and not repeater.ended:
        _say_failed(failure, "Read the end of the run's worker.log, then resume the run.")
    return 1 if failure else 0


def _learn(asked: dict[str, Any]) -> None:
    """In each worker's own process, which Ray Train begins elsewhere than in what was sent."""
    os.chdir(ROOT)
    sharing.learn(ROOT / asked["folder"], asked["said"].put)


def _fit(folder: str, workers: int, said: Any, gpu: bool) -> str:
    """Run all workers to their end; why they failed, "" where they did not."""
    from ray.train import RunConfig, ScalingConfig
    from ray.train.torch import TorchTrainer
    from ray.train.v2.api.exceptions import TrainingFailedError

    with tempfile.TemporaryDirectory() as place:
        trainer = TorchTrainer(
            _learn,
            train_loop_config={"folder": folder, "said": said},
            scaling_config=ScalingConfig(num_workers=workers, use_gpu=gpu),
            run_config=RunConfig(name="run", storage_path=place),
        )
        try:
            trainer.fit()
        except TrainingFailedError as failed:
            return (str(failed).strip().splitlines() or ["no reason given"])[-1][:300]
    return ""


def _lacking(resources: dict[str, float], workers: int) -> str:
    """Why the cluster cannot hold so many workers, however long one waits; "" where it can."""
    if _has(resources, "GPU", workers) or _has(resources, "CPU", workers):
        return ""
    processors = int(resources.get("CPU", 0))
    return f"The cluster has {processors} processors for {workers} workers."


def _has(resources: dict[str, float], kind: str, workers: int) -> bool:
    return resources.get(kind, 0) >= workers


def _say_failed(cause: str, remedy: str) -> None:
    _say(telling.line(event={"event": "failed", "cause": cause, "remedy": remedy}))


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


class Repeater:
    """Prints what comes through a queue."""

    def __init__(self, said: Any) -> None:
        self.said = said
        self.ended = False  # whether a line said how the run ended

    def repeat(self) -> None:
        """Print line after line until `END`."""
        while (line := self.said.get()) != END:
            self.ended |= sharing.ended(json.loads(line.removeprefix(telling.MARK)))
            _say(line)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
