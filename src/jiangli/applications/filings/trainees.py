"""The trainees of a class: by hand, one by one, or from a small sheet. A change voids what an officer confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.applications.filings.actions import locked, note_change
from jiangli.applications.filings.facts import GROUP, REAL_NAME
from jiangli.applications.filings.law import asked_of_trainee, law_of, lists_trainees
from jiangli.applications.filings.models import Examined, Filing, FilingTrainee
from jiangli.applications.filings.permissions import cannot_edit
from jiangli.applications.filings.reading import ID_NUMBER, NAME, PHONE, RowFault, SheetRow, read_trainees
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.registers.actions import person_of_number
from jiangli.registers.identity_numbers import identity_number_fault
from jiangli.registers.models import Person
from jiangli.registers.names import could_be_person_name
from jiangli.registers.rows import normalise_phone, phone_fault

MOST = 500


@dataclass(frozen=True)
class Given:
    """What is said of a trainee; ``group`` is a value of the fact, None of a field: not said."""

    name: str
    id_number: str
    group: str = ""
    phone: str = ""
    real_name_checked: bool | None = None


@dataclass(frozen=True)
class Taken:
    """What came of a sheet: rows that were new, changed or known already, and those with a fault."""

    new: int
    changed: int
    same: int
    faults: tuple[RowFault, ...]


def fault_of(given: Given, law: rules.Programme) -> tuple[str, str] | None:
    """(column, what to do) of the first thing that is wrong with a trainee; None if nothing is."""
    if not given.name.strip():
        return NAME, _("Write the name.")
    if len(given.name.strip()) > 60:
        return NAME, _("Write the name in at most 60 characters.")
    if fault := identity_number_fault(given.id_number):
        return ID_NUMBER, fault
    if given.phone and (fault := phone_fault(normalise_phone(given.phone))):
        return PHONE, fault
    if GROUP in asked_of_trainee(law) and not given.group:
        return law.dictionary[GROUP].label.zh, _("Choose the group this trainee belongs to.")
    return None


@transaction.atomic
def put_trainee(
    filing: Filing,
    given: Given,
    *,
    by: User,
    at: datetime,
    why: str = "",
    instead: FilingTrainee | None = None,
) -> FilingTrainee:
    """Put a person on the list, or change what is said of them. ``instead``: the entry that this one mends.

    Refused with the remedy; ``why`` is needed once the class is filed.
    """
    filing = _open(filing, by)
    law = law_of(filing)
    if fault := fault_of(given, law):
        raise Refused(f"{fault[0]}：{fault[1]}")
    trainee, outcome = _put(filing, given, at=at, instead=instead)
    if outcome != "same":
        _enough(filing)
        record("filing.trainee_put", filing, by=by, at=at, trainee=trainee.pk, outcome=outcome)
        note_change(filing, why, by=by, at=at)
    return trainee


@transaction.atomic
def remove_trainee(trainee: FilingTrainee, *, by: User, at: datetime, why: str = "") -> None:
    """Take a person off the list. The entry stays with its history. Safe to run twice."""
    filing = _open(trainee.filing, by)
    trainee = FilingTrainee.objects.select_for_update().get(pk=trainee.pk)
    if trainee.removed_at is None:
        trainee.removed_at = at
        trainee.save(update_fields=["removed_at"])
        record("filing.trainee_removed", filing, by=by, at=at, trainee=trainee.pk)
        note_change(filing, why, by=by, at=at)


@transaction.atomic
def load_trainees(filing: Filing, content: bytes, *, by: User, at: datetime, why: str = "") -> Taken:
    """Put the rows of a sheet on the list; a row with a fault is named and left out. Safe to run twice.

    Refused if it is no sheet, lacks a column, or would make the list longer than ``MOST``.
    """
    filing = _open(filing, by)
    law = law_of(filing)
    read = read_trainees(content, law, most=MOST)
    faults, counts = list(read.faults), {"new": 0, "changed": 0, "same": 0}
    for row in read.rows:
        fault = _take_row(filing, row, law, counts, at=at)
        faults += [fault] if fault else []
    _enough(filing)
    if counts["new"] or counts["changed"]:
        record("filing.sheet_loaded", filing, by=by, at=at, **counts, faults=len(faults))
        note_change(filing, why, by=by, at=at)
    faults.sort(key=lambda fault: fault.row)
    return Taken(counts["new"], counts["changed"], counts["same"], tuple(faults))


def _take_row(
    filing: Filing, row: SheetRow, law: rules.Programme, counts: dict[str, int], *, at: datetime
) -> RowFault | None:
    given = Given(row.name, row.id_number, row.facts.get(GROUP, ""), row.phone, row.facts.get(REAL_NAME))
    if fault := fault_of(given, law):
        return RowFault(row.number, row.name, *fault)
    try:
        with transaction.atomic():
            _trainee, outcome = _put(filing, given, at=at)
    except Refused as refusal:
        return RowFault(row.number, row.name, NAME, str(refusal))
    counts[outcome] += 1
    return None


def _open(filing: Filing, by: User) -> Filing:
    filing = locked(filing)
    if reason := cannot_edit(filing, by):
        raise Refused(reason)
    if not lists_trainees(law_of(filing)):
        raise Refused(_("No list of trainees belongs to this class."))
    return filing


def _enough(filing: Filing) -> None:
    if filing.trainees.filter(removed_at=None).count() > MOST:
        raise Refused(
            _("A class has at most %(most)s trainees. File the others as a second class.") % {"most": MOST}
        )


def _put(
    filing: Filing, given: Given, *, at: datetime, instead: FilingTrainee | None = None
) -> tuple[FilingTrainee, str]:
    """The entry, and whether it is ``new``, ``changed`` or the ``same`` as before."""
    person = _person(given)
    now = filing.trainees.filter(removed_at=None).select_for_update()
    entry = now.filter(person=person).first()
    if instead is not None and instead.person_id != person.pk:
        if entry is not None:
            raise Refused(_("This person stands on the list already."))
        now.filter(pk=instead.pk).update(removed_at=at)
    said = {
        "name": given.name.strip(),
        "group": given.group,
        "phone": normalise_phone(given.phone) if given.phone else "",
        "real_name_checked": given.real_name_checked,
    }
    if entry is None:
        return FilingTrainee.objects.create(filing=filing, person=person, listed_at=at, **said), "new"
    changed = [name for name, value in said.items() if getattr(entry, name) != value]
    if not changed:
        return entry, "same"
    for name in changed:
        setattr(entry, name, said[name])
    if set(changed) - {"phone"}:
        _void(entry)
    entry.save()
    return entry, "changed"


def _void(entry: FilingTrainee) -> None:
    """What an officer said was about what stood there before."""
    entry.examined, entry.examined_by, entry.examined_at = Examined.WAITING, None, None
    entry.looked_where = entry.examined_reason = ""


def _person(given: Given) -> Person:
    person = person_of_number(given.id_number, name=given.name)
    if not could_be_person_name(given.name, person):
        raise Refused(
            _("Compare name and number with the identity card: this number belongs to another name.")
        )
    return person


def current(filing: Filing) -> Sequence[FilingTrainee]:
    """Who stands on the list now."""
    return list(filing.trainees.filter(removed_at=None).select_related("person", "examined_by"))
