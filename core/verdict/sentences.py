"""Evidence in plain words, with its figures, for someone who has read no code."""

from collections.abc import Mapping, Sequence

from core.evaluation import metrics
from core.evaluation.report import Comparison
from core.evaluation.statistics import MARGIN
from core.verdict.evidence import Evidence
from core.verdict.thresholds import RESAMPLES

NAMES = {
    "prompt": "Prompt",
    "few-shot": "Few-shot",
    "rag": "RAG",
    "lora": "LoRA",
    "lora+rag": "LoRA+RAG",
}
METRICS = {name: one.title for name, one in metrics.METRICS.items()}

SHOWN_SHARE = 0.01  # a rarer outcome is not worth a reader's time


def name(lever: str) -> str:
    """A lever in a sentence."""
    return NAMES.get(lever, lever)


def percent(share: float) -> str:
    """A share as a whole percentage."""
    return f"{share:.0%}"


def points(difference: float) -> str:
    """A difference of shares in points, without its sign."""
    shown = round(abs(difference) * 100)
    return f"{shown} point" if shown == 1 else f"{shown} points"


def margin(difference: float) -> str:
    """As `points`, for a difference that is not nothing."""
    return points(difference) if round(abs(difference) * 100) else "less than a point"


def count(number: int) -> str:
    """A large number in words: `12.6 million`, `1.2 billion`, `850`."""
    for size, word in ((10**9, "billion"), (10**6, "million")):
        if number >= size:
            return f"{number / size:.3g} {word}"
    return f"{number:,}"


def about(number: int) -> str:
    """A count that was reckoned, rounded up to two digits: `about 1,300`."""
    unit = 10 ** max(len(str(number)) - 2, 0)
    return f"about {-(-number // unit) * unit:,}"


def sure(shares: Mapping[str, float], leading: str) -> str:
    """The confidence: drawn again, how often each decision comes out, the leading one first."""
    if not shares:
        return "This evaluation keeps no answers to redraw, so nothing is known of its luck."
    first = f"{leading} in {percent(shares.get(leading, 0.0))}"
    rest = [
        f"{leaf} in {percent(share)}"
        for leaf, share in shares.items()
        if leaf != leading and share >= SHOWN_SHARE
    ]
    others = f"; {', '.join(rest)}" if rest else ""
    return f"{first} of {RESAMPLES:,} holdouts redrawn from these examples{others}."


def lacking(evidence: Evidence, lever: str) -> str:
    """Why there is no figure of a lever."""
    if lever in evidence.unscored:
        return f"{name(lever)} was asked, but too few of its answers could be scored."
    return f"{name(lever)} was not measured."


def listed(names: Sequence[str]) -> str:
    """`Prompt, RAG and LoRA`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def standing(evidence: Evidence, lever: str) -> str:
    """Where a lever stands against the bar."""
    if lever not in evidence.levers:
        return lacking(evidence, lever)
    seen = evidence.levers[lever]
    return (
        f"{name(lever)} scores {percent(seen.mean)} ({percent(seen.low)} to "
        f"{percent(seen.high)}) against a bar of {percent(evidence.bar)}."
    )


def gap(evidence: Evidence, a: str, b: str) -> str:
    """How two levers compare."""
    pair = evidence.gap(a, b)
    if pair is None:
        missing = [lever for lever in (a, b) if lever not in evidence.levers]
        if missing:
            return lacking(evidence, missing[0])
        return f"{name(a)} and {name(b)} have no scored example in common."
    first, second = name(a), name(b)
    if pair.verdict == "tie":
        return f"{first} and {second} are {pair.words}: {_range(pair)}{_needed(pair)}."
    low, high = sorted((abs(pair.low), abs(pair.high)))
    return (
        f"{first} is {pair.verdict} than {second} by {points(pair.difference)} "
        f"({low * 100:.0f} to {high * 100:.0f})."
    )


def _range(pair: Comparison) -> str:
    difference, low, high = (round(100 * one) for one in (pair.difference, pair.low, pair.high))
    return f"{difference:+d} points ({low:+d} to {high:+d})"


def _needed(pair: Comparison) -> str:
    if not pair.needed or pair.equivalent:
        return ""
    smaller = ", a smaller one takes more" if abs(pair.difference) < MARGIN else ""
    return f"; {about(pair.needed)} more examples would settle a 5-point gap{smaller}"


def sentence(text: str) -> str:
    """The text with a capital first letter, its other letters as they are."""
    return text[:1].upper() + text[1:]
