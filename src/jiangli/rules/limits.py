"""What earlier payments and other lines of a roster use up.

History is asked first for every once-only limit, said even where conditions fail; then each limit, in the order of
the file, takes the lines that still stand. Undetermined lines take nothing, but for those
of which no more than a key is not known: what they may take leaves later lines open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from jiangli.rules.assessment import Finding, PastPayment
from jiangli.rules.errors import FactError, Words
from jiangli.rules.facts import Facts, Value, yuan
from jiangli.rules.programme import Limit, Programme, Rate

if TYPE_CHECKING:
    from jiangli.rules.engine import Line

Key = tuple[str | None, ...]


def apply_limits(
    programme: Programme, lines: Sequence[Line], history: Sequence[PastPayment], barred: bool
) -> None:
    """Add the findings of all limits to each line, and cut its amount where a ceiling does.

    ``barred``: a condition of the whole claim is false, so nothing is left to share out.
    """
    deciding = [limit for limit in programme.limits if limit.refuses]
    for line in lines:
        line.limits_from = len(line.findings)
        line.findings += [_by_history(programme, limit, line, history) for limit in deciding]
    if not barred:
        for at, limit in enumerate(deciding):
            _share_out(programme, limit, at, lines, history)
    for limit in programme.limits:
        if not limit.refuses:
            _tell(programme, limit, lines, history)


def _share_out(
    programme: Programme, limit: Limit, at: int, lines: Sequence[Line], history: Sequence[PastPayment]
) -> None:
    """One limit over the lines that still stand; ``at`` is its place among the deciding limits."""
    if limit.kind == "once_per":
        if len(lines) > 1:
            _among_lines(programme, limit, at, lines)
        return
    taken: dict[Key, int] = {}
    for line in lines:
        if line.state is not False:
            line.findings[line.limits_from + at] = _measure(programme, limit, line, history, taken)


def _in_force(programme: Programme, limit: Limit, line: Line) -> Finding | None:
    """The finding of a limit that is not in force on the day, or whose day is not known; else None."""
    if limit.when is None or (state := limit.when.run(line.facts)) is True:
        return None
    if state is False:
        return Finding(limit.condition, True, (), line.facts, programme)
    return Finding(limit.condition, None, limit.when.open(line.facts), line.facts, programme)


def _by_history(programme: Programme, limit: Limit, line: Line, history: Sequence[PastPayment]) -> Finding:
    """What earlier payments say under a once-only limit; the others begin as met."""
    if limit.when and (there := _in_force(programme, limit, line)):
        return there
    if limit.kind != "once_per" or not history:
        return Finding(limit.condition, True, (), line.facts, programme)
    key = key_of(limit, line.facts, line.part)
    possible = _possible(programme, limit, key, history)
    if possible and None not in key:
        return Finding(limit.condition, False, (), line.facts, programme, paid=possible[0])
    if possible:
        return Finding(limit.condition, None, _open(limit, line.facts), line.facts, programme)
    return Finding(limit.condition, True, (), line.facts, programme)


def _possible(
    programme: Programme, limit: Limit, key: Key, history: Iterable[PastPayment]
) -> list[PastPayment]:
    """Payments of the programmes looked at whose columns agree with all known parts of the key."""
    if limit.roster_only or "claim" in limit.per:
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
    series = paid.series
    if series is None and paid.programme == programme.id:
        series = programme.document.series
    return looks_at(limit, paid.programme, series)


def looks_at(limit: Limit, programme_id: str, series: str | None) -> bool:
    """Whether a limit looks across to a programme of this id and series."""
    for name in limit.across:
        if name.startswith("series:"):
            if series == name.removeprefix("series:"):
                return True
        elif (name.endswith("*") and programme_id.startswith(name[:-1])) or name == programme_id:
            return True
    return False


def key_of(limit: Limit, facts: Facts, part: str | None = None) -> Key:
    """The key of a line under a limit; None for what is not known. ``part`` is the subject where a claim covers
    several.
    """
    return tuple(
        part if part and column == "subject" else column_text(key.run(facts), column)
        for column, key in limit.keys
    )


def column_text(value: Value | None, column: str) -> str | None:
    """A value as a payment is filed under it: a period is a year or a month."""
    if isinstance(value, date):
        return f"{value.year}-{value.month:02d}" if column == "period" else value.isoformat()
    return None if value is None else str(value)


def _open(limit: Limit, facts: Facts) -> tuple[str, ...]:
    names = [name for _, key in limit.keys if key.run(facts) is None for name in key.open(facts)]
    return tuple(dict.fromkeys(names))


def _among_lines(programme: Programme, limit: Limit, at: int, lines: Sequence[Line]) -> None:
    """Among the lines that still stand, the first of a key stays, or the highest; the others fail the
    limit.

    A line whose key is not known stays open while another one could be the same.
    """
    standing = [
        line for line in lines if line.state and not (limit.when and _in_force(programme, limit, line))
    ]
    keys = [key_of(limit, line.facts, line.part) for line in standing]
    kept: dict[Key, Line] = {}
    for line, key in zip(standing, keys, strict=True):
        if None in key:
            others = [other for other, there in zip(keys, standing, strict=True) if there is not line]
            if any(_may_be_one(key, other) for other in others):
                names = _open(limit, line.facts)
                line.findings[line.limits_from + at] = Finding(
                    limit.condition, None, names, line.facts, programme
                )
            continue
        best = kept.setdefault(key, line)
        if best is not line:
            kept[key], lost = _duel(limit, best, line)
            lost.findings[lost.limits_from + at] = Finding(
                limit.condition, False, (), lost.facts, programme, line=kept[key].number
            )


def _may_be_one(first: Key, second: Key) -> bool:
    return all(a is None or b is None or a == b for a, b in zip(first, second, strict=True))


def _duel(limit: Limit, first: Line, second: Line) -> tuple[Line, Line]:
    """The line that stays and the one that goes; a tie leaves the earlier."""
    if limit.keep_highest and _rank(limit, second) > _rank(limit, first):
        return second, first
    return first, second


def _rank(limit: Limit, line: Line) -> int:
    return limit.rank.get(str(line.facts.get(limit.keep_highest or "")), -1)


def _measure(
    programme: Programme,
    limit: Limit,
    line: Line,
    history: Sequence[PastPayment],
    taken: dict[Key, int],
) -> Finding:
    """What a ceiling, or what was paid, leaves of a line's amount; ``taken``: what earlier lines of a key took."""
    if limit.when and (there := _in_force(programme, limit, line)):
        return there
    top = limit.ceiling.run(line.facts) if limit.ceiling else 0
    if top is None:
        assert limit.ceiling is not None
        return Finding(limit.condition, None, limit.ceiling.open(line.facts), line.facts, programme)
    key = key_of(limit, line.facts, line.part)
    possible = _possible(programme, limit, key, history)
    paid = sum(one.amount_fen for one in possible)
    if None in key:
        return _with_open_key(programme, limit, line, key, taken, paid, top)
    used = paid + taken.get(key, 0)
    before = line.amount_fen if line.amount_fen is not None else line.most_fen
    after = _left(limit, before, used, top)
    if after is not None and after <= 0:
        sure = possible[0] if possible else None
        return Finding(limit.condition, False, (), line.facts, programme, paid=sure, used_fen=used)
    if any(other != key and _may_be_one(key, other) for other in taken):
        return _with_open_key(programme, limit, line, key, taken, paid, top)
    if line.amount_fen is None or after is None:
        line.most_fen = after
        return Finding(limit.condition, True, (), line.facts, programme)
    line.amount_fen = after
    if line.state:
        taken[key] = taken.get(key, 0) + after
    cut = before if before != after else None
    return Finding(limit.condition, True, (), line.facts, programme, cut_fen=cut, used_fen=used)


