"""Two published studies of the same question, and what this tree makes of their figures.

`tests/test_verdict_studies.py` and `tests/test_verdict_weighing.py` put the figures in and hold the
tree to what is said here.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Study:
    """What was measured, by whom, and how our reading compares."""

    title: str
    measured: str
    found: str
    ours: str
    source: str


STUDIES = (
    Study(
        "Retrieval and tuning, each with and without the other",
        "300 questions on Indian statutes; the right section was cited by the base in 0.3%, with "
        "retrieval in 83.7%, tuned in 0.9%, tuned with retrieval in 87.5%. Of 60 questions that "
        "have no answer they declined 25, 31, 9 and 10.",
        "Retrieval carries the facts; tuning taught form, and cost the model its honesty about "
        "what it does not know.",
        "From these figures our tree says RAG, whatever the bar: the combination is not shown to "
        "be better by more than it costs, and if it were, the lost abstention would be its veto.",
        "NehaBharti08/rag-vs-finetune on GitHub: docs/RESULTS.md, reports/abstention.json",
    ),
    Study(
        "Which one do stakeholders' weights prefer?",
        "Retrieval against tuning, scored on correctness, transparency, recency, latency and cost, "
        "and weighed by what stakeholders said matters.",
        "Retrieval ranks first with 0.85 against 0.42; only latency could turn that, from a "
        "weight of 0.66.",
        "Our weighing gives the same sums and the same turning point.",
        "ceciiliaaa/rag-vs-finetuning-eval on GitHub: results/report.md",
    ),
)
