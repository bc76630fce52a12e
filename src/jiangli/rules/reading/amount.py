"""[amount]: rates, brackets, supplements and payers."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from jiangli.rules.closures import Expression, compile_node
from jiangli.rules.document import Basis
from jiangli.rules.errors import Words, nearest
from jiangli.rules.nodes import Arithmetic, Call, Literal, Node
from jiangli.rules.programme import Amount, Condition, Payer, Rate, Supplement
from jiangli.rules.reading.context import BASIS, DAYS, Reading
from jiangli.rules.toml import Table

DAY = timedelta(1)
_NO_RATE = Words("有对应的金额标准", "There is a rate for this case")


def amount(reading: Reading) -> Amount:
    """The amount table: a single ``yuan``, rows of rates, or brackets of a sum."""
    table = reading.root.table("amount")
    table.only("yuan", "by", "rates", "of", "brackets", "at_least", "supplements", "payers", "needs", *BASIS)
    by = reading.fact(table, "by") if "by" in table else None
    own = reading.basis(table, required=False)
    if sum(way in table for way in ("yuan", "rates", "brackets")) != 1:
        raise table.wrong(
            [],
            Words("金额要写 yuan、rates 或 brackets。", "An amount has yuan, rates or brackets."),
            Words("三者只写一个。", "Write exactly one of the three."),
        )
    rates = _rates(reading, table, by, own)
    supplements = tuple(_supplement(reading, row) for row in table.tables("supplements"))
    facts = (by,) if by else ()
    condition = Condition("rate", _NO_RATE, own, False, None, None, facts)
    return Amount(by, rates, supplements, condition, any(rate.by_officer for rate in rates))


def _rates(reading: Reading, table: Table, by: str | None, own: Basis) -> tuple[Rate, ...]:
    needs = _needs(reading, table)
    if "brackets" in table:
        found, basis = _brackets(reading, table)
        return (Rate(None, None, found, needs, _together([own, *basis])),)
    for key in ("of", "at_least"):
        if key in table:
            raise table.wrong(
                [key],
                Words(f"{key} 要和 brackets 一起写。", f"{key} belongs to brackets."),
                Words("写 brackets，或去掉它。", "Write brackets, or leave it out."),
            )
    rows = table.tables("rates") if "rates" in table else [table]
    return tuple(rate(reading, row, by, own, needs) for row in rows)


def _together(found: list[Basis]) -> Basis:
    """All words of several, each once."""
    cites = dict.fromkeys(cite for basis in found for cite in basis.cites)
    return Basis(tuple(cites), next((basis.inferred for basis in found if basis.inferred), None))


def _brackets(reading: Reading, table: Table) -> tuple[Expression, list[Basis]]:
    """The sum over the slices of the fact ``of``, each with its percent, as one expression of the grammar; and the
    words of each slice.
    """
    rows = [row.only("up_to", "percent", *BASIS) for row in table.tables("brackets")]
    tops = [_whole_yuan(row) if "up_to" in row else None for row in rows]
    _tops_rise(table, tops)
    required = "quote" not in table and "inferred" not in table
    basis = [reading.basis(row, required=required) for row in rows]
    whole = reading.node_of(table, "of", "money")
    slices = [
        Call("percent_of", (_slice(whole, low, top), Literal(row.whole("percent"), "int")))
        for row, low, top in zip(rows, [None, *tops], tops, strict=False)
    ]
    total: Node = slices[0]
    for part in slices[1:]:
        total = Arithmetic("+", total, part)
    if "at_least" in table:
        total = Call("raised_to", (total, Literal(_whole_yuan(table, "at_least"), "money")))
    return compile_node(total), basis


def _whole_yuan(row: Table, key: str = "up_to") -> int:
    """A whole number of yuan, in fen."""
    return row.whole(key) * 100


def _tops_rise(table: Table, tops: list[int | None]) -> None:
    """Refuse brackets that do not rise, or an open one that is not the last."""
    if not tops or None in tops[:-1] or any(a >= b for a, b in pairwise(t for t in tops if t is not None)):
        raise table.wrong(
            ["brackets"],
            Words("各段的 up_to 要从低到高，只有最后一段可以不写。", "The up_to of the brackets must rise."),
            Words("从低到高写；最后一段不封顶就不写 up_to。", "Only the last bracket may leave up_to out."),
        )


def _slice(whole: Node, low: int | None, top: int | None) -> Node:
    upper = whole if top is None else Call("least", (whole, Literal(top, "money")))
    if low is None:
        return upper
    return Arithmetic("-", upper, Call("least", (whole, Literal(low, "money"))))


def _needs(reading: Reading, table: Table) -> tuple[str, ...]:
    return tuple(reading.known(table, "needs", name) for name in table.texts("needs"))


def rate(reading: Reading, row: Table, by: str | None, own: Basis, needs: tuple[str, ...]) -> Rate:
    if row.name != "amount":
        row.only("is", "when", "yuan", "no_rate", "needs", *DAYS, *BASIS)
    if ("yuan" in row) == row.flag("no_rate"):
        raise row.wrong(
            [],
            Words("这一行要写 yuan，或者 no_rate = true。", "A row has yuan, or no_rate = true."),
            Words("两者只写一个。", "Write exactly one of the two."),
        )
    basis = reading.basis(row, required=not (own.cites or own.inferred))
    money = reading.money(row, "yuan") if "yuan" in row else None
    when = reading.when(row)
    own_needs = (*needs, *_needs(reading, row)) if row.name != "amount" else needs
    return Rate(_values(reading, row, by), when, money, own_needs, basis if basis.cites else own)


def _values(reading: Reading, row: Table, by: str | None) -> frozenset[str] | None:
    """The values of the fact ``by`` for which a row stands, each known to its enum."""
    if "is" not in row:
        return None
    values = [row.text("is")] if isinstance(row.data["is"], str) else list(row.texts("is"))
    enum = reading.facts[by].enum if by else None
    for value in values:
        if not enum or value not in enum.ranks:
            listed = " ".join(enum.ranks) if enum else "by"
            raise row.wrong(
                ["is"],
                Words(f"{value} 不是 {by} 的值。", f"{value} is not a value of {by}."),
                nearest(value, enum.ranks if enum else ()).then(
                    Words(f"可以写：{listed}。", f"Write one of: {listed}.")
                ),
            )
    return frozenset(values)


def _supplement(reading: Reading, row: Table) -> Supplement:
    row.only("when", "yuan", "percent", *DAYS, *BASIS)
    when = reading.when(row)
    money = reading.money(row, "yuan") if "yuan" in row else None
    percent = row.whole("percent") if money is None else None
    return Supplement(when, money, percent, reading.basis(row))


def payers(reading: Reading) -> tuple[Payer, ...]:
    """Who pays which part; the agency alone if nothing is said."""
    rows = reading.root.table("amount").tables("payers")
    if not rows:
        return (Payer(reading.agency(reading.root), 1, None, None, Basis()),)
    found = tuple(_payer(reading, row) for row in rows)
    spans = [(row.day("from") or date.min, row.day("to") or date.max) for row in rows]
    for first in {
        date.min,
        *(start for start, _ in spans),
        *(end + DAY for _, end in spans if end < date.max),
    }:
        paying = [payer for payer, (start, end) in zip(found, spans, strict=True) if start <= first <= end]
        _pay_whole(rows[0], paying, first)
    return found


def _pay_whole(row: Table, paying: list[Payer], first: date) -> None:
    """Refuse payers who, from a day on, are none, mix ratios with percents, or do not pay the whole."""
    percents = [payer.percent for payer in paying if payer.percent is not None]
    whole = sum(percents) == 100 and len(percents) == len(paying) and min(percents) > 0
    if not (whole if percents else sum(payer.ratio for payer in paying) > 0):
        since = "" if first == date.min else f" ({first})"
        raise row.wrong(
            [],
            Words(f"各家合起来不是全部{since}。", f"The payers do not pay the whole{since}."),
            Words(
                "每一天都要有人付；percent 每家都写、大于 0，合计 100。",
                "Somebody must pay on every day; give each a percent above 0, 100 in all, or none.",
            ),
        )


def _payer(reading: Reading, row: Table) -> Payer:
    row.only("payer", "ratio", "percent", *DAYS, *BASIS)
    basis, when = reading.basis(row, required=False), reading.when(row)
    if "percent" in row:
        return Payer(reading.agency(row, "payer"), 0, row.whole("percent"), when, basis)
    return Payer(reading.agency(row, "payer"), _ratio(reading, row), None, when, basis)


def _ratio(reading: Reading, row: Table) -> int:
    """A whole number, written or by a parameter."""
    if "ratio" not in row:
        return 1
    if isinstance(row.data["ratio"], str):
        value = reading.expression(row, "ratio", "int").run({})
    else:
        value = row.whole("ratio")
    if not isinstance(value, int) or value < 0:
        raise row.wrong_kind("ratio", int)
    return value
