"""A trace: what personal data or a secret looks like in a text."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

BEFORE = 40  # characters before a trace that may say what it is
# Numbers that name a thing: "order no. 4111 ...", "serial: 756-...".
OF_A_THING = re.compile(
    r"(?i)\b(?:orders?|invoice|tracking|parcel|shipment|serial|sku|items?|parts?|model|product"
    r"|article|ref(?:erence)?|tickets?|case|form|policy|batch|lot|isbn|ean|barcode|version|voucher"
    r"|coupon|bestell\w*|rechnung\w*|sendung\w*|artikel\w*|commande|pedido|ordine)"
    r"[\W_]{0,4}(?:(?:numbers?|num|no|nr|id|code|is|was|mit|the)\b[\W_]{0,4}){0,3}$"
)


JSON_ESCAPE = re.compile(r'\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])')


def unescaped(text: str) -> str:
    r"""JSON with blanks for its escapes, at the same length: the n of "\n" is no letter."""
    if text[:1] not in ("{", "[") or "\\" not in text:
        return text
    return JSON_ESCAPE.sub(lambda escape: " " * len(escape.group()), text)


def anything(_: str) -> bool:
    """For traces that their pattern alone gives away."""
    return True


@dataclass(frozen=True)
class Trace:
    """A pattern, and what must hold of a match before it counts."""

    word: str  # what stands in its place once it is masked
    pattern: re.Pattern[str]
    valid: Callable[[str], bool] = anything
    cue: re.Pattern[str] | None = None  # must end the text before it
    veto: re.Pattern[str] | None = None  # must not

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each."""
        for match in self.pattern.finditer(text):
            if self.valid(match.group()) and self._fits(text, match.start()):
                yield match.span()

    def _fits(self, text: str, start: int) -> bool:
        before = text[max(0, start - BEFORE) : start]
        if self.veto and self.veto.search(before):
            return False
        return self.cue is None or bool(self.cue.search(before))


def digits(text: str) -> str:
    """Its digits alone."""
    return "".join(sign for sign in text if sign.isdigit())


def letters_and_digits(text: str) -> str:
    """Without spaces and separators, in capitals."""
    return "".join(sign for sign in text if sign.isalnum()).upper()
