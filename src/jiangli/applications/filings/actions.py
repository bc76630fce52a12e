"""File a class, change it, withdraw it. What is changed after filing is a new version, with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import Agency, User
from jiangli.applications.actions.moves import next_number
from jiangli.applications.filings.law import agency_for, law_of, timing
from jiangli.applications.filings.models import Filing, FilingVersion, Timing
from jiangli.applications.filings.permissions import (
    acts_for,
    cannot_edit,
    cannot_file_class,
    cannot_move_opening,
    missing,
)
from jiangli.audit.actions import record
from jiangli.correspondence.actions import tell_all
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import rule
from jiangli.refused import Refused
from jiangli.registers.models import ClerkState, Organisation, Person

FIELDS = ("title", "plan", "occupation", "place", "opens_on")
PREFIX = "BA"  # 备案


def locked(filing: Filing) -> Filing:
    """The class as it is now, its row locked until the transaction ends."""
    return Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)


def tell_clerks(event: str, filing: Filing, *, once: str, at: datetime, **values: Any) -> None:
    """Tell every clerk of the organisation, each once."""
    clerks = filing.organisation.clerks.filter(state=ClerkState.ACTIVE).select_related("person")
    readers: list[Person] = [clerk.person for clerk in clerks]
    tell_all(event, readers, about=filing.pk, once=once, at=at, **values)


@transaction.atomic
def begin(organisation: Organisation, programme_code: str, *, by: User, at: datetime) -> Filing:
    """A draft of a class. Refused where nothing is filed in advance, or by whoever is no clerk."""
    programme = Programme.objects.with_law().get(pk=programme_code)
    law = rule(programme.version)
    filing = Filing(programme_code=programme_code, organisation=organisation, started_at=at)
    if reason := cannot_file_class(programme, on=clock.day_of(at)) or cannot_edit(filing, by):
        raise Refused(reason)
    filing.agency = Agency.objects.get(pk=agency_for(law))
    filing.save(force_insert=True)
    record("filing.begun", filing, by=by, at=at, programme=programme_code)
    return filing


@transaction.atomic
def describe(filing: Filing, given: Mapping[str, Any], *, by: User, at: datetime, why: str = "") -> Filing:
    """Keep what is said of the class: of ``FIELDS`` those in ``given``. ``why``: needed once it is filed."""
    filing = locked(filing)
    if reason := cannot_edit(filing, by):
        raise Refused(reason)
    if strange := set(given) - set(FIELDS):
        raise ValueError(f"no part of a class: {', '.join(sorted(strange))}")
    if reason := cannot_move_opening(filing, given.get("opens_on", filing.opens_on), at=at):
        raise Refused(reason)
    changed = [name for name, value in given.items() if getattr(filing, name) != value]
    if not changed:
        return filing
    for name in changed:
        setattr(filing, name, given[name])
    if filing.filed_at and filing.opens_on:
        _retime(filing, clock.day_of(filing.filed_at), filing.opens_on, why)
    filing.save()
    record("filing.described", filing, by=by, at=at, fields=changed)
    note_change(filing, why, by=by, at=at)
    return filing


def _retime(filing: Filing, filed_on: date, opens_on: date, why: str) -> None:
    """A new opening day may bring the class nearer than the law asks: the reason of the change is the reason."""
    filing.timing = timing(law_of(filing), filed_on=filed_on, opens_on=opens_on)
    if filing.timing != Timing.EARLY and not filing.late_reason:
        filing.late_reason = why


def note_change(filing: Filing, why: str, *, by: User, at: datetime) -> None:
    """Keep the version after a change; a draft has none. Refused without a reason."""
    if filing.filed_at is None:
        return
    if not why.strip():
        raise Refused(_("This class is filed already. Write why it changes."))
    _keep_version(filing, why.strip()[:300], by=by, at=at)


def _keep_version(filing: Filing, why: str, *, by: User, at: datetime) -> None:
    trainees = filing.trainees.filter(removed_at=None)
    rows = trainees.values("pk", "name", "group", "real_name_checked")
    content: dict[str, Any] = {name: getattr(filing, name) for name in FIELDS}
    content["opens_on"] = filing.opens_on.isoformat() if filing.opens_on else None
    number = filing.versions.count() + 1
    FilingVersion.objects.create(
        filing=filing, number=number, content={**content, "trainees": list(rows)}, reason=why, at=at, by=by
    )
    record("filing.version_kept", filing, by=by, at=at, version=number)


@transaction.atomic
def file_class(filing: Filing, *, by: User, at: datetime, why_late: str = "") -> Filing:
    """File the class: its number, its day, its first version. Safe to run twice.

    Refused while something is missing, and without a reason where it is later than the law asks. A class that
    has begun is taken, too, with its reason: what the law makes of it is told before (``law.prospect``).
    """
    filing = locked(filing)
    if filing.filed_at and acts_for(filing, by):
        return filing
    programme = Programme.objects.with_law().get(pk=filing.programme_code)
    if reason := cannot_edit(filing, by) or cannot_file_class(programme, on=clock.day_of(at)):
        raise Refused(reason)
    if gaps := missing(filing):
        raise Refused(_("Still to fill in: %(what)s.") % {"what": "、".join(gaps)})
    assert filing.opens_on is not None  # missing
    law, today = rule(programme.version), clock.day_of(at)
    filing.timing = timing(law, filed_on=today, opens_on=filing.opens_on)
    late = filing.timing != Timing.EARLY
    if late and not why_late.strip():
        raise Refused(_("This class is filed later than the notice asks. Write the reason."))
    filing.late_reason = why_late.strip()[:500] if late else ""
    filing.agency = Agency.objects.get(pk=agency_for(law))
    filing.version, filing.filed_at = programme.version, at
    filing.number = next_number(PREFIX, on=today)
    filing.save()
    filing.trainees.filter(removed_at=None).update(listed_at=at)
    record("filing.filed", filing, by=by, at=at, timing=filing.timing, hash=law.hash)
    _keep_version(filing, "", by=by, at=at)
    tell_clerks(
        "filing.filed",
        filing,
        once=f"filing.filed:{filing.pk}",
        at=at,
        number=filing.number,
        title=filing.title,
        programme=law.title,
    )
    return filing


@transaction.atomic
def withdraw_class(filing: Filing, *, by: User, at: datetime) -> Filing:
    """Give a class up: no claim finds its trainees any more. Safe to run twice."""
    filing = locked(filing)
    if filing.withdrawn_at and acts_for(filing, by):
        return filing
    if reason := cannot_edit(filing, by):
        raise Refused(reason)
    filing.withdrawn_at = at
    filing.save(update_fields=["withdrawn_at"])
    record("filing.withdrawn", filing, by=by, at=at)
    return filing
