"""Rows of rates that hold for certain days: between two of them no day may be left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from jiangli.rules.checking.spans import joined
from jiangli.rules.errors import NotCovered, PolicyError, Words
from jiangli.rules.programme import Programme
from jiangli.rules.toml import Table

_DAY = timedelta(1)


def gaps(programme: Programme, root: Table) -> Iterator[PolicyError]:
    """Days without a rate between two dated rows of the same value; each once, with all values it is open for."""
    rows = list(enumerate(root.table("amount").tables("rates")))
    open_for: dict[tuple[date, date], list[str]] = {}
    for value in _values(programme):
        spans = joined(_span(row) for _, row in rows if _stands_for(row, value))
        for (_, last), (first, _) in pairwise(spans):
            days = date.fromordinal(last) + _DAY, date.fromordinal(first) - _DAY
            open_for.setdefault(days, []).append(value)
    for (first_day, last_day), values in open_for.items():
        at = next(at for at, row in rows if row.day("from") == last_day + _DAY)
        yield _gap(root, at, first_day, last_day, " ".join(values))


def _values(programme: Programme) -> tuple[str, ...]:
    """The values that rates go by; a blank one where they go by none."""
    enum = programme.dictionary[programme.amount.by].enum if programme.amount.by else None
    return tuple(enum.ranks) if enum else ("",)


def _stands_for(row: Table, value: str) -> bool:
    listed = row.data.get("is", value)
    return value == listed or (isinstance(listed, list) and value in listed)


def _span(row: Table) -> tuple[int, int]:
    return (row.day("from") or date.min).toordinal(), (row.day("to") or date.max).toordinal()


def _gap(root: Table, at: int, first: date, last: date, values: str) -> PolicyError:
    span = f"{first}" if first == last else f"{first} – {last}"
    return NotCovered(
        root.place("amount", "rates", at),
        Words(
            f"{values} 在 {span} 没有金额。".strip(), f"There is no rate on {span} {values}".rstrip() + "."
        ),
        Words(
            "后一行的 from 写前一行 to 的第二天；本来不发的写 no_rate = true。",
            "Begin a row on the day after the one before; write no_rate = true where nothing is paid.",
        ),
    )
