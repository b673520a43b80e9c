"""What people's ratings say of the levers: means, wins, strengths, and how far raters agree.

A rater counts once they have finished a round or ended it, so that nobody sees a result
while they still rate. Only ratings of answers that the present levers gave count.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from core.evaluation import bradley_terry, statistics
from core.evaluation.agreement import Agreement, agreement
from core.evaluation.sample import mean_of
from core.evaluation.sheets import KINDS, Kind, Sheet
from core.ratings import Rating
from core.records import LEVERS, Interval

SCORES = {
    "5": "Right and ready to use: nothing to add, nothing to take away.",
    "3": "Usable after a small edit: mostly right, or right but badly put.",
    "1": "Of no use: wrong, made up, or beside the question.",
}
CHOICES = ("left", "right", "tie", "both bad")
VALUES: Mapping[Kind, tuple[str, ...]] = {"rubric": ("1", "3", "5"), "blind": CHOICES}
LOWEST, HIGHEST = 1.0, 5.0


@dataclass(frozen=True)
class Rated:
    """A round with what was said of it."""

    id: int
    kind: Kind
    sheet: Sheet
    ratings: tuple[Rating, ...]
    ended: tuple[str, ...] = ()

    def finished(self, rater: str) -> bool:
        """Whether the round may be revealed to a rater."""
        return rater in self.ended or self.next(rater) is None

    def next(self, rater: str) -> int | None:
        """Place of the first item that a rater has not rated; None once all are."""
        done = {one.item for one in self.ratings if one.rater == rater}
        return next((at for at in range(len(self.sheet.items)) if at not in done), None)

    @property
    def raters(self) -> tuple[str, ...]:
        """Everyone who rated something, in the order of their first rating."""
        return tuple(dict.fromkeys(one.rater for one in self.ratings))

    @property
    def counted(self) -> tuple[Rating, ...]:
        """The ratings of those who are done."""
        done = {name for name in self.raters if self.finished(name)}
        return tuple(one for one in self.ratings if one.rater in done)


@dataclass(frozen=True)
class LeverRating:
    """What raters made of one lever's answers."""

    mean: Interval  # from 1 to 5; `n` counts independent examples
    counts: Mapping[str, int]  # ratings by score


@dataclass(frozen=True)
class Duel:
    """Two levers' answers to the same questions, names hidden. `a` is the one told of."""

    a: str
    b: str
    won: int
    lost: int
    tied: int
    both_bad: int
    share: Interval  # of the wins, ties and both bad as half a win each
    p: float  # exact sign test over examples: of a lead at least as large, were both alike
    p_adjusted: float = 1.0  # corrected for the number of pairs (Holm)

    @property
    def choices(self) -> int:
        """How many were made between the two."""
        return self.won + self.lost + self.tied + self.both_bad

    @property
    def settled(self) -> bool:
        """Whether the preference is more than luck."""
        outside = not self.share.low <= 0.5 <= self.share.high
        return outside and self.p_adjusted < statistics.LEVEL


@dataclass(frozen=True)
class People:
    """All that people's ratings say of a task's levers as they are now."""

    raters: Mapping[Kind, tuple[str, ...]]  # who counted
    unfinished: Mapping[Kind, tuple[str, ...]]  # who began the latest round and is not done
    ratings: Mapping[str, LeverRating]  # by lever, in the usual order
    duels: tuple[Duel, ...]
    strengths: Mapping[str, Interval]  # chance to be preferred to an average one of them
    rubric_agreement: Agreement | None  # None where no answer was rated twice
    blind_agreement: Agreement | None
    same: int  # pairs that nobody was asked about: both answers read alike

    @property
    def said_nothing(self) -> bool:
        """Whether there is no rating that counts."""
        return not self.ratings and not self.duels


@dataclass(frozen=True)
class Vote:
    """One rating, with whose answers it was of."""

    rater: str
    unit: Hashable
    item: Hashable
    value: str
    levers: tuple[tuple[str, ...], ...]  # of each answer shown, those that still stand
    row: int  # of the example


def summary(rounds: Sequence[Rated], stamps: Mapping[str, str]) -> People:
    """What people's ratings say.

    Args:
        rounds: All rounds of a task.
        stamps: By lever, what makes its answers now; ratings of other answers do not count.
    """
    scored = [vote for one in rounds if one.kind == "rubric" for vote in votes(one, stamps)]
    chosen = [vote for one in rounds if one.kind == "blind" for vote in votes(one, stamps)]
    current = [one for one in rounds if one.kind == "blind" and _stands(one.sheet, stamps)]
    return People(
        raters={"rubric": _raters(scored), "blind": _raters(chosen)},
        unfinished={kind: _unfinished(rounds, kind) for kind in KINDS},
        ratings=_ratings(scored),
        duels=duels(chosen),
        strengths=_strengths(chosen),
        rubric_agreement=_agreement(scored, "rubric"),
        blind_agreement=_agreement(chosen, "blind"),
        same=sum(one.sheet.same for one in current),
    )


