"""Two ways to do the task, tried on real users: how many it takes, and what came of it.

Outcomes are yes or no, each of another user, so the two ways are independent samples, unlike two
levers on one holdout.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.errors import SettingOutOfRange, TaskUnreadable
from core.evaluation.statistics import MARGIN, Z_POWER, Z, equivalent, outcome, wilson
from core.tasks import rows
from core.tasks.sheet import Row, Table

YES = {"1", "1.0", "yes", "y", "true"}
NO = {"0", "0.0", "no", "n", "false"}
UNEVEN = 0.001  # p below which a split meant to be even was not: chance alone hardly does that
LONGEST = 40  # characters of a cell that a message repeats


@dataclass(frozen=True)
class Unread:
    """A cell that is neither yes nor no."""

    line: str  # as "line 3"
    column: str
    cell: str


@dataclass(frozen=True)
class Way:
    """The outcomes of one way."""

    name: str  # of its column
    yes: int
    n: int

    @property
    def rate(self) -> float:
        """Share of outcomes that are yes."""
        return self.yes / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the rate."""
        return wilson(self.rate, self.n)


@dataclass(frozen=True)
class Outcomes:
    """Two columns of outcomes: the way that is in use, and the new one."""

    file: str
    old: Way
    new: Way
    unread: tuple[Unread, ...] = ()  # left out of both

    @property
    def difference(self) -> float:
        """How far the new way's rate lies above the old one's."""
        return self.new.rate - self.old.rate

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the difference of two independent shares.

        Newcombe 1998, method 10: the ends of the two Wilson intervals, combined. Never beyond
        -1 or 1, and honest near 0 and 1, where the textbook's interval is too narrow.
        """
        (old_low, old_high), (new_low, new_high) = self.old.interval, self.new.interval
        old, new = self.old.rate, self.new.rate
        below = math.hypot(new - new_low, old_high - old)
        above = math.hypot(new_high - new, old - old_low)
        return self.difference - below, self.difference + above

    @property
    def p(self) -> float:
        """Two-sided p of Fisher's exact test (Fisher 1935), were the two ways alike."""
        from scipy import stats

        table = [[way.yes, way.n - way.yes] for way in (self.new, self.old)]
        return float(stats.fisher_exact(table).pvalue)

    @property
    def finding(self) -> str:
        """What the outcomes say, in a sentence or two."""
        said = outcome(*self.interval, self.p)
        if said != "tie":
            return f"{self.new.name} is {said} than {self.old.name} by more than luck."
        if equivalent(*self.interval):
            return f"The two are as good as each other: any gap is below {MARGIN * 100:.0f} points."
        return f"Not told apart yet: the gap may be luck. {self._wanting}".strip()

    @property
    def _wanting(self) -> str:
        rate = self.old.rate
        gap = MARGIN if rate + MARGIN <= 1 else -MARGIN
        more = needed(rate, rate + gap) - min(self.old.n, self.new.n)
        wanted = (
            f"About {more:,} more outcomes of each would show a gap of {MARGIN * 100:.0f} points."
        )
        return wanted if more > 0 else ""

    @property
    def uneven(self) -> bool:
        """Whether chance hardly explains that one way has more outcomes than the other.

        A sample ratio mismatch (Fabijan et al. 2019) means that users were lost or sent to one
        way on purpose; then the two groups may differ in more than the way.
        """
        from scipy import stats

        return float(stats.binomtest(self.old.n, self.old.n + self.new.n).pvalue) < UNEVEN

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Outcomes":
        """From the record."""
        unread = tuple(Unread(**one) for one in kept["unread"])
        return cls(kept["file"], Way(**kept["old"]), Way(**kept["new"]), unread)


def needed(now: float, wanted: float) -> int:
    """Outcomes of each way that show a change from one rate to another with 80 % odds.

    Two-sided at 5 %, as many of each; Fleiss, Levin and Paik 2003, formulas 4.14 and 4.15,
    whose continuity correction makes it fit Fisher's exact test.

    Raises:
        SettingOutOfRange: The rates are equal, or not between 0 and 1.
    """
    if not (0 <= now <= 1 and 0 <= wanted <= 1) or now == wanted:
        raise SettingOutOfRange(
            f"A change from {now:.1%} to {wanted:.1%} cannot be planned for.",
            remedy="Give two different rates between 0 % and 100 %.",
        )
    gap, middle = abs(wanted - now), (now + wanted) / 2
    alike = Z * math.sqrt(2 * middle * (1 - middle))
    apart = Z_POWER * math.sqrt(now * (1 - now) + wanted * (1 - wanted))
    uncorrected = ((alike + apart) / gap) ** 2
    return math.ceil(uncorrected / 4 * (1 + math.sqrt(1 + 4 / (uncorrected * gap))) ** 2)


def read(source: Path, name: str) -> Outcomes:
    """Two columns of a sheet, the way in use first; empty cells say nothing.

    `name` is the file's as its owner calls it.

    Raises:
        TaskUnreadable: It is no sheet of two columns, or a column holds no outcome.
    """
    found = rows.table(source)
    if not found.is_sheet or len(found.columns) != 2:
        raise TaskUnreadable(
            f"{found.name} has {len(found.columns)} columns, not two.",
            remedy="Keep one column for each way, with its name on the first line.",
        )
    if all(_told(column) is not None for column in found.columns):
        raise TaskUnreadable(
            f"{found.name}, line 1: outcomes where the names belong.",
            remedy="Write the name of each way above its outcomes.",
        )
    old, new = (_way(found, column) for column in found.columns)
    return Outcomes(name, old, new, tuple(_unread(found)))


def _way(table: Table, column: str) -> Way:
    said = [_outcome(row, column) for row in table.rows]
    counted = [one for one in said if one is not None]
    if not counted:
        raise TaskUnreadable(
            f"{table.name}: no outcome under {column!r}.",
            remedy="Write 1 or yes where it went well, 0 or no where it did not.",
        )
    return Way(column, sum(counted), len(counted))


def _unread(table: Table) -> Iterator[Unread]:
    for row in table.rows:
        for column in table.columns:
            cell = str(row.cells[column]).strip()
            if cell and _outcome(row, column) is None:
                yield Unread(row.place.removeprefix(f"{table.name}, "), column, cell[:LONGEST])


def _outcome(row: Row, column: str) -> bool | None:
    return _told(str(row.cells[column]))


def _told(cell: str) -> bool | None:
    said = cell.strip().lower()
    return True if said in YES else False if said in NO else None
