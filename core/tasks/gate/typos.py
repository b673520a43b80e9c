"""Whether two texts are one and the same, but for slips of the pen."""

from itertools import takewhile

LETTERS = 5  # in shorter words one other letter makes another word


def but_for_typos(one: str, other: str) -> bool:
    """Whether two texts have the same words in the same order, but for slips of the pen."""
    left, right = one.split(), other.split()
    return len(left) == len(right) and all(map(_same, left, right))


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < LETTERS:
        return False
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    left, right = one[same:], other[same:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]
