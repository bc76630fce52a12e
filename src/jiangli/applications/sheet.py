"""What is known of a case, and from whom: the facts that the rules are told.

An officer's look-up outweighs a register, a register outweighs what was stated. What nobody said is absent,
which the rules read as unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiangli.applications.models import Application, Line
from jiangli.registers.queries import register_facts

Facts = dict[str, Any]


@dataclass(frozen=True)
class FactSheet:
    """Facts by name in the contract's values, kept apart by source; ``facts`` is what counts."""

    stated: Facts
    register: Facts
    officer: Facts
    system: Facts

    @property
    def facts(self) -> Facts:
        return {**self.stated, **self.register, **self.officer, **self.system}

    @property
    def sources(self) -> dict[str, str]:
        layers = (
            ("stated", self.stated),
            ("register", self.register),
            ("officer", self.officer),
            ("system", self.system),
        )
        return {name: source for source, layer in layers for name in layer}


def sheet_of(application: Application, *, on: date, officer: Mapping[str, Any] | None = None) -> FactSheet:
    """The facts of a case's only line on the day ``on``; ``officer`` are facts looked up by hand."""
    line = application.line
    return FactSheet(
        stated={**line.stated, **_account_facts(line)},
        register=register_facts(line.person, line.certificate, on=on),
        officer=dict(officer or {}),
        system=_system_facts(application, line),
    )


def _system_facts(application: Application, line: Line) -> Facts:
    facts: Facts = {
        "application.channel": "personal",
        "person.id": str(line.person_id),
        "person.name": line.person.name,
    }
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