def votes(one: Rated, stamps: Mapping[str, str]) -> list[Vote]:
    """The ratings of a round that count and still concern a lever."""
    standing = {name for name, stamp in one.sheet.stamps.items() if stamps.get(name) == stamp}
    found = []
    for said in one.counted:
        item = one.sheet.items[said.item]
        levers = tuple(_named(shown.levers, standing) for shown in item.shown)
        if all(levers):
            place = one.id, said.item
            found.append(Vote(said.rater, item.group, place, said.value, levers, item.row))
    return found


def _named(levers: Iterable[str], standing: set[str]) -> tuple[str, ...]:
    return tuple(name for name in levers if name in standing)


def _stands(sheet: Sheet, stamps: Mapping[str, str]) -> bool:
    return any(stamps.get(name) == stamp for name, stamp in sheet.stamps.items())


def _raters(said: Sequence[Vote]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(vote.rater for vote in said))


def _unfinished(rounds: Sequence[Rated], kind: Kind) -> tuple[str, ...]:
    latest = [one for one in rounds if one.kind == kind][-1:]
    return tuple(name for one in latest for name in one.raters if not one.finished(name))


def _ratings(scored: Sequence[Vote]) -> dict[str, LeverRating]:
    found: dict[str, list[Vote]] = {}
    for vote in scored:
        for lever in vote.levers[0]:
            found.setdefault(lever, []).append(vote)
    return {lever: _rating(found[lever]) for lever in LEVERS if lever in found}


def _rating(scored: Sequence[Vote]) -> LeverRating:
    width = HIGHEST - LOWEST
    values = [(float(vote.value) - LOWEST) / width for vote in scored]
    seen = statistics.interval(mean_of(values).grouped([vote.unit for vote in scored]))
    low, high = LOWEST + width * seen.low, LOWEST + width * seen.high
    counts = {score: sum(vote.value == score for vote in scored) for score in SCORES}
    return LeverRating(Interval(LOWEST + width * seen.mean, low, high, seen.n), counts)


def duels(chosen: Sequence[Vote]) -> tuple[Duel, ...]:
    """Every pair of levers that met, with what was preferred; corrected for the number of pairs."""
    met = {frozenset(name for names in vote.levers for name in names) for vote in chosen}
    pairs = [pair for pair in combinations(LEVERS, 2) if frozenset(pair) in met]
    found = [_duel(a, b, chosen) for a, b in pairs]
    corrected = statistics.holm([one.p for one in found])
    return tuple(replace(one, p_adjusted=p) for one, p in zip(found, corrected, strict=True))


def _duel(a: str, b: str, chosen: Sequence[Vote]) -> Duel:
    mine = [vote for vote in chosen if {vote.levers[0][0], vote.levers[1][0]} == {a, b}]
    shares = [_share(vote, a) for vote in mine]
    seen = statistics.interval(mean_of(shares).grouped([vote.unit for vote in mine]))
    lead: dict[Hashable, float] = {}
    for vote, share in zip(mine, shares, strict=True):
        lead[vote.unit] = lead.get(vote.unit, 0.0) + share - 0.5
    ahead, behind = (sum(sign * one > 0 for one in lead.values()) for sign in (1, -1))
    said = [vote.value for vote in mine]
    return Duel(
        a, b, shares.count(1.0), shares.count(0.0), said.count("tie"), said.count("both bad"),
        seen, statistics.mcnemar(ahead, behind),
    )  # fmt: skip


def _share(vote: Vote, lever: str) -> float:
    """How much of the win goes to a lever of the pair."""
    if vote.value not in ("left", "right"):
        return 0.5
    return float(vote.levers[CHOICES.index(vote.value)][0] == lever)


def _strengths(chosen: Sequence[Vote]) -> dict[str, Interval]:
    levers = [lever for lever in LEVERS if any((lever,) in vote.levers for vote in chosen)]
    if not levers:
        return {}
    unit = {name: at for at, name in enumerate(dict.fromkeys(vote.unit for vote in chosen))}
    place = {lever: at for at, lever in enumerate(levers)}
    played = [
        (unit[vote.unit], place[vote.levers[0][0]], place[vote.levers[1][0]],
         _share(vote, vote.levers[0][0]))
        for vote in chosen
    ]  # fmt: skip
    found = bradley_terry.strengths(bradley_terry.tally(played, len(unit), len(levers)))
    return dict(zip(levers, found, strict=True))


def _agreement(said: Sequence[Vote], kind: Kind) -> Agreement | None:
    judged: dict[str, dict[Hashable, str]] = {}
    for vote in said:
        judged.setdefault(vote.rater, {})[vote.item] = vote.value
    return agreement(judged, VALUES[kind], ordered=kind == "rubric")
