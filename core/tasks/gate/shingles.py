"""Texts as sets of short stretches, and how much of two sets is shared."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

SIZE = 4  # characters in a shingle: one other word of six letters costs nine of them
AT_ONCE = 500_000  # characters cut, or shingles compared, in one go
# What sentences may differ in and still say the same: punctuation, dashes, quotes, ellipses.
SENTENCE = r".,;:!?'\"()\u2018-\u201d\u2013\u2014\u2026-"
WORD = re.compile(rf"\w+|[^\w\s{SENTENCE}]")  # symbols such as + and < are words
NUMBER = re.compile(r"\d+")

AnyNumber = TypeVar("AnyNumber", np.int64, np.uint32, np.uint64)
Indexes = NDArray[np.int64]


@dataclass(frozen=True)
class Shingles:
    """The distinct shingles of each text, hashed to 32 bits and sorted within the text."""

    values: NDArray[np.uint32]
    starts: Indexes  # (texts + 1,): where each text's values begin, and where the last ones end

    @property
    def sizes(self) -> Indexes:
        """How many distinct shingles each text has."""
        return np.diff(self.starts)


def words(text: str) -> list[str]:
    """Words and symbols in lower case, without the punctuation of sentences."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return WORD.findall(plain.casefold())


def numbers(text: str) -> tuple[str, ...]:
    """The numbers of a text in their order: texts with other numbers say something else."""
    return tuple(NUMBER.findall(text))


def cut(texts: Sequence[str]) -> Shingles:
    """The shingles of each text; a text shorter than one shingle has none."""
    values: list[NDArray[np.uint32]] = [np.empty(0, np.uint32)]
    sizes: list[Indexes] = [np.zeros(1, np.int64)]
    for some in _portions(texts):
        keys = _keys(some)
        values.append((keys & np.uint64(0xFFFFFFFF)).astype(np.uint32))
        sizes.append(np.bincount((keys >> np.uint64(32)).astype(np.int64), minlength=len(some)))
    return Shingles(np.concatenate(values), np.cumsum(np.concatenate(sizes)))


def rare(shingles: Shingles, share: float) -> Shingles:
    """Without those that more than `share` of the texts have: they are a pattern, not a likeness.

    A text that has no others keeps all of its own.
    """
    texts = len(shingles.sizes)
    ordered = np.sort(shingles.values)
    often = max(int(share * texts), 1)
    common = distinct(ordered[often:][ordered[often:] == ordered[:-often]])
    if not len(common):
        return shingles
    owner = np.repeat(np.arange(texts), shingles.sizes)
    place = np.minimum(np.searchsorted(common, shingles.values), len(common) - 1)
    kept = common[place] != shingles.values
    kept |= np.bincount(owner[kept], minlength=texts)[owner] == 0
    sizes = np.bincount(owner[kept], minlength=texts)
    return Shingles(shingles.values[kept], np.concatenate([[0], np.cumsum(sizes)]))


def jaccard(shingles: Shingles, left: Indexes, right: Indexes) -> NDArray[np.float64]:
    """Shared shingles by all shingles of each pair of texts, in [0, 1]: (pairs,)."""
    both = shingles.sizes[left] + shingles.sizes[right]
    shared = np.zeros(len(left), np.int64)
    ends = np.cumsum(both)
    begin = 0
    while begin < len(left):
        limit = (ends[begin - 1] if begin else 0) + AT_ONCE * 4
        end = max(begin + 1, int(np.searchsorted(ends, limit, side="right")))
        part = slice(begin, end)
        shared[part] = _shared(shingles, left[part], right[part])
        begin = end
    found: NDArray[np.float64] = shared / np.maximum(both - shared, 1)
    return found


def _shared(shingles: Shingles, left: Indexes, right: Indexes) -> Indexes:
    """A shingle that stands twice among the sorted ones of a pair is shared."""
    keys = np.concatenate([_gathered(shingles, left), _gathered(shingles, right)])
    keys.sort(kind="stable")  # timsort: it finds two sorted runs and merges them
    twice = keys[1:][keys[1:] == keys[:-1]] >> np.uint64(32)
    return np.bincount(twice.astype(np.int64), minlength=len(left))


def _gathered(shingles: Shingles, texts: Indexes) -> NDArray[np.uint64]:
    """The shingles of these texts, each under the position of its text."""
    sizes = shingles.sizes[texts]
    first = np.repeat(shingles.starts[texts] - np.cumsum(sizes) + sizes, sizes)
    values = shingles.values[first + np.arange(len(first))].astype(np.uint64)
    place = np.repeat(np.arange(len(texts), dtype=np.uint64), sizes)
    return (place << np.uint64(32)) | values


def _portions(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    begin = characters = 0
    for end, text in enumerate(texts):
        characters += len(text)
        if characters > AT_ONCE:
            yield texts[begin : end + 1]
            begin, characters = end + 1, 0
    if texts[begin:]:
        yield texts[begin:]


def _keys(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Distinct (text, shingle) keys, sorted: the text in the upper 32 bits."""
    coded = "".join(texts).encode("utf-32-le", "surrogatepass")
    letters = np.frombuffer(coded, "<u4").astype(np.uint64)
    owner = np.repeat(np.arange(len(texts), dtype=np.uint64), [len(text) for text in texts])
    count = max(len(letters) - SIZE + 1, 0)
    hashed = np.zeros(count, np.uint64)
    for offset in range(SIZE):
        hashed = (hashed + letters[offset : offset + count]) * np.uint64(0x9E3779B97F4A7C15)
        hashed ^= hashed >> np.uint64(29)
    whole = owner[:count] == owner[len(owner) - count :]
    keys = (owner[:count] << np.uint64(32)) | (hashed >> np.uint64(32))
    return distinct(keys[whole])


def distinct(keys: NDArray[AnyNumber]) -> NDArray[AnyNumber]:
    """Its different values in ascending order; on whole numbers far faster than `np.unique`."""
    ordered = np.sort(keys)
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    found: NDArray[AnyNumber] = ordered[first]
    return found
