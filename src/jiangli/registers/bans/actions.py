"""Lay a ban, ask to lift it, lift it. Laying rests on a finding that two officers confirmed: see reviews/fraud."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock, rules
from jiangli.accounts.models import Agency, User
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.registers.bans.models import Ban
from jiangli.registers.bans.permissions import cannot_ask_to_lift, cannot_lift
from jiangli.registers.models import Organisation, Person


@transaction.atomic
def lay(
    party: Person | Organisation,
    document: rules.Document,
    *,
    agency: Agency,
    finding: UUID,
    finding_number: str,
    from_on: date,
    by: User,
    at: datetime,
) -> Ban | None:
    """Bar a party as the document says; None, and nothing happens, where the document bars nobody.

    Safe to run twice for one finding. The end is left open: it is the document's, also once that becomes known.
    """
    if document.ban is None:
        return None
    name = "person" if isinstance(party, Person) else "organisation"
    ban, made = Ban.objects.get_or_create(
        finding=finding,
        document=document.id,
        lifted_at=None,
        **{name: party},
        defaults={
            "series": (document.series or "") if document.ban.scope == "series" else "",
            "quote": document.ban.basis.quote or "",
            "clause": (document.ban.basis.clause or "")[:200],
            "agency": agency,
            "finding_number": finding_number,
            "from_on": from_on,
            "laid_by": by,
            "laid_at": at,
        },
    )
    if made:
        record("ban.laid", ban, by=by, at=at, document=document.id, finding=finding_number)
    return ban


@transaction.atomic
def ask_to_lift(ban: Ban, *, reason: str, by: User, at: datetime) -> Ban:
    """The first officer's word that a ban should end, with the reason."""
    ban = _locked(ban)
    if why := cannot_ask_to_lift(ban, by, on=clock.day_of(at)):
        raise Refused(why)
    if not reason.strip():
        raise Refused(_("Say in a sentence why it should be lifted."))
    ban.lift_because, ban.lift_asked_by, ban.lift_asked_at = reason.strip()[:300], by, at
    ban.save(update_fields=["lift_because", "lift_asked_by", "lift_asked_at"])
    record("ban.lift_asked", ban, by=by, at=at)
    return ban


@transaction.atomic
def leave_standing(ban: Ban, *, by: User, at: datetime) -> Ban:
    """The second officer does not agree, or the first takes it back: the ban stands as before."""
    ban = _locked(ban)
    if ban.lifted_at or not ban.lift_asked_at:
        raise Refused(_("Nobody asks to lift this ban."))
    if ban.lift_asked_by_id != by.pk and (why := cannot_lift(ban, by, on=clock.day_of(at))):
        raise Refused(why)
    ban.lift_because, ban.lift_asked_by, ban.lift_asked_at = "", None, None
    ban.save(update_fields=["lift_because", "lift_asked_by", "lift_asked_at"])
    record("ban.left_standing", ban, by=by, at=at)
    return ban


@transaction.atomic
def lift(ban: Ban, *, by: User, at: datetime) -> Ban:
    """The second officer's word: from now on the party may claim again. Whoever is concerned is told elsewhere."""
    ban = _locked(ban)
    if why := cannot_lift(ban, by, on=clock.day_of(at)):
        raise Refused(why)
    ban.lifted_by, ban.lifted_at = by, at
    ban.save(update_fields=["lifted_by", "lifted_at"])
    record("ban.lifted", ban, by=by, at=at)
    return ban


@transaction.atomic
def end_with_finding(
    ban: Ban, *, because: str, asked_by: User | None, asked_at: datetime | None, by: User, at: datetime
) -> Ban:
    """The finding it rests on is set aside by two: it ends with it, by the same two."""
    ban = _locked(ban)
    ban.lift_because, ban.lift_asked_by, ban.lift_asked_at = because, asked_by, asked_at
    ban.lifted_by, ban.lifted_at = by, at
    ban.save(update_fields=["lift_because", "lift_asked_by", "lift_asked_at", "lifted_by", "lifted_at"])
    record("ban.lifted", ban, by=by, at=at)
    return ban


def _locked(ban: Ban) -> Ban:
    rows = Ban.objects.select_for_update(of=("self",)).select_related("person", "organisation", "agency")
    return rows.get(pk=ban.pk)
