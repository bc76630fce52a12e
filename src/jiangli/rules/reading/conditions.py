"""[claim], [line] and [warnings]: conditions by id, with alternatives (any) and regimes (by_date)."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from jiangli.rules.closures import compile_node
from jiangli.rules.document import Basis
from jiangli.rules.errors import Words
from jiangli.rules.nodes import ByDate, FactRef, Node, Or, facts_of
from jiangli.rules.programme import Condition
from jiangli.rules.reading.context import BASIS, Reading
from jiangli.rules.toml import Table

_KEYS = ("when", "any", "by_date", "title", "fault", "tell", *BASIS)


def conditions(reading: Reading, key: str) -> tuple[Condition, ...]:
    """The conditions of one table, in the order of the file."""
    return tuple(condition(reading, table, key) for table in reading.root.tables(key))


def condition(reading: Reading, table: Table, key: str) -> Condition:
    table.only(*_KEYS)
    if sum(way in table for way in ("when", "any", "by_date")) != 1:
        raise table.wrong(
            [],
            Words("条件要有一个 when、any 或 by_date。", "A condition has one of when, any, by_date."),
            Words("三者只写一个。", "Write exactly one of the three."),
        )
    node, basis = _rule(reading, table)
    names = facts_of(node)
    tell = reading.words(table.maybe_text("tell"), key, table.name, "tell")
    check_tell(table, tell, names)
    title = reading.words(table.maybe_text("title"), key, table.name, "title")
    return Condition(table.name, title, basis, table.flag("fault"), tell, compile_node(node), names)


def _rule(reading: Reading, table: Table) -> tuple[Node, Basis]:
    if "when" in table:
        return reading.node(table, "when", "bool"), reading.basis(table)
    rows = table.tables("any" if "any" in table else "by_date")
    own = reading.basis(table, required=False)
    bases = [reading.basis(row, required=not (own.cites or own.inferred)) for row in rows]
    cites = tuple(cite for basis in (own, *bases) for cite in basis.cites)
    inferred = own.inferred or next((basis.inferred for basis in bases if basis.inferred), None)
    node = _any(reading, rows) if "any" in table else _by_date(reading, table, rows)
    return node, Basis(cites, inferred)


def _any(reading: Reading, rows: list[Table]) -> Node:
    return Or(tuple(reading.node(row.only("when", *BASIS), "when", "bool") for row in rows))


def _by_date(reading: Reading, table: Table, rows: list[Table]) -> Node:
    regimes = [
        (row.only("from", "to", "when", *BASIS).day("from"), row.day("to"), reading.node(row, "when", "bool"))
        for row in rows
    ]
    ends = [(before[1], after[0]) for before, after in pairwise(regimes)]
    joined = all(last and first and last + timedelta(1) == first for last, first in ends)
    if not regimes or not joined or regimes[0][0] or regimes[-1][1]:
        raise table.wrong(
            ["by_date"],
            Words("日期有空档或重叠。", "The dates leave a gap, or overlap."),
            Words(
                "第一行不写 from，最后一行不写 to，中间前后相接。",
                "No from in the first row, no to in the last, each row begins the day after the one before.",
            ),
        )
    return ByDate(FactRef(reading.decided_by), tuple(regimes))


def check_tell(table: Table, tell: Words | None, names: tuple[str, ...]) -> None:
    """Refuse a refusal text that names something the rule does not read."""
    for name in sorted(tell.blanks.difference(names)) if tell else ():
        raise table.wrong(
            ["tell"],
            Words(f"tell 里的 {name} 不是这条规则的事实。", f"tell names {name}, which is not read here."),
            Words(f"可以写：{' '.join(names)}。", f"Use: {' '.join(names)}."),
        )
