"""Where an expression turns: the values of one fact at which its answer can become another.

Between two turning points an expression is constant, so a few values stand for all days of a century or all
sums of money. A window of dates, a regime, or a date reckoned from other facts is found by halving, never by
trying day after day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from jiangli.rules.closures import compile_node
from jiangli.rules.facts import Facts, Value
from jiangli.rules.nodes import (
    And,
    Arithmetic,
    ByDate,
    Call,
    Compare,
    FactRef,
    In,
    Node,
    Not,
    Or,
    facts_of,
)

#: the longest range that is tried value by value, where two sides move at once: two centuries of days
SCANNED = 75_000
_RISING = ("least", "greatest", "first_known", "months_after", "years_after", "days_after", "month_end",
           "year_of", "raised_to")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Axis:
    """The values of a fact that are looked at: from ``first`` to ``last``, as whole numbers.

    A date is its ordinal; an amount its fen.
    """

    name: str
    first: int
    last: int
    dated: bool

    def value(self, at: int) -> Value:
        """The value of the fact at a place of the axis."""
        return date.fromordinal(at) if self.dated else at

    def place(self, value: Any) -> int:
        """The place of a value."""
        return value.toordinal() if isinstance(value, date) else int(value)


def days(name: str, first: date, last: date) -> Axis:
    """The days from ``first`` to ``last``, both included."""
    return Axis(name, first.toordinal(), last.toordinal(), True)


def turning_points(node: Node, axis: Axis, facts: Facts) -> set[int]:
    """Places of the axis, after its first, at which ``node`` can have another value than one place before.

    A superset: nothing else than these can turn it. Where two sides move at once and the axis is longer than
    SCANNED, nothing is found.
    """
    if axis.name not in facts_of(node):
        return set()
    match node:
        case And(parts) | Or(parts):
            return set().union(*(turning_points(part, axis, facts) for part in parts))
        case Not(part):
            return turning_points(part, axis, facts)
        case ByDate(_, rows):
            return _regimes(node, axis).union(*(turning_points(row[2], axis, facts) for row in rows))
        case Compare(_, left, right):
            return _between(left, right, axis, facts)
        case In(part, values):
            return set().union(*(_between(part, value, axis, facts) for value in values))
        case Call("same", parts):
            return set().union(*(_between(a, b, axis, facts) for a, b in _couples(parts)))
    return set(_changes(node, axis, facts))


def _regimes(node: ByDate, axis: Axis) -> set[int]:
    if node.day.name != axis.name:
        return set()
    return {first.toordinal() for first, _, _ in node.rows if first} & set(
        range(axis.first + 1, axis.last + 1)
    )


def _couples(parts: tuple[Node, ...]) -> Iterator[tuple[Node, Node]]:
    for at, part in enumerate(parts):
        for other in parts[at + 1 :]:
            yield part, other


def _between(left: Node, right: Node, axis: Axis, facts: Facts) -> set[int]:
    """Where the order of two sides changes: less, equal or more."""
    reads = [axis.name in facts_of(side) for side in (left, right)]
    if reads == [False, False]:
        return set()
    order = _order(left, right, axis, facts)
    if not all(reads) and _direction(left if reads[0] else right, axis.name, facts) is not None:
        return set(_steps(order, axis.first, axis.last))
    return set(_scan(order, axis))


def _order(left: Node, right: Node, axis: Axis, facts: Facts) -> Callable[[int], Any]:
    """-1, 0 or 1 by place: how the left side stands to the right; None while a side is unknown."""
    first, second = _along(left, axis, facts), _along(right, axis, facts)

    def order(at: int) -> int | None:
        a, b = first(at), second(at)
        return None if a is None or b is None else (a > b) - (a < b)

    return order


def _along(node: Node, axis: Axis, facts: Facts) -> Callable[[int], Any]:
    """The value of a node by place."""
    run, own = compile_node(node).run, dict(facts)

    def value(at: int) -> Any:
        own[axis.name] = axis.value(at)
        return run(own)

    return value


def _changes(node: Node, axis: Axis, facts: Facts) -> Iterator[int]:
    """Every place at which the value of an expression is another than before."""
    along = _along(node, axis, facts)
    if _direction(node, axis.name, facts) is None:
        return _scan(along, axis)
    return _steps(along, axis.first, axis.last)


def _scan(along: Callable[[int], Any], axis: Axis) -> Iterator[int]:
    if axis.last - axis.first > SCANNED:
        return
    for before, after in pairwise(range(axis.first, axis.last + 1)):
        if along(before) != along(after):
            yield after


def _steps(along: Callable[[int], Any], first: int, last: int) -> Iterator[int]:
    """The places where a function that only rises, or only falls, has a new value; found by halving."""
    if first >= last or along(first) == along(last):
        return
    if last - first == 1:
        yield last
        return
    middle = (first + last) // 2
    yield from _steps(along, first, middle)
    yield from _steps(along, middle, last)


def _direction(node: Node, name: str, facts: Facts) -> int | None:
    """1 if a node never falls while the fact rises, -1 if it never rises, 0 if it stays, None if unsure."""
    if name not in facts_of(node):
        return 0
    match node:
        case FactRef():
            return 1
        case Arithmetic("*", left, right):
            return _product(left, right, name, facts)
        case Arithmetic(op, left, right):
            second = _direction(right, name, facts)
            return _joined(_direction(left, name, facts), _opposite(second) if op == "-" else second)
        case Call("calendar_months", (first, last)):
            return _joined(_opposite(_direction(first, name, facts)), _direction(last, name, facts))
        case Call("percent_of", (amount, percent)):
            return _direction(amount, name, facts) if name not in facts_of(percent) else None
        case Call(call, parts) if call in _RISING:
            return _joined(*(_direction(part, name, facts) for part in parts))
    return None


def _product(left: Node, right: Node, name: str, facts: Facts) -> int | None:
    moving, still = (left, right) if name in facts_of(left) else (right, left)
    if name in facts_of(still):
        return None
    factor = compile_node(still).run(facts)
    way = _direction(moving, name, facts)
    return 0 if factor is None else way if factor >= 0 else _opposite(way)


def _opposite(way: int | None) -> int | None:
    return None if way is None else -way


def _joined(*ways: int | None) -> int | None:
    """The way of a sum: None where one is unsure, or two go against each other."""
    if None in ways or {1, -1} <= set(ways):
        return None
    return next((way for way in ways if way), 0)


def where(
    answer: Callable[[Mapping[str, Value]], bool], axis: Axis, points: set[int], facts: Facts
) -> list[tuple[int, int]]:
    """The ranges of places, both ends included, for which ``answer`` says yes; ``points`` are where it can
    turn.
    """
    starts = sorted({axis.first, *points})
    found: list[tuple[int, int]] = []
    for start, end in zip(starts, [*(place - 1 for place in starts[1:]), axis.last], strict=True):
        if not answer({**facts, axis.name: axis.value(start)}):
            continue
        if found and found[-1][1] == start - 1:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
