"""Enter a recognition, confirm or decline it, ask to revoke it, revoke it. Each takes two officers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock, rules
from jiangli.accounts.models import Agency, User
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.registers.models import Organisation, Person
from jiangli.registers.recognitions.kinds import facts_of, kind_of
from jiangli.registers.recognitions.models import Recognition, RecognitionState, Source
from jiangli.registers.recognitions.permissions import (
    cannot_ask_to_revoke,
    cannot_enter,
    cannot_revoke,
    cannot_settle,
    is_close_to,
)
from jiangli.rules.given import key_text


@dataclass(frozen=True)
class Document:
    """The document that recognises: its number and date, and from when until when it holds (None: no end)."""

    number: str
    on: date
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True)
class Entry:
    """What is entered of one holder. ``code``: the number it is known by already; a new one where blank."""

    kind: str
    party: Person | Organisation
    name: str
    facts: dict[str, Any] = field(default_factory=dict)
    code: str = ""
    about: Recognition | None = None


@transaction.atomic
def enter(entry: Entry, document: Document, *, by: User, at: datetime) -> Recognition:
    """The first officer's entry: it says nothing until a second confirms it."""
    if reason := cannot_enter(by, on=clock.day_of(at)):
        raise Refused(reason)
    return put_down(entry, document, source=Source.ENTRY, batch=None, by=by, at=at)


def put_down(
    entry: Entry, document: Document, *, source: Source, batch: uuid.UUID | None, by: User, at: datetime
) -> Recognition:
    """A proposed entry, whatever it came with. Refused with what is missing or wrong. Inside a transaction."""
    kind = kind_of(entry.kind)
    facts = facts_of(kind, entry.facts)
    if fault := _fault(kind, entry, document, by, at=at):
        raise Refused(fault)
    agency = by.agency
    assert agency is not None  # only officers enter
    Agency.objects.select_for_update().get(pk=agency.pk)  # two entries of one number take turns
    code = key_text(entry.code) or f"R{uuid.uuid4().hex[:10].upper()}"
    if Recognition.objects.filter(code=code).exists():
        raise Refused(_("The number %(code)s is taken. Leave it blank for a new one.") % {"code": code})
    row = Recognition.objects.create(
        kind=kind.id,
        code=code,
        person=entry.party if isinstance(entry.party, Person) else None,
        organisation=entry.party if isinstance(entry.party, Organisation) else None,
        about=entry.about,
        name=entry.name.strip() or entry.party.name,
        facts=facts,
        document_number=document.number.strip(),
        document_date=document.on,
        from_on=document.from_on,
        until_on=document.until_on,
        agency=agency,
        source=source,
        batch=batch,
        state=RecognitionState.PROPOSED,
        entered_by=by,
        entered_at=at,
    )
    record("recognition.entered", row, by=by, at=at, kind=kind.id, source=source, facts=facts)
    return row


def _fault(kind: rules.Recognised, entry: Entry, document: Document, by: User, *, at: datetime) -> str | None:
    holder = "person" if isinstance(entry.party, Person) else "organisation"
    if holder not in kind.holders:
        wanted = _("a person") if "person" in kind.holders else _("an organisation")
        return _("This kind of entry is held by %(holder)s.") % {"holder": wanted}
    if is_close_to(entry.party, by, on=clock.day_of(at)):
        return _("Nobody recognises themselves or an organisation of their own. A colleague has to do it.")
    if not document.number.strip():
        return _("Write the number of the document that recognises it.")
    if document.on > clock.day_of(at):
        return _("The date of the document lies ahead.")
    if document.until_on is not None and document.until_on < document.from_on:
        return _("The last day lies before the first.")
    if kind.about and (entry.about is None or entry.about.kind != kind.about):
        return _("Choose the entry that was assessed.")
    if entry.about is not None and entry.about.party != entry.party:
        return _("What was assessed belongs to another holder.")
    if len(entry.name) > 100 or len(entry.code) > 40 or len(document.number) > 80:
        return _("Shorten the name to 100, the number to 40 and that of the document to 80 characters.")
    same = Recognition.objects.filter(
        kind=kind.id, document_number=document.number.strip(), name=entry.name.strip() or entry.party.name,
        state__in=[RecognitionState.PROPOSED, RecognitionState.STANDING], about=entry.about,
        **{holder: entry.party},
    )  # fmt: skip
    return _("This is in the register already.") if same.exists() else None


@transaction.atomic
def confirm(entry: Recognition, *, by: User, at: datetime) -> Recognition:
    """The second officer's word: from now on it stands, and its facts are the register's."""
    entry = _locked(entry)
    if reason := cannot_settle(entry, by, on=clock.day_of(at)):
        raise Refused(reason)
    return _settle(entry, RecognitionState.STANDING, "recognition.confirmed", by=by, at=at)


@transaction.atomic
def decline(entry: Recognition, *, reason: str, by: User, at: datetime) -> Recognition:
    """The second officer does not confirm it, and says why; whoever entered it may take it back likewise."""
    entry = _locked(entry)
    own = entry.entered_by_id == by.pk and entry.state == RecognitionState.PROPOSED
    if not own and (why := cannot_settle(entry, by, on=clock.day_of(at))):
        raise Refused(why)
    entry.declined_because = needed(reason)
    return _settle(entry, RecognitionState.DECLINED, "recognition.declined", by=by, at=at)


@transaction.atomic
def ask_to_revoke(entry: Recognition, *, reason: str, by: User, at: datetime) -> Recognition:
    entry = _locked(entry)
    if why := cannot_ask_to_revoke(entry, by, on=clock.day_of(at)):
        raise Refused(why)
    entry.revoke_because, entry.revoke_asked_by, entry.revoke_asked_at = needed(reason), by, at
    entry.save()
    record("recognition.revoke_asked", entry, by=by, at=at, reason=entry.revoke_because)
    return entry


@transaction.atomic
def keep(entry: Recognition, *, by: User, at: datetime) -> Recognition:
    """The second officer does not agree, or the first takes it back: it stands as before."""
    entry = _locked(entry)
    if entry.revoke_asked_by_id != by.pk and (why := cannot_revoke(entry, by, on=clock.day_of(at))):
        raise Refused(why)
    entry.revoke_because, entry.revoke_asked_by, entry.revoke_asked_at = "", None, None
    entry.save()
    record("recognition.kept", entry, by=by, at=at)
    return entry


@transaction.atomic
def revoke(entry: Recognition, *, by: User, at: datetime) -> Recognition:
    """The second officer's word. What is revoked says nothing any more, of earlier days neither."""
    entry = _locked(entry)
    if why := cannot_revoke(entry, by, on=clock.day_of(at)):
        raise Refused(why)
    entry.state, entry.revoked_by, entry.revoked_at = RecognitionState.REVOKED, by, at
    entry.save()
    record("recognition.revoked", entry, by=by, at=at, reason=entry.revoke_because)
    return entry


def needed(reason: str) -> str:
    """A reason of at most 300 characters; Refused where there is none."""
    if not reason.strip() or len(reason.strip()) > 300:
        raise Refused(_("Say why, in at most 300 characters."))
    return reason.strip()


def _settle(
    entry: Recognition, state: RecognitionState, event: str, *, by: User, at: datetime
) -> Recognition:
    entry.state, entry.settled_by, entry.settled_at = state, by, at
    entry.save()
    record(event, entry, by=by, at=at, reason=entry.declined_because)
    return entry


def _locked(entry: Recognition) -> Recognition:
    rows = Recognition.objects.select_for_update(of=("self",))
    return rows.select_related("person", "organisation", "agency", "about").get(pk=entry.pk)
