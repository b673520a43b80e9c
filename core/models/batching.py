"""Which rows of a submission are generated together."""

from collections.abc import Sequence

from core.models import adapters
from core.models.decoding import Row
from core.models.switching import MOST_LOADED
from core.records import Adapter

FEW = 8  # requests of somebody who sits and waits
PADDING = 300  # tokens; see `together`
MOST_ROWS = 16  # of prompts of any length
MOST_SHORT_ROWS = 48  # of prompts so short that all of them make up no more than:
MOST_TOKENS = 6000


def next_group(waiting: Sequence[Row]) -> list[Row]:
    """Rows that can share a batch: of like length; DoRA, or all weights, only with themselves.

    Rows that were set aside come last, so that the long answers of many groups end together.
    """
    fresh = [row for row in waiting if not row.text.tokens]
    alike = sorted(_alike(fresh or waiting), key=lambda row: len(row.so_far))
    lengths = [len(row.so_far) for row in alike]
    group = alike[: together(lengths) if fresh else _most(lengths)]
    named = list(dict.fromkeys(row.request.adapter for row in group if row.request.adapter))
    sharing = [None, *named[:MOST_LOADED]]
    fitting = [row for row in group if row.request.adapter in sharing]
    # Neighbours of one adapter are steered at once.
    return sorted(fitting, key=lambda row: sharing.index(row.request.adapter))


def _alike(rows: Sequence[Row]) -> Sequence[Row]:
    """Rows of the first one's weights, where they are many and new; else all that may mix.

    Steering rows by adapter makes every step dearer: it pays where it saves steps.
    """
    first = rows[0].request.adapter
    same = [row for row in rows if row.request.adapter == first]
    if _kind(first) or (len(same) > FEW and not rows[0].text.tokens):
        return same
    return [row for row in rows if not _kind(row.request.adapter)]


def _kind(adapter: Adapter | None) -> str:
    return adapter.digest if adapter and not adapters.shares_batch(adapter) else ""


def together(lengths: Sequence[int]) -> int:
    """How many of these prompts, shortest first, to pad into one batch.

    A longer prompt pads every row before it, which costs prefill; in return it shares their
    decoding steps. With the embedded model and answers of 8 tokens both are even at about
    400 tokens of padding, of 24 tokens at about 1,000; a larger model gains less a step.
    """
    count = 1
    while count < len(lengths) and _fits(count + 1, lengths[count]):
        if count * (lengths[count] - lengths[count - 1]) > PADDING:
            break
        count += 1
    return count


def _most(lengths: Sequence[int]) -> int:
    """How many of these fit at all, whatever the padding: long answers save steps for it."""
    return max(
        rows for rows in range(1, len(lengths) + 1) if rows == 1 or _fits(rows, lengths[rows - 1])
    )


def _fits(rows: int, longest: int) -> bool:
    return rows <= (MOST_SHORT_ROWS if rows * longest <= MOST_TOKENS else MOST_ROWS)
