"""Where an answer turns: pairs of neighbouring values of one fact between which an expression changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise, product

from jiangli.rules.checking.spans import number, value, whole
from jiangli.rules.closures import Expression
from jiangli.rules.facts import Fact, Facts, Value
from jiangli.rules.nodes import And, ByDate, Call, Compare, FactRef, Literal, Node, Not, Or, walk

_FIRST, _LAST = date(1950, 1, 1).toordinal(), date(2099, 12, 31).toordinal()
_OTHER, _ELSEWHERE = "＊", "110000"


def atoms(node: Node) -> Iterator[Node]:
    """The smallest expressions that are true or false by themselves; a regime begins on its first day."""
    match node:
        case Not(part):
            yield from atoms(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from atoms(part)
        case ByDate(day, rows):
            for first, _, part in rows:
                if first:
                    yield Compare(">=", day, Literal(first, "date"))
                yield from atoms(part)
        case _:
            yield node


def edges(atom: Expression, fact: Fact, facts: Facts) -> list[tuple[Value, Value]]:
    """Pairs of values of ``fact`` between which an atom changes, all other facts being as given.

    Neighbours in order where the values have one; else the value given with each that turns the answer.
    What is open stays so, and has no edge.
    """

    def at(worth: Value) -> object:
        return atom.run({**facts, fact.name: worth})

    if fact.kind in ("date", "int", "money"):
        return _numbers(atom.node, at, fact, facts)
    if fact.enum and fact.enum.ordered:
        return [pair for pair in _neighbours(fact) if _turns(at, pair)]
    given = facts[fact.name]
    others = _texts(atom.node, facts, given) if fact.kind == "text" else _others(atom.node, fact, given)
    return [(given, other) for other in dict.fromkeys(others) if _turns(at, (given, other))]


def _turns(at: Callable[[Value], object], pair: tuple[Value, Value]) -> bool:
    first, second = map(at, pair)
    return first is not None and second is not None and first != second


def _neighbours(fact: Fact) -> Iterator[tuple[Value, Value]]:
    assert fact.enum
    ids = [choice.id for choice in fact.enum.choices]
    return pairwise(ids)


def _numbers(
    atom: Node, at: Callable[[Value], object], fact: Fact, facts: Facts
) -> list[tuple[Value, Value]]:
    """By halving, from the value given, its neighbours, and each value that the text names, to both ends.

    The neighbours find a single right value, such as a year, that the case stands just outside of.
    """
    ends = (_FIRST, _LAST) if fact.kind == "date" else whole(fact)[0]
    given = number(fact, facts[fact.name])
    named = [
        number(fact, part.value)
        for part in walk(atom)
        if isinstance(part, Literal) and part.kind == fact.kind
    ]
    found: dict[tuple[Value, Value], None] = {}
    for start, end in product([given, given - 1, given + 1, *named], ends):
        if ends[0] <= start <= ends[1]:
            pair = _halve(lambda one: at(value(fact, one)), *sorted((start, end)))
            found[value(fact, pair[0]), value(fact, pair[1])] = None
    return [pair for pair in found if _turns(at, pair)]


def _halve(at: Callable[[int], object], low: int, high: int) -> tuple[int, int]:
    """Two neighbours between which ``at`` changes, if it is another at ``high`` than at ``low``."""
    first = at(low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if at(middle) == first else (low, middle)
    return low, high


def _others(atom: Node, fact: Fact, given: Value) -> Iterator[Value]:
    """Values worth a try where values have no order."""
    if fact.kind == "bool":
        yield not given
    elif fact.enum:
        yield from (choice.id for choice in fact.enum.choices if choice.id != given)
    else:
        yield from _codes(atom, fact)


def _texts(atom: Node, facts: Facts, given: Value) -> Iterator[Value]:
    """The texts that it is compared with, and another one."""
    for part in walk(atom):
        if isinstance(part, FactRef) and part.name in facts:
            yield facts[part.name]
        elif isinstance(part, Literal):
            yield part.value
    yield f"{given}{_OTHER}"


def _codes(atom: Node, fact: Fact) -> Iterator[str]:
    """An area inside, the areas before and after it, nowhere, and somewhere else."""
    for part in walk(atom):
        if isinstance(part, Call) and isinstance(prefix := part.arguments[-1], Literal):
            size = len(str(prefix.value))
            for area in (int(str(prefix.value)) + step for step in (0, -1, 1)):
                yield f"{area:0{size}d}".ljust(6, "0")
    if fact.none:
        yield "none"
    yield _ELSEWHERE
