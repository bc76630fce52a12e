"""Read the registers: facts in the words of the assessment contract, earlier payments. Absent = unknown."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from jiangli.fields import blind_index
from jiangli.registers.identity_numbers import identity_number_fault, normalise_identity_number
from jiangli.registers.models import Certificate, EarlierPayment, Membership, Organisation, Person
from jiangli.registers.recognitions.queries import entries_of, entries_of_persons, facts_of_entries
from jiangli.registers.rows import normalise_phone, phone_fault

__all__ = [
    "belongs_to_another",
    "certificate_conflict",
    "earlier_payments",
    "find_person",
    "find_persons_by_phone",
    "identity_index",
    "identity_number_fault",
    "normalise_certificate_number",
    "normalise_identity_number",
    "normalise_phone",
    "organisation_facts",
    "phone_fault",
    "phone_index",
    "register_facts",
    "register_facts_in_bulk",
]

_LABEL_BEFORE = re.compile(
    r"^(?:职业资格|职业技能等级|技能等级|等级)?(?:证书)?(?:编号|号码|证号)|^第|^NO(?=[A-Z]?\d)"
)
_LABEL_AFTER = re.compile(r"(?:号|正本|副本|复印件)+$")
CERTIFICATE_FACTS = (
    "kind",
    "level",
    "issue_date",
    "holder_name",
    "issuer_kind",
    "issuer_area",
    "filing_area",
)


T = TypeVar("T")


def batched(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """The values in lists of at most ``size``: databases take only so many parameters."""
    left = iter(values)
    while some := list(islice(left, size)):
        yield some


def normalise_certificate_number(text: str) -> str:
    """One writing of a certificate's number: half-width, capitals, without spaces, dashes and labels.

    Labels are what people copy with the number: 证书编号：…, 编号…, No. …, 第…号, …（副本）.
    """
    folded = unicodedata.normalize("NFKC", text).upper()
    bare = "".join(c for c in folded if c.isalnum())
    return _LABEL_AFTER.sub("", _LABEL_BEFORE.sub("", bare))


def identity_index(number: str) -> str:
    """The blind index under which a person with this identity number is kept."""
    return blind_index(f"id_number:{normalise_identity_number(number)}")


def phone_index(phone: str) -> str:
    """The blind index of a phone; the same as that of its codes."""
    return blind_index(f"phone:{normalise_phone(phone)}")


def find_person(id_number: str) -> Person | None:
    """The person with this identity number, if any is known."""
    return Person.objects.filter(id_number_index=identity_index(id_number)).first()


def find_persons_by_phone(phone: str) -> list[Person]:
    """Everyone who proved this phone, for somebody who calls."""
    return list(Person.objects.filter(proved_phone_index=phone_index(phone)))


def register_facts(
    person: Person, certificate: Certificate | None, *, on: date, stated: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What the registers say on a day, as fact name → value of the contract.

    ``person.id`` and ``certificate.id`` are our own keys and always there: earlier payments are matched by
    them. Everything else is there only if a register says it; of another person's certificate nothing is.
    """
    return register_facts_in_bulk([(person, certificate)], on=on, stated=[stated or {}])[0]


def register_facts_in_bulk(
    pairs: Sequence[tuple[Person | None, Certificate | None]],
    *,
    on: date,
    stated: Sequence[Mapping[str, Any]] = (),
) -> list[dict[str, Any]]:
    """``register_facts`` of many persons and certificates in their order; a few queries for every thousand.

    ``stated``: what was said beside each, which chooses among several titles.
    """
    persons = {person.pk for person, _ in pairs if person}
    known, recognised = _memberships(persons, on), entries_of_persons(persons, on=on)
    found = []
    for place, (person, certificate) in enumerate(pairs):
        facts: dict[str, Any] = {}
        if person is not None:
            said = stated[place] if place < len(stated) else {}
            facts = {"person.id": str(person.pk), **_membership_facts(person, known.get(person.pk, []), on)}
            facts |= facts_of_entries(recognised.get(person.pk, []), said)
        if certificate is not None:
            facts["certificate.id"] = str(certificate.pk)
            if person is None or not belongs_to_another(person, certificate):
                facts |= _certificate_facts(certificate)
        found.append(facts)
    return found


