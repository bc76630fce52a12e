"""Sets of values as spans of whole numbers: a day, a sum, a level, a code, yes and no are all numbers here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from jiangli.rules.facts import Fact, Value

#: Spans in order, both ends included, with a gap between any two.
Spans = tuple[tuple[int, int], ...]
_MOST = {"int": 10**12 - 1, "money": 10**15 - 1, "bool": 1}
_NOWHERE = -1  # the code "none"


def whole(fact: Fact) -> Spans:
    """All values that the fact may have. A text is no number and has none."""
    if fact.kind == "date":
        return ((date.min.toordinal(), date.max.toordinal()),)
    if fact.kind == "code":
        return ((_NOWHERE if fact.none else 0, 999_999),)
    return ((0, len(fact.enum.ranks) - 1 if fact.enum else _MOST[fact.kind]),)


def number(fact: Fact, value: object) -> int:
    """A value of the fact as a number: ordinal, fen, rank, code, 0 or 1."""
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, str):
        return fact.enum.ranks[value] if fact.enum else _NOWHERE if value == "none" else int(value)
    assert isinstance(value, int)
    return int(value)


def value(fact: Fact, at: int) -> Value:
    """The value that a number stands for."""
    if fact.kind == "date":
        return date.fromordinal(at)
    if fact.kind == "bool":
        return bool(at)
    if fact.kind == "code":
        return "none" if at == _NOWHERE else f"{at:06d}"
    return fact.enum.choices[at].id if fact.enum else at


def area(prefix: str) -> Spans:
    """The codes that begin with a prefix of at most six digits."""
    return ((int(prefix.ljust(6, "0")), int(prefix.ljust(6, "9"))),)


def joined(parts: Iterable[tuple[int, int]]) -> Spans:
    """Spans in any order, overlapping or touching, as spans."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(part for part in parts if part[0] <= part[1]):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


def both(first: Spans, second: Spans) -> Spans:
    """What is in both."""
    return joined((max(a, c), min(b, d)) for a, b in first for c, d in second)


def without(all: Spans, some: Spans) -> Spans:
    """What is in the first and not in the second."""
    left = all
    for low, high in some:
        left = both(left, ((-1, low - 1), (high + 1, 10**18)))
    return left
