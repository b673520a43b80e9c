"""What a sweep over retrieval settings found, kept on record and read back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from core.evaluation.reach import Reach, recommended
from core.evaluation.tuning import Trial, best
from core.records import Retrieval, Task
from core.retrieval.calibration import Threshold


@dataclass(frozen=True)
class Tried:
    """Ways of searching, with the model's own answers under some of them."""

    rows: tuple[Reach, ...]
    scored: tuple[Trial, ...]  # empty where the model was not asked
    stamp: str  # names the documents and the questions

    @property
    def recommended(self) -> Retrieval:
        """The best by the model's answers where there are any, else by what is found."""
        return best(self.scored).retrieval if self.scored else recommended(self.rows).retrieval

    def to_json(self) -> dict[str, Any]:
        """For the record."""
        return asdict(self)


def from_json(kept: Mapping[str, Any]) -> Tried:
    """Read back what `to_json` wrote."""
    return Tried(
        tuple(
            Reach(Retrieval(**row["retrieval"]), tuple(row["found"]), row["words"])
            for row in kept["rows"]
        ),
        tuple(
            Trial(
                **{
                    **trial,
                    "retrieval": Retrieval(**trial["retrieval"]),
                    "threshold": Threshold(**trial["threshold"]),
                }
            )
            for trial in kept["scored"]
        ),
        str(kept["stamp"]),
    )


def finalists(task: Task, rows: Sequence[Reach]) -> tuple[Retrieval, ...]:
    """The settings in use and, of each way to search, what is recommended."""
    modes = dict.fromkeys(row.retrieval.mode for row in rows)
    found = [
        recommended([row for row in rows if row.retrieval.mode == mode]).retrieval for mode in modes
    ]
    usual = replace(task.retrieval, threshold=0.0)
    return tuple(dict.fromkeys([usual, *found]))
