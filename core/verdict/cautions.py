"""What to look out for: the leaf's own cautions, and those that the evidence calls for."""

from collections.abc import Iterator, Mapping, Sequence

from core.evaluation.causes import CAUSES, UNEXPLAINED
from core.records import LEVERS
from core.verdict import conditions, people
from core.verdict.evidence import Evidence
from core.verdict.leaves import NOT_ENOUGH
from core.verdict.node import Leaf
from core.verdict.sentences import gap, listed, margin, name, percent, standing
from core.verdict.thresholds import HIGH_VOLUME, MANY_OPENINGS, MIN_GAIN

LEVER = {
    "prompt": "prompt",
    "few-shot": "few-shot",
    "rag": "rag",
    "fine-tune": "lora",
    "fine-tune-smaller": "lora",
    "combine": "lora+rag",
}
UNMEASURED = {
    "rag": "Add documents on the Documents page if the task has any, then evaluate again.",
    "lora": "Train an adapter on the Train page, then evaluate again.",
    "": "Evaluate again with all levers switched on.",
}
TUNED = ("fine-tune", "fine-tune-smaller", "combine")
EXPECTED = "answer-in-documents"  # that RAG can find an answer is no reason for caution


def cautions(evidence: Evidence, leaf: Leaf) -> tuple[str, ...]:
    """Sentences, those of this evidence first."""
    lever = LEVER.get(leaf.name, "")
    found = [*_of_data(evidence), *_of_lever(evidence, lever), *_of_stated(evidence, leaf)]
    return (*found, *leaf.cautions)


def _of_lever(evidence: Evidence, lever: str) -> Iterator[str]:
    if lever not in evidence.levers:
        return
    seen = evidence.levers[lever]
    if seen.mean < evidence.bar:
        yield f"Not ready to ship: {standing(evidence, lever)}"
    elif seen.low < evidence.bar:
        yield (
            f"{name(lever)} meets the bar of {percent(evidence.bar)}, but may in truth "
            f"lie as low as {percent(seen.low)}."
        )
    yield from _of_failures(evidence, lever)
    if evidence.people:
        yield from people.against(evidence.people, lever)
    best = evidence.best
    ahead = evidence.gap(best, lever)
    if ahead and ahead.verdict == "better" and ahead.difference >= MIN_GAIN:
        yield f"Another lever scores higher: {gap(evidence, best, lever)}"
    yield from _of_abstention(evidence, lever)


def _of_failures(evidence: Evidence, lever: str) -> Iterator[str]:
    """The commonest cause of the lever's wrong answers, with the cheapest thing to try."""
    counts = _causes(evidence, lever)
    if not counts:
        return
    commonest, n = _commonest(counts), max(counts.values())
    found = CAUSES[commonest]
    why = f"{n} have the same cause: {found.title.lower()}"
    if commonest == UNEXPLAINED:
        why = f"nothing that was looked at explains {n}"
    yield f"Of the {sum(counts.values())} answers that {name(lever)} gets wrong, {why}. {found.fix}"


def _causes(evidence: Evidence, lever: str) -> dict[str, int]:
    """The lever's wrong answers by the causes that are known; none where no two share one."""
    counts = {key: n for key, n in evidence.failures.get(lever, {}).items() if key in CAUSES}
    return counts if max(counts.values(), default=0) > 1 else {}


def _commonest(counts: Mapping[str, int]) -> str:
    return max(counts, key=lambda key: counts[key])


def next_step(evidence: Evidence, leaf: Leaf) -> str:
    """What to do with a leaf: it is shipped only where its lever meets the bar."""
    if leaf is NOT_ENOUGH and evidence.unscored:
        asked = listed([name(lever) for lever in evidence.unscored])
        return (
            f"Find out why answers by {asked} have no score: the reason stands among the cautions. "
            "Mend it, then evaluate again."
        )
    lever = LEVER.get(leaf.name, "")
    if lever not in evidence.levers or conditions.meets_bar(evidence, lever):
        return leaf.next_step
    short = evidence.bar - evidence.levers[lever].mean
    said = (
        f"Work on {name(lever)}, and do not ship it yet: it misses the bar of "
        f"{percent(evidence.bar)} by {margin(short)}."
    )
    if counts := _causes(evidence, lever):
        commonest = _commonest(counts)
        found = CAUSES[commonest]
        first = f"the commonest cause of its wrong answers ({found.title.lower()})"
        if commonest == UNEXPLAINED:
            first = "its wrong answers, most of which nothing that was looked at explains"
        said += f" Begin with {first}. {found.fix}"
    return f"{said} Then evaluate again."


