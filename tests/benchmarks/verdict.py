"""How often verdicts on drawn evaluations are right: `python -m tests.benchmarks.verdict`."""

import functools
import sys
import time
from collections import Counter

from core.evaluation import statistics
from core.verdict.deciding import decide
from tests.simulated import evidence
from tests.test_verdict_simulated import HOLDOUTS, LEVERS, SILENT, TIES, TRUTHS


def main(runs: int) -> None:
    """Print, by truth and size of the holdout, how often it speaks and how often it is right."""
    statistics.mcnemar = functools.cache(statistics.mcnemar)
    began, total = time.perf_counter(), Counter[str]()
    for name, (means, stated, right) in TRUTHS.items():
        truth = dict(zip(LEVERS, means, strict=True))
        for examples in HOLDOUTS:
            said = Counter(
                decide(evidence(truth, examples, seed, stated=stated)).leaf for seed in range(runs)
            )
            spoken = runs - said[SILENT]
            total.update(spoken=spoken, right=said[right], runs=runs)
            print(f"{name:40} {examples:4} examples: speaks {spoken}/{runs}, right {said[right]}")
    tied = Counter(decide(evidence(tie, 20, seed)).leaf for tie in TIES for seed in range(runs))
    print(f"speaks in {total['spoken'] / total['runs']:.1%} of {total['runs']} runs")
    print(f"of them right: {total['right'] / total['spoken']:.2%}")
    print(f"ties on 20 examples: silent in {tied[SILENT] / tied.total():.1%} of {tied.total()}")
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
