"""Rows of an import beside what is known: who they are about, and what is there already.

Everything is asked for a batch of rows at once, so that a sheet of 20,000 takes a minute and not an hour.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from jiangli.fields import blind_index
from jiangli.registers.history.models import ElsewhereCase, HistoryImport
from jiangli.registers.history.status import ImportKind
from jiangli.registers.models import Certificate, EarlierPayment, Person
from jiangli.registers.queries import identity_index

Record = dict[str, Any]
AT_ONCE = 400  # values in one question to the database


def source_of(imported: HistoryImport, said: Record) -> str:
    """Under which name a payment is kept: who paid, the period, the batch. The same row twice is one payment."""
    period = said["period"] or said["paid_on"][:4]
    return " ".join(part for part in (imported.agency.short_name, period, said["batch"]) if part)


def identity_of(imported: HistoryImport, said: Record) -> tuple[str, ...]:
    """What may stand only once in an import."""
    who = said["programme"], said["id_number"], said["certificate"]
    if imported.kind == ImportKind.PAID:
        return (*who, source_of(imported, said))
    return (*who, said["office"], said["number"] or said["filed_on"])


def fingerprint(imported: HistoryImport, said: Record) -> str:
    """A blind index of ``identity_of``."""
    return blind_index(f"history:{json.dumps(identity_of(imported, said), ensure_ascii=False)}")


def substance(imported: HistoryImport, said: Record) -> tuple[Any, ...]:
    """What two rows of one fingerprint must agree in to be the same."""
    return (said["paid_on"], said["amount_fen"]) if imported.kind == ImportKind.PAID else ()


@dataclass
class Known:
    """What the registers have of the people and certificates of a batch of rows."""

    persons: dict[str, Person] = field(default_factory=dict)  # by the blind index of the number
    certificates: dict[str, Certificate] = field(default_factory=dict)  # by number
    payments: list[EarlierPayment] = field(default_factory=list)
    cases: list[ElsewhereCase] = field(default_factory=list)

    def person(self, said: Record) -> Person | None:
        return self.persons.get(identity_index(said["id_number"])) if said["id_number"] else None

    def certificate(self, said: Record) -> Certificate | None:
        return self.certificates.get(said["certificate"]) if said["certificate"] else None

    def who(self, said: Record) -> tuple[Any, Any] | None:
        """Keys of the person and the certificate; None if one of them is not known, so nothing can be there."""
        person, certificate = self.person(said), self.certificate(said)
        if (said["id_number"] and person is None) or (said["certificate"] and certificate is None):
            return None
        return (person.pk if person else None), (certificate.pk if certificate else None)

    def payments_of(self, said: Record) -> Iterator[EarlierPayment]:
        """Those to the same person for the same certificate in the same programme."""
        if (who := self.who(said)) is not None:
            for row in self.payments:
                if (row.person_id, row.certificate_id) == who and row.programme_code == said["programme"]:
                    yield row

    def case_of(self, said: Record) -> ElsewhereCase | None:
        """The same case, brought in before."""
        who = self.who(said)
        for row in self.cases if who is not None else ():
            same = (row.person_id, row.certificate_id) == who and row.programme_code == said["programme"]
            same = same and row.office == said["office"]
            if same and (row.number or row.filed_on.isoformat()) == (said["number"] or said["filed_on"]):
                return row
        return None


def known_of(rows: Iterable[Record]) -> Known:
    """Persons, certificates, and what was paid to them or is in progress elsewhere."""
    said = list(rows)
    found = Known()
    indexes = {identity_index(row["id_number"]) for row in said if row["id_number"]}
    numbers = {row["certificate"] for row in said if row["certificate"]}
    for some in _parts(indexes):
        found.persons |= {p.id_number_index: p for p in Person.objects.filter(id_number_index__in=some)}
    for some in _parts(numbers):
        found.certificates |= {c.number: c for c in Certificate.objects.filter(number__in=some)}
    about = Q()
    for people in _parts({person.pk for person in found.persons.values()}):
        about |= Q(person__in=people)
    for held in _parts({held.pk for held in found.certificates.values()}):
        about |= Q(certificate__in=held)
    if about:
        found.payments = list(EarlierPayment.objects.filter(about))
        found.cases = list(ElsewhereCase.objects.filter(about))
    return found


def _parts(values: set[Any]) -> Iterator[list[Any]]:
    listed = list(values)
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]


def same_payment(row: EarlierPayment, said: Record) -> bool:
    return row.paid_on == date.fromisoformat(said["paid_on"]) and row.amount_fen == said["amount_fen"]
