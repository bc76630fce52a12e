"""What a programme is once it has been read: conditions, amount, limits and process, frozen, each with
its law.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from jiangli.rules import days
from jiangli.rules.closures import Expression
from jiangli.rules.document import Basis, Contact, Document, NotModelled
from jiangli.rules.errors import Words
from jiangli.rules.facts import APPLIED_ON, Dictionary, Fact, Facts
from jiangli.rules.nodes import And, Compare, Constant, FactRef, Literal


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """One condition by id. ``rule`` is None for those that limits and rates add (E8, rate).

    ``tell`` is a template with ``{facts}``, shown when the condition is not met. ``fault``: to be
    corrected rather than refused. ``holds``: not met, it holds a case for an officer rather than refusing it.
    """

    id: str
    title: Words | None
    basis: Basis
    fault: bool
    tell: Words | None
    rule: Expression | None
    facts: tuple[str, ...]
    holds: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Rate:
    """A row of the amount: ``values`` of the fact ``by`` and/or ``when``; ``amount`` in fen, None for
    no_rate.
    """

    values: frozenset[str] | None
    when: Expression | None
    amount: Expression | None
    needs: tuple[str, ...]
    basis: Basis

    @property
    def by_officer(self) -> bool:
        """Whether an officer enters the amount: then it is never cut, an amount above a ceiling is refused."""
        return self.amount is not None and any(name.startswith("officer.") for name in self.amount.facts)


@dataclass(frozen=True, slots=True, eq=False)
class Supplement:
    """Added to the rate: ``amount`` in fen, or ``percent`` of the rate."""

    when: Expression | None
    amount: Expression | None
    percent: int | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays: ``ratio`` times the amount, or ``percent`` of it (then of all payers, summing to 100).

    ``when`` says in which days, where the notice changes its payers; None is always.
    """

    agency: str
    ratio: int
    percent: int | None
    when: Expression | None
    basis: Basis


