"""One request on its way through the owner thread: its tokens, its text, its end."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from core.errors import FirstLeverError
from core.models.model import Piece
from core.records import Ending, Generated, Request

FEW_LEFT = 4  # once so many times fewer rows go on than began, the rest of a batch is idle work
HALF = "\N{REPLACEMENT CHARACTER}"  # what a tokenizer shows for bytes that are no character yet


class Submission:
    """What one caller asked at once, and the way back to that caller."""

    def __init__(self, requests: int, cancel: threading.Event) -> None:
        self.requests = requests
        self.submitted = time.monotonic()
        self.waiting: list[Row] = []
        self.pieces: queue.SimpleQueue[Piece | BaseException] = queue.SimpleQueue()
        self.dropped = threading.Event()
        self.cancel = cancel

    @property
    def stopped(self) -> bool:
        """Whether nobody wants the rest."""
        return self.cancel.is_set() or self.dropped.is_set()

    def refuse(self, index: int, error: FirstLeverError) -> None:
        """End one request with what its reader can do about it."""
        self.pieces.put(Piece(index, "", error=error))


class Errand:
    """Something else for the owner thread to do between two groups; its caller waits."""

    def __init__(self, do: Callable[[], str]) -> None:
        self._do = do
        self._said: Future[str] = Future()

    def run(self) -> None:
        """Do it, whatever comes of it."""
        try:
            self._said.set_result(self._do())
        except BaseException as bug:  # raised again where the caller waits
            self._said.set_exception(bug)

    def refuse(self, error: FirstLeverError) -> None:
        """Leave it undone."""
        self._said.set_exception(error)

    def result(self) -> str:
        """What came of it, once it is done."""
        return self._said.result()


class Stream:
    """The caller's end of a submission. Closing or dropping it stops the work."""

    def __init__(self, submission: Submission) -> None:
        self._submission = submission
        self._open = submission.requests

    def __iter__(self) -> "Stream":
        return self

    def __next__(self) -> Piece:
        if not self._open:
            raise StopIteration
        found = self._submission.pieces.get()
        if isinstance(found, BaseException):
            self._open = 0
            raise found
        self._open -= bool(found.done or found.error)
        return found

    def close(self) -> None:
        """Nobody reads on."""
        self._open = 0
        self._submission.dropped.set()

    def __del__(self) -> None:
        self._submission.dropped.set()


class Text:
    """The text of an answer while its tokens come in.

    Never half a character, never a special token; white space is held back
    until something follows it, so that what was shown is the stripped text.
    """

    def __init__(self, tokenizer: Any) -> None:
        self.tokens: list[int] = []
        self.shown = ""
        self._tokenizer = tokenizer
        self._text = ""
        # Tokens before `_start` are settled; those up to `_read` are the context that decides
        # whether a tokenizer writes a space before the next one.
        self._start = self._read = 0

    def add(self, token: int) -> str:
        """What this token lets the reader see, often nothing."""
        self.tokens.append(token)
        before = self._decoded(self.tokens[self._start : self._read])
        now = self._decoded(self.tokens[self._start :])
        if len(now) > len(before) and not now.endswith(HALF):
            self._text += now[len(before) :]
            self._start, self._read = self._read, len(self.tokens)
        ready = self._text.strip()
        new = ready[len(self.shown) :]
        self.shown = ready
        return new

    def _decoded(self, tokens: list[int]) -> str:
        text = self._tokenizer.decode(
            tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return str(text)


class Row:
    """One request, from admission to its last piece."""

    def __init__(
        self,
        submission: Submission,
        index: int,
        request: Request,
        prompt: list[int],
        max_tokens: int,
        text: Text,
        stops: frozenset[int],
    ) -> None:
        self.submission = submission
        self.index = index
        self.request = request
        self.prompt = prompt
        self.max_tokens = max_tokens
        self.text = text
        self.stops = stops
        self.finished = False
        self._deadline = float("inf")
        self._seconds = request.decoding.seconds  # that it may still take
        self._first: float | None = None

    @property
    def so_far(self) -> list[int]:
        """Its prompt, and what it has said if it was set aside before."""
        return self.prompt + self.text.tokens

    @property
    def left(self) -> int:
        """Tokens that it may still say."""
        return self.max_tokens - len(self.text.tokens)

    def begin(self) -> None:
        """Its group starts now; the seconds it may take count from here."""
        self._deadline = time.monotonic() + self._seconds

    def set_aside(self) -> None:
        """It goes on in another group; until then no seconds count."""
        self._seconds = max(0.0, self._deadline - time.monotonic())
        self._deadline = float("inf")

    @property
    def over(self) -> bool:
        """Whether computing on would be for nothing."""
        return self.finished or self.submission.stopped or time.monotonic() > self._deadline

    def take(self, token: int) -> bool:
        """Take the row's next token; returns whether it was the last."""
        if self.over:
            return self.stop()
        if self._first is None:
            self._first = time.monotonic()
        if token in self.stops:
            return self.finish("end")
        new = self.text.add(token)
        if new:
            self.submission.pieces.put(Piece(self.index, new))
        return len(self.text.tokens) >= self.max_tokens and self.finish("length")

    def stop(self) -> bool:
        """End the row where it stands, if it has not ended."""
        late = time.monotonic() > self._deadline
        return self.finish("time" if late and not self.submission.stopped else "cancelled")

    def finish(self, ending: Ending) -> bool:
        """Send the last piece, once. Always True."""
        if not self.finished:
            self.finished = True
            self.submission.pieces.put(Piece(self.index, "", done=self._generated(ending)))
        return True

    def refuse(self, error: FirstLeverError) -> None:
        """End the row without an answer."""
        self.finished = True
        self.submission.refuse(self.index, error)

    def _generated(self, ending: Ending) -> Generated:
        now, submitted = time.monotonic(), self.submission.submitted
        return Generated(
            text=self.text.shown,
            prompt_tokens=len(self.prompt),
            new_tokens=len(self.text.tokens),
            seconds=now - submitted,
            first_token_seconds=(self._first or now) - submitted,
            ending=ending,
        )


class Progress:
    """Hears after each step which token every row got, and says which rows are done.

    Finished rows would be computed to the end of the longest, so when few are left all are said to
    be done, and the few go on together with the few of other groups.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows

    def __call__(self, tokens: Any, scores: Any, **_: Any) -> Any:
        """The stopping criterion of `generate`: tokens (rows, length) to done (rows,)."""
        import torch

        newest = tokens[:, -1].tolist()
        done = [row.take(token) for row, token in zip(self.rows, newest, strict=True)]
        leave = done.count(False) * FEW_LEFT <= len(done)
        return torch.tensor([leave or one for one in done], device=tokens.device)
