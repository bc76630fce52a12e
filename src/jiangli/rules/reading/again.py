"""``again`` of [process]: which claim follows a decided one, when it is due, and when it has lapsed."""

from __future__ import annotations

from itertools import pairwise

from jiangli.rules.errors import Words
from jiangli.rules.programme import Again
from jiangli.rules.reading.context import BASIS, Reading
from jiangli.rules.reading.limits import parts
from jiangli.rules.toml import Table


def again(reading: Reading) -> Again | None:
    """The claim that follows; None where a programme is claimed once, or nobody can say when again."""
    process = reading.root.table("process")
    if "again" not in process:
        return None
    table = process.table("again").only("part", "months", "due", "until", "last_day", "ask_again", *BASIS)
    _stop_if_neither(table)
    part = reading.fact(table, "part") if "part" in table else None
    return Again(
        part,
        _follow(reading, table) if part else {},
        _months(reading, table) if part is None else None,
        reading.expression(table, "due", "date") if part else None,
        reading.expression(table, "until", "date") if "until" in table else None,
        reading.expression(table, "last_day", "date") if "last_day" in table else None,
        tuple(reading.known(table, "ask_again", name) for name in table.texts("ask_again")),
        reading.basis(table),
    )


def _stop_if_neither(table: Table) -> None:
    misplaced = {"due"} if "months" in table else {"until"}
    if ("part" in table) == ("months" in table) or any(key in table for key in misplaced):
        raise table.wrong(
            [],
            Words("再次申请要写 part，或者 months。", "A claim that follows has a part or months."),
            Words(
                "分笔的写 part 和 due，按月的写 months（可加 until）。",
                "Write part and due for instalments; months, and until if you like, for lines by month.",
            ),
        )


def _follow(reading: Reading, table: Table) -> dict[str, str]:
    """Instalment -> the one after it, in the order in which ``record.parts`` names them."""
    found = {first: then for several in parts(reading).values() for first, then in pairwise(several)}
    if not found:
        raise table.wrong(
            ["part"],
            Words("没有写有哪几笔。", "Nothing says which instalments there are."),
            Words('写 record = { …, parts = { both = ["first", "second"] } }。', "Write parts under record."),
        )
    return found


def _months(reading: Reading, table: Table) -> int:
    months = table.whole("months")
    if reading.root.maybe_text("lines") != "month" or months < 1:
        raise table.wrong(
            ["months"],
            Words("只有按月一行的项目才按月再次申请。", "Only a programme with a line a month has months."),
            Words('写 lines = "month"，月数至少为 1。', 'Write lines = "month", and at least one month.'),
        )
    return months
