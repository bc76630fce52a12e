"""From when, and until when: the days on which a claim would pass if nothing but the day changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from jiangli.rules.assessment import Assessment, Finding, Outcome, PastPayment
from jiangli.rules.closures import Expression
from jiangli.rules.days import years_after
from jiangli.rules.document import Basis
from jiangli.rules.engine import assess
from jiangli.rules.facts import APPLIED_ON, Facts
from jiangli.rules.programme import Programme
from jiangli.rules.turning import Axis, days, turning_points

#: how far ahead is looked; what does not pass in a lifetime passes never
YEARS = 100


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """The first run of days on which a claim passes.

    ``first`` is None for never; ``last`` is its last day, None while no end is in sight. ``decided_by`` are the
    findings that keep it from passing the day before; for never, those that do so on every day, or else on
    the day asked; empty where it passes on the day asked, or only an amount is still open.
    """

    first: date | None
    last: date | None
    decided_by: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Claim:
    """A claim of which only the day is open."""

    programme: Programme
    facts: Facts
    history: Sequence[PastPayment]
    lines: Sequence[Facts] | None

    def on(self, day: date) -> Assessment:
        return assess(self.programme, self.facts, on=day, history=self.history, lines=self.lines)

    def days(self, axis: Axis) -> list[date]:
        """The first day of the axis, and every later one on which something can turn."""
        places = {axis.first}
        each = [self.facts] if self.lines is None else [{**self.facts, **line} for line in self.lines]
        for expression in _moved_by_the_day(self.programme):
            for facts in each:
                places |= turning_points(expression.node, axis, facts)
        return [date.fromordinal(place) for place in sorted(places)]


def opening(
    programme: Programme,
    facts: Facts,
    *,
    on: date,
    history: Sequence[PastPayment] = (),
    lines: Sequence[Facts] | None = None,
    outcome: Outcome = Outcome.ELIGIBLE,
    years: int = YEARS,
) -> Opening:
    """The first day from ``on`` for which `assess` answers ``outcome``, everything else as it is.

    UNDETERMINED asks for the first day on which nothing is false, so that it passes or may pass. Exact: every
    day on which a condition, an amount or a limit can turn is tried, and between two of them nothing turns.
    Raises FactError where `assess` does on one of these days.
    """
    claim = _Claim(programme, facts, history, lines)
    wanted = {outcome, Outcome.ELIGIBLE}
    candidates = claim.days(days(APPLIED_ON, on, years_after(on, years)))
    missed: list[Assessment] = []
    for at, day in enumerate(candidates):
        found = claim.on(day)
        if found.outcome in wanted:
            last = _last_day(claim, candidates[at + 1 :], wanted)
            return Opening(day, last, _turned(missed[-1], found, wanted) if missed else ())
        missed.append(found)
    return Opening(None, None, _throughout(missed, wanted))


def since(
    programme: Programme,
    facts: Facts,
    *,
    on: date,
    history: Sequence[PastPayment] = (),
    lines: Sequence[Facts] | None = None,
    outcome: Outcome = Outcome.ELIGIBLE,
    years: int = YEARS,
) -> date | None:
    """The first of the days up to ``on``, on which a claim passes, that it does so without a break; None where that
    goes back further than ``years``.
    """
    claim = _Claim(programme, facts, history, lines)
    wanted, first = {outcome, Outcome.ELIGIBLE}, on
    starts = claim.days(days(APPLIED_ON, years_after(on, -years), on))
    for at in range(len(starts) - 1, -1, -1):
        if claim.on(starts[at]).outcome not in wanted:
            return first
        first = starts[at]
    return None


def _last_day(claim: _Claim, later: list[date], wanted: set[Outcome]) -> date | None:
    """The day before the first of ``later`` that does not pass; None if all do."""
    for day in later:
        if claim.on(day).outcome not in wanted:
            return date.fromordinal(day.toordinal() - 1)
    return None


def _against(found: Assessment, wanted: set[Outcome]) -> dict[tuple[int, str], Finding]:
    """What stands against what is wanted, by line (0 is the claim) and id: false findings, and unknown ones where
    the answer has to be sure.
    """
    states = (False,) if Outcome.UNDETERMINED in wanted else (False, None)
    groups = [found.findings, *(line.findings for line in found.lines or ())]
    each = [(at, finding) for at, findings in enumerate(groups) for finding in findings]
    return {(at, finding.id): finding for at, finding in each if finding.state in states}


def _turned(before: Assessment, after: Assessment, wanted: set[Outcome]) -> tuple[Finding, ...]:
    """What stood against it before, and does so no longer."""
    still = _against(after, wanted)
    return tuple(finding for key, finding in _against(before, wanted).items() if key not in still)


def _throughout(missed: list[Assessment], wanted: set[Outcome]) -> tuple[Finding, ...]:
    """What stands against it on every day; if there is no such thing, all that does on the first."""
    always = set.intersection(*(set(_against(found, wanted)) for found in missed))
    first = _against(missed[0], wanted)
    return tuple(finding for key, finding in first.items() if key in always) or tuple(first.values())


@lru_cache(maxsize=256)
def _moved_by_the_day(programme: Programme) -> tuple[Expression, ...]:
    """All expressions of a programme, conditions, amounts, payers and limits, that read the day."""
    parts = (
        programme.claim, programme.line, programme.amount, programme.payers, programme.limits,
        tuple(programme.record.values()),
    )  # fmt: skip
    return tuple(found for found in _expressions(parts) if APPLIED_ON in found.facts)


def _expressions(part: Any) -> Iterator[Expression]:
    if isinstance(part, Expression):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from _expressions(item)
    elif is_dataclass(part) and not isinstance(part, Basis):
        for field in fields(part):
            yield from _expressions(getattr(part, field.name))
