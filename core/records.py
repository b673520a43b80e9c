"""The nouns of First Lever: plain values, frozen and comparable.

A record loads no model, opens no file and draws nothing. Every other module
passes records around; this one imports none of them.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from pathlib import Path
from typing import Any, Literal

Role = Literal["system", "user", "assistant"]
OutputKind = Literal["text", "label", "json"]
SearchMode = Literal["hybrid", "dense", "lexical"]

LEVERS = ("prompt", "few-shot", "rag", "lora", "lora+rag")
ABSTENTION = "The documents do not say."


def fingerprint(*parts: object) -> str:
    """Name what the parts make: 16 hex digits of the SHA-256 of their canonical JSON."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)


@dataclass(frozen=True)
class Example:
    """One input with its ideal output."""

    input: str
    reference: str
    group: str = ""  # examples of one group never straddle the split; "" is a group of its own
    row: int = 0  # position in the file, from 1


@dataclass(frozen=True)
class Retrieval:
    """How a task's documents are cut, searched and shown."""

    words: int = 90  # most words of a passage; sentences stay whole
    passages: int = 3  # most passages that a question is shown
    overlap: int = 0  # most words that a passage repeats of the one before it
    mode: SearchMode = "dense"  # by meaning, by words, or both
    threshold: float = 0.0  # least evidence of a good passage, in [0, 1]; 0 asks for none
    rerank: bool = False  # the best are read anew with the question, by the reranker in use
    multi_query: bool = False  # the model words the question anew, and all wordings are searched


@dataclass(frozen=True)
class Form:
    """Rules of length and form that every answer of a task must keep.

    The table `[format]` in task.toml states them; each may be left out. An answer that breaks
    one counts against `format_rules`, and where it is wrong its cause is its form.
    """

    max_words: int | None = None  # words are what white space parts
    min_words: int = 0
    starts_with: str = ""  # these exact characters, once white space around the answer is left out
    ends_with: str = ""
    must_match: str = ""  # a regular expression that is found somewhere in the answer


@dataclass(frozen=True)
class Task:
    """What the model should do, and how one tells that it did."""

    name: str  # slug: folder name and command-line name
    title: str
    goal: str
    instruction: str
    output: OutputKind
    metric: str  # the metric that decides; others are reported beside it
    success_bar: float  # in [0, 1], on `metric`
    examples: tuple[Example, ...]
    folder: Path
    labels: tuple[str, ...] = ()
    schema: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # key -> allowed, () = any
    answers: Mapping[str, bool | float | str] = field(default_factory=dict)  # stated by the owner
    retrieval: Retrieval = Retrieval()
    form: Form = Form()

    @property
    def version(self) -> str:
        """Changes with the examples, the instruction or the form of the output."""
        rules = (self.form,) if self.form != Form() else ()
        return fingerprint(
            self.instruction, self.output, self.labels, self.schema, self.examples, *rules
        )


@dataclass(frozen=True)
class Split:
    """Train, validation and holdout: seeded, grouped, frozen by its fingerprint."""

    train: tuple[Example, ...]
    validation: tuple[Example, ...]
    holdout: tuple[Example, ...]
    seed: int

    @property
    def version(self) -> str:
        """Names exactly these rows in exactly these parts."""
        return fingerprint(self.train, self.validation, self.holdout)

    @property
    def holdout_version(self) -> str:
        """Names the holdout alone: an edit of the train part is no fresh holdout."""
        return fingerprint([(row.input, row.reference) for row in self.holdout])


@dataclass(frozen=True)
class Document:
    """A text that retrieval may read."""

    name: str  # file name within the task's documents
    title: str
    text: str
    pages: tuple[int, ...] = ()  # offset in `text` where each page begins; () where there are none


@dataclass(frozen=True)
class Passage:
    """A stretch of a document, with its origin."""

    document: str  # file name
    title: str
    heading: str  # nearest heading above, "" where there is none
    text: str
    start: int  # offsets in the document's text
    end: int
    page: int | None = None  # from 1
    score: float = 0.0  # cosine similarity to the question, in [-1, 1]


@dataclass(frozen=True)
class Message:
    """One turn of a chat."""

    role: Role
    content: str


@dataclass(frozen=True)
class Adapter:
    """Weights that a training run produced, on disk and through the gate: LoRA, or all of them."""

    run: str
    folder: Path  # holds adapter_config.json and adapter_model.safetensors, or a checkpoint
    digest: str
    base_digest: str  # of the model it was trained on
    whole: bool = False  # all weights were trained: it answers in a batch of its own


@dataclass(frozen=True)
class Decoding:
    """Caps on one answer. Decoding is greedy, so that a rerun gives the same text."""

    max_tokens: int = 160
    seconds: float = 60.0


@dataclass(frozen=True)
class Request:
    """One chat for a model to continue."""

    messages: tuple[Message, ...]
    adapter: Adapter | None = None  # None: the base answers
    decoding: Decoding = Decoding()


Fix = Literal["", "drop", "merge", "mask", "spell", "regroup", "move"]
Ending = Literal["end", "length", "time", "cancelled"]


@dataclass(frozen=True)
class Generated:
    """A finished continuation, and what it cost."""

    text: str
    prompt_tokens: int
    new_tokens: int
    seconds: float  # wall clock from submission to the last token
    first_token_seconds: float
    ending: Ending


@dataclass(frozen=True)
class Answer:
    """What a lever said, with its provenance and its cost."""

    lever: str
    question: str
    text: str
    model: str
    model_digest: str
    adapter: str  # run name, "" where the base answered
    adapter_digest: str
    prompt_version: str
    index: str  # index fingerprint, "" where nothing was retrieved
    passages: tuple[Passage, ...] = ()  # nearest first
    prompt_tokens: int = 0
    new_tokens: int = 0
    seconds: float = 0.0  # wall clock, retrieval included
    first_token_seconds: float = 0.0
    ending: Ending = "end"
    error: str = ""  # problem and remedy, "" where the lever answered
    whole: bool = False  # all weights of the model were trained, not an adapter beside them
    settled: str = ""  # why the model was not asked, "" where it was


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % interval."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Score:
    """What a metric says of one answer."""

    value: float | None  # in [0, 1]; None: could not be scored, which is not 0
    explanation: str


@dataclass(frozen=True)
class Finding:
    """Something the data gate noticed."""

    code: str
    title: str
    count: int
    rows: tuple[int, ...]  # at most 20 row numbers, from 1
    remedy: str
    blocking: bool = False
    why: str = ""  # what goes wrong if nothing is done
    fix: Fix = ""  # the remedy that one click applies, "" where only a person can mend it
    affected: tuple[int, ...] = ()  # all rows that the fix would touch
