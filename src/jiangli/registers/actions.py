"""Writes about what is known: recognise a person, keep a certificate's number, load the registers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli.accounts import actions as accounts
from jiangli.audit.actions import record
from jiangli.fields import blind_index
from jiangli.refused import Refused
from jiangli.registers.identity_numbers import identity_number_fault, normalise_identity_number
from jiangli.registers.loads import (
    Loaded,
    load_certificates,
    load_earlier_payments,
    load_members,
)
from jiangli.registers.models import Certificate, Person
from jiangli.registers.names import could_be_person_name
from jiangli.registers.queries import identity_index, normalise_certificate_number, phone_index
from jiangli.registers.rows import normalise_phone, phone_fault

__all__ = [
    "Identified",
    "Loaded",
    "certificate_for",
    "identify",
    "load_certificates",
    "load_earlier_payments",
    "load_members",
    "person_of_number",
]

TRIES = 10
WITHIN = timedelta(hours=1)
NAME_LIMIT = 60


@dataclass(frozen=True)
class Identified:
    """Who it is. ``found``: the member register knows this number and name.

    ``phone_is_new``: another phone was proved for this person before, or the register has another.
    """

    person: Person
    found: bool
    phone_is_new: bool = False


def identify(name: str, id_number: str, phone: str, *, at: datetime) -> Identified:
    """Recognise the person with this number and name, who has just proved ``phone``; safe to run twice.

    Nobody is turned away because the register is empty: an unknown number becomes a person of its own,
    and an officer checks it by hand. Refused if the number cannot be one, after ten tries in an hour,
    or if the number is known under a clearly different name (without saying which of the two is wrong).

    The register's own contact is never changed here; the proved phone is kept beside it, and messages go
    to the proved one. Two requests with one number at once end in one person with one account.
    """
    name, number, phone = name.strip(), normalise_identity_number(id_number), normalise_phone(phone)
    if fault := _fault(name, number, phone):
        raise Refused(fault)
    accounts.count_attempt("identify", blind_index(f"identify:{number}"), limit=TRIES, within=WITHIN, at=at)
    return _identify(name, number, phone, at)


def _fault(name: str, number: str, phone: str) -> str | None:
    if not name:
        return _("Type your name as it stands on your identity card.")
    if len(name) > NAME_LIMIT:
        return _("Type your name in at most 60 characters.")
    return identity_number_fault(number) or phone_fault(phone)


@transaction.atomic
def _identify(name: str, number: str, phone: str, at: datetime) -> Identified:
    person, made = Person.objects.get_or_create(
        id_number_index=identity_index(number), defaults={"name": name, "id_number": number}
    )
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not could_be_person_name(name, person):
        _mend_own_name(person, name, phone, at)
    known = {known for known in (person.phone, person.proved_phone) if known}
    _remember(person, phone)
    record("person.identified", person, by=person.account, at=at, found=person.in_register, made=made)
    return Identified(person, person.in_register, bool(known) and phone not in known)


def _mend_own_name(person: Person, name: str, phone: str, at: datetime) -> None:
    """Somebody no register knows may correct a name they mistyped, with the phone they proved before."""
    if person.in_register or person.proved_phone != phone:
        raise Refused(
            _(
                "Compare the name and the number with your identity card; together they do not match. "
                "If both are right, take the card to your union and they will apply with you."
            )
        )
    person.name = name
    person.save(update_fields=["name"])
    record("person.renamed", person, by=person.account, at=at)


def _remember(person: Person, phone: str) -> None:
    if person.account is None:
        person.account = accounts.open_claimant_account(person.name)
    if person.account.name != person.name:
        person.account.name = person.name
        person.account.save(update_fields=["name"])
    person.proved_phone, person.proved_phone_index = phone, phone_index(phone)
    person.save(update_fields=["account", "proved_phone", "proved_phone_index"])


def certificate_for(number: str) -> Certificate:
    """The certificate with this number, as typed; one that no register has shown yet has its number only."""
    normal = normalise_certificate_number(number)
    if not 4 <= len(normal) <= 40:
        raise Refused(_("Type the number as it stands on the certificate, with all its letters and digits."))
    return Certificate.objects.get_or_create(number=normal)[0]


def person_of_number(id_number: str, *, name: str) -> Person:
    """The person with this number, kept under ``name`` if nobody knew them: for lists that name persons.

    Refused if the number cannot be one. The caller compares the names: a list may be wrong.
    """
    number = normalise_identity_number(id_number)
    if fault := identity_number_fault(number):
        raise Refused(fault)
    person, _made = Person.objects.get_or_create(
        id_number_index=identity_index(number), defaults={"name": name.strip(), "id_number": number}
    )
    return person
