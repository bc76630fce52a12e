"""Judge all rows of a roster: against each other, the registers, what was paid and claimed before, and the law.

Nothing is written here. Queries are for all rows at once; an assessment is of the whole roster where its rows
share ceilings, else of each person's rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jiangli import rules
from jiangli.applications.assessing import past_payment
from jiangli.applications.filings.facts import filing_facts
from jiangli.applications.models import Application, Channel, Line
from jiangli.applications.roster_models import Roster, RosterRow, RowState
from jiangli.applications.rosters.cells import Cells, still_asked
from jiangli.applications.rosters.columns import OF_CELLS, Shape, shape_of
from jiangli.applications.rosters.conflicts import Conflicts
from jiangli.applications.rosters.verdicts import verdict
from jiangli.applications.rosters.words import both, fault
from jiangli.applications.sheet import CHANNELS, has_roster, readable
from jiangli.applications.status import Status
from jiangli.programmes.queries import rule
from jiangli.registers.models import Certificate, Organisation, Person
from jiangli.registers.queries import (
    batched,
    earlier_payments,
    organisation_facts,
    register_facts_in_bulk,
)

Facts = dict[str, Any]


@dataclass
class Checked:
    """A row with what is known of it and what came of it."""

    row: RosterRow
    cells: Cells
    dictionary: rules.Dictionary
    person: Person | None = None
    certificate: Certificate | None = None
    known: Facts = field(default_factory=dict)  # by fact, in the contract's values
    told: rules.Facts = field(default_factory=dict)  # the same, parsed
    faults: list[dict[str, str]] = field(default_factory=list)
    notes: list[dict[str, str]] = field(default_factory=list)
    amount_fen: int | None = None
    open: bool = False  # nobody can settle it yet

    @property
    def state(self) -> RowState:
        if self.faults:
            return RowState.FAULTY
        if self.cells.asks:
            return RowState.INCOMPLETE
        return RowState.DOUBTFUL if self.open or self.notes else RowState.GOOD


@dataclass(frozen=True)
class Judged:
    """Every row in its order, and what stands against the claim as a whole."""

    rows: list[Checked]
    notes: list[dict[str, str]]


def judge(roster: Roster, parsed: Sequence[tuple[RosterRow, Cells]], *, on: date) -> Judged:
    """What comes of every row on the day ``on``, if everything is as it is stated."""
    law = rule(roster.version)
    rows = [Checked(row, cells, law.dictionary, faults=list(cells.faults)) for row, cells in parsed]
    _find(rows)
    _tell(law, roster, rows, on)
    conflicts = Conflicts(law, roster, rows)
    for one in rows:
        one.faults += conflicts.of(one)
    if not has_lines_only(law):
        notes = _assess(law, roster, rows, on)
        for one in rows:
            one.faults += conflicts.reserved(one)
        return Judged(rows, notes)
    _count(law, roster, rows, on)
    return Judged(rows, [])


def has_lines_only(law: rules.Programme) -> bool:
    """Whether the rows are an attached list that is counted, and not judged one by one."""
    return bool(law.counts) and not has_roster(law)


def _find(rows: list[Checked]) -> None:
    """The persons and certificates that are known already, in a few queries."""
    persons: dict[str, Person] = {}
    for some in batched({one.cells.holder for one in rows} - {""}, 500):
        found = Person.objects.filter(id_number_index__in=some).defer("id_number", "phone", "proved_phone")
        persons |= {person.id_number_index: person for person in found}
    certificates: dict[str, Certificate] = {}
    for some in batched({one.cells.certificate_number for one in rows} - {""}, 500):
        certificates |= {c.number: c for c in Certificate.objects.filter(number__in=some)}
    for one in rows:
        one.person = persons.get(one.cells.holder)
        one.certificate = certificates.get(one.cells.certificate_number)


def _tell(law: rules.Programme, roster: Roster, rows: list[Checked], on: date) -> None:
    """The facts of each row, the stronger source over the weaker, as ``sheet.FactSheet`` has them."""
    each = shape_of(law) is Shape.EACH
    common = _of_organisation(roster, on) if each else {}
    said = [one.cells.facts for one in rows]
    found = register_facts_in_bulk([(one.person, one.certificate) for one in rows], on=on, stated=said)
    for one, register, filed in zip(rows, found, _filed(law, roster, rows), strict=True):
        stated = dict(one.cells.facts)
        if each and one.cells.account.get("account_number") and one.cells.account.get("account_bank"):
            stated |= {"account.holder_name": one.cells.name, "account.details_complete": True}
        stated |= {
            name: getattr(one.cells, cell) for name, cell in OF_CELLS.items() if getattr(one.cells, cell)
        }
        one.known = {**stated, **common, **register, **filed, **_names(one)}
        one.known = {name: value for name, value in one.known.items() if name in law.dictionary}
        one.told = law.dictionary.parse(one.known)
        one.cells.asks = still_asked(law, one.told, one.known)


def _filed(law: rules.Programme, roster: Roster, rows: list[Checked]) -> list[Facts]:
    """What the classes that the organisation filed before say of each row, as they will of its line."""
    case = Application(organisation=roster.organisation, programme_code=roster.programme_code)
    lines = [
        Line(person=one.person, certificate=one.certificate, stated=dict(one.cells.facts)) for one in rows
    ]
    return filing_facts(case, law, lines)


def _of_organisation(roster: Roster, on: date, stated: Facts | None = None) -> Facts:
    """A case of one person has these of whoever files it."""
    return {
        **organisation_facts(roster.organisation, on=on, stated=stated),
        "application.channel": CHANNELS[Channel.UNIT],
    }


def _names(one: Checked) -> Facts:
    """Our own keys; for what nobody knows yet one that is as distinct."""
    facts: Facts = {}
    if one.cells.holder:
        facts["person.id"] = str(one.person.pk) if one.person else f"new:{one.cells.holder[:40]}"
        facts["person.name"] = one.person.name if one.person else one.cells.name
    if one.cells.certificate_number:
        number = one.cells.certificate_number
        facts["certificate.id"] = str(one.certificate.pk) if one.certificate else f"new:{number}"
    return facts


def _claim_facts(law: rules.Programme, roster: Roster, on: date) -> rules.Facts:
    """The facts of the case that all rows will be lines of, with what its draft says already."""
    draft = draft_of(roster)
    stated = readable(law, draft.stated) if draft else {}
    facts = {**stated, **_of_organisation(roster, on, stated)}
    return law.dictionary.parse({name: value for name, value in facts.items() if name in law.dictionary})


def draft_of(roster: Roster) -> Application | None:
    """The case that the rows go into, where it is begun already."""
    if roster.application_id:
        return roster.application
    mine = Application.objects.filter(organisation=roster.organisation, claimant=None)
    return mine.filter(programme_code=roster.programme_code, status=Status.DRAFT).first()


def _assess(law: rules.Programme, roster: Roster, rows: list[Checked], on: date) -> list[dict[str, str]]:
    """Ask the law about every row that can be a claim; what it says against the claim as a whole."""
    sound = [one for one in rows if not one.faults]
    history = _history(sound, roster.organisation if shape_of(law) is Shape.WHOLE else None)
    if shape_of(law) is Shape.WHOLE:
        past = [past_payment(entry) for entry in history]
        return _assess_lines(law, _claim_facts(law, roster, on), sound, past, on)
    by_key = _by_key(history)
    for some in _groups(law, sound):
        past = _past_of(some, by_key)
        if has_roster(law):
            _assess_lines(law, some[0].told, some, past, on)
        else:
            answer = rules.assess(law, some[0].told, on=on, history=past)
            verdict(some[0], answer.findings, answer.warnings, answer.amount_fen, answer.unknown)
    return []


def _assess_lines(
    law: rules.Programme,
    claim: rules.Facts,
    rows: list[Checked],
    past: Sequence[rules.PastPayment],
    on: date,
) -> list[dict[str, str]]:
    if not rows:
        return []
    answer = rules.assess(law, claim, on=on, history=past, lines=[one.told for one in rows])
    for one, line in zip(rows, answer.lines or (), strict=False):
        verdict(one, line.findings, line.told, line.amount_fen, line.unknown, rows)
    against = [finding for finding in answer.findings if finding.state is False]
    if shape_of(law) is Shape.EACH:
        for one in rows:
            verdict(one, answer.findings, (), one.amount_fen, ())
    return [fault("", rules.Words(finding.tell("zh"), finding.tell("en"))) for finding in against]


def _groups(law: rules.Programme, rows: Iterable[Checked]) -> Iterator[list[Checked]]:
    """The rows of each case: one by one, or all of a person where a case has lines."""
    if not has_roster(law):
        yield from ([one] for one in rows)
        return
    found: dict[str, list[Checked]] = {}
    for one in rows:
        found.setdefault(one.cells.holder, []).append(one)
    yield from found.values()


def _history(rows: list[Checked], organisation: Organisation | None) -> list[dict[str, str]]:
    persons = {one.person.pk for one in rows if one.person}
    certificates = {one.certificate.pk for one in rows if one.certificate}
    return earlier_payments(persons, certificates, [organisation.pk] if organisation else ())


def _by_key(history: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for entry in history:
        for key in {entry.get("person"), entry.get("certificate")} - {None}:
            found.setdefault(str(key), []).append(entry)
    return found


def _past_of(rows: list[Checked], by_key: Mapping[str, list[dict[str, str]]]) -> list[rules.PastPayment]:
    keys = {str(key) for one in rows for key in (one.known.get("person.id"), one.known.get("certificate.id"))}
    entries = [entry for key in sorted(keys) for entry in by_key.get(key, ())]
    once = {id(entry): entry for entry in entries}
    return [past_payment(entry) for entry in once.values()]


def _count(law: rules.Programme, roster: Roster, rows: list[Checked], on: date) -> None:
    """Of an attached list say which rows do not count; what nobody knows of a row is looked up."""
    claim = _claim_facts(law, roster, on)
    for one in rows:
        if one.faults:
            continue
        facts = {**claim, **one.told, rules.APPLIED_ON: on}
        states = [expression.run(facts) for _, expression in law.counts]
        one.open = None in states
        if not any(state is not False for state in states):
            one.notes.append(fault("", both("This row does not count under the conditions of the notice.")))
