"""Every value of the fact that rates go by has one row, or a condition that excludes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from jiangli.rules.engine import assess
from jiangli.rules.errors import NotCovered, PolicyError, Words
from jiangli.rules.facts import Facts
from jiangli.rules.programme import Programme
from jiangli.rules.toml import Table


def levels(programme: Programme, root: Table) -> Iterator[PolicyError]:
    """Each value of the fact that rates go by stands in one row, or is excluded by a condition on its own."""
    by = programme.amount.by
    enum = programme.dictionary[by].enum if by else None
    for value in enum.ranks if by and enum else ():
        rows = [rate for rate in programme.amount.rates if rate.values is None or value in rate.values]
        if len([rate for rate in rows if rate.when is None]) > 1:
            yield _level(root, value, Words("在几行里", "in several rows"))
        elif not rows and not _excluded(programme, {by or "": value}):
            yield _level(root, value, Words("没有金额", "without a rate"))


def _excluded(programme: Programme, facts: Facts) -> bool:
    """Whether a condition is false with nothing else known."""
    lines: list[Facts] | None = None if programme.lines in ("none", "optional") else [{}]
    found = assess(programme, facts, on=_any_day(programme), lines=lines)
    failed = [id for line in found.lines or () for id in line.failed]
    return any(id != "rate" for id in (*found.failed, *failed))


def _level(root: Table, value: str, wrong: Words) -> PolicyError:
    return NotCovered(
        root.place("amount", "rates"),
        Words(f"等级 {value} {wrong.zh}。", f"The value {value} is {wrong.en}."),
        Words(
            "每个值一行；没有金额的写 no_rate = true，或由条件排除。",
            "One row each; write no_rate = true, or let a condition exclude it.",
        ),
    )


def _any_day(programme: Programme) -> date:
    """A day inside the window, so that the window excludes no level."""
    first, last = programme.window() or (None, None)
    return first or last or date(2025, 6, 10)
