"""The row backend: a tree compiled once to Python closures over the facts of one claim. None means
unknown.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiangli.rules import days
from jiangli.rules.facts import Facts
from jiangli.rules.nodes import (
    And,
    Arithmetic,
    ByDate,
    Call,
    Compare,
    FactRef,
    In,
    Literal,
    Node,
    Not,
    Or,
    facts_of,
)

Run = Callable[[Facts], Any]
Open = Callable[[Facts], tuple[str, ...]]
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_CALLS: dict[str, Callable[..., Any]] = {
    "least": min, "greatest": max, "months_after": days.months_after, "years_after": days.years_after,
    "days_after": days.days_after, "month_end": days.month_end, "year_of": days.year_of,
    "calendar_months": days.calendar_months, "percent_of": days.percent_of,
    "raised_to": days.raised_to,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A compiled expression.

    ``run(facts)`` gives its value, None while unknown; ``open(facts)`` the absent facts that keep it so
    (only to be asked then); ``facts`` are the names it reads; ``node`` is the tree, for other backends.
    """

    node: Node
    run: Run
    open: Open
    facts: tuple[str, ...]


def compile_node(node: Node) -> Expression:
    """Compile a typed tree. Safe to share between threads: closures hold no state."""
    return Expression(node, _run(node), _open(node), facts_of(node))


def _run(node: Node) -> Run:
    match node:
        case Literal(value):
            return lambda facts: value
        case FactRef(name):
            return lambda facts: facts.get(name)
        case Not(part):
            inner = _run(part)
            return lambda facts: None if (value := inner(facts)) is None else not value
        case And(parts):
            return _all(tuple(map(_run, parts)))
        case Or(parts):
            return _any(tuple(map(_run, parts)))
        case Compare():
            return _comparison(node)
        case In(part, values):
            known = frozenset(value.value for value in values)
            return _of_one(part, known.__contains__)
        case Arithmetic(op, left, right):
            return _strict(_ARITHMETIC[op], (_run(left), _run(right)))
        case Call("in_area", (place, Literal(str(prefix)))):
            return _of_one(place, lambda code: code.startswith(prefix))
        case Call(name, arguments):
            return _call(name, tuple(map(_run, arguments)))
    assert isinstance(node, ByDate)
    return _regimes(node.day.name, [(first, last, _run(part)) for first, last, part in node.rows])


def _all(parts: tuple[Run, ...]) -> Run:
    def run(facts: Facts) -> bool | None:
        result: bool | None = True
        for part in parts:
            value = part(facts)
            if value is False:
                return False
            if value is None:
                result = None
        return result

    return run


def _any(parts: tuple[Run, ...]) -> Run:
    def run(facts: Facts) -> bool | None:
        result: bool | None = False
        for part in parts:
            value = part(facts)
            if value is True:
                return True
            if value is None:
                result = None
        return result

    return run


def _comparison(node: Compare) -> Run:
    compare, ranks = _COMPARE[node.op], {value: at for at, value in enumerate(node.ranks)}
    if isinstance(node.right, Literal):
        fixed = node.right.value
        if ranks:
            rank = ranks[str(fixed)]
            return _of_one(node.left, lambda value: compare(ranks[value], rank))
        return _of_one(node.left, lambda value: compare(value, fixed))
    parts = (_run(node.left), _run(node.right))
    return _strict(lambda a, b: compare(ranks[a], ranks[b]), parts) if ranks else _strict(compare, parts)


def _of_one(part: Node, work: Callable[[Any], Any]) -> Run:
    """What ``work`` makes of one part, unknown while that is; a fact is looked up on the spot."""
    if isinstance(part, FactRef):
        name = part.name
        return lambda facts: None if (value := facts.get(name)) is None else work(value)
    inner = _run(part)
    return lambda facts: None if (value := inner(facts)) is None else work(value)


def _strict(work: Callable[..., Any], parts: tuple[Run, ...]) -> Run:
    def run(facts: Facts) -> Any:
        values = [part(facts) for part in parts]
        return None if None in values else work(*values)

    return run


def _call(name: str, parts: tuple[Run, ...]) -> Run:
    if name == "same":
        return _same(parts)
    if name == "first_known":
        first, second = parts
        return lambda facts: second(facts) if (value := first(facts)) is None else value
    return _strict(_CALLS[name], parts)


def _same(parts: tuple[Run, ...]) -> Run:
    def run(facts: Facts) -> bool | None:
        values = [part(facts) for part in parts]
        if len({value for value in values if value is not None}) > 1:
            return False
        return None if None in values else True

    return run


def _regimes(name: str, rows: list[tuple[date | None, date | None, Run]]) -> Run:
    def run(facts: Facts) -> Any:
        if (day := facts.get(name)) is None:
            return None
        return next(part(facts) for first, last, part in rows if _holds(day, first, last))

    return run


def _holds(day: Any, first: date | None, last: date | None) -> bool:
    return bool((first is None or first <= day) and (last is None or day <= last))


def _open(node: Node) -> Open:
    """The absent facts of undecided leaves; call it only while the node itself is undecided."""
    match node:
        case Not(part):
            return _open(part)
        case And(parts) | Or(parts):
            pairs = tuple((_run(part), _open(part)) for part in parts)
            return lambda facts: tuple(
                dict.fromkeys(name for run, inner in pairs if run(facts) is None for name in inner(facts))
            )
        case ByDate(day, rows):
            regimes = _regimes(day.name, [(first, last, _open(part)) for first, last, part in rows])
            return lambda facts: regimes(facts) or (day.name,)
    names = facts_of(node)
    return lambda facts: tuple(name for name in names if name not in facts)