def _left(limit: Limit, amount: int | None, used: int, top: int) -> int | None:
    """What is left of an amount or of its bound; None where there is no bound."""
    if limit.kind == "at_most":
        return top - used if amount is None else min(amount, top - used)
    return None if amount is None else amount - used


def _with_open_key(
    programme: Programme, limit: Limit, line: Line, key: Key, taken: dict[Key, int], paid: int, top: int
) -> Finding:
    """The key is not known, or that of an earlier line is not: open where payments or other lines that may be the
    same could take something. What the line takes itself counts for those after it.
    """
    used, amount = paid + _taken_by(taken, key), line.amount_fen
    bites = used > 0 if limit.kind == "less_paid_per" else amount is None or amount > top - used
    others = [name for other in taken if _may_be_one(key, other) for name in _unknown_of(limit, other)]
    names = tuple(dict.fromkeys([*_open(limit, line.facts), *others])) if bites else ()
    if line.state and line.amount_fen is not None:
        taken[key] = taken.get(key, 0) + line.amount_fen
    return Finding(limit.condition, None if bites else True, names, line.facts, programme)


def _unknown_of(limit: Limit, key: Key) -> Iterator[str]:
    """The facts that the parts of a key which are not known are made of."""
    for (_, column), part in zip(limit.keys, key, strict=True):
        if part is None:
            yield from column.facts


