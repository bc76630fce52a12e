"""[[limits]], [record] and [counts]: what earlier payments use up, and what an attached list counts."""

from __future__ import annotations

from collections.abc import Mapping

from jiangli.rules.closures import Expression, compile_node
from jiangli.rules.errors import Words
from jiangli.rules.nodes import FactRef
from jiangli.rules.programme import Condition, Limit
from jiangli.rules.reading.conditions import check_tell
from jiangli.rules.reading.context import BASIS, DAYS, Reading
from jiangli.rules.toml import Table

KINDS = ("once_per", "less_paid_per", "at_most")
COLUMNS = {"person": "person.id", "organisation": "organisation.id", "certificate": "certificate.id"}
RECORDED = ("subject", "period")
PAYMENT = ("payment.programme", "payment.paid_on", "payment.amount", "payment.period")
_KEYS = (*KINDS, "per", "across", "keep_highest", "within", "effect", "id", "title", "tell", *DAYS, *BASIS)


def limits(reading: Reading) -> tuple[Limit, ...]:
    """The limits in the order of the file."""
    return tuple(limit(reading, row) for row in reading.root.tables("limits"))


def limit(reading: Reading, row: Table) -> Limit:
    row.only(*_KEYS)
    kind = _kind(row)
    per = row.texts("per" if kind == "at_most" else kind)
    id = row.maybe_text("id") or ("cap" if kind == "at_most" else "once")
    keys = tuple((column, _key(reading, row, kind, column)) for column in per if column != "claim")
    ceiling = reading.money(row, "at_most") if kind == "at_most" else None
    keep, rank = _highest(reading, row, kind)
    names = [name for _, key in keys for name in key.facts]
    facts = tuple(dict.fromkeys([*names, *(ceiling.facts if ceiling else ())]))
    tell = reading.words(row.maybe_text("tell"), "limits", id, "tell")
    check_tell(row, tell, (*facts, *(PAYMENT if kind == "once_per" else ())))
    title, basis = reading.words(row.maybe_text("title"), "limits", id, "title"), reading.basis(row)
    effect = row.one_of("effect", "refuse", "hold", "warn") if "effect" in row else "refuse"
    holds = effect == "hold" or (effect == "refuse" and not basis.cites)
    condition = Condition(id, title, basis, False, tell, None, facts, holds)
    roster_only = "within" in row and bool(row.one_of("within", "roster"))
    return Limit(
        id, kind, per, keys, _across(reading, row), ceiling, keep, rank, roster_only, effect, reading.when(row),
        condition,
    )  # fmt: skip


def _kind(row: Table) -> str:
    there = [kind for kind in KINDS if kind in row]
    if there == ["at_most"] and "per" not in row:
        raise row.wrong(
            ["at_most"],
            Words("写了 at_most，还缺 per。", "There is at_most, and per is missing."),
            Words(
                '写 per = ["person"]（每人）、["organisation"]（每家）……；整个项目合计写 per = []。',
                'Write per = ["person"], ["organisation"] …, or per = [] for the whole programme.',
            ),
        )
    if len(there) != 1 or (there == ["at_most"]) != ("per" in row):
        raise row.wrong(
            there[1:],
            Words(
                "限额要写 once_per、less_paid_per，或者 at_most 和 per。",
                "A limit has once_per, less_paid_per, or at_most with per.",
            ),
            Words("三者只写一个。", "Write exactly one of the three."),
        )
    return there[0]


def _across(reading: Reading, row: Table) -> tuple[str, ...]:
    """The programmes looked at; ``policy check`` sees whether there are such."""
    return row.texts("across") or (reading.root.text("id"),)


def _highest(reading: Reading, row: Table, kind: str) -> tuple[str | None, Mapping[str, int]]:
    """The fact by which the highest line counts, with the order of its values."""
    if "keep_highest" not in row:
        return None, {}
    keep = reading.fact(row, "keep_highest")
    enum = reading.facts[keep].enum
    if kind != "once_per" or not (enum and enum.ordered):
        raise row.wrong(
            ["keep_highest"],
            Words(f"{keep} 没有高低，或不是 once_per。", f"{keep} has no order, or this is not once_per."),
            Words(
                "用在 once_per 里，写一个有高低的枚举。",
                "Use it with once_per, and a fact with an ordered enum.",
            ),
        )
    return keep, enum.ranks


def _key(reading: Reading, row: Table, kind: str, column: str) -> Expression:
    """The expression that gives one column of the key."""
    at = "per" if kind == "at_most" else kind
    if column in COLUMNS:
        return compile_node(FactRef(reading.known(row, at, COLUMNS[column])))
    record = reading.root.table("record")
    if column in RECORDED and column in record:
        return reading.expression(record, column, "text", "enum", "int", "date")
    raise row.wrong(
        [at],
        Words(f"不认得 {column}，或 record 里没有写。", f"{column} is unknown, or not in record."),
        Words(
            "可以写：person organisation certificate claim，或 record 里的 subject period。",
            "Use person, organisation, certificate, claim, or subject and period of record.",
        ),
    )


def record(reading: Reading) -> tuple[tuple[str, Expression], ...]:
    """Under which subject and period a payment of this programme is filed."""
    table = reading.root.table("record").only(*RECORDED, "parts")
    return tuple(
        (column, reading.expression(table, column, "text", "enum", "int", "date"))
        for column in RECORDED
        if column in table
    )


def parts(reading: Reading) -> dict[str, tuple[str, ...]]:
    """``record.parts``: values of the subject that stand for several."""
    record = reading.root.table("record")
    table = record.table("parts")
    found = {value: table.texts(value) for value in table}
    if found and "subject" not in record:
        raise record.wrong(
            ["parts"],
            Words("parts 要和 subject 一起写。", "parts belongs to subject."),
            Words("写上 subject。", "Write subject."),
        )
    return found


def counts(reading: Reading) -> tuple[tuple[str, Expression], ...]:
    """``[counts]``: whole-number facts, each with what is asked of every row of the attached list."""
    table = reading.root.table("counts")
    for name in table:
        if reading.facts[reading.known(table, name, name)].kind != "int":
            raise table.wrong(
                [name],
                Words(f"{name} 不是整数，不能点数。", f"{name} is not a whole number and cannot be counted."),
                Words("写一个类型为 int 的事实。", "Name a fact of type int."),
            )
    return tuple((name, reading.expression(table, name, "bool")) for name in table)
