"""What a row collides with: the registers, other rows of the sheet, and claims that are under way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from jiangli import rules
from jiangli.applications.guard import Key, keys_of
from jiangli.applications.models import Reservation
from jiangli.applications.roster_models import Roster
from jiangli.applications.rosters.columns import Shape, counts_certificates, shape_of
from jiangli.applications.rosters.words import both, fault
from jiangli.applications.sheet import has_roster
from jiangli.registers.names import could_be_person_name, same_person_name
from jiangli.registers.queries import batched, certificate_conflict

if TYPE_CHECKING:
    from jiangli.applications.rosters.checking import Checked

Fault = dict[str, str]


class Conflicts:
    """Found once for all rows: who stands where in the sheet, and which keys other cases hold."""

    def __init__(self, law: rules.Programme, roster: Roster, rows: Sequence[Checked]) -> None:
        self._law = law
        self._first: dict[str, int] = {}
        self._keys = {id(one): keys_of(law, one.told) for one in rows if not one.faults}
        self._taken = _taken(self._keys.values(), roster)
        for one in rows:
            for key in self._of_sheet(one):
                self._first.setdefault(key, one.row.number)

    def of(self, one: Checked) -> list[Fault]:
        """What of the row belongs to somebody else, or stands in the sheet twice."""
        return [*_of_registers(one), *self._of_others(one)]

    def reserved(self, one: Checked) -> list[Fault]:
        """The claim under way that holds what this row would claim. Nothing is said of a row that fails anyway."""
        if one.faults:
            return []
        numbers = {self._taken[key] for key in self._keys.get(id(one), ()) if key in self._taken}
        return [fault("", _claimed(number)) for number in sorted(numbers)]

    def _of_sheet(self, one: Checked) -> list[str]:
        """Under which keys a row may stand only once: its certificate, and its person where a case is one person's."""
        certificate, holder = one.cells.certificate_number, one.cells.holder
        keys = [f"certificate:{certificate}"] if certificate and not has_months(self._law) else []
        alone = shape_of(self._law) is Shape.EACH and not has_roster(self._law)
        if holder and (alone or not (counts_certificates(self._law) or has_months(self._law))):
            keys.append(f"person:{holder}")
        return keys

    def _of_others(self, one: Checked) -> list[Fault]:
        found = []
        for key in self._of_sheet(one):
            first = self._first[key]
            if first == one.row.number:
                continue
            if key.startswith("certificate:"):
                words = both("Row %(row)s has this certificate already. Take one of them out.", row=first)
                found.append(fault("certificate_number", words))
            else:
                words = both("This person stands in row %(row)s already. Take one of them out.", row=first)
                found.append(fault("id_number", words))
        return found


def _claimed(number: str) -> rules.Words:
    return both(
        "This is claimed already in application %(number)s and is paid once. Take the row out, or ask the office.",
        number=number,
    )


def has_months(law: rules.Programme) -> bool:
    """Whether a row is a month of somebody, who then has several."""
    return law.lines == "month"


def _of_registers(one: Checked) -> list[Fault]:
    found = []
    if one.person is not None and not could_be_person_name(one.cells.name, one.person):
        words = both("Compare name and identity number with the card: together they do not match.")
        found.append(fault("name", words))
    elif one.person is not None and not same_person_name(one.cells.name, one.person):
        one.notes.append(
            fault("name", both("The name is written otherwise in the register; an officer compares."))
        )
    if one.certificate is not None and one.certificate.person_id is not None:
        person = one.person
        strange = one.cells.holder and person is None
        if strange or (person is not None and certificate_conflict(person, one.certificate)):
            words = both("Compare the number with the certificate: this one is registered to somebody else.")
            found.append(fault("certificate_number", words))
    return found


def _taken(wanted: Iterable[Iterable[Key]], roster: Roster) -> dict[Key, str]:
    """The keys that other cases hold now, with the number of the case."""
    keys = {key for some in wanted for key in some}
    found: dict[Key, str] = {}
    for some in batched({key.subject for key in keys}, 500):
        rows = Reservation.objects.filter(subject__in=some, released_at=None).select_related("application")
        if roster.application_id:
            rows = rows.exclude(application=roster.application_id)
        for row in rows:
            key = Key(row.limit, row.subject, row.period)
            if key in keys:
                found[key] = row.application.number or ""
    return found
