"""The figures that each condition looked at, as sentences."""

from core.verdict.conditions import FEW_EXAMPLES, UNTUNED, comparable, meets_bar, scored
from core.verdict.evidence import Evidence
from core.verdict.sentences import gap, lacking, name, percent, points, sentence, standing
from core.verdict.thresholds import MAX_HALF_WIDTH, MIN_HOLDOUT, MIN_TRAIN


def data(evidence: Evidence, few: bool) -> str:
    """What the data gate says on this point."""
    found = [one for one in evidence.blocking if (one.code == FEW_EXAMPLES) == few]
    return " ".join(f"{one.title}. {one.remedy}" for one in found) or (
        f"There are enough; {evidence.train} of them are left to train on."
        if few
        else "The data gate found nothing that blocks."
    )


def measurable(evidence: Evidence) -> str:
    """Scored examples and interval width of the best lever."""
    if not comparable(evidence):
        measured = ", ".join(map(name, evidence.levers)) or "nothing"
        hardly = [lacking(evidence, lever) for lever in evidence.unscored]
        said = f"Prompt and at least one other lever are needed; measured: {measured}."
        return " ".join([said, *hardly])
    best = evidence.best
    seen = evidence.levers[best]
    n = scored(evidence)
    examples = "1 holdout example was" if n == 1 else f"{n} holdout examples were"
    half = points((seen.high - seen.low) / 2)
    return (
        f"{examples} scored ({MIN_HOLDOUT} are needed); the best "
        f"lever, {name(best)}, is known to within {half} either way "
        f"({MAX_HALF_WIDTH * 100:.0f} are allowed)."
    )


def enough(evidence: Evidence, lever: str) -> str:
    """The lever against the bar, and against the best where it misses it."""
    said = [standing(evidence, lever)]
    if lever in evidence.levers and not meets_bar(evidence, lever) and evidence.best != lever:
        said.append(gap(evidence, evidence.best, lever))
    return " ".join(said)


def knowledge(evidence: Evidence) -> str:
    """RAG against the levers without documents, and what retrieval found."""
    said = [gap(evidence, "rag", "prompt")]
    if "rag" in evidence.levers and "few-shot" in evidence.levers:
        said.append(gap(evidence, "rag", "few-shot"))
    seen = evidence.knowledge
    if "rag" in evidence.levers and seen.failures:
        said.append(
            f"Of {seen.failures} questions that Prompt got wrong, RAG got {seen.rescued} right."
        )
    if seen.searched:
        share = percent(seen.found / seen.searched)
        said.append(f"The passages held the answer to {share} of {seen.searched} questions.")
    return " ".join(said)


def learned(evidence: Evidence) -> str:
    """LoRA without passages against RAG."""
    if "lora" not in evidence.levers:
        return standing(evidence, "lora")
    return f"{gap(evidence, 'lora', 'rag')} It was tuned on {evidence.train} examples."


def changes(evidence: Evidence) -> str:
    """What the owner says of the knowledge."""
    said = {
        True: "changes",
        False: "does not change",
        None: "was not described, so it is taken to change",
    }
    text = f"The knowledge {said[evidence.stated.knowledge_changes]}"
    if evidence.stated.needs_citations:
        return f"{text}, and answers must cite it."
    if evidence.stated.knowledge_changes is None and evidence.beats("lora", "rag"):
        ahead = gap(evidence, "lora", "rag")
        return f"The knowledge was not described. {ahead} So more than knowledge was missing."
    return f"{text}."


def intact(evidence: Evidence, tuned: str, base: str) -> str:
    """What tuning did to abstention, to general skill, and by overfitting."""
    return " ".join([*evidence.harms, _abstention(evidence, tuned, base)])


def _abstention(evidence: Evidence, tuned: str, base: str) -> str:
    """How often each admits that the documents do not say, where they do not."""
    before, after = (evidence.levers.get(one) for one in (base, tuned))
    if not before or not after or not before.abstention or not after.abstention:
        return "The task has no questions that nobody can answer, so abstaining was not measured."
    return (
        f"Where the documents do not say, {name(base)} admits it {percent(before.abstention[0])} "
        f"of the time, {name(tuned)} {percent(after.abstention[0])}."
    )


def reviewed(evidence: Evidence) -> str:
    """What the owner says of regulation and review."""
    if not evidence.stated.regulated:
        known = evidence.stated.regulated is False
        return "The output is not regulated." if known else "Not stated to be regulated."
    return {
        True: "The output is regulated, and a person reviews each answer.",
        False: "The output is regulated, and nobody reviews the answers.",
        None: "The output is regulated. Whether a person reviews each answer is not stated; it is "
        "taken that one does.",
    }[evidence.stated.reviewed]


def gaps(evidence: Evidence, lever: str, others: tuple[str, ...]) -> str:
    """One lever against each measured one of the others."""
    if lever not in evidence.levers:
        return standing(evidence, lever)
    measured = [other for other in others if other in evidence.levers]
    return " ".join(gap(evidence, lever, other) for other in measured) or "Nothing to compare."


def train(evidence: Evidence) -> str:
    """How many rows there are to train on."""
    return f"{evidence.train} train examples; {MIN_TRAIN} are needed."


def cost(evidence: Evidence, dearer: tuple[str, ...]) -> str:
    """Stated volume, and tokens per answer of tuning and of what it would replace."""
    volume = evidence.stated.volume_per_month
    none = "No number of answers a month is stated"
    said = [f"{volume:,.0f} answers a month" if volume is not None else none]
    if evidence.stated.latency_matters:
        said.append("speed matters")
    shown = [one for one in ("lora", *dearer) if one in evidence.levers]
    said += [f"{name(one)} takes {evidence.levers[one].tokens:.0f} tokens" for one in shown]
    return sentence("; ".join(said)) + "."


def half_way(evidence: Evidence) -> str:
    """The best lever against the bar, and against the levers that cost least to keep."""
    best = evidence.best
    others = [one for one in UNTUNED if one != best and one in evidence.levers]
    return " ".join([standing(evidence, best), *(gap(evidence, best, one) for one in others)])


def untuned(evidence: Evidence) -> str:
    """Prompting and few-shot against the bar."""
    return " ".join(standing(evidence, lever) for lever in UNTUNED if lever in evidence.levers)


def volume(evidence: Evidence) -> str:
    """What the owner says of volume and latency."""
    return cost(evidence, ())
