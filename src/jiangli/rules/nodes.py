"""The tree of an expression: few kinds, frozen, the one thing that every backend compiles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

Constant = bool | int | str | date


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant; money in fen. ``kind`` is bool, int, decimal, money, date, text, or "of" another type."""

    value: Constant
    kind: str
    column: int = 0


@dataclass(frozen=True, slots=True)
class FactRef:
    name: str
    column: int = 0


@dataclass(frozen=True, slots=True)
class ParameterRef:
    name: str
    column: int = 0


@dataclass(frozen=True, slots=True)
class Not:
    part: Node


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """``op`` is one of = <> < <= > >=; ``ranks`` orders the values of enums."""

    op: str
    left: Node
    right: Node
    ranks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class In:
    part: Node
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``op`` is one of + - *."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    """One of the functions of the grammar, its name in lower case."""

    name: str
    arguments: tuple[Node, ...]
    column: int = 0


@dataclass(frozen=True, slots=True)
class ByDate:
    """Regimes: the row whose days (inclusive, None is open) hold the day of the fact."""

    day: FactRef
    rows: tuple[tuple[date | None, date | None, Node], ...]


Node = Literal | FactRef | ParameterRef | Not | And | Or | Compare | In | Arithmetic | Call | ByDate


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in the order of the text."""
    match node:
        case Not(part) | In(part, _):
            return (part,)
        case And(parts) | Or(parts) | Call(_, parts):
            return parts
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return (left, right)
        case ByDate(day, rows):
            return (day, *(row[2] for row in rows))
    return ()


def walk(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from walk(child)


def facts_of(node: Node) -> tuple[str, ...]:
    """The names of the facts read, in order of first mention."""
    return tuple(dict.fromkeys(part.name for part in walk(node) if isinstance(part, FactRef)))
