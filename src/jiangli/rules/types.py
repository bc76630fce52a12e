"""Types of an expression: every part has one, and nothing is converted but whole numbers beside money."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from jiangli.rules import misspelt
from jiangli.rules.errors import BadExpression, Place, Words, nearest
from jiangli.rules.facts import Dictionary, Enum
from jiangli.rules.grammar import refused
from jiangli.rules.nodes import (
    And,
    Arithmetic,
    Call,
    Compare,
    Constant,
    FactRef,
    In,
    Literal,
    Node,
    Not,
    Or,
    ParameterRef,
)

_FIT = Words("改成类型相同的两边。", "Compare or combine values of one type.")
_DECLARE = Words("先写进 facts.toml。", "Declare it in facts.toml first.")
_ORDERED = ("int", "money", "date")
_SIGNATURES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "months_after": (("date", "int"), "date"),
    "years_after": (("date", "int"), "date"),
    "days_after": (("date", "int"), "date"),
    "month_end": (("date",), "date"),
    "year_of": (("date",), "int"),
    "calendar_months": (("date", "date"), "int"),
    "percent_of": (("money", "int"), "money"),
}


@dataclass(frozen=True, slots=True)
class Type:
    """What an expression gives; ``enum`` names the values of an enum."""

    kind: str
    enum: Enum | None = None

    def __str__(self) -> str:
        return f"enum {self.enum.name}" if self.enum else self.kind


@dataclass(frozen=True, slots=True)
class Checker:
    """Finds the type of each part, against the facts and the parameters that an expression may name."""

    facts: Dictionary
    parameters: Mapping[str, Constant]
    place: Place

    def check(self, node: Node, *wanted: str) -> Node:
        """The same tree with its literals typed (money in fen, parameters in place), or BadExpression."""
        node, found = self.typed(node)
        if found.kind == "int" and "money" in wanted and "int" not in wanted:
            node, found = _to_money(node), Type("money")
        if found.kind not in wanted:
            listed = " / ".join(wanted)
            raise self._wrong(
                node, f"这里要 {listed}，写的是 {found}。", f"This must be {listed}; it is {found}."
            )
        return node

    def typed(self, node: Node) -> tuple[Node, Type]:
        match node:
            case Literal(_, kind):
                return node, Type(kind)
            case FactRef():
                return node, self._fact(node)
            case ParameterRef():
                return self._parameter(node)
            case Not(part):
                return Not(self.check(part, "bool")), Type("bool")
            case And(parts):
                return And(tuple(self.check(part, "bool") for part in parts)), Type("bool")
            case Or(parts):
                return Or(tuple(self.check(part, "bool") for part in parts)), Type("bool")
            case Compare(op, left, right):
                return self._compare(op, left, right)
            case In(part, values):
                return self._in(part, values)
            case Arithmetic(op, left, right):
                return self._arithmetic(op, left, right)
        assert isinstance(node, Call)
        return self._call(node.name, node.arguments, node)

    def _wrong(self, node: Node, zh: str, en: str, remedy: Words = _FIT) -> BadExpression:
        return refused(self.place, getattr(node, "column", 0), zh, en, remedy)

    def _fact(self, node: FactRef) -> Type:
        if node.name not in self.facts:
            raise self._wrong(
                node, f"没有 {node.name} 这个事实。", f"There is no fact {node.name}.",
                nearest(node.name, self.facts).then(_DECLARE),
            )  # fmt: skip
        fact = self.facts[node.name]
        return Type(fact.kind, fact.enum)

    def _parameter(self, node: ParameterRef) -> tuple[Node, Type]:
        if node.name not in self.parameters:
            raise self._wrong(
                node, f"没有参数 {node.name}。", f"There is no parameter {node.name}.",
                nearest(node.name, self.parameters).then(
                    Words("写进 [parameters]。", "Declare it in [parameters].")
                ),
            )  # fmt: skip
        kind = constant_kind(self.parameters[node.name])
        return Literal(self.parameters[node.name], kind, node.column), Type(kind)

    def _pair(self, left: Node, right: Node) -> tuple[Node, Node, Type]:
        """Both sides as one type: literals become values of the enum, whole numbers beside money yuan."""
        (left, first), (right, second) = self.typed(left), self.typed(right)
        if first.kind == "text" and isinstance(left, Literal):
            left, first = self._literal(left, second), second
        if second.kind == "text" and isinstance(right, Literal):
            right, second = self._literal(right, first), first
        if {first.kind, second.kind} == {"int", "money"}:
            left, right = (
                _to_money(x) if t.kind == "int" else x for x, t in ((left, first), (right, second))
            )
            first = second = Type("money")
        if first.kind != second.kind:
            raise self._wrong(
                left, f"{first} 和 {second} 不能放在一起。", f"{first} and {second} do not fit together."
            )
        return left, right, self._wider(left, first, second)

    def _wider(self, node: Node, first: Type, second: Type) -> Type:
        if not first.enum or not second.enum or first.enum.contains(second.enum):
            return first
        if second.enum.contains(first.enum):
            return second
        raise self._wrong(
            node, f"{first} 和 {second} 的值不同。", f"{first} and {second} have different values."
        )

    def _literal(self, node: Literal, want: Type) -> Literal:
        if want.kind == "text":
            return node
        known = want.enum.ranks if want.enum else None
        if (known is not None and node.value in known) or (want.kind == "code" and _is_code(str(node.value))):
            return Literal(node.value, want.kind, node.column)
        listed = " ".join(known) if known else str(want)
        if remedy := _meant(str(node.value), want):
            zh, en = f"“{node.value}”不是 {want} 的值。", f"'{node.value}' is not a value of {want}."
            raise self._wrong(node, zh, en, remedy)
        raise self._wrong(
            node, f"“{node.value}”不是 {want} 的值。", f"'{node.value}' is not a value of {want}.",
            nearest(str(node.value), known or ()).then(
                Words(f"可以写：{listed}。", f"Write one of: {listed}.")
            ),
        )  # fmt: skip

    def _compare(self, op: str, left: Node, right: Node) -> tuple[Node, Type]:
        left, right, found = self._pair(left, right)
        ordered = found.enum.ordered if found.enum else found.kind in _ORDERED
        if op not in ("=", "<>") and not ordered:
            raise self._wrong(left, f"{found} 没有大小先后。", f"{found} has no order.")
        ranks = tuple(found.enum.ranks) if found.enum and op not in ("=", "<>") else ()
        return Compare(op, left, right, ranks), Type("bool")

    def _in(self, part: Node, values: tuple[Literal, ...]) -> tuple[Node, Type]:
        pairs = [self._pair(part, value) for value in values]
        literals = tuple(right for _, right, _ in pairs if isinstance(right, Literal))
        return In(pairs[0][0], literals), Type("bool")

    def _arithmetic(self, op: str, left: Node, right: Node) -> tuple[Node, Type]:
        if op == "*":
            (left, first), (right, second) = self.typed(left), self.typed(right)
            kinds = {first.kind, second.kind}
            if not kinds <= {"int", "money"} or "int" not in (first.kind, second.kind):
                raise self._wrong(
                    left, f"{first} 不能乘 {second}。", f"{first} cannot be multiplied by {second}."
                )
            return Arithmetic(op, left, right), Type("money" if "money" in kinds else "int")
        left, right, found = self._pair(left, right)
        if found.kind not in ("int", "money"):
            raise self._wrong(left, f"{found} 不能加减。", f"{found} cannot be added.")
        return Arithmetic(op, left, right), found

    def _call(self, name: str, arguments: tuple[Node, ...], node: Call) -> tuple[Node, Type]:
        if name in _SIGNATURES:
            kinds, result = _SIGNATURES[name]
            checked = tuple(self.check(part, kind) for part, kind in zip(arguments, kinds, strict=True))
            return Call(name, checked), Type(result)
        if name == "in_area":
            return Call(name, self._area(arguments, node)), Type("bool")
        checked, found = self._alike(arguments)
        if name in ("least", "greatest") and found.kind not in _ORDERED:
            raise self._wrong(node, f"{found} 没有大小先后。", f"{found} has no order.")
        if name == "first_known" and not all(isinstance(part, FactRef) for part in checked):
            raise self._wrong(node, "first_known 只收事实。", "first_known takes facts only.")
        return Call(name, checked), Type("bool") if name == "same" else found

    def _area(self, arguments: tuple[Node, ...], node: Call) -> tuple[Node, ...]:
        place, area = self.check(arguments[0], "code"), arguments[1]
        if not isinstance(area, Literal) or not _is_code(str(area.value)) or area.value == "none":
            remedy = Words("写六位代码，如 '330109'。", "Write a code of six digits, such as '330109'.")
            raise self._wrong(
                node, "in_area 的第二个参数不是区划代码。", "in_area needs an area code.", remedy
            )
        return place, Literal(re.sub("(00)+$", "", str(area.value)), "prefix")

    def _alike(self, arguments: tuple[Node, ...]) -> tuple[tuple[Node, ...], Type]:
        pairs = [self._pair(left, right) for left, right in pairwise(arguments)]
        money = any(found.kind == "money" for _, _, found in pairs)
        nodes = [self.typed(part) for part in arguments]
        fixed = (_to_money(part) if money and found.kind == "int" else part for part, found in nodes)
        return tuple(fixed), Type("money") if money else pairs[0][2]


def constant_kind(value: Constant) -> str:
    """The kind of a parameter's value: bool, int, date or text."""
    return {bool: "bool", int: "int", date: "date", str: "text"}[type(value)]


def _meant(text: str, want: Type) -> Words | None:
    """What a text stands for, where that is plain: a day in quotes, or a value by its Chinese name."""
    if want.kind == "date" and (day := misspelt.as_day(text)):
        return Words(f"写成 {day}。", f"Write {day}.")
    for choice in want.enum.choices if want.enum else ():
        if choice.label.zh == text:
            return Words(f"是不是 '{choice.id}'（{text}）？", f"Did you mean '{choice.id}'?")
    return None


def _is_code(text: str) -> bool:
    return bool(re.fullmatch(r"\d{6}|none", text))


def _to_money(node: Node) -> Node:
    """A whole number as yuan: in fen."""
    if isinstance(node, Literal) and isinstance(node.value, int):
        return Literal(node.value * 100, "money", node.column)
    return Arithmetic("*", node, Literal(100, "int"))
