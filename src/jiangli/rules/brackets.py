"""Brackets of a sum: an expression that adds up the percents of slices, taken apart again for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from jiangli.rules.closures import compile_node
from jiangli.rules.days import percent_of
from jiangli.rules.facts import Facts
from jiangli.rules.nodes import Arithmetic, Call, Literal, Node


class Slice(NamedTuple):
    """A part of a sum, and how many in a hundred of it are paid; ``high_fen`` is None for all above."""

    low_fen: int
    high_fen: int | None
    percent: int

    def part_fen(self, whole_fen: int) -> int:
        """How much of a sum lies within."""
        top = whole_fen if self.high_fen is None else min(whole_fen, self.high_fen)
        return max(top - self.low_fen, 0)

    def paid_fen(self, whole_fen: int) -> int:
        return percent_of(self.part_fen(whole_fen), self.percent)


class Brackets(NamedTuple):
    """The sum ``whole``, its slices from low to high, and what is paid at least for a sum above zero."""

    whole: Node
    slices: tuple[Slice, ...]
    floor_fen: int | None

    def paid_fen(self, whole_fen: int) -> int:
        """What is paid for a sum."""
        paid = sum(part.paid_fen(whole_fen) for part in self.slices)
        return max(paid, self.floor_fen or 0) if paid > 0 else paid

    @property
    def most_fen(self) -> int | None:
        """What is paid at most; None where the last slice is open."""
        tops = [part.high_fen for part in self.slices]
        return None if None in tops else self.paid_fen(max(top for top in tops if top is not None))

    def whole_fen(self, facts: Facts) -> int | None:
        """The sum that is sliced; None while it is not known."""
        value: int | None = compile_node(self.whole).run(facts)
        return value


def brackets_of(node: Node) -> Brackets | None:
    """The brackets that an amount was written as; None for any other expression."""
    floor: int | None = None
    match node:
        case Call("raised_to", (inner, Literal(int() as least))):
            node, floor = inner, least
    found = [_slice(term) for term in _terms(node)]
    sliced = tuple(pair[1] for pair in found if pair)
    wholes = {pair[0] for pair in found if pair}
    if len(sliced) < len(found) or len(wholes) != 1:
        return None
    return Brackets(wholes.pop(), sliced, floor)


def _terms(node: Node) -> Iterator[Node]:
    if isinstance(node, Arithmetic) and node.op == "+":
        yield from _terms(node.left)
        yield from _terms(node.right)
    else:
        yield node


def _slice(node: Node) -> tuple[Node, Slice] | None:
    """The sum and its slice, where a term is so many percent of one."""
    match node:
        case Call("percent_of", (part, Literal(int() as percent))):
            return _bounds(part, percent)
    return None


def _bounds(part: Node, percent: int) -> tuple[Node, Slice] | None:
    match part:
        case Call("least", (whole, Literal(int() as high))):
            return whole, Slice(0, high, percent)
        case Arithmetic("-", upper, Call("least", (whole, Literal(int() as low)))):
            return _above(upper, whole, low, percent)
    return None


def _above(upper: Node, whole: Node, low: int, percent: int) -> tuple[Node, Slice] | None:
    """The slice of ``whole`` from ``low`` on: to the top, or to where ``upper`` cuts it."""
    if upper == whole:
        return whole, Slice(low, None, percent)
    match upper:
        case Call("least", (cut, Literal(int() as high))) if cut == whole and low < high:
            return whole, Slice(low, high, percent)
    return None
