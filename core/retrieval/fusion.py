"""Several rankings joined into one."""

from collections import defaultdict
from collections.abc import Sequence

# Reciprocal rank fusion and its constant: Cormack, Clarke and Büttcher, "Reciprocal rank fusion
# outperforms Condorcet and individual rank learning methods", SIGIR 2009.
RRF_K = 60


def fused(rankings: Sequence[Sequence[int]], weights: Sequence[float] = ()) -> list[int]:
    """Rows of any of the rankings, by the sum over the rankings of weight / (60 + rank).

    The best first. Ranks count from 1, weights are 1 where none are given. Of equals the row
    that stands earlier in an earlier ranking comes first.
    """
    sums: defaultdict[int, float] = defaultdict(float)
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, row in enumerate(ranking, start=1):
            sums[row] += weight / (RRF_K + rank)
    return sorted(sums, key=lambda row: -sums[row])
