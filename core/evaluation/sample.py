"""A measured sample: counts per example that add up to a figure.

Means, shares and F1 are all a function of summed counts, so one bootstrap and one
permutation test serve them all, and examples that belong together (paraphrases of one
fact) become one unit by adding their counts up.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """Counts of independent units, and the figure that their sum stands for."""

    counts: Floats  # (units, kinds)
    figure: Callable[[Floats], Any]  # (..., kinds) -> (...)

    @property
    def units(self) -> int:
        """How many independent units there are."""
        return len(self.counts)

    @property
    def value(self) -> float:
        """The figure of the whole sample."""
        return float(self.figure(self.counts.sum(axis=0)))

    @property
    def is_share(self) -> bool:
        """Whether every unit is one example that is right or wrong."""
        if self.figure is not ratio:
            return False
        right, weight = self.counts[:, 0], self.counts[:, 1]
        return bool(np.isin(right, (0.0, 1.0)).all() and (weight == 1.0).all())

    def grouped(self, groups: Sequence[Hashable]) -> "Sample":
        """The same sample with one unit per group."""
        order = {group: position for position, group in enumerate(dict.fromkeys(groups))}
        counts = np.zeros((len(order), self.counts.shape[1]))
        np.add.at(counts, [order[group] for group in groups], self.counts)
        return Sample(counts, self.figure)


def ratio(totals: Floats) -> Any:
    """The mean, from (sum, number)."""
    return _divide(totals[..., 0], totals[..., 1])


def mean_of(values: Sequence[float]) -> Sample:
    """A sample whose figure is the mean of the values."""
    return Sample(np.array([[value, 1.0] for value in values]).reshape(-1, 2), ratio)


def macro_f1(totals: Floats) -> Any:
    """Mean F1 over the labels that are wanted at least once.

    Counts come in threes per label: said and wanted, said, wanted. F1 of a label is
    2 both / (said + wanted), the harmonic mean of its precision and recall.
    """
    both, said, wanted = totals[..., 0::3], totals[..., 1::3], totals[..., 2::3]
    present = wanted > 0
    f1 = np.where(present, _divide(2 * both, said + wanted), 0.0)
    return _divide(f1.sum(axis=-1), present.sum(axis=-1))


def labelled(said: Sequence[str], wanted: Sequence[str]) -> Sample:
    """A sample whose figure is the macro F1 of what was said against what was wanted."""
    labels = np.array(sorted(set(wanted)))
    is_said = np.array(said).reshape(-1, 1) == labels  # (units, labels)
    is_wanted = np.array(wanted).reshape(-1, 1) == labels
    counts = np.stack([is_said & is_wanted, is_said, is_wanted], axis=-1)
    return Sample(counts.reshape(len(said), -1).astype(np.float64), macro_f1)


def _divide(above: Any, below: Any) -> Any:
    """Quotient, with 0 where there is nothing to divide by."""
    return np.divide(above, below, out=np.zeros(np.shape(below)), where=np.asarray(below) != 0)
