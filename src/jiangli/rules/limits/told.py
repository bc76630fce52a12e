"""Limits that hold or warn: told where they would have refused or cut, deciding nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jiangli.rules.assessment import Finding
from jiangli.rules.limits.keys import key_of, not_in_force, open_keys
from jiangli.rules.limits.past import Past, looks_at
from jiangli.rules.limits.tally import Key, Sum
from jiangli.rules.programme import Limit, Programme

if TYPE_CHECKING:
    from jiangli.rules.engine import Line


def tell(programme: Programme, limit: Limit, lines: Sequence[Line], past: Past) -> None:
    """Lines count against each other only where the limit looks at this programme itself."""
    if past.empty and len(lines) == 1 and limit.ceiling is None:
        return  # there is nothing it could be told of
    own = looks_at(limit, programme.id, programme.series)
    earlier: dict[
        Key, tuple[int, int]
    ] = {}  # what earlier lines of a key come to, and the number of the first
    for line in lines:
        if line.state is False or not_in_force(programme, limit, line):
            continue
        key = key_of(limit, line.facts, line.part)
        found = past.under(limit, key)
        before, number = earlier.get(key, (0, None)) if None not in key else (0, None)
        if _bites(limit, line, found, before, number is not None):
            line.told.append(_finding(programme, limit, line, key, found, number))
        if own:
            sofar, first = earlier.get(key, (0, line.number))
            earlier[key] = (sofar + (line.amount_fen or 0), first)


def _bites(limit: Limit, line: Line, found: Sum, before: int, seen: bool) -> bool:
    if limit.kind == "once_per":
        return found.first is not None or seen
    used = found.total + before
    if limit.ceiling is None:
        return used > 0
    top = limit.ceiling.run(line.facts)
    return top is not None and used + (line.amount_fen or 0) > top


def _finding(
    programme: Programme, limit: Limit, line: Line, key: Key, found: Sum, number: int | None
) -> Finding:
    """Certain where the key is known; it names the payment, or the line of the roster, that came first."""
    state, names = (None, open_keys(limit, line.facts)) if None in key else (False, ())
    first = None if found.first else number
    return Finding(limit.condition, state, line.facts, programme, names, paid=found.first, line=first)
