"""Citations held against answers marked by hand: `python -m tests.benchmarks.citations`."""

from tests.cited import FRESH, SECOND, SEEN, THIRD, measured


def main() -> None:
    """Print the figures of each set, the one that no rule has seen last."""
    for name, cases in (("seen", SEEN), ("second", SECOND), ("third", THIRD), ("fresh", FRESH)):
        print(f"{name}: {len(cases)} answers: {measured(cases)}")


if __name__ == "__main__":
    main()
