"""What a passage denies does not support what an answer claims, nor the other way round.

A denial counts where it stands between the words that both share, or right before them. An
answer that only names a thing claims nothing: the question says what is denied of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.retrieval.matching import Run, Source
from core.retrieval.wording import Word

AUXILIARY = "is are was were be can could may might will would do does has have had"
LINKING = "the a an in on at of to for from with by into onto as per only"
VERBS, LINKS = frozenset(AUXILIARY.split()), frozenset(LINKING.split())
REACH = 4  # words from a run within which a denial reaches it


@dataclass(frozen=True)
class Denied:
    """What does not hold."""

    runs: frozenset[Run]  # which the passages deny, or the answer
    words: frozenset[int]  # denials of the answer that no passage holds


def denied(said: Sequence[Word], sources: Sequence[Source], taken: Mapping[int, Run]) -> Denied:
    """Hold the denials of an answer against those around the runs of its words.

    Args:
        said: The words of the answer.
        sources: What was read.
        taken: The run of a word, by its position in the answer.
    """
    runs: set[Run] = set()
    words: set[int] = set()
    for clause in dict.fromkeys(one.clause for one in said):
        span = [at for at, one in enumerate(said) if one.clause == clause]
        inside = sorted({taken[at] for at in span if at in taken}, key=lambda run: run.at)
        loose = [at for at in span if said[at].kind == "not" and at not in taken]
        if not any(said[at].kind == "not" for at in span):
            runs |= _contradicted(said[span[0] :], inside, sources)
        elif loose and any(said[at].tells for at in span):
            kinds = {said[at].key for at in loose}
            if not any(one.key in kinds for run in inside for one in _near(run, sources)):
                words |= set(loose)
                runs |= {run for run in inside if run.at > loose[0]}
    return Denied(frozenset(runs), frozenset(words))


def _contradicted(
    clause: Sequence[Word], inside: Sequence[Run], sources: Sequence[Source]
) -> set[Run]:
    """Runs of a claim that stand behind a denial of their passage."""
    found: set[Run] = set()
    for before, run in pairwise([None, *inside]):
        if run is None:
            continue
        read = sources[run.passage].words
        if before and _precedes(before, run):
            between = read[before.place + before.length : run.place]
            against = before in found or any(one.kind == "not" for one in between)
        else:
            against = _reached(run, read) and not _names_only(run, clause)
        found |= {run} if against else set()
    return found


def _precedes(before: Run, run: Run) -> bool:
    one_place = (before.passage, before.sentence) == (run.passage, run.sentence)
    return one_place and before.place < run.place


def _reached(run: Run, read: Sequence[Word]) -> bool:
    """Whether a denial stands before the run, in its clause and with nothing told between."""
    for one in reversed(read[max(0, run.place - REACH) : run.place]):
        if one.clause != run.sources[0].clause or one.tells:
            return False
        if one.kind == "not":
            return True
    return False


def _names_only(run: Run, clause: Sequence[Word]) -> bool:
    before = [one.key for one in clause if one.start < run.said[0].start]
    return not VERBS & {one.key for one in run.said} and LINKS.issuperset(before)


def _near(run: Run, sources: Sequence[Source]) -> Iterator[Word]:
    """Denials around a run, in its sentence."""
    read = sources[run.passage].words
    near = read[max(0, run.place - REACH) : run.place + run.length + REACH]
    return (one for one in near if one.kind == "not" and one.sentence == run.sentence)
