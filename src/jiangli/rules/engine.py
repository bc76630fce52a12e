"""Assess one claim or roster: the same programme, facts, day and history always give the same answer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from types import MappingProxyType

from jiangli.rules.assessment import Assessment, Due, Finding, LineResult, Outcome, PastPayment, Payment
from jiangli.rules.closures import Expression
from jiangli.rules.days import percent_of
from jiangli.rules.errors import NotCovered, Place, Words
from jiangli.rules.facts import APPLIED_ON, Facts, Value
from jiangli.rules.limits import Past, apply_limits, column_text, refuse_above
from jiangli.rules.nodes import Literal
from jiangli.rules.programme import Condition, Payer, Programme, Rate

_OUTCOMES = {True: Outcome.ELIGIBLE, False: Outcome.INELIGIBLE, None: Outcome.UNDETERMINED}


@dataclass(slots=True, eq=False)
class Line:
    """A line while it is being assessed; a single claim is its own only line.

    ``number`` counts the lines from 1; ``part`` is the subject where one line covers several (both instalments), each
    a Line of its own, and ``order`` counts them all. ``most_fen`` bounds an amount that is not known yet.
    ``told``: findings that decide nothing. ``limits_from``: where the findings of the limits begin.
    """

    facts: Facts
    findings: list[Finding]
    number: int = 1
    order: int = 0
    part: str | None = None
    amount_fen: int | None = None
    most_fen: int | None = None
    open_amount: tuple[str, ...] = field(default=())
    told: list[Finding] = field(default_factory=list)
    limits_from: int = 0

    @property
    def state(self) -> bool | None:
        """True if something is due so far, False if certainly nothing, None while open."""
        state = _state(self.findings)
        return None if self.open_amount and state else state


def assess(
    programme: Programme,
    facts: Facts,
    *,
    on: date,
    history: Sequence[PastPayment] = (),
    lines: Sequence[Facts] | None = None,
    waived: Collection[str] = (),
    waived_lines: Mapping[int, Collection[str]] = MappingProxyType({}),
) -> Assessment:
    """What ``programme`` owes, filed on the day ``on``.

    ``facts`` are parsed values (money in fen, dates as dates), an absent fact is unknown; ``lines`` the
    facts of each roster line, which win over the claim's. ``waived`` are ids of conditions that count as met by an
    exception, for the claim and all its lines, ``waived_lines`` for single lines (from 1): see ``waivable``.
    For facts of the right types, raises FactError only where an officer's amount is above its ceiling, and
    NotCovered where a file lets two rates be true at once.
    """
    given: dict[str, Value] = {**facts, APPLIED_ON: on}
    may = frozenset(waivable(programme) if waived or waived_lines else ())
    waived = may.intersection(waived)
    claim = [_judge(condition, given, programme, waived) for condition in programme.claim]
    of_lines = _told_by_line(programme, lines or ())
    warnings = [_judge(one, given, programme) for one in programme.warnings if one not in of_lines]
    own = [given] if lines is None else [{**given, **line, APPLIED_ON: on} for line in lines]
    excused = [
        {*waived, *may.intersection(waived_lines.get(number, ()))} for number in range(1, len(own) + 1)
    ]
    work = [
        line
        for number, (one, ids) in enumerate(zip(own, excused, strict=True), 1)
        for line in _lines(programme, one, number, ids)
    ]
    barred, past = _state(claim) is False, Past(programme, history)
    for order, line in enumerate(work):
        line.order = order
        _pay(programme, line, barred)
        if programme.amount.by_officer:
            refuse_above(programme, line, past)
    apply_limits(programme, work, past, barred)
    if of_lines:
        _warn(programme, of_lines, work, lines or ())
    if lines is None:
        return _single(programme, claim, warnings, work)
    return _roster(programme, claim, warnings, work)


def count_rows(programme: Programme, facts: Facts, *, on: date, rows: Sequence[Facts]) -> dict[str, Value]:
    """``facts`` with those that the programme counts over the rows of an attached list, where they are absent.

    A count with a row nobody can judge yet stays absent, which is unknown.
    """
    found: dict[str, Value] = dict(facts)
    for name, expression in programme.counts:
        states = [expression.run({**facts, **row, APPLIED_ON: on}) for row in rows]
        if name not in facts and None not in states:
            found[name] = sum(states)
    return found


def waivable(programme: Programme) -> tuple[str, ...]:
    """The ids of the conditions that two officers may waive in one case: those of the claim and of its lines.

    Never a limit, which guards that nothing is paid twice or above a ceiling, never that a rate fits or that the
    document is in force: no exception can be made from what is not there.
    """
    found = (*programme.claim, *programme.line)
    return tuple(condition.id for condition in found if condition.id != "period")


def parts_of(programme: Programme, facts: Facts) -> tuple[str | None, ...]:
    """The subjects a claim covers, each paid and filed on its own; (None,) where it is only the one it names."""
    if not programme.parts:
        return (None,)
    subject = column_text(programme.record["subject"].run(facts), "subject")
    return programme.parts.get(subject or "", (None,))


def _state(findings: Sequence[Finding]) -> bool | None:
    """All findings joined by AND."""
    state: bool | None = True
    for finding in findings:
        if finding.state is False:
            return False
        if finding.state is None:
            state = None
    return state


def _judge(condition: Condition, facts: Facts, programme: Programme, waived: Collection[str] = ()) -> Finding:
    """What a condition comes to; one that is met is not marked as waived."""
    assert condition.rule is not None
    state = condition.rule.run(facts)
    if state is not True and condition.id in waived:
        return Finding(condition, True, facts, programme, waived=True)
    return Finding(condition, state, facts, programme)


def _lines(programme: Programme, facts: Facts, number: int, waived: Collection[str]) -> list[Line]:
    """A line, or one for each part that it covers."""
    findings = [_judge(condition, facts, programme, waived) for condition in programme.line]
    return [Line(facts, list(findings), number, part=part) for part in parts_of(programme, facts)]


def _told_by_line(programme: Programme, lines: Sequence[Facts]) -> list[Condition]:
    """The warnings about facts that the lines of a roster bring themselves; the others are about the claim."""
    return [one for one in programme.warnings if any(not line.keys().isdisjoint(one.facts) for line in lines)]


def _warn(
    programme: Programme, warnings: Sequence[Condition], work: Sequence[Line], lines: Sequence[Facts]
) -> None:
    """Tell each line, once, the warnings it does not meet, where it says anything of what they read."""
    warned = 0
    for line in work:
        if line.number == warned:
            continue
        warned, own = line.number, lines[line.number - 1].keys()
        found = [_judge(one, line.facts, programme) for one in warnings if not own.isdisjoint(one.facts)]
        line.told.extend(finding for finding in found if finding.state is not True)


def _pay(programme: Programme, line: Line, barred: bool) -> None:
    """Find the amount of a line, or why there is none. A missing row fails only where nothing else does."""
    rows = [(rate, programme.amount.matches(rate, line.facts)) for rate in programme.amount.rates]
    sure = [rate for rate, state in rows if state is True]
    open_rows = [rate for rate, state in rows if state is None]
    condition = programme.amount.rate_condition
    if len(sure) > 1:
        raise _two_rates(programme)
    if sure and sure[0].amount is None:
        line.findings.append(Finding(condition, False, line.facts, programme))
    elif sure:
        _add_up(programme, sure[0], line)
    elif open_rows:
        names = [
            *_open_rates(programme.amount.by, open_rows, line.facts),
            *_open_beside(programme, line.facts),
        ]
        line.open_amount = tuple(dict.fromkeys(names))
        line.most_fen = _most(programme, open_rows)
    elif not barred and line.state is not False:
        line.findings.append(Finding(condition, False, line.facts, programme))


def _two_rates(programme: Programme) -> NotCovered:
    message = Words("有两行金额同时成立。", "Two rates are true at once.")
    return NotCovered(Place(programme.id), message, Words("改 rates 的条件。", "Correct the rates."))


def _most(programme: Programme, rows: list[Rate]) -> int | None:
    """The most that one of these rows can pay with every supplement; None where one is computed."""
    amounts = [rate.amount for rate in rows if rate.amount]
    if programme.amount.supplements or not all(isinstance(amount.node, Literal) for amount in amounts):
        return None
    return max((amount.run({}) * programme.ratio for amount in amounts), default=0)


def _open_rates(by: str | None, rows: list[Rate], facts: Facts) -> tuple[str, ...]:
    names = [by] if by is not None and by not in facts else []
    for rate in rows:
        names += _missing(rate.when, facts)
    return tuple(names)


def _open_beside(programme: Programme, facts: Facts) -> list[str]:
    """The absent facts that keep open what is added to a rate, which parts are claimed, and who pays."""
    names: list[str] = []
    if programme.parts:
        names += _missing(programme.record["subject"], facts)
    if programme.dated:
        names += [name for payer in programme.payers for name in _missing(payer.when, facts)]
    for extra in programme.amount.supplements:
        names += _missing(extra.when, facts)
        if extra.when is None or extra.when.run(facts) is not False:
            names += _missing(extra.amount, facts)
    return names


def _missing(expression: Expression | None, facts: Facts) -> tuple[str, ...]:
    """The absent facts that keep an expression open; none where it is known."""
    return expression.open(facts) if expression and expression.run(facts) is None else ()


def _add_up(programme: Programme, rate: Rate, line: Line) -> None:
    """The rate with its supplements, for all payers together, in fen; or the facts it waits for."""
    assert rate.amount is not None
    facts, supplements = line.facts, programme.amount.supplements
    names = [*(name for name in rate.needs if name not in facts), *_missing(rate.amount, facts)]
    names += _open_beside(programme, facts)
    if names:
        line.open_amount = tuple(dict.fromkeys(names))
        return
    base: int = rate.amount.run(facts)
    total = base
    for extra in supplements:
        if extra.when is None or extra.when.run(facts):
            total += extra.amount.run(facts) if extra.amount else percent_of(base, extra.percent or 0)
    line.amount_fen = total * programme.ratio_for(facts)
    if line.amount_fen <= 0:
        line.findings.append(Finding(programme.amount.rate_condition, False, facts, programme))


def _single(
    programme: Programme, claim: list[Finding], warnings: list[Finding], work: list[Line]
) -> Assessment:
    found, told, standing = _merge(work)
    findings = [*claim, *found]
    failed = _failed(findings)
    unknown: tuple[str, ...] = ()
    if not failed and standing:
        unknown = _names(findings, tuple(name for line in standing for name in line.open_amount))
    outcome = _OUTCOMES[False if failed or not standing else None if unknown else True]
    return _answer(programme, outcome, standing, failed, unknown, findings, [*warnings, *told], None)


def _merge(parts: list[Line]) -> tuple[list[Finding], list[Finding], list[Line]]:
    """Findings, what is only told, and what still stands of a line that covers one part or several.

    Where some parts fall away and others stand, those that stand decide, and what fell away is told.
    """
    if len(parts) == 1:
        return parts[0].findings, parts[0].told, parts if parts[0].state is not False else []
    standing = [part for part in parts if part.state is not False]
    first = (standing or parts)[0]
    gone = [part for part in parts if part.state is False] if standing else []
    away = [finding for part in gone for finding in part.findings if finding.state is False]
    return first.findings, [*first.told, *away], standing


def _roster(
    programme: Programme, claim: list[Finding], warnings: list[Finding], work: list[Line]
) -> Assessment:
    failed, unknown = _failed(claim), _names(claim, ())
    results = () if failed else tuple(_line_results(work))
    outcomes = {result.outcome for result in results}
    if failed or outcomes <= {Outcome.INELIGIBLE}:
        outcome = Outcome.INELIGIBLE
    elif unknown or Outcome.UNDETERMINED in outcomes:
        outcome = Outcome.UNDETERMINED
    else:
        outcome = Outcome.ELIGIBLE
    standing = [line for line in work if line.state]
    asked = unknown if outcome is Outcome.UNDETERMINED else ()
    return _answer(programme, outcome, standing, failed, asked, claim, warnings, results)


def _line_results(work: list[Line]) -> Iterator[LineResult]:
    for _, parts in groupby(work, key=lambda line: line.number):
        yield _line_result(list(parts))


def _line_result(parts: list[Line]) -> LineResult:
    findings, told, standing = _merge(parts)
    states = {part.state for part in standing}
    outcome = _OUTCOMES[None if None in states else bool(standing)]
    names = tuple(name for part in standing for name in part.open_amount)
    unknown = _names(findings, names) if outcome is Outcome.UNDETERMINED else ()
    amount = sum(part.amount_fen or 0 for part in standing)
    shown = {Outcome.ELIGIBLE: amount, Outcome.INELIGIBLE: 0}.get(outcome)
    return LineResult(outcome, shown, _failed(findings), unknown, tuple(findings), tuple(told))


def _answer(
    programme: Programme,
    outcome: Outcome,
    work: list[Line],
    failed: tuple[str, ...],
    unknown: tuple[str, ...],
    findings: Sequence[Finding],
    warnings: Sequence[Finding],
    lines: tuple[LineResult, ...] | None,
) -> Assessment:
    paying = work if outcome is Outcome.ELIGIBLE else []
    total = None if outcome is Outcome.UNDETERMINED else sum(line.amount_fen or 0 for line in paying)
    dues = _dues(programme, paying)
    return Assessment(
        programme.id, programme.hash, outcome, total, _payments(programme, dues), failed, unknown,
        tuple(findings), tuple(warnings), lines, programme.document.status, programme.overlays,
        programme.turned, dues,
    )  # fmt: skip


def _dues(programme: Programme, paying: list[Line]) -> tuple[Due, ...]:
    """What each payer owes for each line; the last takes its odd fen."""
    if len(programme.payers) == 1 and not programme.dated:
        agency = programme.payers[0].agency
        return tuple([Due(line.number, line.part, agency, line.amount_fen or 0) for line in paying])
    return tuple([due for line in paying for due in _shares(programme, line) if due.amount_fen])


def _shares(programme: Programme, line: Line) -> Iterator[Due]:
    *first, last = programme.payers_for(line.facts)
    left, ratio = line.amount_fen or 0, programme.ratio_for(line.facts)
    for payer in first:
        share = _share(payer, line.amount_fen or 0, ratio)
        yield Due(line.number, line.part, payer.agency, share)
        left -= share
    yield Due(line.number, line.part, last.agency, left)


def _payments(programme: Programme, dues: tuple[Due, ...]) -> tuple[Payment, ...]:
    """The amounts of all lines as one sum per payer."""
    sums = {payer.agency: 0 for payer in programme.payers}
    for due in dues:
        sums[due.payer] += due.amount_fen
    return tuple([Payment(agency, fen) for agency, fen in sums.items() if fen])


def _share(payer: Payer, amount: int, ratio: int) -> int:
    if payer.percent is not None:
        return percent_of(amount, payer.percent)
    return amount * payer.ratio // ratio


def _failed(findings: Sequence[Finding]) -> tuple[str, ...]:
    ids = [finding.condition.id for finding in findings if finding.state is False]
    return tuple(dict.fromkeys(ids)) if ids else ()


def _names(findings: Sequence[Finding], more: tuple[str, ...]) -> tuple[str, ...]:
    """The absent facts of undecided findings, then those of the amount."""
    names = [name for finding in findings if finding.state is None for name in finding.unknown]
    return tuple(dict.fromkeys([*names, *more])) if names or more else ()
