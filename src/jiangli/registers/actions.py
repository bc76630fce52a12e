"""Writes about what is known: recognise a person, keep a certificate's number, load the registers."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli.accounts import actions as accounts
from jiangli.accounts.models import Agency, PhoneCode, User
from jiangli.accounts.roles import Role
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
from jiangli.registers.names import could_be_person_name, fold
from jiangli.registers.queries import find_person, identity_index, normalise_certificate_number, phone_index
from jiangli.registers.rows import normalise_phone, phone_fault

__all__ = [
    "Identified",
    "Loaded",
    "appoint_officer",
    "certificate_for",
    "confirm_new_phone",
    "identify",
    "load_certificates",
    "load_earlier_payments",
    "load_members",
    "note_phone",
    "person_for_claim",
    "person_of_number",
    "settle_name",
]

TRIES = 10
WITHIN = timedelta(hours=1)
NAME_LIMIT = 60
SHORTEST_NAME = 2
NO_PART_OF_A_NAME = {
    "Cc",
    "Cs",
    "Co",
    "Cn",
    "Sc",
    "Sm",
    "So",
}  # control, private use, currency, signs, pictures


@dataclass(frozen=True)
class Identified:
    """Who it is. ``found``: the member register knows this number and name.

    ``needs``: the phone that is known of this person, where another was proved now. Nobody is let in until
    that one is proved too; then ``confirm_new_phone``.
    """

    person: Person
    found: bool
    needs: str = ""


def identify(name: str, id_number: str, phone: str, *, at: datetime) -> Identified:
    """Recognise the person with this number and name, who has just proved ``phone``; safe to run twice.

    Nobody is turned away because the register is empty: an unknown number becomes a person of its own,
    and an officer checks it by hand. Refused if the number cannot be one, after ten tries in an hour,
    or if the number is known under a clearly different name (without saying which of the two is wrong).

    Where another phone is known, proved before or the register's, nothing is changed and ``needs`` says so.
    The register's own contact is never changed here; the proved phone is kept beside it, and messages go
    to the proved one. Two requests with one number at once end in one person with one account.
    """
    name, number, phone = name.strip(), normalise_identity_number(id_number), normalise_phone(phone)
    if fault := _fault(name, number, phone):
        raise Refused(fault)
    accounts.count_attempt("identify", blind_index(f"identify:{number}"), limit=TRIES, within=WITHIN, at=at)
    return _identify(name, number, phone, at)


def _fault(name: str, number: str, phone: str) -> str | None:
    return _name_fault(name) or identity_number_fault(number) or phone_fault(phone)


def _name_fault(name: str) -> str | None:
    """Why this is no name: a name has two characters or more, dots and rare ones among them, at most sixty."""
    if not name:
        return _("Type the name as it stands on the identity card.")
    if len(fold(name)) < SHORTEST_NAME:
        return _("Type the whole name as it stands on the identity card, at least two characters.")
    if len(name) > NAME_LIMIT:
        return _("Type the name in at most 60 characters.")
    if any(unicodedata.category(c) in NO_PART_OF_A_NAME for c in name):
        return _("Type the name without signs and pictures, as it stands on the identity card.")
    return None


@transaction.atomic
def _identify(name: str, number: str, phone: str, at: datetime) -> Identified:
    person, made = Person.objects.get_or_create(
        id_number_index=identity_index(number), defaults={"name": name, "id_number": number}
    )
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not could_be_person_name(name, person):
        _mend_own_name(person, name, phone, at)
    if person.contact not in ("", phone):
        record("person.other_phone", person, by=None, at=at)
        return Identified(person, person.in_register, needs=person.contact)
    _remember(person, phone)
    record("person.identified", person, by=person.account, at=at, found=person.in_register, made=made)
    return Identified(person, person.in_register)


@transaction.atomic
def confirm_new_phone(person: Person, *, new: PhoneCode, known: PhoneCode, at: datetime) -> Person:
    """Let ``new`` be the person's phone: both it and the ``known`` one were proved. Refused otherwise."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    if new.proved_at is None or known.proved_at is None or known.phone != person.contact:
        raise Refused(_("Start again with your phone: what was proved no longer holds."))
    _remember(person, new.phone)
    record("person.phone_changed", person, by=person.account, at=at)
    return person


@transaction.atomic
def note_phone(person: Person, phone: str, *, by: User | None, at: datetime) -> str:
    """The phone of somebody who showed their identity card at the counter; gives back the one before.

    They still prove it when they sign in. Whoever is signed in for them now, perhaps a stranger, no longer is.
    """
    number = normalise_phone(phone)
    if fault := phone_fault(number):
        raise Refused(fault)
    person = Person.objects.select_for_update().get(pk=person.pk)
    before = person.contact
    person.account = None
    person.proved_phone, person.proved_phone_index = number, phone_index(number)
    person.save(update_fields=["account", "proved_phone", "proved_phone_index"])
    record("person.phone_noted", person, by=by, at=at)
    return before


def _mend_own_name(person: Person, name: str, phone: str, at: datetime) -> None:
    """Somebody no register knows may correct a name they mistyped, with the phone they proved before.

    Not once a case was filed under it, or a list named them: then money may follow the name.
    """
    if person.in_register or person.name_is_settled or person.proved_phone != phone:
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


def settle_name(person: Person) -> None:
    """From now on the name changes only by a register or an officer. Safe to run twice."""
    if not person.name_is_settled:
        person.name_is_settled = True
        person.save(update_fields=["name_is_settled"])


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


def person_for_claim(id_number: str, name: str, *, at: datetime) -> Person:
    """The person with this number and name, whom an organisation claims for; kept under the name if nobody knew them.

    Whether anybody knew them is not to be seen. Refused if the number cannot be one, after ten tries in an hour, or
    if the two do not belong together, without saying which is wrong.
    """
    name, number = name.strip(), normalise_identity_number(id_number)
    if fault := _name_fault(name) or identity_number_fault(number):
        raise Refused(fault)
    known = find_person(number)
    if known is not None and not could_be_person_name(name, known):
        accounts.count_attempt(
            "claim_for", blind_index(f"claim_for:{number}"), limit=TRIES, within=WITHIN, at=at
        )
        raise Refused(
            _("Compare the name and the number with the identity card; together they do not match.")
        )
    return known or person_of_number(number, name=name)


@transaction.atomic
def appoint_officer(
    username: str,
    agency: Agency,
    roles: Collection[Role],
    *,
    name: str,
    id_number: str,
    by: User | None,
    at: datetime,
) -> tuple[User, str | None]:
    """An officer with these posts who is known as a person, so that they never handle what is their own.

    The password is given back once, for a new account. Safe to run twice. Refused if the number cannot be
    one, is known under another name, or the account or the person is already somebody else's.
    """
    person = person_of_number(id_number, name=name)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not could_be_person_name(name, person):
        raise Refused(_("Compare the name with the identity card: this number is known under another name."))
    user, password = accounts.appoint_officer(username, agency, roles, name=name, by=by, at=at)
    if (
        person.officer not in (None, user)
        or Person.objects.filter(officer=user).exclude(pk=person.pk).exists()
    ):
        raise Refused(_("Choose another user name. An account belongs to one person, and a person has one."))
    person.officer = user
    person.save(update_fields=["officer"])
    record("person.officer_known", person, by=by, at=at)
    return user, password
