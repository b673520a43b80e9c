"""How far raters agree, beyond what chance would bring about.

Two raters: Cohen's kappa (1960), for ordered values weighted by the square of their distance
(Cohen 1968). More: Krippendorff's alpha (2011), nominal or ordinal, which takes gaps. Values
in between are read as Landis and Koch (1977) read them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from core.evaluation.sample import Floats

RESAMPLES = 1000
FEW = 20  # items; with fewer the interval says next to nothing
READINGS = (
    (0.8, "The raters agree almost perfectly."),
    (0.6, "The raters agree well."),
    (0.4, "The raters agree in part. Read what they say with care."),
    (0.2, "The raters agree only a little. Talk the differences over, then rate a new round."),
    (-2.0, "The raters hardly agree more than chance would. Settle what is meant, then rate anew."),
)
ONE_VALUE = "Everyone gave the same value throughout, so agreement cannot be told from habit."

Judged = Mapping[str, Mapping[Any, str]]  # rater -> item -> value


@dataclass(frozen=True)
class Agreement:
    """Agreement of raters on the items that at least two of them rated."""

    statistic: Literal["Cohen's kappa", "Krippendorff's alpha"]
    value: float | None  # 1: always, 0: as by chance; None: only one value was ever given
    low: float | None  # 95 % bootstrap interval over the items
    high: float | None
    items: int
    raters: int
    same: float  # share of pairs of ratings that are the same

    @property
    def reading(self) -> str:
        """What the figure means, in a sentence."""
        if self.value is None:
            return ONE_VALUE
        said = next(words for least, words in READINGS if self.value >= least)
        return f"{said} Few answers were rated twice." if self.items < FEW else said


def agreement(judged: Judged, values: Sequence[str], ordered: bool) -> Agreement | None:
    """Agreement over all raters; None where no item was rated twice.

    Args:
        judged: What each rater said of each item; gaps are allowed.
        values: All values that can be given, in their order.
        ordered: Whether a near miss is less of a disagreement than a far one.
    """
    items = list(dict.fromkeys(item for said in judged.values() for item in said))
    shared = [item for item in items if sum(item in said for said in judged.values()) > 1]
    raters = [name for name, said in judged.items() if any(item in said for item in shared)]
    if not shared:
        return None
    place = {value: at for at, value in enumerate(values)}
    table = np.full((len(shared), len(raters)), -1)
    for row, item in enumerate(shared):
        for column, name in enumerate(raters):
            if item in judged[name]:
                table[row, column] = place[judged[name][item]]
    return _agreed(table, len(values), ordered)


def _agreed(table: Any, kinds: int, ordered: bool) -> Agreement:
    two = table.shape[1] == 2
    units = _joint(table, kinds) if two else coincidences(table, kinds)
    how = kappa if two else alpha

    def figure(summed: Floats) -> Floats:
        return how(summed, ordered)

    value = figure(units.sum(axis=0)[None])[0]
    low, high = _bootstrap(units, figure)
    pairs = coincidences(table, kinds).sum(axis=0)
    unclear = bool(np.isnan(value))
    return Agreement(
        "Cohen's kappa" if two else "Krippendorff's alpha",
        None if unclear else float(value), None if unclear else low, None if unclear else high,
        len(table), table.shape[1], float(np.trace(pairs) / pairs.sum()),
    )  # fmt: skip


def kappa(joint: Floats, ordered: bool) -> Floats:
    """Cohen's kappa from joint counts: (..., kinds, kinds) -> (...). NaN where undefined.

    1 - (weighted disagreement seen) / (that of raters who do not look at the items).
    """
    kinds = joint.shape[-1]
    total = joint.sum(axis=(-2, -1), keepdims=True)
    shares = joint / total
    chance = shares.sum(axis=-1, keepdims=True) * shares.sum(axis=-2, keepdims=True)
    steps = np.abs(np.subtract.outer(np.arange(kinds), np.arange(kinds)))
    weight = steps**2 if ordered else steps > 0
    return _one_minus((weight * shares).sum(axis=(-2, -1)), (weight * chance).sum(axis=(-2, -1)))


def alpha(pairs: Floats, ordered: bool) -> Floats:
    """Krippendorff's alpha from coincidences: (..., kinds, kinds) -> (...). NaN where undefined.

    1 - D_o / D_e. The ordinal distance of two values is the number of ratings that lie between
    them, the values' own by half, squared.
    """
    each = pairs.sum(axis=-1)
    kinds, total = each.shape[-1], each.sum(axis=-1)
    weight = _between(each) if ordered else np.broadcast_to(1 - np.eye(kinds), pairs.shape)
    seen = (weight * pairs).sum(axis=(-2, -1)) / total
    chance = each[..., :, None] * each[..., None, :]
    expected = (weight * chance).sum(axis=(-2, -1)) / (total * np.maximum(total - 1, 1))
    return _one_minus(seen, expected)


def _between(each: Floats) -> Floats:
    upto = np.cumsum(each, axis=-1)
    places = np.arange(each.shape[-1])
    low, high = np.minimum.outer(places, places), np.maximum.outer(places, places)
    inside = upto[..., high] - upto[..., low] + each[..., low]
    return np.asarray((inside - (each[..., low] + each[..., high]) / 2) ** 2)


def coincidences(table: Any, kinds: int) -> Floats:
    """Pairs of values within each item, each pair weighted by 1 / (ratings of the item - 1).

    (items, raters) with -1 for a gap -> (items, kinds, kinds)
    """
    counts = (table[:, :, None] == np.arange(kinds)).sum(axis=1).astype(np.float64)
    ratings = counts.sum(axis=-1)
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(kinds)
    return np.asarray(pairs / np.maximum(ratings - 1, 1)[:, None, None])


def _joint(table: Any, kinds: int) -> Floats:
    """What rater one and rater two said of each item: (items, 2) -> (items, kinds, kinds)."""
    said = np.eye(kinds)[table]
    return np.asarray(said[:, 0, :, None] * said[:, 1, None, :])


def _one_minus(seen: Floats, expected: Floats) -> Floats:
    empty = np.full(np.shape(expected), np.nan)
    return np.asarray(1 - np.divide(seen, expected, out=empty, where=np.asarray(expected) > 0))


def _bootstrap(
    units: Floats, figure: Callable[[Floats], Floats]
) -> tuple[float | None, float | None]:
    """95 % percentile interval over items; resamples in which the figure is undefined are left."""
    drawn = np.random.default_rng(0).integers(0, len(units), (RESAMPLES, len(units)))
    found = figure(units[drawn].sum(axis=1))
    found = found[~np.isnan(found)]
    if not len(found):
        return None, None
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)
