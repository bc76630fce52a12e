"""What earlier payments and other lines of a roster use up. History is asked first, then the lines in
order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from jiangli.rules.assessment import Finding, PastPayment
from jiangli.rules.facts import Facts, Value
from jiangli.rules.programme import Limit, Programme

if TYPE_CHECKING:
    from jiangli.rules.engine import Line

Key = tuple[str | None, ...]


def apply_limits(
    programme: Programme, lines: Sequence[Line], history: Sequence[PastPayment], barred: bool
) -> None:
    """Add the findings of all limits to each line. A payment that matches fails a line even if conditions
    fail.
    """
    found = [[_by_history(programme, limit, line, history) for limit in programme.limits] for line in lines]
    for line, findings in zip(lines, found, strict=True):
        line.findings += findings
    if barred or len(lines) < 2:
        return
    for at, limit in enumerate(programme.limits):
        _among_lines(programme, limit, at - len(programme.limits), lines)


def _by_history(programme: Programme, limit: Limit, line: Line, history: Sequence[PastPayment]) -> Finding:
    key = key_of(limit, line.facts)
    possible = () if limit.roster_only else _possible(programme, limit, key, history)
    sure = [paid for paid in possible if None not in key]
    if sure:
        return Finding(limit.condition, False, (), line.facts, programme, paid=sure[0])
    if possible:
        return Finding(limit.condition, None, _open(limit, line.facts), line.facts, programme)
    return Finding(limit.condition, True, (), line.facts, programme)


def _possible(
    programme: Programme, limit: Limit, key: Key, history: Iterable[PastPayment]
) -> list[PastPayment]:
    """Payments of the programmes looked at whose columns agree with all known parts of the key."""
    if "claim" in limit.per:
        return []
    columns = [column for column, _ in limit.keys]
    return [
        paid
        for paid in history
        if _looks_at(programme, limit, paid)
        and all(
            (there := paid.column(column)) is not None and (own is None or own == there)
            for column, own in zip(columns, key, strict=True)
        )
    ]


def _looks_at(programme: Programme, limit: Limit, paid: PastPayment) -> bool:
    """Whether the limit looks across to the programme of this payment."""
    for name in limit.across:
        if name.startswith("series:"):
            series = paid.series
            if series is None and paid.programme == programme.id:
                series = programme.document.series
            if series == name.removeprefix("series:"):
                return True
        elif (name.endswith("*") and paid.programme.startswith(name[:-1])) or name == paid.programme:
            return True
    return False


def key_of(limit: Limit, facts: Facts) -> Key:
    """The key of a line under a limit; None for a part that is not known."""
    return tuple(_column(key.run(facts), column) for column, key in limit.keys)


def _column(value: Value | None, column: str) -> str | None:
    if isinstance(value, date):
        return f"{value.year}-{value.month:02d}" if column == "period" else value.isoformat()
    return None if value is None else str(value)


def _open(limit: Limit, facts: Facts) -> tuple[str, ...]:
    names = [name for _, key in limit.keys if key.run(facts) is None for name in key.open(facts)]
    return tuple(dict.fromkeys(names))


def _among_lines(programme: Programme, limit: Limit, at: int, lines: Sequence[Line]) -> None:
    """Among the lines that still stand, the first of a key stays, or the highest; the others fail the
    limit.

    A line whose key is not known stays open while another one could be the same. ``at``: place of the
    limit's finding, from the end.
    """
    standing = [(number, line) for number, line in enumerate(lines, 1) if line.state]
    keys = {number: key_of(limit, line.facts) for number, line in standing}
    kept: dict[Key, tuple[int, Line]] = {}
    for number, line in standing:
        key = keys[number]
        if None in key:
            others = [other for there, other in keys.items() if there != number]
            if any(_may_be_one(key, other) for other in others):
                names = _open(limit, line.facts)
                line.findings[at] = Finding(limit.condition, None, names, line.facts, programme)
            continue
        best = kept.setdefault(key, (number, line))
        if best[1] is not line:
            kept[key], lost = _duel(limit, best, (number, line))
            lost.findings[at] = Finding(limit.condition, False, (), lost.facts, programme, line=kept[key][0])


def _may_be_one(first: Key, second: Key) -> bool:
    return all(a is None or b is None or a == b for a, b in zip(first, second, strict=True))


def _duel(limit: Limit, first: tuple[int, Line], second: tuple[int, Line]) -> tuple[tuple[int, Line], Line]:
    """The line that stays and the one that goes; a tie leaves the earlier."""
    if limit.keep_highest and _rank(limit, second[1]) > _rank(limit, first[1]):
        return second, first[1]
    return first, second[1]


def _rank(limit: Limit, line: Line) -> int:
    return limit.rank.get(str(line.facts.get(limit.keep_highest or "")), -1)