def organisation_facts(
    organisation: Organisation, *, on: date, stated: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What a register or an officer vouches for of an organisation, with our own key, and what was recognised.

    ``stated`` chooses where it holds several studios or bases.
    """
    recognised = facts_of_entries(entries_of(organisation, on=on), stated or {})
    return {**organisation.known, **recognised, "organisation.id": str(organisation.pk)}


def belongs_to_another(person: Person, certificate: Certificate) -> bool:
    """Whether the certificate register names another holder, so that nothing of it may be shown to them."""
    return certificate.person_id is not None and certificate.person_id != person.pk


def certificate_conflict(person: Person, certificate: Certificate | None) -> str | None:
    """Why this certificate cannot be claimed for this person, without the other's name; None if it can."""
    if certificate is None or not belongs_to_another(person, certificate):
        return None
    return _(
        "Compare the number with your certificate: this one is registered to somebody else. "
        "If the number is right, take the certificate to your union and they will look it up."
    )


def _memberships(persons: Collection[UUID], on: date) -> dict[UUID, list[Membership]]:
    """The memberships that had begun by the day, of each person, the newest first."""
    found: dict[UUID, list[Membership]] = {}
    for some in batched(persons, 1000):
        rows = Membership.objects.filter(person__in=some, since_on__lte=on).order_by("-since_on", "-pk")
        for row in rows:
            found.setdefault(row.person_id, []).append(row)
    return found


def _membership_facts(person: Person, known: Sequence[Membership], on: date) -> dict[str, Any]:
    """Of the newest membership that holds on the day; "none" if all the register knows of have ended by then.

    Somebody the register does not know, or knows without any membership, may be a member all the same.
    """
    for membership in known:
        if membership.until_on is None or membership.until_on >= on:
            return {
                "membership.union_area": membership.union_area,
                "membership.real_name_verified": membership.real_name_verified,
            }
    return {"membership.union_area": "none"} if known and person.in_register else {}


def _certificate_facts(certificate: Certificate) -> dict[str, Any]:
    if certificate.looked_up_at is None:
        return {}
    values = {name: getattr(certificate, name) for name in CERTIFICATE_FACTS}
    facts = {f"certificate.{name}": _plain(value) for name, value in values.items() if value}
    return {**facts, "certificate.verified": True}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def earlier_payments(
    persons: Collection[UUID | str],
    certificates: Collection[UUID | str] = (),
    organisations: Collection[UUID | str] = (),
    subjects: Collection[str] = (),
) -> list[dict[str, str]]:
    """Payments to any of the persons or organisations, or for any of the certificates or subjects, oldest first.

    Rows are ``history`` of the contract; one query for every 500 keys. What was recovered and freed is left out.
    """
    rows: dict[int, EarlierPayment] = {}
    asked = {
        "person": persons,
        "certificate": certificates,
        "organisation": organisations,
        "subject": subjects,
    }
    standing = EarlierPayment.objects.filter(freed_on=None)
    for column, keys in asked.items():
        for some in batched(keys, 500):
            rows |= {row.pk: row for row in standing.filter(**{f"{column}__in": some})}
    return [_entry(row) for row in sorted(rows.values(), key=lambda row: (row.paid_on, row.pk))]


def _entry(row: EarlierPayment) -> dict[str, str]:
    entry = {
        "programme": row.programme_code,
        "series": row.series,
        "person": str(row.person_id or ""),
        "organisation": str(row.organisation_id or ""),
        "certificate": str(row.certificate_id or ""),
        "subject": row.subject,
        "period": row.period,
        "paid_on": row.paid_on.isoformat(),
        "amount": f"{row.amount_fen // 100}.{row.amount_fen % 100:02d}",
    }
    return {name: value for name, value in entry.items() if value}
