"""What is known of a case, and from whom: the facts that the rules are told.

An officer's look-up outweighs a register, a register outweighs a published list, a list outweighs what was
stated. What nobody said is absent, which the rules read as unknown. To officers a fact that a register or an
officer has to vouch for stays unknown while only the claimant stated it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from jiangli import rules
from jiangli.applications.models import Application, Channel, Line
from jiangli.registers.queries import register_facts

Facts = dict[str, Any]


CLAIMANTS_WORD = {"applicant", "employer"}  # sources of facts for which the claimant's word is enough


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


def readable(programme: rules.Programme, stated: Facts) -> Facts:
    """What of a draft's answers this version of the programme still asks and can still read."""
    asked, kept = {ask.fact.name for ask in programme.form}, {}
    for name, value in stated.items():
        try:
            if name in asked and rules.parse_fact(programme.dictionary, name, value) is not None:
                kept[name] = value
        except rules.FactError:
            continue
    return kept


def sheet_of(
    application: Application,
    *,
    on: date,
    officer: Mapping[str, Any] | None = None,
    programme: rules.Programme | None = None,
) -> FactSheet:
    """The facts of a case's only line on the day ``on``; ``officer`` are facts looked up by hand.

    Of what was stated only what ``programme`` still reads, if it is given (a draft outlives its version).
    """
    line = application.line
    stated = line.stated if programme is None else readable(programme, line.stated)
    return FactSheet(
        stated={**stated, **_account_facts(line)},
        listed=dict(line.listed),
        register=register_facts(line.person, line.certificate, on=on),
        officer=dict(officer or {}),
        system=_system_facts(application, line),
    )


def _system_facts(application: Application, line: Line) -> Facts:
    facts: Facts = {"person.id": str(line.person_id), "person.name": line.person.name}
    if application.channel == Channel.PERSONAL:
        facts["application.channel"] = "personal"
    if line.certificate_id:
        facts["certificate.id"] = str(line.certificate_id)
    return facts


def _account_facts(line: Line) -> Facts:
    """Whose account it is, and whether it can be paid to. Nothing filled in yet is unknown, not false."""
    given = (line.account_name, line.account_number, line.account_bank)
    if not any(given):
        return {}
    facts: Facts = {"account.details_complete": all(given)}
    if line.account_name:
        facts["account.holder_name"] = line.account_name
    return facts