@dataclass(frozen=True, slots=True, eq=False)
class Amount:
    by: str | None
    rates: tuple[Rate, ...]
    supplements: tuple[Supplement, ...]
    rate_condition: Condition
    by_officer: bool

    def matches(self, rate: Rate, facts: Facts) -> bool | None:
        """Whether a row is the one that pays, in three values."""
        state: bool | None = True
        if rate.values is not None and self.by is not None:
            value = facts.get(self.by)
            state = None if value is None else value in rate.values
        if rate.when is None or state is False:
            return state
        told: bool | None = rate.when.run(facts)
        return told if told is False or state is True else None

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts an amount reads, in order."""
        names = [self.by] if self.by else []
        parts: tuple[Rate | Supplement, ...] = (*self.rates, *self.supplements)
        for part in parts:
            for expression in (part.when, part.amount):
                names += expression.facts if expression else ()
        needs = [name for rate in self.rates for name in rate.needs]
        return tuple(dict.fromkeys([*names, *needs]))


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """A ceiling or a once-only rule, in one declaration for a claim, a roster and a whole register.

    ``kind``: once_per (one payment for each key), less_paid_per (the amount less what the key was paid) or
    at_most (``ceiling`` in fen for each key). ``per`` are the columns of the key with the expression that gives
    each; none is the whole programme. ``across`` names the programmes looked at, "series:NAME" a whole series.
    ``rank`` orders the lines of a roster where the highest counts. ``effect``: refuse; hold and warn never fail
    a claim and are told beside it. ``when`` says in which days the limit is in force; None is always.
    """

    id: str
    kind: str
    per: tuple[str, ...]
    keys: tuple[tuple[str, Expression], ...]
    across: tuple[str, ...]
    ceiling: Expression | None
    keep_highest: str | None
    rank: Mapping[str, int]
    roster_only: bool
    effect: str
    when: Expression | None
    condition: Condition

    @property
    def refuses(self) -> bool:
        """Whether it decides; else it is only told."""
        return self.effect == "refuse"


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the process. ``kind``: file_before, file, review, publish, deliberate or pay; ``days``
    may be None.
    """

    kind: str
    title: Words
    agency: str
    days: int | None
    calendar: str
    list: str | None
    outside: bool
    asks: tuple[str, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Material:
    id: str
    title: Words
    hint: Words | None
    per: str
    optional: bool
    basis: Basis


@dataclass(frozen=True, slots=True, eq=False)
class Ask:
    """A fact that the form asks; ``when`` says for whom, ``read`` whether a rule reads it."""

    fact: Fact
    when: Expression | None
    read: bool


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """A column of a roster's sheet that a notice prescribes: one of the ``CELLS``, or a ``fact``."""

    title: Words
    cell: str | None
    fact: str | None


CELLS = ("number", "name", "id_number", "certificate_number", "phone", "account_number", "account_bank")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A reading of an ambiguity, by name."""

    name: str
    value: Constant
    reason: Words | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often in a year claims are taken; the days of a round are the agency's to set."""

    per_year: int
    basis: Basis


@dataclass(frozen=True, slots=True)
class Again:
    """What is claimed again once a claim is decided. Exactly one of ``part`` and ``months`` is there.

    ``part``: the fact that names an instalment; ``follow`` says which one comes after which; it is due on the day
    of ``due``. ``months``: of a programme with a line a month, how many are claimed at a time, and ``until`` is a
    day in the last month there is. ``last_day``: afterwards it has lapsed; None: the text names none.
    ``ask_again``: facts that are not carried over, because they are checked anew.
    """

    part: str | None
    follow: Mapping[str, str]
    months: int | None
    due: Expression | None
    until: Expression | None
    last_day: Expression | None
    ask_again: tuple[str, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another system decides and pays: what it is called, and how to get there."""

    title: Words
    basis: Basis


@dataclass(frozen=True, slots=True)
class Overlay:
    """Changed lines of a programme. ``status``: proposed (serves estimates, decides nothing) or confirmed."""

    id: str
    programme: str
    status: str
    source: str
    legal_basis: str | None

    @property
    def proposed(self) -> bool:
        return self.status == "proposed"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Programme:
    """One payable entitlement, ready to be assessed. Safe to share between threads.

    ``hash`` is SHA-256 over the sources of all files it was read from. ``ratio`` is by how much the payers
    multiply an amount (2 where two bodies each pay the full standard); ``dated``: who pays depends on the day, so
    ask ``payers_for`` and ``ratio_for``. ``record``: under which subject and period a payment is filed.
    ``parts``: values of the subject that stand for several (both: first and second), each paid and filed on its
    own. ``counts``: facts that are counted over an attached list. ``elsewhere``: another system decides.
    ``turned``: parameters that were given another value than the file's, to see what another reading would mean.
    """

    id: str
    title: Words
    agency: str
    claimant: str
    section: str | None
    series: str | None
    lines: str
    document: Document
    claim: tuple[Condition, ...]
    line: tuple[Condition, ...]
    warnings: tuple[Condition, ...]
    parameters: tuple[Parameter, ...]
    amount: Amount
    payers: tuple[Payer, ...]
    ratio: int
    dated: bool
    limits: tuple[Limit, ...]
    record: Mapping[str, Expression]
    counts: tuple[tuple[str, Expression], ...]
    parts: Mapping[str, tuple[str, ...]]
    stages: tuple[Stage, ...]
    route: str | None
    rounds: Rounds | None
    again: Again | None
    elsewhere: Elsewhere | None
    contact: Contact | None
    materials: tuple[Material, ...]
    form: tuple[Ask, ...]
    roster: str | None
    roster_columns: tuple[RosterColumn, ...]
    messages: Mapping[str, Words]
    not_modelled: tuple[NotModelled, ...]
    overlays: tuple[Overlay, ...]
    turned: tuple[str, ...]
    dictionary: Dictionary
    facts_read: tuple[str, ...]
    hash: str

    def __repr__(self) -> str:
        return f"<Programme {self.id}>"

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All that can fail, in the order of the notice: of the claim, of a line, then of the limits."""
        return (*self.claim, *self.line, *(limit.condition for limit in self.limits))

    def payers_for(self, facts: Facts) -> tuple[Payer, ...]:
        """Who pays a claim with these facts."""
        if not self.dated:
            return self.payers
        return tuple(payer for payer in self.payers if payer.when is None or payer.when.run(facts))

    def ratio_for(self, facts: Facts) -> int:
        """By how much the payers multiply an amount for a claim with these facts."""
        return (sum(payer.ratio for payer in self.payers_for(facts)) or 1) if self.dated else self.ratio

    @property
    def first_line(self) -> int:
        """The line of the text at which the programme's section begins; 0 if it names none."""
        named = (self.section,) if self.section else ()
        return min(
            (c.line for c in self.document.clauses if c.title in named or c.number in named), default=0
        )

    def condition(self, id: str) -> Condition:
        """The condition with this id. Raises KeyError."""
        for condition in (*self.conditions, self.amount.rate_condition, *self.warnings):
            if condition.id == id:
                return condition
        raise KeyError(id)

    def amount_range_fen(self) -> tuple[int, int] | None:
        """Least and most that one claim or line is paid, all payers together, in fen; None if it is
        computed.
        """
        spans = [self._span(rate) for rate in self.amount.rates if rate.amount]
        known = [span for span in spans if span]
        if not known or len(known) < len(spans):
            return None
        ceilings = [_fixed(limit.ceiling) for limit in self.limits if limit.ceiling and limit.per]
        most = min([max(high for _, high in known), *(fen for fen in ceilings if fen)])
        return min(low for low, _ in known), most

    def _span(self, rate: Rate) -> tuple[int, int] | None:
        """A rate without and with the supplements it can have."""
        base = _fixed(rate.amount)
        if base is None or self.dated:
            return None
        given = {self.amount.by: next(iter(rate.values))} if rate.values and self.amount.by else {}
        extras = [
            extra for extra in self.amount.supplements if not extra.when or extra.when.run(given) is not False
        ]
        added = [_fixed(e.amount) if e.amount else days.percent_of(base, e.percent or 0) for e in extras]
        return base * self.ratio, (base + sum(fen for fen in added if fen)) * self.ratio

    def window(self) -> tuple[date | None, date | None] | None:
        """First and last day of filing, both included, where a condition bounds the day by dates; else
        None.
        """
        bounds: dict[str, date] = {}
        for condition in self.claim:
            bounds |= _bounds(condition)
        return (bounds.get(">="), bounds.get("<=")) if bounds else None


def _fixed(expression: Expression | None) -> int | None:
    """The fen of a literal; None for what is computed."""
    value = expression.node.value if expression and isinstance(expression.node, Literal) else None
    return value if isinstance(value, int) else None


def _bounds(condition: Condition) -> dict[str, date]:
    node = condition.rule.node if condition.rule else None
    parts = node.parts if isinstance(node, And) else (node,)
    found: dict[str, date] = {}
    for part in parts:
        match part:
            case Compare(("<=" | ">=") as op, FactRef(name), Literal(value)) if name == APPLIED_ON:
                assert isinstance(value, date)
                found[op] = value
    return found
