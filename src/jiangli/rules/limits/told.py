"""Limits that hold or warn: told where they would have refused or cut, deciding nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jiangli.rules.assessment import Finding, PastPayment
from jiangli.rules.limits.keys import Key, key_of, looks_at, not_in_force, open_keys, possible
from jiangli.rules.programme import Limit, Programme

if TYPE_CHECKING:
    from jiangli.rules.engine import Line


def tell(programme: Programme, limit: Limit, lines: Sequence[Line], history: Sequence[PastPayment]) -> None:
    """Lines count against each other only where the limit looks at this programme itself."""
    own = looks_at(limit, programme.id, programme.series)
    earlier: dict[Key, list[Line]] = {}
    for line in lines:
        if line.state is False or not_in_force(programme, limit, line):
            continue
        key = key_of(limit, line.facts, line.part)
        found = possible(programme, limit, key, history)
        before = earlier.get(key, []) if None not in key else []
        if _bites(limit, line, found, before):
            line.told.append(_finding(programme, limit, line, key, found, before))
        if own:
            earlier.setdefault(key, []).append(line)


def _bites(limit: Limit, line: Line, found: Sequence[PastPayment], before: Sequence[Line]) -> bool:
    if limit.kind == "once_per":
        return bool(found or before)
    used = sum(one.amount_fen for one in found) + sum(other.amount_fen or 0 for other in before)
    if limit.ceiling is None:
        return used > 0
    top = limit.ceiling.run(line.facts)
    return top is not None and used + (line.amount_fen or 0) > top


def _finding(
    programme: Programme,
    limit: Limit,
    line: Line,
    key: Key,
    found: Sequence[PastPayment],
    before: Sequence[Line],
) -> Finding:
    """Certain where the key is known; it names the payment, or the line of the roster, that came first."""
    paid = found[0] if found else None
    number = before[0].number if before and not found else None
    state, names = (None, open_keys(limit, line.facts)) if None in key else (False, ())
    return Finding(limit.condition, state, line.facts, programme, names, paid=paid, line=number)
