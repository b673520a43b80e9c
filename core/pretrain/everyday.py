"""Words that offices and shops write daily and that books rarely show.

The tokenizer reads them often enough that each becomes one piece.
"""

from core.pretrain.skills import tables


def text(times: int) -> str:
    """Each word as it stands in a sentence, at its start, and inside quotes."""
    words = tables.words("everyday")
    lines = (f' {word} {word.lower()} {word.capitalize()} "{word.lower()}"' for word in words)
    return "\n".join(lines) * times
