"""From evidence to a verdict: the walk, what speaks against trusting it, and all the rest."""

from core.verdict import leaves, people
from core.verdict.cautions import cautions, next_step
from core.verdict.confidence import Shares, shares
from core.verdict.cost.summary import costs
from core.verdict.doubt import Doubt, doubt
from core.verdict.evidence import Evidence
from core.verdict.flips import flips
from core.verdict.guides import consult
from core.verdict.node import Leaf, Walk, walk
from core.verdict.sentences import about
from core.verdict.tree import TREE
from core.verdict.verdict import Verdict, because, rehearsal, shown


def decide(evidence: Evidence) -> Verdict:
    """The verdict. Pure: the same evidence always gives the same verdict."""
    found = walk(evidence, TREE)
    drawn = shares(evidence, TREE)
    against = doubt(evidence, TREE, found, drawn)
    leaf = leaves.NOT_ENOUGH if against else found.leaf
    return Verdict(
        task=evidence.task,
        leaf=leaf.name,
        title=_title(leaf, against),
        confidence=_confidence(found, drawn),
        because=_because(evidence, found, against),
        path=shown(evidence, found),
        flips=flips(evidence, TREE, found),
        next_step=_more(evidence, against) if against else next_step(evidence, leaf),
        cautions=cautions(evidence, leaf),
        costs=costs(evidence),
        guides=consult(evidence, leaf, found),
        model=evidence.model,
        parameters=evidence.parameters,
        rehearsal=rehearsal(evidence),
        evaluation=evidence.evaluation,
        leaning=found.leaf.short if against else "",
        shares={one.short: share for one, share in drawn.items()},
        candidates=against.candidates if against else (),
        examples_needed=against.more if against else None,
        examples_how=against.how if against else "",
        people=tuple(people.sentences(evidence.people)) if evidence.people else (),
    )


def _confidence(found: Walk, drawn: Shares) -> float:
    return drawn.get(found.leaf, 0.0) if drawn else 1.0


def _title(leaf: Leaf, against: Doubt | None) -> str:
    return f"{leaf.title}: {' or '.join(against.candidates)}" if against else leaf.title


def _because(evidence: Evidence, found: Walk, against: Doubt | None) -> str:
    said = because(evidence, found)
    return " ".join(part for part in (against.why, said) if part) if against else said


def _more(evidence: Evidence, against: Doubt) -> str:
    more = f"{about(against.more)} more" if against.more else "more"
    first = f"Add {more} holdout examples and evaluate again."
    if left := evidence.waiting:
        examples = (
            "1 holdout example that was" if left == 1 else f"{left} holdout examples that were"
        )
        first = f"Measure the {examples} left out: the evaluation was cut short."
    best = cheaper(against.candidates)
    return f"{first} Must you choose today, take the cheaper of the two, {best}."


def cheaper(candidates: tuple[str, ...]) -> str:
    """The one that costs least to keep up."""
    order = [leaf.short for leaf in leaves.LEAVES]
    return min(candidates, key=order.index)
