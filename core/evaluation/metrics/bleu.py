"""BLEU: runs of one to four words that answers share with their references."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.evaluation.metrics.metric import Attempt, Mark, Metric
from core.evaluation.metrics.rouge_l import long_texts
from core.evaluation.metrics.words import UNSPACED
from core.evaluation.sample import Floats, Sample
from core.records import Score, Task

ORDERS = 4


def bleu(of: Attempt) -> Score:
    """BLEU of one answer (Papineni et al. 2002) as sacrebleu scores a sentence.

    Orders of which the answer has no run are left out and those without a match smoothed
    (Chen and Cherry 2014, method 3): a sentence score is a hint, no more.
    """
    score = _scored(of.answer, of.reference)
    counts = ", ".join(map("{}/{}".format, score.counts, score.totals))
    return Score(min(1.0, score.score / 100), f"runs of 1 to 4 words that fit: {counts}")


def _scored(answer: str, reference: str) -> Any:
    """Scripts without spaces are cut into characters, others as in WMT (13a)."""
    from sacrebleu.metrics.bleu import BLEU

    cut = "char" if UNSPACED.search(reference) else "13a"
    return BLEU(effective_order=True, tokenize=cut).sentence_score(answer, [reference])


def counted(text: str, task: Task) -> str:
    """The text itself: its runs can only be counted beside the other one."""
    return text


def corpus(marks: Sequence[Mark]) -> Sample:
    """BLEU of all answers together: matches and runs are summed up before anything is divided.

    This is BLEU's own definition; it is not the mean of the answers' scores.
    """
    scored = [_scored(mark.said, mark.wanted) for mark in marks if mark.value is not None]
    rows = [[*one.counts, *one.totals, one.sys_len, one.ref_len] for one in scored]
    return Sample(np.array(rows, dtype=np.float64).reshape(-1, 2 * ORDERS + 2), figure)


def figure(totals: Floats) -> Any:
    """BLEU in [0, 1] from (matches, runs, words said, words wanted): (..., 10) to (...).

    The same as sacrebleu's `compute_bleu` with exponential smoothing and effective order.
    """
    right, runs = totals[..., :ORDERS], totals[..., ORDERS : 2 * ORDERS]
    said, wanted = totals[..., -2], totals[..., -1]
    used = np.cumprod(runs > 0, axis=-1)
    halved = 2.0 ** np.cumsum((right == 0) & (used > 0), axis=-1)
    share = np.where(right > 0, right, 1 / halved) / np.maximum(runs, 1)
    logs = (np.log(share) * used).sum(axis=-1) / np.maximum(used.sum(axis=-1), 1)
    brief = np.exp(np.minimum(0.0, 1 - wanted / np.maximum(said, 1e-9)))
    return np.where(right.sum(axis=-1) > 0, brief * np.exp(logs), 0.0)


METRIC = Metric(
    "bleu",
    "BLEU",
    "How many runs of one to four words all answers together share with their references (BLEU).",
    bleu,
    beside=long_texts,
    read=counted,
    sample=corpus,
    shades=True,
    order=14,
)
