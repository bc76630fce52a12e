"""``once_per``: one payment for each key, over history and among the lines of a roster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jiangli.rules.assessment import Finding
from jiangli.rules.limits.keys import key_in_claim, key_of, not_in_force, open_keys
from jiangli.rules.limits.past import Past
from jiangli.rules.limits.tally import Key, Tally
from jiangli.rules.programme import Limit, Programme

if TYPE_CHECKING:
    from jiangli.rules.engine import Line


def by_history(programme: Programme, limit: Limit, line: Line, past: Past) -> Finding:
    """What earlier payments say under a once-only limit; the other kinds begin as met."""
    if limit.when and (there := not_in_force(programme, limit, line)):
        return there
    if limit.kind != "once_per" or past.empty:
        return Finding(limit.condition, True, line.facts, programme)
    key = key_of(limit, line.facts, line.part)
    found = past.under(limit, key).first
    if found and None not in key:
        return Finding(limit.condition, False, line.facts, programme, paid=found)
    if found:
        return Finding(limit.condition, None, line.facts, programme, open_keys(limit, line.facts))
    return Finding(limit.condition, True, line.facts, programme)


def among_lines(programme: Programme, limit: Limit, at: int, lines: Sequence[Line]) -> None:
    """Among the decided lines of a key the first stays, or the highest; the others fail the limit.

    An undetermined line takes nothing, but fails where it would lose to the one that stays whatever comes to be
    known. A line whose key is not known stays open while another decided one could be the same.
    """
    bound = [line for line in lines if line.state is not False and not not_in_force(programme, limit, line)]
    keys = {line.order: key_in_claim(programme, limit, line) for line in bound}
    decided = Tally()
    for line in bound:
        if line.state:
            decided.add(keys[line.order], 1)
    kept: dict[Key, Line] = {}
    for line in [line for line in bound if line.state]:
        key = keys[line.order]
        if None in key:
            _leave_open(programme, limit, at, line, decided.perhaps(key).total - 1)
            continue
        best = kept.setdefault(key, line)
        if best is not line:
            kept[key], lost = _duel(limit, best, line)
            _fail(programme, limit, at, lost, kept[key])
    for line in bound:
        best = kept.get(keys[line.order], line)
        if line.state is None and best is not line and _loses(limit, line, best):
            _fail(programme, limit, at, line, best)


def _fail(programme: Programme, limit: Limit, at: int, lost: Line, kept: Line) -> None:
    found = Finding(limit.condition, False, lost.facts, programme, line=kept.number)
    lost.findings[lost.limits_from + at] = found


def _leave_open(programme: Programme, limit: Limit, at: int, line: Line, others: int) -> None:
    """Open where ``others`` decided lines could be of the same key."""
    if others:
        names = open_keys(limit, line.facts)
        line.findings[line.limits_from + at] = Finding(limit.condition, None, line.facts, programme, names)


def _duel(limit: Limit, first: Line, second: Line) -> tuple[Line, Line]:
    """The line that stays and the one that goes; a tie leaves the earlier."""
    if limit.keep_highest and _rank(limit, second) > _rank(limit, first):
        return second, first
    return first, second


def _rank(limit: Limit, line: Line) -> int:
    return limit.rank.get(str(line.facts.get(limit.keep_highest or "")), -1)


def _loses(limit: Limit, line: Line, best: Line) -> bool:
    """Whether an undetermined line would lose to a decided one, whatever is still unknown of it."""
    if not limit.keep_highest:
        return best.order < line.order
    if limit.keep_highest not in line.facts:
        return False
    ranks = _rank(limit, line), _rank(limit, best)
    return ranks[0] < ranks[1] or (ranks[0] == ranks[1] and best.order < line.order)
