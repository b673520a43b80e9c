"""The comparison of all examples with each other, by wording and by meaning."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from core.records import Example, OutputKind
from core.tasks.gate import minhash
from core.tasks.gate.shingles import Indexes, Shingles, cut, jaccard, numbers, rare, words
from core.tasks.gate.typos import but_for_typos

ALIKE = 0.8  # shared shingles by all shingles of two inputs, and of two references
COMMON = 0.5  # of the texts; a shingle that more of them have belongs to their pattern
ENOUGH = 20  # texts; of fewer nobody can say what is a pattern
MOST_SLIPS = 2  # letters that two inputs may differ by and be one with slips of the pen
MEANING = 0.95  # cosine of two inputs' embeddings

Embed = Callable[[Sequence[str]], Any]  # texts -> unit vectors (texts, width)
Pairs = np.ndarray[tuple[int, int], np.dtype[np.int64]]  # (pairs, 3): left, right, by meaning


@dataclass(frozen=True)
class Search:
    """The examples that are compared, taken apart as the comparison needs them."""

    places: Indexes  # position of each among all examples
    examples: tuple[Example, ...]
    said: tuple[str, ...]  # words of each input, padded with a space at either end
    output: OutputKind

    @classmethod
    def prepared(cls, examples: Sequence[Example], output: OutputKind) -> "Search":
        first: dict[tuple[str, str], int] = {}
        for place, example in enumerate(examples):
            first.setdefault(exactly(example), place)
        said = {place: _spaced(examples[place].input) for place in first.values()}
        places = [place for place, text in said.items() if len(text) >= 4]
        return cls(
            np.array(places, np.int64),
            tuple(examples[place] for place in places),
            tuple(said[place] for place in places),
            output,
        )

    @cached_property
    def input_numbers(self) -> Indexes:
        """One value for each sequence of numbers that inputs hold."""
        return _ranks([numbers(text) for text in self.said])

    @cached_property
    def sizes(self) -> tuple[Indexes, Indexes]:
        """Words and letters of each input."""
        spaces = [text.count(" ") for text in self.said]
        return np.array(spaces, np.int64), np.array([len(text) for text in self.said], np.int64)

    @cached_property
    def answers(self) -> tuple[str, ...]:
        """References in a form in which equal ones are equal."""
        told = _canonical if self.output == "json" else _spaced
        return tuple(told(example.reference) for example in self.examples)

    @cached_property
    def answer_shingles(self) -> Shingles:
        return cut(self.answers)

    @cached_property
    def answer_ranks(self) -> Indexes:
        return _ranks(self.answers)

    @cached_property
    def answer_numbers(self) -> Indexes:
        return _ranks([numbers(answer) for answer in self.answers])

    def by_wording(self, tick: Callable[[], None]) -> tuple[Pairs, Pairs]:
        """Pairs alike, and pairs that contradict each other."""
        none = np.empty((0, 3), np.int64)
        if len(self.said) < 2:
            return none, none
        shingles = cut(self.said)
        if len(self.said) >= ENOUGH:
            shingles = rare(shingles, COMMON)
        orders = _ranks(self.said), _ranks([text[::-1] for text in self.said])
        alike, contradicting = [none], [none]
        marked = minhash.marks(shingles)
        for left, right in minhash.candidates(marked, self.input_numbers, orders, tick):
            same = self._same_answer(left, right)
            slips = ~same & self._as_long(left, right)
            alike.append(_stacked(*_overlapping(shingles, left[same], right[same]), 0))
            doubtful = _overlapping(shingles, left[slips], right[slips])
            contradicting.append(self._identical(*doubtful))
        return np.concatenate(alike), np.concatenate(contradicting)

    def by_meaning(self, embed: Embed, known: Pairs) -> Pairs:
        """Pairs of like meaning that are not `known`, nor already one group by their owner."""
        # an embedder stumbles over half surrogates
        said = [row.input.encode("utf-8", "replace").decode() for row in self.examples]
        vectors = np.asarray(embed(said), np.float32)
        left, right = np.nonzero(np.triu(vectors @ vectors.T >= MEANING, 1))
        fits = self.input_numbers[left] == self.input_numbers[right]
        groups = _ranks([example.group for example in self.examples])
        named = np.array([bool(example.group) for example in self.examples], np.bool_)
        fits &= ~(named[left] & (groups[left] == groups[right]))
        fits[fits] = self._same_answer(left[fits], right[fits])
        fits &= ~np.isin(left * len(vectors) + right, known[:, 0] * len(vectors) + known[:, 1])
        return _stacked(left[fits], right[fits], 1)

    def _same_answer(self, left: Indexes, right: Indexes) -> Any:
        same = self.answer_ranks[left] == self.answer_ranks[right]
        if self.output != "text":
            return same
        likely = ~same & (self.answer_numbers[left] == self.answer_numbers[right])
        same[likely] = jaccard(self.answer_shingles, left[likely], right[likely]) >= ALIKE
        return same

    def _as_long(self, left: Indexes, right: Indexes) -> Any:
        """Pairs that can be the same but for slips of the pen: they are as long as each other."""
        spaces, letters = self.sizes
        far = np.abs(letters[left] - letters[right]) > MOST_SLIPS
        return (spaces[left] == spaces[right]) & ~far

    def _identical(self, left: Indexes, right: Indexes) -> Pairs:
        same = [
            but_for_typos(self.said[one], self.said[other])
            for one, other in zip(left.tolist(), right.tolist(), strict=True)
        ]
        chosen = np.array(same, np.bool_)
        return _stacked(left[chosen], right[chosen], 0)


def _overlapping(shingles: Shingles, left: Indexes, right: Indexes) -> tuple[Indexes, Indexes]:
    enough = jaccard(shingles, left, right) >= ALIKE
    return left[enough], right[enough]


def exactly(example: Example) -> tuple[str, str]:
    """What two examples share when one repeats the other: case and spacing of inputs aside."""
    return " ".join(example.input.casefold().split()), " ".join(example.reference.split())


def _spaced(text: str) -> str:
    return f" {' '.join(words(text)) or text} "


def _canonical(reference: str) -> str:
    try:
        return json.dumps(json.loads(reference), sort_keys=True).casefold()
    except (ValueError, RecursionError):
        return reference


def _ranks(values: Sequence[Any]) -> Indexes:
    """The position of each value among the distinct ones in ascending order."""
    rank = {value: place for place, value in enumerate(sorted(set(values)))}
    return np.array([rank[value] for value in values], np.int64)


def _stacked(left: Indexes, right: Indexes, by_meaning: int) -> Pairs:
    return np.stack([left, right, np.full_like(left, by_meaning)], axis=1)
