"""A question in other words, by the model in use: a search then finds more ways to say it."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from core.models.model import Model
from core.records import Decoding, Generated, Message, Request, fingerprint

MOST = 3  # other wordings
LONGEST = 200  # characters of one
PROMPT = (
    "Write the question in other words, so that a search finds more. "
    f"At most {MOST} wordings, each on a line of its own, and nothing else."
)
DECODING = Decoding(max_tokens=96, seconds=20.0)
BULLET = re.compile(r"^\s*(?:[-*\u2022]|\d+[.)])?\s*")


@dataclass(frozen=True)
class Reworded:
    """Other wordings of a question, and what they cost."""

    texts: tuple[str, ...]
    prompt_tokens: int
    new_tokens: int


class Rewriter:
    """Asks the base model, greedily: the same question has the same wordings."""

    version = fingerprint(PROMPT, MOST, LONGEST, DECODING)

    def __init__(self, model: Model) -> None:
        self.model = model

    def __call__(self, question: str) -> Reworded:
        """At most `MOST` wordings, none twice and none the question itself; maybe none.

        Raises:
            FirstLeverError: The model cannot answer.
        """
        made = self._said(question)
        return Reworded(tuple(_wordings(made.text, question)), made.prompt_tokens, made.new_tokens)

    def _said(self, question: str) -> Generated:
        asked = Request((Message("system", PROMPT), Message("user", question)), decoding=DECODING)
        done: Generated | None = None
        for piece in self.model.stream([asked], threading.Event()):
            if piece.error:
                raise piece.error
            done = piece.done or done
        assert done  # one piece of each request has it
        return done


def _wordings(text: str, question: str) -> Iterator[str]:
    seen = {question.strip().casefold()}
    for line in text.splitlines():
        wording = BULLET.sub("", line).strip()[:LONGEST]
        if wording and wording.casefold() not in seen and len(seen) <= MOST:
            seen.add(wording.casefold())
            yield wording
