"""[amount] and [[limits]]: rates, supplements, payers, and what an earlier payment uses up."""

from __future__ import annotations

from jiangli.rules.closures import Expression, compile_node
from jiangli.rules.errors import Words, nearest
from jiangli.rules.grammar import parse
from jiangli.rules.nodes import FactRef
from jiangli.rules.programme import Amount, Basis, Condition, Limit, Payer, Rate, Supplement
from jiangli.rules.reading.conditions import check_tell
from jiangli.rules.reading.context import BASIS, Reading
from jiangli.rules.toml import Table
from jiangli.rules.types import Checker

_NO_RATE = Words("这个等级有标准", "There is a rate for this level")
COLUMNS = {"person": "person.id", "organisation": "organisation.id", "certificate": "certificate.id"}
PAYMENT = ("payment.programme", "payment.paid_on", "payment.amount", "payment.period")


def amount(reading: Reading) -> Amount:
    """The amount table: a single ``yuan``, or rows of rates."""
    table = reading.root.table("amount")
    table.not_yet("of", "brackets", "at_least")
    table.only("yuan", "by", "rates", "supplements", "payers", "needs", *BASIS)
    by = reading.fact(table, "by") if "by" in table else None
    own = reading.basis(table, required=False)
    needs = _needs(reading, table)
    rows = table.tables("rates") if "rates" in table else [table]
    if ("rates" in table) == ("yuan" in table):
        raise table.wrong(
            [],
            Words("金额要写 yuan，或者 rates。", "An amount has yuan, or rates."),
            Words("两者只写一个。", "Write exactly one of the two."),
        )
    rates = tuple(_rate(reading, row, by, own, needs) for row in rows)
    supplements = tuple(_supplement(reading, row) for row in table.tables("supplements"))
    facts = (by,) if by else ()
    condition = Condition("rate", _NO_RATE, own, False, None, None, facts)
    return Amount(by, rates, supplements, condition)


def _needs(reading: Reading, table: Table) -> tuple[str, ...]:
    return tuple(reading.known(table, "needs", name) for name in table.texts("needs"))


def _rate(reading: Reading, row: Table, by: str | None, own: Basis, needs: tuple[str, ...]) -> Rate:
    row.not_yet("from", "to")
    if row.name != "amount":
        row.only("is", "when", "yuan", "no_rate", "needs", *BASIS)
    if ("yuan" in row) == row.flag("no_rate"):
        raise row.wrong(
            [],
            Words("这一行要写 yuan，或者 no_rate = true。", "A row has yuan, or no_rate = true."),
            Words("两者只写一个。", "Write exactly one of the two."),
        )
    basis = reading.basis(row, required=not (own.cites or own.inferred))
    money = reading.money(row, "yuan") if "yuan" in row else None
    when = reading.expression(row, "when", "bool") if "when" in row else None
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
    row.not_yet("from", "to")
    row.only("when", "yuan", "percent", *BASIS)
    when = reading.expression(row, "when", "bool") if "when" in row else None
    money = reading.money(row, "yuan") if "yuan" in row else None
    percent = row.whole("percent") if money is None else None
    return Supplement(when, money, percent, reading.basis(row))


def payers(reading: Reading) -> tuple[Payer, ...]:
    """Who pays which part; the agency alone if nothing is said."""
    rows = reading.root.table("amount").tables("payers")
    if not rows:
        return (Payer(reading.root.text("agency"), 1, None, Basis()),)
    found = tuple(_payer(reading, row) for row in rows)
    percents = [payer.percent for payer in found if payer.percent is not None]
    if percents and (len(percents) < len(found) or sum(percents) != 100):
        raise rows[0].wrong(
            [],
            Words("各家的 percent 合起来不是 100。", "The percents of the payers do not sum to 100."),
            Words("每一家都写，合计 100。", "Give each payer one, 100 in all."),
        )
    return found


def _payer(reading: Reading, row: Table) -> Payer:
    row.not_yet("from", "to")
    row.only("payer", "ratio", "percent", *BASIS)
    basis = reading.basis(row, required=False)
    if "percent" in row:
        return Payer(row.text("payer"), 0, row.whole("percent"), basis)
    return Payer(row.text("payer"), _ratio(reading, row), None, basis)


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


def limits(reading: Reading) -> tuple[Limit, ...]:
    """The limits in the order of the file."""
    return tuple(_limit(reading, row) for row in reading.root.tables("limits"))


def _limit(reading: Reading, row: Table) -> Limit:
    row.not_yet("at_most", "less_paid_per", "from", "to")
    row.only("once_per", "across", "keep_highest", "within", "id", "title", "tell", *BASIS)
    per = row.texts("once_per")
    id = row.maybe_text("id") or "once"
    keys = tuple((column, _key(reading, row, column)) for column in per if column != "claim")
    keep = reading.fact(row, "keep_highest") if "keep_highest" in row else None
    enum = reading.facts[keep].enum if keep else None
    if keep and not (enum and enum.ordered):
        raise row.wrong(
            ["keep_highest"],
            Words(f"{keep} 没有高低。", f"{keep} has no order."),
            Words("要一个有高低的枚举。", "Name a fact with an ordered enum."),
        )
    facts = tuple(dict.fromkeys(name for _, key in keys for name in key.facts))
    tell = reading.words(row.maybe_text("tell"), "limits", id, "tell")
    check_tell(row, tell, (*facts, *PAYMENT))
    title = reading.words(row.maybe_text("title"), "limits", id, "title")
    condition = Condition(id, title, reading.basis(row), False, tell, None, facts)
    across = row.texts("across") or (reading.root.text("id"),)
    roster_only = "within" in row and bool(row.one_of("within", "roster"))
    rank = enum.ranks if enum else {}
    return Limit(id, "once_per", per, keys, across, keep, rank, roster_only, condition)


def _key(reading: Reading, row: Table, column: str) -> Expression:
    """The expression that gives one column of the key."""
    if column in COLUMNS:
        return compile_node(FactRef(reading.known(row, "once_per", COLUMNS[column])))
    record = reading.root.table("record")
    if column in ("subject", "period") and column in record:
        node = parse(record.text(column), record.place(column))
        checker = Checker(reading.facts, reading.parameters, record.place(column))
        return compile_node(checker.check(node, "text", "enum", "int", "date"))
    raise row.wrong(
        ["once_per"],
        Words(f"不认得 {column}，或 record 里没有写。", f"{column} is unknown, or not in record."),
        Words(
            "可以写：person organisation certificate，或 record 里的 subject period。",
            "Use person, organisation, certificate, or subject and period of record.",
        ),
    )
