"""``at_most`` and ``less_paid_per``: what a ceiling, or what was paid, leaves of an amount."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jiangli.rules.assessment import Finding, PastPayment
from jiangli.rules.errors import FactError, Words
from jiangli.rules.facts import yuan
from jiangli.rules.limits.keys import key_in_claim, key_of, not_in_force, open_keys
from jiangli.rules.limits.past import Past
from jiangli.rules.limits.tally import Key, Tally
from jiangli.rules.programme import Limit, Programme, Rate

if TYPE_CHECKING:
    from jiangli.rules.engine import Line


def share_out(programme: Programme, limit: Limit, at: int, lines: Sequence[Line], past: Past) -> None:
    """One ceiling over the lines that still stand, in their order; ``at``: its place among the deciding limits."""
    taken = Tally()
    for line in lines:
        if line.state is not False:
            line.findings[line.limits_from + at] = _measure(programme, limit, line, past, taken)


def _measure(
    programme: Programme,
    limit: Limit,
    line: Line,
    past: Past,
    taken: Tally,
) -> Finding:
    """What is left of a line's amount; ``taken``: what earlier lines of a key took."""
    if limit.when and (there := not_in_force(programme, limit, line)):
        return there
    top = limit.ceiling.run(line.facts) if limit.ceiling else 0
    if top is None:
        assert limit.ceiling is not None
        return Finding(limit.condition, None, line.facts, programme, limit.ceiling.open(line.facts))
    key = key_of(limit, line.facts, line.part)
    paid, here = past.under(limit, key), key_in_claim(programme, limit, line)
    sure = (0 if None in key else paid.total) + (0 if None in here else taken.under(here).total)
    perhaps = (paid.total if None in key else 0) + taken.perhaps(here).total
    if perhaps and _bites(limit, line, sure + perhaps, top):
        unsure = [*open_keys(limit, line.facts), *_unknown_of_others(limit, here, taken)]
        return Finding(limit.condition, None, line.facts, programme, tuple(dict.fromkeys(unsure)))
    return _cut(programme, limit, line, here, sure, top, paid.first, taken)


def _unknown_of_others(limit: Limit, key: Key, taken: Tally) -> list[str]:
    """The facts of which the unknown parts of other lines' keys are made."""
    columns = [part for _, part in limit.keys]
    return [
        name
        for other in taken.gaps(key)
        for known, part in zip(other, columns, strict=True)
        if known is None
        for name in part.facts
    ]


def _bites(limit: Limit, line: Line, used: int, top: int) -> bool:
    """Whether so much used up could take something from the line."""
    amount = line.amount_fen
    return limit.kind == "less_paid_per" or amount is None or amount > top - used


def _cut(
    programme: Programme,
    limit: Limit,
    line: Line,
    key: Key,
    used: int,
    top: int,
    first: PastPayment | None,
    taken: Tally,
) -> Finding:
    before = line.amount_fen if line.amount_fen is not None else line.most_fen
    after = _left(limit, before, used, top)
    if after is not None and after <= 0:
        return Finding(limit.condition, False, line.facts, programme, paid=first, used_fen=used)
    if line.amount_fen is None or after is None:
        line.most_fen = after
        return Finding(limit.condition, True, line.facts, programme)
    line.amount_fen = after
    if line.state:
        taken.add(key, after)
    cut = before if before != after else None
    return Finding(limit.condition, True, line.facts, programme, cut_fen=cut, used_fen=used)


def _left(limit: Limit, amount: int | None, used: int, top: int) -> int | None:
    """What is left of an amount or of its bound; None where there is no bound."""
    if limit.kind == "at_most":
        return top - used if amount is None else min(amount, top - used)
    return None if amount is None else amount - used


def refuse_above(programme: Programme, line: Line, past: Past) -> None:
    """Raise FactError where an officer's amount is above what a ceiling leaves: it is never cut."""
    for rate in programme.amount.rates:
        if rate.by_officer and rate.amount and (fen := rate.amount.run(line.facts)) is not None:
            _refuse_above(programme, rate, line, past, fen * programme.ratio_for(line.facts))


def _refuse_above(programme: Programme, rate: Rate, line: Line, past: Past, total: int) -> None:
    if programme.amount.matches(rate, line.facts) is False:
        return
    for limit in programme.limits:
        if limit.ceiling is None or not limit.refuses or not_in_force(programme, limit, line):
            continue
        key, top = key_of(limit, line.facts, line.part), limit.ceiling.run(line.facts)
        left = (
            max(top - (0 if None in key else past.under(limit, key).total), 0) if top is not None else total
        )
        if total > left:
            assert rate.amount is not None
            raise _above(rate.amount.facts[0], left, limit)


def _above(name: str, left: int, limit: Limit) -> FactError:
    """With the words of the law that set the ceiling, where it has any."""
    quote = limit.condition.basis.quote
    return FactError(
        name,
        Words(
            f"核定金额超过上限：最多还可以发 {yuan(left)}。" + (f"原文：“{quote}”。" if quote else ""),
            f"The amount is above the ceiling: at most {yuan(left, 'en')} is left."
            + (f" The text: “{quote}”." if quote else ""),
        ),
    )
