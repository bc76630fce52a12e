"""What is known of a case, and from whom: the facts that the rules are told.

An officer's look-up outweighs a register, a register outweighs a published list, a list outweighs what was
stated. What nobody said is absent, which the rules read as unknown. To officers a fact that a register or an
officer has to vouch for stays unknown while only the claimant stated it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from types import MappingProxyType
from typing import Any

from jiangli import rules
from jiangli.applications.filings.facts import filing_facts
from jiangli.applications.models import Application, Channel, Line
from jiangli.registers.queries import organisation_facts, register_facts_in_bulk

Facts = dict[str, Any]
Found = Mapping[
    int | None, Mapping[str, Any]
]  # looked up by hand: key of a line → facts; None: the case's own
Excused = Mapping[int | None, Collection[str]]  # conditions waived: key of a line → ids; None: for the case

CLAIMANTS_WORD = {"applicant", "employer"}  # sources of facts for which the claimant's word is enough
NUMBER = "certificate.number"  # by which the register and the limits know a certificate
CHANNELS = {Channel.PERSONAL: "personal", Channel.UNIT: "unit"}


@dataclass(frozen=True)
class FactSheet:
    """Facts by name in the contract's values, kept apart by source; ``facts`` is everything that was said."""

    stated: Facts
    listed: Facts
    register: Facts
    officer: Facts
    system: Facts

    @property
    def layers(self) -> dict[str, Facts]:
        """The facts by source, the weakest first."""
        return {layer.name: getattr(self, layer.name) for layer in fields(self)}

    @property
    def facts(self) -> Facts:
        return {name: value for layer in self.layers.values() for name, value in layer.items()}

    @property
    def sources(self) -> dict[str, str]:
        return {name: source for source, layer in self.layers.items() for name in layer}

    def vouched(self, dictionary: rules.Dictionary) -> Facts:
        """The facts without those that only the claimant stated and somebody else has to vouch for."""
        sources = self.sources
        return {
            name: value
            for name, value in self.facts.items()
            if sources[name] != "stated" or dictionary[name].source in CLAIMANTS_WORD
        }


def has_roster(programme: rules.Programme) -> bool:
    """Whether a claim of this programme is a list of persons or months rather than one claim."""
    return programme.lines in {"person", "month"}


def has_lines(programme: rules.Programme) -> bool:
    """Whether a case has rows of its own facts: a roster, or a list that is attached and counted."""
    return has_roster(programme) or bool(programme.counts)


def reads_certificates(programme: rules.Programme) -> bool:
    """Whether it matters which certificate a claim or a row is about: a condition, the amount or a limit reads it."""
    keys = {key for limit in programme.limits for key in limit.per}
    return "certificate" in keys or any(name.startswith("certificate.") for name in programme.facts_read)


def readable(programme: rules.Programme, stated: Facts) -> Facts:
    """What of a draft's answers this version of the programme still asks and can still read."""
    asked, kept = {ask.fact.name for ask in programme.form} | set(programme.facts_read), {}
    if reads_certificates(programme):
        asked.add(NUMBER)
    for name, value in stated.items():
        try:
            if name in asked and rules.parse_fact(programme.dictionary, name, value) is not None:
                kept[name] = value
        except rules.FactError:
            continue
    return kept


@dataclass(frozen=True)
class Waived:
    """Ids of the conditions that two officers waived: for the case, and for single lines by place (from 0)."""

    case: tuple[str, ...] = ()
    lines: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


NOT_WAIVED = Waived()


@dataclass(frozen=True)
class CaseSheets:
    """The facts of a case, and of each of its lines where it has some, in their order.

    ``struck`` are the places (from 0) of the lines that an officer struck off: they count for nothing.
    """

    case: FactSheet
    lines: tuple[FactSheet, ...]
    struck: frozenset[int] = frozenset()
    waived: Waived = NOT_WAIVED