def _taken_by(taken: dict[Key, int], key: Key) -> int:
    return sum(fen for other, fen in taken.items() if _may_be_one(key, other))


def _tell(programme: Programme, limit: Limit, lines: Sequence[Line], history: Sequence[PastPayment]) -> None:
    """A limit that holds or warns: told where it would have refused or cut, deciding nothing.

    Lines count against each other only where the limit looks at this programme itself.
    """
    own = looks_at(limit, programme.id, programme.document.series)
    seen: dict[Key, Line] = {}
    totals: dict[Key, int] = {}
    for line in lines:
        if _in_force(programme, limit, line):
            continue
        key = key_of(limit, line.facts, line.part)
        possible = _possible(programme, limit, key, history)
        if limit.kind != "once_per":
            used = sum(one.amount_fen for one in possible) + totals.get(key, 0)
            top = limit.ceiling.run(line.facts) if limit.ceiling else 0
            totals[key] = totals.get(key, 0) + (line.amount_fen or 0) * own
            bites = (
                used > 0 if limit.ceiling is None else top is not None and used + (line.amount_fen or 0) > top
            )
        else:
            bites = bool(possible) or (None not in key and key in seen)
        if bites and line.state is not False:
            state = None if None in key else False
            names = _open(limit, line.facts) if state is None else ()
            paid, other = (possible[0], None) if possible else (None, seen.get(key))
            number = other.number if other else None
            line.told.append(
                Finding(limit.condition, state, names, line.facts, programme, paid=paid, line=number)
            )
        if own:
            seen.setdefault(key, line)


def refuse_above(programme: Programme, line: Line, history: Sequence[PastPayment]) -> None:
    """Raise FactError where an officer's amount is above what a ceiling leaves: it is never cut."""
    for rate in programme.amount.rates:
        if rate.by_officer and rate.amount and (fen := rate.amount.run(line.facts)) is not None:
            _refuse_above(programme, rate, line, history, fen * programme.ratio_for(line.facts))


def _refuse_above(
    programme: Programme, rate: Rate, line: Line, history: Sequence[PastPayment], total: int
) -> None:
    if programme.amount.matches(rate, line.facts) is False:
        return
    for limit in programme.limits:
        if limit.ceiling is None or not limit.refuses or _in_force(programme, limit, line):
            continue
        key, top = key_of(limit, line.facts, line.part), limit.ceiling.run(line.facts)
        paid = [one.amount_fen for one in _possible(programme, limit, key, history) if None not in key]
        if top is not None and total > max(top - sum(paid), 0):
            assert rate.amount is not None
            raise _above(rate.amount.facts[0], max(top - sum(paid), 0))


def _above(name: str, left: int) -> FactError:
    return FactError(
        name,
        Words(
            f"核定金额超过上限：最多还可以发 {yuan(left)}。",
            f"The amount is above the ceiling: at most {yuan(left, 'en')} is left.",
        ),
    )
