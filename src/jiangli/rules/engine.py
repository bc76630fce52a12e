"""Assess one claim or roster: the same programme, facts, day and history always give the same answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from jiangli.rules.assessment import Assessment, Finding, LineResult, Outcome, PastPayment, Payment
from jiangli.rules.closures import Expression
from jiangli.rules.days import percent_of
from jiangli.rules.errors import NotCovered, Place, Words
from jiangli.rules.facts import APPLIED_ON, Facts, Value
from jiangli.rules.limits import apply_limits
from jiangli.rules.programme import Condition, Programme, Rate

_OUTCOMES = {True: Outcome.ELIGIBLE, False: Outcome.INELIGIBLE, None: Outcome.UNDETERMINED}


@dataclass(slots=True, eq=False)
class Line:
    """A line while it is being assessed; a single claim is its own only line."""

    facts: Facts
    findings: list[Finding]
    amount_fen: int | None = None
    open_amount: tuple[str, ...] = field(default=())

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
) -> Assessment:
    """What ``programme`` owes, filed on the day ``on``.

    ``facts`` are parsed values (money in fen, dates as dates), an absent fact is unknown; ``lines`` the
    facts of each roster line, which win over the claim's. Raises nothing for facts of the right types,
    but NotCovered where a file lets two rates be true at once.
    """
    given: dict[str, Value] = {**facts, APPLIED_ON: on}
    claim = [_judge(condition, given, programme) for condition in programme.claim]
    warnings = tuple(_judge(condition, given, programme) for condition in programme.warnings)
    own = [given] if lines is None else [{**given, **line, APPLIED_ON: on} for line in lines]
    work = [_line(programme, line) for line in own]
    barred = _state(claim) is False
    for line in work:
        _pay(programme, line, barred)
    apply_limits(programme, work, history, barred)
    if lines is None:
        return _single(programme, claim, warnings, work[0])
    return _roster(programme, claim, warnings, work)


def _state(findings: Sequence[Finding]) -> bool | None:
    """All findings joined by AND."""
    state: bool | None = True
    for finding in findings:
        if finding.state is False:
            return False
        if finding.state is None:
            state = None
    return state


def _judge(condition: Condition, facts: Facts, programme: Programme) -> Finding:
    rule = condition.rule
    assert rule is not None
    state: bool | None = rule.run(facts)
    return Finding(condition, state, rule.open(facts) if state is None else (), facts, programme)


def _line(programme: Programme, facts: Mapping[str, Value]) -> Line:
    return Line(facts, [_judge(condition, facts, programme) for condition in programme.line])


def _pay(programme: Programme, line: Line, barred: bool) -> None:
    """Find the amount of a line, or why there is none. A missing row fails only where nothing else does."""
    rows = [(rate, _matches(programme.amount.by, rate, line.facts)) for rate in programme.amount.rates]
    sure = [rate for rate, state in rows if state is True]
    open_rows = [rate for rate, state in rows if state is None]
    condition = programme.amount.rate_condition
    if len(sure) > 1:
        raise _two_rates(programme)
    if sure and sure[0].amount is None:
        line.findings.append(Finding(condition, False, (), line.facts, programme))
    elif sure:
        _add_up(programme, sure[0], line)
    elif open_rows:
        line.open_amount = _open_rates(programme.amount.by, open_rows, line.facts)
    elif not barred and line.state is not False:
        line.findings.append(Finding(condition, False, (), line.facts, programme))


def _two_rates(programme: Programme) -> NotCovered:
    message = Words("有两行金额同时成立。", "Two rates are true at once.")
    return NotCovered(Place(programme.id), message, Words("改 rates 的条件。", "Correct the rates."))


def _matches(by: str | None, rate: Rate, facts: Facts) -> bool | None:
    """Whether a rate row is the one, in three values."""
    state: bool | None = True
    if rate.values is not None and by is not None:
        value = facts.get(by)
        state = None if value is None else value in rate.values
    if rate.when is None or state is False:
        return state
    told: bool | None = rate.when.run(facts)
    return told if told is False or state is True else None


def _open_rates(by: str | None, rows: list[Rate], facts: Facts) -> tuple[str, ...]:
    names = [by] if by is not None and by not in facts else []
    for rate in rows:
        names += _missing(rate.when, facts)
    return tuple(dict.fromkeys(names))


def _missing(expression: Expression | None, facts: Facts) -> tuple[str, ...]:
    """The absent facts that keep an expression open; none where it is known."""
    return expression.open(facts) if expression and expression.run(facts) is None else ()


def _add_up(programme: Programme, rate: Rate, line: Line) -> None:
    """The rate with its supplements, for all payers together, in fen; or the facts it waits for."""
    assert rate.amount is not None
    facts, supplements = line.facts, programme.amount.supplements
    names = [*(name for name in rate.needs if name not in facts), *_missing(rate.amount, facts)]
    for extra in supplements:
        names += _missing(extra.when, facts)
        if extra.when is None or extra.when.run(facts) is not False:
            names += _missing(extra.amount, facts)
    if names:
        line.open_amount = tuple(dict.fromkeys(names))
        return
    base: int = rate.amount.run(facts)
    total = base
    for extra in supplements:
        if extra.when is None or extra.when.run(facts):
            total += extra.amount.run(facts) if extra.amount else percent_of(base, extra.percent or 0)
    line.amount_fen = total * programme.ratio
    if line.amount_fen <= 0:
        line.findings.append(Finding(programme.amount.rate_condition, False, (), facts, programme))


def _single(
    programme: Programme, claim: list[Finding], warnings: tuple[Finding, ...], line: Line
) -> Assessment:
    findings = (*claim, *line.findings)
    unknown = _names(findings, line.open_amount)
    failed = _failed(findings)
    outcome = _OUTCOMES[False if failed else None if unknown else True]
    return _answer(programme, outcome, [line], failed, unknown, findings, warnings, None)


def _roster(
    programme: Programme, claim: list[Finding], warnings: tuple[Finding, ...], work: list[Line]
) -> Assessment:
    failed, unknown = _failed(claim), _names(claim, ())
    results = () if failed else tuple(_line_result(line) for line in work)
    outcomes = {result.outcome for result in results}
    if failed or outcomes <= {Outcome.INELIGIBLE}:
        outcome = Outcome.INELIGIBLE
    elif unknown or Outcome.UNDETERMINED in outcomes:
        outcome = Outcome.UNDETERMINED
    else:
        outcome = Outcome.ELIGIBLE
    return _answer(programme, outcome, work, failed, unknown, tuple(claim), warnings, results)


def _line_result(line: Line) -> LineResult:
    outcome = _OUTCOMES[line.state]
    unknown = _names(line.findings, line.open_amount) if outcome is Outcome.UNDETERMINED else ()
    amount = {Outcome.ELIGIBLE: line.amount_fen, Outcome.INELIGIBLE: 0}.get(outcome)
    return LineResult(outcome, amount, _failed(line.findings), unknown, tuple(line.findings))


def _answer(
    programme: Programme,
    outcome: Outcome,
    work: list[Line],
    failed: tuple[str, ...],
    unknown: tuple[str, ...],
    findings: tuple[Finding, ...],
    warnings: tuple[Finding, ...],
    lines: tuple[LineResult, ...] | None,
) -> Assessment:
    eligible = outcome is Outcome.ELIGIBLE
    amounts = [line.amount_fen or 0 for line in work if eligible and line.state]
    total = None if outcome is Outcome.UNDETERMINED else sum(amounts)
    open_facts = unknown if outcome is Outcome.UNDETERMINED else ()
    return Assessment(
        programme.id, programme.hash, outcome, total, _payments(programme, amounts), failed, open_facts,
        findings, warnings, lines,
    )  # fmt: skip


def _payments(programme: Programme, amounts: list[int]) -> tuple[Payment, ...]:
    """The amounts of all lines as one sum per payer; the last takes the odd fen of each line."""
    sums = [0] * len(programme.payers)
    for amount in amounts:
        shares = [_share(programme, at, amount) for at in range(len(sums) - 1)]
        for at, share in enumerate([*shares, amount - sum(shares)]):
            sums[at] += share
    return tuple(Payment(payer.agency, fen) for payer, fen in zip(programme.payers, sums, strict=True) if fen)


def _share(programme: Programme, at: int, amount: int) -> int:
    payer = programme.payers[at]
    if payer.percent is not None:
        return percent_of(amount, payer.percent)
    return amount * payer.ratio // programme.ratio


def _failed(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.id for finding in findings if finding.state is False))


def _names(findings: Sequence[Finding], more: tuple[str, ...]) -> tuple[str, ...]:
    """The absent facts of undecided findings, then those of the amount."""
    names = [name for finding in findings if finding.state is None for name in finding.unknown]
    return tuple(dict.fromkeys([*names, *more]))