def sheets_of(
    application: Application,
    programme: rules.Programme,
    *,
    on: date,
    officer: Found | None = None,
    struck: Collection[int] = (),
    waived: Excused = MappingProxyType({}),
    only: Line | None = None,
) -> CaseSheets:
    """What is known of a case on the day ``on``; ``officer`` are facts looked up by hand, ``struck`` the keys of
    lines that were struck off, ``waived`` the conditions that count as met by an
    exception. With ``only`` one line is read and no other.

    Of what was stated in a draft only what ``programme`` still reads: a draft outlives its version.
    """
    officer = officer or {}
    unread = [f"person__{name}" for name in ("id_number", "phone", "proved_phone")]  # costly to decrypt
    wanted = application.lines.filter(pk=only.pk) if only else application.lines.all()
    lines = list(wanted.select_related("person", "certificate").defer(*unread))
    said = [{**application.stated, **line.stated, **line.listed} for line in lines]
    found = register_facts_in_bulk([(line.person, line.certificate) for line in lines], on=on, stated=said)
    filed = filing_facts(application, programme, lines)
    rows = [
        FactSheet(
            stated=dict(line.stated),
            listed=dict(line.listed),
            register=register,
            officer=dict(officer.get(line.pk, {})),
            system=_unless(said, officer.get(line.pk, {})) | _line_facts(line),
        )
        for line, register, said in zip(lines, found, filed, strict=True)
    ]
    case = _own_sheet(application, programme, officer, on)
    if has_lines(programme):
        return CaseSheets(case, tuple(rows), _places(lines, struck), _excused(lines, waived))
    return CaseSheets(_joined(case, rows[0]) if rows else case, (), waived=_excused((), waived))


def case_sheet(application: Application, programme: rules.Programme, *, on: date) -> FactSheet:
    """What is known of the case itself, without the thousands of lines it may have."""
    if has_lines(programme):
        return _own_sheet(application, programme, {}, on)
    return sheets_of(application, programme, on=on).case


def _own_sheet(application: Application, programme: rules.Programme, officer: Found, on: date) -> FactSheet:
    stated = application.stated if application.version_id else readable(programme, application.stated)
    body = application.organisation
    return FactSheet(
        stated={**stated, **_account_facts(application)},
        listed={},
        register=organisation_facts(body, on=on, stated=stated) if body else {},
        officer=dict(officer.get(None, {})),
        system=_case_facts(application),
    )


def _unless(filed: Facts, officer: Mapping[str, Any]) -> Facts:
    """What a filed class says, except where an officer of the case looked and noted it."""
    return {name: value for name, value in filed.items() if name not in officer}


def _excused(lines: Iterable[Line], waived: Excused) -> Waived:
    of_lines = {place: tuple(waived[line.pk]) for place, line in enumerate(lines) if line.pk in waived}
    return Waived(tuple(waived.get(None, ())), of_lines)


def _places(lines: Iterable[Line], keys: Collection[int]) -> frozenset[int]:
    return frozenset(place for place, line in enumerate(lines) if line.pk in keys)


def _joined(case: FactSheet, line: FactSheet) -> FactSheet:
    """A case without a roster and its only line are one claim."""
    return FactSheet(**{name: {**layer, **line.layers[name]} for name, layer in case.layers.items()})


def _case_facts(application: Application) -> Facts:
    facts: Facts = {}
    if application.channel == Channel.COUNTER:  # paper changes nothing about who hands it in
        facts["application.channel"] = "unit" if application.organisation_id else "personal"
    elif application.channel in CHANNELS:
        facts["application.channel"] = CHANNELS[Channel(application.channel)]
    if application.claimant:
        facts |= {"person.id": str(application.claimant_id), "person.name": application.claimant.name}
    if application.organisation_id:
        facts["organisation.id"] = str(application.organisation_id)
    return facts


def _line_facts(line: Line) -> Facts:
    facts: Facts = {}
    if line.person is not None:
        facts |= {"person.id": str(line.person_id), "person.name": line.person.name}
    if line.certificate_id:
        facts["certificate.id"] = str(line.certificate_id)
    return facts


def _account_facts(application: Application) -> Facts:
    """Whose account it is, and whether it can be paid to. Nothing filled in yet is unknown, not false."""
    given = (application.account_name, application.account_number, application.account_bank)
    if not any(given):
        return {}
    facts: Facts = {"account.details_complete": all(given)}
    if application.account_name:
        facts["account.holder_name"] = application.account_name
    return facts
