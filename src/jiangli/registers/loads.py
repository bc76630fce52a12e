"""Loads of the registers from plain rows. Safe to run twice: what is there already stays as it is.

Good rows are taken; a row with a fault is left out, and every fault is named with its row, field and remedy.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import models, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.registers.credit_codes import credit_code_fault, normalise_credit_code
from jiangli.registers.models import (
    Certificate,
    EarlierPayment,
    Membership,
    Organisation,
    Person,
    RegisterLoad,
)
from jiangli.registers.names import same_name
from jiangli.registers.queries import identity_index, normalise_certificate_number
from jiangli.registers.rows import Fault, Row

Cells = Mapping[str, Any]
NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True)
class Loaded:
    """What came of a load: rows counted, faults in order of rows."""

    new: int
    changed: int
    same: int
    faults: tuple[Fault, ...]


def load_members(rows: Iterable[Cells], *, at: datetime, by: User | None = None) -> Loaded:
    """Persons and their memberships. A row: name, id_number, phone, former_names, and, unless union_name
    is empty, union_name, union_area, real_name_verified, since_on, until_on."""
    return _load("members", rows, _member, at=at, by=by)


def load_certificates(rows: Iterable[Cells], *, at: datetime, by: User | None = None) -> Loaded:
    """Certificates as their register has them on ``at``. A row: number, id_number (of the holder, if known),
    holder_name, kind, level, occupation, issue_date, issuer_name, issuer_kind, issuer_area, filing_area."""
    return _load("certificates", rows, lambda row: _certificate(row, at), at=at, by=by)


def load_earlier_payments(rows: Iterable[Cells], *, at: datetime, by: User | None = None) -> Loaded:
    """Money paid before or elsewhere. A row: programme_code, series (only of a programme that the policies do
    not name), id_number and/or certificate_number, name (for a person not known yet), subject, period,
    paid_on, amount_fen, source."""
    return _load("earlier payments", rows, _earlier_payment, at=at, by=by)


def load_organisations(rows: Iterable[Cells], *, at: datetime, by: User | None = None) -> Loaded:
    """Organisations and what their register vouches for. A row: credit_code, name, and any fact of an
    organisation under its name (kind, area, star_rating …). A column that is none is Refused."""
    return _load("organisations", rows, lambda row: _organisation(row, at, by), at=at, by=by)


@transaction.atomic
def _load(
    kind: str, rows: Iterable[Cells], take: Callable[[Row], str], *, at: datetime, by: User | None
) -> Loaded:
    counts, faults = {NEW: 0, CHANGED: 0, SAME: 0}, []
    for number, cells in enumerate(rows, start=1):
        row = Row(number, cells)
        became = take(row)
        faults += row.faults
        if not row.faults:
            counts[became] += 1
    told = [{"row": fault.row, "field": fault.field} for fault in faults]
    load = RegisterLoad.objects.create(kind=kind, at=at, by=by, faults=told, **counts)
    record("register.loaded", load, by=by, at=at, kind=kind, faults=len(faults), **counts)
    return Loaded(**counts, faults=tuple(faults))


def _member(row: Row) -> str:
    number = row.identity_number("id_number", needed=True)
    values = {
        "name": row.text("name", 60, needed=True),
        "former_names": row.names("former_names"),
        "phone": row.phone("phone"),
        "in_register": True,
    }
    union = row.text("union_name", 80)
    membership = _membership_cells(row) if union else {}
    if row.faults:
        return SAME
    person, made = Person.objects.get_or_create(
        id_number_index=identity_index(number), defaults={"id_number": number, **values}
    )
    became = NEW if made else _update_person(person, values)
    if not union:
        return became
    since = membership.pop("since_on")
    joined = _upsert(Membership, {"person": person, "union_name": union, "since_on": since}, membership)
    return became if became != SAME else CHANGED if joined != SAME else SAME


def _membership_cells(row: Row) -> dict[str, Any]:
    since, until = row.day("since_on", needed=True), row.day("until_on")
    if since and until and until < since:
        row.blame("until_on", _("Write a day that is not before the first day."))
    return {
        "union_area": row.area("union_area", needed=True),
        "real_name_verified": row.yes("real_name_verified"),
        "since_on": since,
        "until_on": until,
    }


def _update_person(person: Person, values: dict[str, Any]) -> str:
    """The register's word counts. A name it had stays known; a stranger does not keep the account.

    Somebody may have come with this number before the register did, with another name or another phone:
    their account and phone are theirs, not this person's. A phone that the register changes later is to be
    proved anew.
    """
    renamed = not same_name(person.name, values["name"])
    if renamed and person.in_register:
        values["former_names"] = [*values["former_names"], person.name]
    new_phone = values["phone"] not in ("", person.phone, person.proved_phone)
    if new_phone or (renamed and not person.in_register):
        values |= {"proved_phone": "", "proved_phone_index": ""}
        values |= {} if person.in_register else {"account": None}
    kept = [name for name in person.former_names if name not in values["former_names"]]
    values["former_names"] = [*values["former_names"], *kept]
    return CHANGED if _set(person, values) else SAME


def _certificate(row: Row, at: datetime) -> str:
    number = normalise_certificate_number(row.text("number", 40, needed=True))
    holder = row.identity_number("id_number")
    values: dict[str, Any] = {
        "holder_name": row.text("holder_name", 60, needed=True),
        "kind": row.text("kind", 40, needed=True),
        "level": row.text("level", 40),
        "occupation": row.text("occupation", 60),
        "issue_date": row.day("issue_date", needed=True),
        "issuer_name": row.text("issuer_name", 80),
        "issuer_kind": row.text("issuer_kind", 40),
        "issuer_area": row.area("issuer_area"),
        "filing_area": row.area("filing_area", none=True),
    }
    if row.faults:
        return SAME
    if holder:
        values["person"] = Person.objects.filter(id_number_index=identity_index(holder)).first()
    became = _upsert(Certificate, {"number": number}, values)
    Certificate.objects.filter(number=number).update(looked_up_at=at)
    return became


def _earlier_payment(row: Row) -> str:
    holder = row.identity_number("id_number")
    number = normalise_certificate_number(row.text("certificate_number", 40))
    if not holder and not number:
        row.blame("id_number", _("Say who was paid, or for which certificate."))
    key = {"programme_code": row.text("programme_code", 80, needed=True)}
    key["source"] = row.text("source", 80, needed=True)
    values = {
        "series": _series(row, key["programme_code"]),
        "subject": row.text("subject", 60),
        "period": row.text("period", 7),
        "paid_on": row.day("paid_on", needed=True),
        "amount_fen": row.amount_fen("amount_fen"),
    }
    name = row.text("name", 60)
    if row.faults:
        return SAME
    person = _payee(row, holder, name) if holder else None
    certificate = Certificate.objects.get_or_create(number=number)[0] if number else None
    if row.faults:
        return SAME
    return _upsert(EarlierPayment, {**key, "person": person, "certificate": certificate}, values)


ORGANISATION = "organisation."


def _organisation(row: Row, at: datetime, by: User | None) -> str:
    code = normalise_credit_code(str(row.cells.get("credit_code") or ""))
    if fault := credit_code_fault(code):
        row.blame("credit_code", fault)
    name = row.text("name", 100, needed=True)
    cells = {column: value for column, value in row.cells.items() if column not in ("credit_code", "name")}
    facts = {_fact_of(column): value for column, value in cells.items()}
    given = rules.facts_from(dictionary(), facts)
    for slip in given.slips:
        row.blame(slip.fact.removeprefix(ORGANISATION), slip.words.say((get_language() or "zh")[:2]))
    if row.faults:
        return SAME
    values = {"name": name, "in_register": True}
    found, made = Organisation.objects.get_or_create(credit_code=code, defaults=values)
    known = {fact: value for fact, value in found.known.items() if fact not in facts} | given.facts
    told = {fact: known.get(fact) for fact in facts if known.get(fact) != found.known.get(fact)}
    changed = _set(found, {**values, "known": known})
    if told:
        record("organisation.vouched", found, by=by, at=at, facts=told, register=True)
    return NEW if made else CHANGED if changed else SAME


def _fact_of(column: str) -> str:
    """``kind`` and ``organisation.kind`` are one column. Refused for what is no fact of an organisation."""
    name = column if column.startswith(ORGANISATION) else f"{ORGANISATION}{column}"
    if name not in dictionary() or name == f"{ORGANISATION}id":
        raise Refused(_("Take out the column %(column)s: no such thing is known of an organisation.")
                      % {"column": column})  # fmt: skip
    return name


@cache
def _library() -> rules.Library:
    return rules.load()


def dictionary() -> rules.Dictionary:
    """Every fact that the policies here name."""
    return _library().facts


def _series(row: Row, code: str) -> str:
    """The series that the policies give the programme. Without it the payment would bar nothing."""
    told = row.text("series", 60)
    if code and not _library().knows(code):
        if not told:
            row.blame("series", _("Fill it in: the policies here do not know this programme."))
        return told
    known = _library().series_of(code) or ""
    if told and told != known:
        right = known or _("nothing")
        row.blame("series", _("Write %(series)s: the policies say so.") % {"series": right})
    return known


def _payee(row: Row, number: str, name: str) -> Person | None:
    person = Person.objects.filter(id_number_index=identity_index(number)).first()
    if person is None and not name:
        row.blame("name", _("Fill it in: this person is not known yet."))
        return None
    if person is None:
        person = Person.objects.create(id_number_index=identity_index(number), id_number=number, name=name)
    return person


def _upsert(model: type[models.Model], key: dict[str, Any], values: dict[str, Any]) -> str:
    row, made = model._default_manager.get_or_create(**key, defaults=values)
    return NEW if made else CHANGED if _set(row, values) else SAME


def _set(row: models.Model, values: dict[str, Any]) -> bool:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
    return bool(changed)
