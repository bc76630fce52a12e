"""An expression of the law in words: a condition as a short label, an amount as arithmetic one can follow."""

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.public.questions import language
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

SIGNS = {"+": "+", "-": "−", "*": "×", "=": "=", "<>": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


class Bracket(NamedTuple):
    """A part of a sum, and how many in a hundred of it are paid."""

    low_fen: int
    high_fen: int
    percent: int


def _lang() -> str:
    return "en" if language().startswith("en") else "zh"


def _label(name: str, facts: "rules.Dictionary") -> str:
    return facts[name].label.say(_lang())


def _value(literal: Literal, fact: "rules.Fact | None") -> str:
    if fact is not None:
        return fact.value_label(literal.value, _lang())
    if literal.kind == "money":
        return rules.yuan(int(literal.value), _lang())  # type: ignore[arg-type]
    return f"{literal.value:,}" if type(literal.value) is int else str(literal.value)


def is_always(node: Node) -> bool | None:
    """True or False where a reading has settled the node already; None where it depends on facts."""
    match node:
        case Literal(bool() as value):
            return value
        case Not(part):
            inner = is_always(part)
            return None if inner is None else not inner
        case And(parts) | Or(parts):
            states, settles = {is_always(part) for part in parts}, isinstance(node, Or)
            if settles in states:
                return settles
            return None if None in states else not settles
    return None


def condition(node: Node, facts: "rules.Dictionary") -> str:
    """For whom a row is: 二产培训项目：是; 户籍地：钱塘区，并且技能等级不是首席技师."""
    match node:
        case And(parts) | Or(parts):
            said = [condition(part, facts) for part in parts if is_always(part) is None]
            return (_(", and ") if isinstance(node, And) else _(", or ")).join(said)
        case FactRef(name):
            return _("%(what)s: %(value)s") % {"what": _label(name, facts), "value": _("Yes")}
        case Not(FactRef(name)):
            return _("%(what)s: %(value)s") % {"what": _label(name, facts), "value": _("No")}
        case Not(part):
            return _("not (%(what)s)") % {"what": condition(part, facts)}
        case Compare(op, FactRef(name), Literal() as right):
            value = _value(right, facts[name])
            if op == "<>":
                value = _("not %(what)s") % {"what": value}
            elif op != "=":
                value = f"{SIGNS[op]} {value}"
            return _("%(what)s: %(value)s") % {"what": _label(name, facts), "value": value}
        case In(FactRef(name), values):
            joined = (", " if _lang() == "en" else "、").join(_value(v, facts[name]) for v in values)
            return _("%(what)s: %(value)s") % {"what": _label(name, facts), "value": joined}
        case Call("in_area", (FactRef(name), Literal(str() as prefix))):
            return _("%(what)s: %(value)s") % {
                "what": _label(name, facts),
                "value": _place(prefix, name, facts),
            }
        case Compare(op, left, right):
            return f"{amount(left, facts)} {SIGNS[op]} {amount(right, facts)}"
    joined = (", " if _lang() == "en" else "、").join(_label(name, facts) for name in facts_of(node))
    return _("by: %(facts)s") % {"facts": joined}


def _place(prefix: str, name: str, facts: "rules.Dictionary") -> str:
    """The name of an area, as the choices of the fact know it."""
    code = prefix.ljust(6, "0")
    return facts[name].value_label(code, _lang())


def amount(node: Node, facts: "rules.Dictionary") -> str:
    """How a sum comes about: 30,000 + 500 × (本年度认定人数 − 50) 元."""
    match node:
        case Arithmetic("*", left, Literal(100, "int")):  # yuan as fen
            return _("%(figure)s yuan") % {"figure": _reckon(left, facts)}
        case FactRef(name):
            return _("As much as: %(what)s") % {"what": _label(name, facts)}
    return _reckon(node, facts)


def _reckon(node: Node, facts: "rules.Dictionary", inside: bool = False) -> str:
    match node:
        case Literal():
            return _value(node, None)
        case FactRef(name):
            return _label(name, facts)
        case Arithmetic(op, left, right):
            tight = op == "*"
            said = f"{_reckon(left, facts, tight)} {SIGNS[op]} {_reckon(right, facts, tight)}"
            return f"({said})" if inside and not tight else said
        case Call("percent_of", (whole, share)):
            return f"{_reckon(whole, facts, True)} × {_reckon(share, facts, True)}%"
        case Call("least", parts):
            return _("the least of: %(parts)s") % {"parts": _listed(parts, facts)}
        case Call("greatest", parts):
            return _("the greatest of: %(parts)s") % {"parts": _listed(parts, facts)}
        case Call("raised_to", (part, Literal() as floor)):
            return _("%(sum)s, at least %(floor)s") % {
                "sum": _reckon(part, facts),
                "floor": _value(floor, None),
            }
        case ByDate(day, _rows):
            return _("by the day: %(day)s") % {"day": _label(day.name, facts)}
    names = [_label(name, facts) for name in facts_of(node)]
    return _("by: %(facts)s") % {"facts": (", " if _lang() == "en" else "、").join(names)}


def _listed(parts: tuple[Node, ...], facts: "rules.Dictionary") -> str:
    return ("; " if _lang() == "en" else "；").join(_reckon(part, facts) for part in parts)


def brackets(node: Node) -> tuple[FactRef, list[Bracket], int] | None:
    """The fact, its brackets and the least sum in fen, where an amount is paid in brackets; else None."""
    floor = 0
    if isinstance(node, Call) and node.name == "raised_to" and isinstance(node.arguments[1], Literal):
        floor, node = int(node.arguments[1].value), node.arguments[0]  # type: ignore[arg-type]
    found = [_bracket(term) for term in _terms(node)]
    facts = {pair[0] for pair in found if pair}
    if None in found or len(facts) != 1:
        return None
    return FactRef(facts.pop()), [pair[1] for pair in found if pair], floor


def _terms(node: Node) -> Iterator[Node]:
    if isinstance(node, Arithmetic) and node.op == "+":
        yield from _terms(node.left)
        yield from _terms(node.right)
    else:
        yield node


def _bracket(node: Node) -> tuple[str, Bracket] | None:
    match node:
        case Call(
            "percent_of", (Call("least", (FactRef(name), Literal(int() as high))), Literal(int() as share))
        ):
            return name, Bracket(0, high, share)
        case Call(
            "percent_of",
            (
                Arithmetic(
                    "-",
                    Call("least", (FactRef(name), Literal(int() as high))),
                    Call("least", (_fact, Literal(int() as low))),
                ),
                Literal(int() as share),
            ),
        ):
            return name, Bracket(low, high, share)
    return None