def _of_abstention(evidence: Evidence, lever: str) -> Iterator[str]:
    """Tuning is known to teach models to answer where they should not."""
    base = {"lora": "prompt", "lora+rag": "rag"}.get(lever, "")
    before = evidence.levers[base].abstention if base in evidence.levers else None
    after = evidence.levers[lever].abstention
    if before and after and after[0] < before[0]:
        yield (
            f"Where the documents do not say, {name(lever)} admits it {percent(after[0])} of the "
            f"time, {name(base)} {percent(before[0])}."
        )


def _of_stated(evidence: Evidence, leaf: Leaf) -> Iterator[str]:
    stated = evidence.stated
    if stated.regulated:
        yield (
            "The output is regulated: a person reviews each answer before it takes effect."
            if stated.reviewed
            else "The output is regulated: name who reviews each answer before it takes effect."
        )
    if stated.reviewed and (stated.volume_per_month or 0) >= HIGH_VOLUME:
        yield (
            f"A person reads each of {stated.volume_per_month:,.0f} answers a month, you say: at a "
            f"minute each that is {(stated.volume_per_month or 0) / 60:,.0f} hours. One of the two "
            "may be stated wrongly."
        )
    if stated.reviewed and stated.latency_matters:
        yield (
            "A person reads each answer first and speed matters, you say: the reading takes longer "
            "than any lever. One of the two may be stated wrongly."
        )
    if stated.private:
        yield "The data is private: keep the model in-house and logs under your retention period."
    if stated.knowledge_changes and leaf.name in TUNED:
        yield "The knowledge changes: plan when to tune again, or answers go stale unnoticed."
    if stated.private and evidence.parameters is None:
        yield (
            f"The data is private, you say, yet {evidence.model} answered at an address: what was "
            "asked left this machine, unless a server of your own stands there."
        )
    if stated.needs_citations and "rag" not in evidence.levers:
        yield (
            "Answers must cite a source, you say, but RAG, the only lever that can, was not "
            "measured."
        )
    if stated.needs_citations and leaf.name in ("prompt", "few-shot", *TUNED[:2]):
        yield "Answers must cite a source, and this lever reads none: only RAG can show passages."


def _of_data(evidence: Evidence) -> Iterator[str]:
    if evidence.stale:
        yield (
            "The task, its documents, an adapter or the model has changed since this evaluation: "
            "evaluate again before you act on it."
        )
    known = (*evidence.levers, *evidence.unscored)
    missing = [lever for lever in LEVERS if lever not in known]
    yield from _of_unmeasured(missing, evidence.skipped)
    yield from evidence.flaws
    if evidence.opened > MANY_OPENINGS:
        yield (
            f"The holdout was opened {evidence.opened} times: what was chosen by it may look "
            "better than it is. Confirm on fresh examples."
        )
    for finding in evidence.findings:
        if not finding.blocking and finding.code != EXPECTED:
            counted = f" ({finding.count})" if finding.rows else ""
            yield f"Data gate: {finding.title}{counted}."


def _of_unmeasured(missing: Sequence[str], skipped: Sequence[str]) -> Iterator[str]:
    """One sentence per thing that is lacking: documents, an adapter, or neither.

    Something is lacking only for levers that had to be skipped; others were not chosen.
    """
    lacking: dict[str, list[str]] = {}
    for lever in missing:
        needs = [one for one in ("rag", "lora") if one in lever.split("+") and one in skipped]
        lacking.setdefault("".join(needs[:1]), []).append(name(lever))
    for need, names in lacking.items():
        was, it = ("were", "them") if names[1:] else ("was", "it")
        yield (
            f"{listed(names)} {was} not measured, so this verdict says nothing about {it}. "
            f"{UNMEASURED[need]}"
        )
