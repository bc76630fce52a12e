"""Find the cases of somebody who calls: one box, read as what was typed into it.

An officer finds only cases that their agency has, and never their own. There is no index of the last four
figures of a phone: with only ten thousand values it would give phones away. They are compared after decryption,
among people of the agency's cases whose name begins as typed (docs/decisions).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from jiangli.accounts.models import User
from jiangli.applications.models import Application, ApplicationQuerySet, Line
from jiangli.refused import Refused
from jiangli.registers.credit_codes import credit_code_fault, normalise_credit_code
from jiangli.registers.models import Clerk, ClerkState, Person
from jiangli.registers.queries import (
    find_person,
    find_persons_by_phone,
    identity_number_fault,
    normalise_phone,
    phone_fault,
)

LOOKED_AT = 5_000  # people whose phones are opened for one search; beyond it the name has to say more
_NUMBER = re.compile(r"([A-Z]{1,4})[-\s]?(\d{4})[-\s]?(\d{1,5})")
_TAIL = re.compile(r"(\D+?)\s*(\d{4})")


class Kind(StrEnum):
    """As what the words in the box were read. Kept of a search, which the words are not."""

    NUMBER = "number"
    IDENTITY = "identity"
    PHONE = "phone"
    TAIL = "tail"  # of a phone, after the beginning of a name
    CREDIT_CODE = "credit-code"
    NAME = "name"


@dataclass(frozen=True)
class Sought:
    kind: Kind
    cases: QuerySet[Application]


def find_cases(text: str, user: User) -> Sought:
    """The cases that ``text`` could mean, the newest first. Refused, with the remedy, if it says too little."""
    words = unicodedata.normalize("NFKC", text).strip()
    upper = words.upper()
    cases = reachable(user)
    if found := _NUMBER.fullmatch(upper):
        prefix, year, serial = found.groups()
        return _sought(Kind.NUMBER, cases.filter(number=f"{prefix}-{year}-{int(serial):05d}"))
    if identity_number_fault(upper) is None:
        return _sought(Kind.IDENTITY, cases.filter(_of([find_person(upper)])))
    if credit_code_fault(upper) is None:
        return _sought(Kind.CREDIT_CODE, cases.filter(organisation__credit_code=normalise_credit_code(upper)))
    if phone_fault(normalise_phone(words)) is None:
        return _sought(Kind.PHONE, cases.filter(_of(_by_phone(normalise_phone(words), cases))))
    if found := _TAIL.fullmatch(words):
        return _sought(Kind.TAIL, cases.filter(_of(_by_tail(found[1].strip(), found[2], cases))))
    if re.search(r"\d", words) or len(words) < 2:
        raise Refused(
            _(
                "Write a name of two characters or more, a whole number, or the first character of the name "
                "and the last four figures of the phone, as in 王 1234."
            )
        )
    named = Q(claimant__name__icontains=words) | Q(organisation__name__icontains=words)
    return _sought(Kind.NAME, cases.filter(named))


def reachable(user: User) -> ApplicationQuerySet:
    """The cases of which this officer may speak to a caller: their agency's, without their own.

    Their own are, as everywhere (``is_own``), also those they stand on and those of an organisation they act for.
    """
    persons = Person.objects.filter(Q(officer=user) | Q(account=user))
    clerks = Clerk.objects.filter(person__in=persons, state=ClerkState.ACTIVE)
    lines = Line.objects.filter(person__in=persons)
    own = Q(claimant__isnull=False, claimant__in=persons)
    own |= Q(organisation__isnull=False, organisation__in=clerks.values("organisation"))
    return Application.objects.visible_to(user).exclude(own | Q(pk__in=lines.values("application")))


def _sought(kind: Kind, cases: QuerySet[Application]) -> Sought:
    return Sought(kind, cases.order_by("-started_at", "pk").distinct())


def _of(persons: list[Person] | list[Person | None]) -> Q:
    """Cases that are these people's, or of an organisation they act for."""
    keys = [person.pk for person in persons if person]
    clerks = Q(organisation__clerks__person__in=keys, organisation__clerks__state=ClerkState.ACTIVE)
    return Q(claimant__in=keys) | clerks


def _by_phone(phone: str, cases: ApplicationQuerySet) -> list[Person]:
    """Who proved the phone, and whoever proved none and has it in the register."""
    unproved = Person.objects.filter(proved_phone_index="")
    return [*find_persons_by_phone(phone), *_opened(unproved, cases, lambda own: own == phone)]


def _by_tail(name: str, tail: str, cases: ApplicationQuerySet) -> list[Person]:
    return _opened(Person.objects.filter(name__startswith=name), cases, lambda own: own.endswith(tail))


def _opened(
    people: QuerySet[Person], cases: ApplicationQuerySet, fits: Callable[[str], bool]
) -> list[Person]:
    """Of the people of these cases those whose phone fits. Each phone is opened, so there must not be too many."""
    of_cases = Q(pk__in=cases.order_by().values("claimant")) | Q(
        clerkships__state=ClerkState.ACTIVE,
        clerkships__organisation__in=cases.order_by().values("organisation"),
    )
    rows = people.filter(of_cases).distinct()
    if rows.count() > LOOKED_AT:
        raise Refused(_("Too many people fit. Write more of the name, or search by number."))
    return list(_that_fit(rows, fits))


def _that_fit(rows: QuerySet[Person], fits: Callable[[str], bool]) -> Iterator[Person]:
    for person in rows.iterator(chunk_size=500):
        if fits(normalise_phone(person.contact)):
            yield person
