"""When an expression can be true: alternatives, each giving every fact the values it may have.

Exact where an expression compares a fact with fixed values. Any other comparison is a question of its own,
true or false whatever the facts are: so alternatives may be too many, and never too few. What is found
to be impossible is impossible.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import reduce

from jiangli.rules.checking.spans import Spans, area, both, joined, number, whole, without
from jiangli.rules.facts import Dictionary
from jiangli.rules.nodes import And, ByDate, Call, Compare, FactRef, In, Literal, Node, Not, Or

#: Name of a fact -> its values; a name in parentheses is a question that is not about one fact alone.
Box = Mapping[str, Spans]
ANYTHING: tuple[Box, ...] = ({},)
_MOST = 400
_COLUMN = re.compile(r", column=\d+")
_FLIPPED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE = {"<>": "=", ">=": "<", ">": "<="}
_YES, _NO = ((1, 1),), ((0, 0),)
_MORE: Box = {"(more)": _YES}


def alternatives(node: Node, facts: Dictionary, wanted: bool = True) -> tuple[Box, ...]:
    """The ways in which ``node`` comes to ``wanted``, all facts being known; none if it never can."""
    match node:
        case Not(part):
            return alternatives(part, facts, not wanted)
        case And(parts) | Or(parts):
            found = [alternatives(part, facts, wanted) for part in parts]
            return all_of(found) if isinstance(node, And) == wanted else any_of(found)
        case ByDate():
            return any_of(regimes(node, facts, wanted))
    return _atom(node, facts, wanted)


def regimes(node: ByDate, facts: Dictionary, wanted: bool = True) -> list[tuple[Box, ...]]:
    """The ways of each row of a ``by_date``, its days included."""
    low, high = date.min, date.max
    days = [((first or low).toordinal(), (last or high).toordinal()) for first, last, _ in node.rows]
    return [
        all_of([({node.day.name: (span,)},), alternatives(row[2], facts, wanted)])
        for span, row in zip(days, node.rows, strict=True)
    ]


def any_of(found: Iterable[tuple[Box, ...]]) -> tuple[Box, ...]:
    """One of several expressions is true."""
    boxes = tuple(box for boxes in found for box in boxes)
    return boxes if len(boxes) <= _MOST else (_MORE,)


def all_of(found: Iterable[tuple[Box, ...]]) -> tuple[Box, ...]:
    """All of several expressions are true. Where that grows too large, what is left out bounds nothing."""
    return reduce(_product, found, ANYTHING)


def _product(first: tuple[Box, ...], second: tuple[Box, ...]) -> tuple[Box, ...]:
    if len(first) * len(second) > _MOST:
        return tuple({**box, **_MORE} for box in first)
    return tuple(box for a in first for b in second if (box := _meet(a, b)) is not None)


def _meet(first: Box, second: Box) -> Box | None:
    met = dict(first)
    for name, spans in second.items():
        met[name] = both(met[name], spans) if name in met else spans
        if not met[name]:
            return None
    return met


def exact(boxes: Iterable[Box]) -> bool:
    """Whether the alternatives speak of facts alone, so that each of them does happen."""
    return not any(name.startswith("(") for box in boxes for name in box)


def among(name: str, values: Iterable[str], facts: Dictionary) -> tuple[Box, ...]:
    """The one alternative in which an enum has one of the values."""
    fact = facts[name]
    return ({name: joined((number(fact, value), number(fact, value)) for value in values)},)


def _atom(node: Node, facts: Dictionary, wanted: bool) -> tuple[Box, ...]:
    found = _spans(node, facts)
    if found is None:
        return _question(node, wanted)
    name, spans = found
    every = whole(facts[name])
    left = both(every, spans) if wanted else without(every, spans)
    return ({name: left},) if left else ()


def _spans(node: Node, facts: Dictionary) -> tuple[str, Spans] | None:
    """The one fact that an atom reads, and the values for which it is true; None if it is not so simple."""
    match node:
        case FactRef(name):
            return name, _YES
        case In(FactRef(name), values) if facts[name].kind != "text":
            numbers = [number(facts[name], value.value) for value in values]
            return name, joined((at, at) for at in numbers)
        case Call("in_area", (FactRef(name), Literal(prefix))):
            return name, area(str(prefix))
        case Compare(op, Literal() as left, right) if not isinstance(right, Literal):
            return _spans(Compare(_FLIPPED[op], right, left, node.ranks), facts)
        case Compare(op, FactRef(name), Literal(fixed)) if facts[name].kind != "text":
            at = number(facts[name], fixed)
            return name, _side(op, at, at)
        case Compare(op, Call("year_of", (FactRef(name),)), Literal(year)) if 0 < int(str(year)) < 9999:
            days = [date(int(str(year)), month, day).toordinal() for month, day in ((1, 1), (12, 31))]
            return name, _side(op, *days)
    return None


def _side(op: str, first: int, last: int) -> Spans:
    """The numbers on one side of a value that is a span itself (a year is its days)."""
    below, above = (-1, first - 1), (last + 1, 10**18)
    sides = {"=": [(first, last)], "<>": [below, above], "<": [below], ">": [above],
             "<=": [(-1, last)], ">=": [(first, 10**18)]}  # fmt: skip
    return joined(sides[op])


def _question(node: Node, wanted: bool) -> tuple[Box, ...]:
    """A question of its own. A fixed yes or no comes from a parameter, which may be read otherwise."""
    if isinstance(node, Compare) and node.op in _OPPOSITE:
        return _question(Compare(_OPPOSITE[node.op], node.left, node.right, node.ranks), not wanted)
    name = _COLUMN.sub("", repr(node))
    return ({f"({name})": _YES if wanted else _NO},)
