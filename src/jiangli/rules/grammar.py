"""From the text of an expression to its tree: a small closed subset of SQL, everything else refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from jiangli.rules import misspelt
from jiangli.rules.errors import BadExpression, Place, Words, nearest
from jiangli.rules.nodes import (
    And,
    Arithmetic,
    Call,
    Compare,
    FactRef,
    In,
    Literal,
    Node,
    Not,
    Or,
    ParameterRef,
)

#: name of a function -> (fewest, most) arguments
FUNCTIONS = {
    "least": (2, 9), "greatest": (2, 9), "same": (2, 9), "in_area": (2, 2), "first_known": (2, 2),
    "months_after": (2, 2), "years_after": (2, 2), "days_after": (2, 2), "month_end": (1, 1),
    "year_of": (1, 1),
    "calendar_months": (2, 2), "percent_of": (2, 2),
}  # fmt: skip
_WORDS = {"AND", "OR", "NOT", "BETWEEN", "IN", "DATE", "TRUE", "FALSE"}
_SIGNS = {"=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "(", ")", ",", "."}
_COMPARE: dict[type, str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_ARITHMETIC: dict[type, str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}
_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_NUMBER = re.compile(r"\d{1,12}(\.\d\d)?")
_REMEDY = Words(
    "可用：AND OR NOT、比较、BETWEEN、IN、+ - *、LEAST、GREATEST、"
    "entity.attribute、parameter.name、DATE '2025-04-01'。",
    "Use AND OR NOT, comparisons, BETWEEN, IN, + - *, LEAST, GREATEST, entity.attribute, parameter.name, "
    "DATE '2025-04-01'.",
)


def parse(text: str, place: Place, labels: Mapping[str, str] = MappingProxyType({})) -> Node:
    """The tree of ``text``. ``place`` is where the text stands; BadExpression says where in it, and what
    to do. ``labels``: Chinese names of facts with the facts, for who writes those.
    """
    if slip := misspelt.first(text, labels):
        raise refused(place, *slip)
    try:
        tokens = list(sqlglot.tokenize(text))
        _whitelist(tokens, place)
        tree = sqlglot.parse_one(text)
    except SqlglotError as error:
        first = str(error).splitlines()[0].split(" Line ")[0]
        raise refused(
            place, 0, f"读不懂这个表达式：{first}", f"This expression cannot be read: {first}"
        ) from error
    return _Reader(place).node(tree)


def refused(place: Place, column: int, zh: str, en: str, remedy: Words = _REMEDY) -> BadExpression:
    """A BadExpression at a column of the expression that stands at ``place``."""
    at = Place(place.file, place.line, place.column + column + 1, place.text)
    return BadExpression(at, Words(zh, en), remedy)


def _whitelist(tokens: list[Any], place: Place) -> None:
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        kind, text = token.token_type.name, token.text
        dotted = "." in (before.text if before else "", after.text if after else "")
        if token.comments or not (
            _plain(kind, text) or (dotted and kind != "IDENTIFIER" and _NAME.fullmatch(text))
        ):
            remedy = nearest(text.lower(), FUNCTIONS).then(_REMEDY)
            zh, en = f"这里不能写 {text}。", f"{text} is not part of the grammar."
            raise refused(place, token.start, zh, en, remedy)
        if text.upper() == "DATE" and not dotted and not (after and after.token_type.name == "STRING"):
            raise refused(place, token.start, "DATE 后面要跟日期。", "DATE needs a day after it.")


def _plain(kind: str, text: str) -> bool:
    if kind == "STRING":
        return True
    if kind == "NUMBER":
        return bool(_NUMBER.fullmatch(text))
    return text.upper() in _WORDS or text in _SIGNS or text.lower() in FUNCTIONS


class _Reader:
    """Turns sqlglot's tree into ours; knows the place for its messages."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def node(self, tree: Any) -> Node:
        kind = type(tree)
        if kind in _COMPARE:
            return Compare(_COMPARE[kind], self.node(tree.this), self.node(tree.expression))
        if kind in _ARITHMETIC:
            return Arithmetic(_ARITHMETIC[kind], self.node(tree.this), self.node(tree.expression))
        if (read := _READERS.get(kind)) is None:
            text = tree.sql()
            raise refused(self.place, 0, f"不能写 {text}。", f"{text} is not part of the grammar.")
        return read(self, tree)

    def nodes(self, trees: Iterable[Any]) -> tuple[Node, ...]:
        return tuple(self.node(tree) for tree in trees)

    def flat(self, tree: Any) -> tuple[Node, ...]:
        return self.nodes(tree.flatten())

    def between(self, tree: Any) -> Node:
        part = self.node(tree.this)
        low, high = self.node(tree.args["low"]), self.node(tree.args["high"])
        match low, high:
            case Literal(first, "date"), Literal(last, "date") if str(first) > str(last):
                remedy = Words(
                    f"写成 BETWEEN DATE '{last}' AND DATE '{first}'。", "Write the earlier day first."
                )
                zh, en = "BETWEEN 的前后两天写反了。", "The two days of BETWEEN are the wrong way round."
                raise refused(self.place, 0, zh, en, remedy)
        return And((Compare(">=", part, low), Compare("<=", part, high)))

    def is_in(self, tree: Any) -> Node:
        values = self.nodes(tree.expressions)
        literals = tuple(value for value in values if isinstance(value, Literal))
        if not values or len(literals) < len(values):
            raise refused(self.place, 0, "IN 里只能写固定的值。", "IN takes literals only.")
        return In(self.node(tree.this), literals)

    def column(self, tree: Any) -> Node:
        parts = [part.name for part in tree.find_all(exp.Identifier)]
        entity, name, at = tree.text("table"), tree.text("name") or tree.name, tree.this.meta.get("start", 0)
        if len(parts) != 2 or not _NAME.fullmatch(entity) or not _NAME.fullmatch(name):
            text = tree.sql()
            raise refused(self.place, at, f"{text} 不是事实名。", f"{text} is not entity.attribute.")
        at = tree.args["table"].meta.get("start", 0)
        return ParameterRef(name, at) if entity == "parameter" else FactRef(f"{entity}.{name}", at)

    def literal(self, tree: Any) -> Node:
        text = tree.name
        if tree.is_string:
            return Literal(text, "text")
        return Literal(int(text.replace(".", "")), "money") if "." in text else Literal(int(text), "int")

    def day(self, tree: Any) -> Node:
        try:
            return Literal(date.fromisoformat(tree.this.name), "date")
        except ValueError as error:
            text = tree.this.name
            raise refused(self.place, 0, f"没有 {text} 这一天。", f"{text} is not a day.") from error

    def call(self, tree: Any) -> Node:
        listed = (
            [tree.this, *tree.expressions] if isinstance(tree, exp.Least | exp.Greatest) else tree.expressions
        )
        name = tree.key if isinstance(tree, exp.Least | exp.Greatest) else tree.name
        fewest, most = FUNCTIONS.get(name, (1, 0))
        if not fewest <= len(listed) <= most:
            text = tree.sql()
            raise refused(
                self.place,
                0,
                f"{text}：没有这个函数，或参数个数不对。",
                f"{text}: no such function, or wrong arguments.",
            )
        return Call(name, self.nodes(listed))


_READERS: dict[type, Callable[[_Reader, Any], Node]] = {
    exp.And: lambda reader, tree: And(reader.flat(tree)),
    exp.Or: lambda reader, tree: Or(reader.flat(tree)),
    exp.Not: lambda reader, tree: Not(reader.node(tree.this)),
    exp.Paren: lambda reader, tree: reader.node(tree.this),
    exp.Boolean: lambda reader, tree: Literal(bool(tree.this), "bool"),
    exp.Between: _Reader.between,
    exp.In: _Reader.is_in,
    exp.Column: _Reader.column,
    exp.Literal: _Reader.literal,
    exp.Cast: _Reader.day,
    exp.Least: _Reader.call,
    exp.Greatest: _Reader.call,
    exp.Anonymous: _Reader.call,
}
