"""Prepare a list, approve it, take it down. It goes up and closes by itself: ``closing``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.applications.actions import next_number
from jiangli.applications.models import Application
from jiangli.audit.actions import record
from jiangli.programmes.calendar import LONGEST, last_day
from jiangli.programmes.models import Version
from jiangli.programmes.queries import rule
from jiangli.refused import Refused
from jiangli.reviews.publicity.freezing import changed_since, frozen, may_show_lines, put_on, seal_of
from jiangli.reviews.publicity.guard import leaks
from jiangli.reviews.publicity.models import KEPT_DAYS, Publication
from jiangli.reviews.publicity.permissions import (
    cannot_approve,
    cannot_prepare,
    cannot_publish_at,
    cannot_send_back,
    cannot_withdraw_list,
)
from jiangli.reviews.publicity.queries import unlisted
from jiangli.reviews.publicity.status import NEXT, ListKind, Outcome, PublicationState
from jiangli.reviews.queries import own

MOST = 3000  # cases on one list
TEXTS = ("title", "intro", "objecting")


@transaction.atomic
def prepare(
    version: Version,
    stage: int,
    *,
    cases: Collection[UUID],
    texts: Mapping[str, str],
    posts_on: date,
    by_line: bool = False,
    kept_days: int = KEPT_DAYS,
    by: User,
    at: datetime,
) -> Publication:
    """A draft of a list with these cases, frozen as they stand now. ``texts``: title, intro, objecting."""
    law, today = rule(version), clock.day_of(at)
    if reason := cannot_publish_at(law, stage, by, on=today):
        raise Refused(reason)
    agency, here = by.agency, law.stages[stage]
    assert agency is not None  # cannot_publish_at
    publication = Publication(
        number=next_number(f"{agency.prefix}-G", on=today),
        agency=agency,
        programme_code=law.id,
        version=version,
        stage=stage,
        list=here.list or ListKind.TOLD,
        days=here.days or 1,
        calendar=here.calendar,
        by_line=by_line and may_show_lines(law),
        prepared_by=by,
        prepared_at=at,
        frozen_at=at,
    )
    _describe(publication, texts, posts_on, kept_days, on=today)
    publication.save()
    record("publication.prepared", publication, by=by, at=at, number=publication.number, cases=len(cases))
    _freeze(publication, cases, by=by, at=at)
    return publication


@transaction.atomic
def change(
    publication: Publication,
    *,
    texts: Mapping[str, str],
    posts_on: date,
    kept_days: int,
    by: User,
    at: datetime,
) -> Publication:
    """Other texts or another day."""
    publication = _prepared(publication, by, at=at)
    _describe(publication, texts, posts_on, kept_days, on=clock.day_of(at))
    publication.save()
    record("publication.changed", publication, by=by, at=at)
    return publication


@transaction.atomic
def freeze(publication: Publication, *, cases: Collection[UUID], by: User, at: datetime) -> Publication:
    """Put exactly these cases on the draft, as they stand now. Safe to run twice."""
    publication = _prepared(publication, by, at=at)
    _freeze(publication, cases, by=by, at=at)
    publication.frozen_at = at
    publication.save(update_fields=["frozen_at"])
    return publication


@transaction.atomic
def approve(publication: Publication, *, by: User, at: datetime) -> Publication:
    """The second officer's word: sealed as it is, it goes up on its day."""
    publication = locked_list(publication)
    if reason := cannot_approve(publication, by, on=clock.day_of(at)):
        raise Refused(reason)
    _stop_if_it_leaks({name: getattr(publication, name) for name in TEXTS})
    if changed := changed_since(publication, at=at):
        raise Refused(
            _("%(numbers)s: no longer as on the list. Take the list up anew, then approve it.")
            % {"numbers": "、".join(changed[:5])}
        )
    move(publication, PublicationState.APPROVED)
    publication.approved_by, publication.approved_at = by, at
    publication.seal = seal_of(publication)
    publication.save()
    record("publication.approved", publication, by=by, at=at, seal=publication.seal)
    return publication


@transaction.atomic
def send_back_list(publication: Publication, *, reason: str, by: User, at: datetime) -> Publication:
    """An approved list that is not up yet becomes a draft again."""
    publication = locked_list(publication)
    if why := cannot_send_back(publication, by, on=clock.day_of(at)):
        raise Refused(why)
    if not reason.strip():
        raise Refused(_("Say what has to be changed."))
    move(publication, PublicationState.DRAFT)
    publication.approved_by = publication.approved_at = None
    publication.seal, publication.sent_back_because = "", reason.strip()[:300]
    publication.save()
    record("publication.sent_back", publication, by=by, at=at)
    return publication


@transaction.atomic
def withdraw_list(publication: Publication, *, reason: str, by: User, at: datetime) -> Publication:
    """Take a list down, or give up what is not up yet; its cases wait for another list."""
    publication = locked_list(publication)
    if why := cannot_withdraw_list(publication, by, on=clock.day_of(at)):
        raise Refused(why)
    if not reason.strip():
        raise Refused(_("Say in a sentence why it is taken down."))
    _stop_if_it_leaks({"reason": reason})
    move(publication, PublicationState.WITHDRAWN)
    publication.withdrawn_by, publication.withdrawn_at = by, at
    publication.withdrawn_because = reason.strip()[:300]
    publication.save()
    publication.cases.filter(live=True).update(live=False, outcome=Outcome.LEFT, done_at=at)
    record("publication.withdrawn", publication, by=by, at=at)
    return publication


def locked_list(publication: Publication) -> Publication:
    """The list as it is now, its row locked until the transaction ends."""
    rows = Publication.objects.select_for_update(of=("self",))
    return rows.select_related("agency", "version", "prepared_by", "approved_by").get(pk=publication.pk)


def move(publication: Publication, to: PublicationState) -> None:
    if to not in NEXT[PublicationState(publication.state)]:
        raise RuntimeError(f"{publication} cannot go from {publication.state} to {to}.")
    publication.state = to


def _prepared(publication: Publication, by: User, *, at: datetime) -> Publication:
    publication = locked_list(publication)
    if reason := cannot_prepare(publication, by, on=clock.day_of(at)):
        raise Refused(reason)
    return publication


def _describe(
    publication: Publication, texts: Mapping[str, str], posts_on: date, kept_days: int, *, on: date
) -> None:
    given = {name: texts.get(name, "").strip() for name in TEXTS}
    if not all(given.values()):
        raise Refused(_("Fill in the title, the text above the list, and how to object."))
    _stop_if_it_leaks(given)
    if posts_on < on:
        raise Refused(_("The day on which it goes up is over. Choose another one."))
    if (posts_on - on).days > LONGEST:
        raise Refused(_("The day on which it goes up is more than a year ahead."))
    if not 1 <= kept_days <= LONGEST:
        raise Refused(_("The names can stay readable for 1 to 366 days after the last day."))
    for name, value in given.items():
        setattr(publication, name, value)
    publication.posts_on, publication.kept_days = posts_on, kept_days
    publication.closes_on = last_day(
        posts_on,
        publication.days,
        publication.calendar,
        count_posting_day=publication.agency.counts_posting_day,
    )


def _stop_if_it_leaks(texts: Mapping[str, Any]) -> None:
    for text in texts.values():
        if found := leaks(text):
            raise Refused(str(found[0]))


def _freeze(publication: Publication, cases: Collection[UUID], *, by: User, at: datetime) -> None:
    if len(cases) > MOST:
        raise Refused(_("At most %(n)s cases stand on one list. Make a second one.") % {"n": MOST})
    put_on(publication, ())
    mine = Application.objects.filter(own(by)).values("pk")
    free = unlisted(publication.version, publication.stage).filter(pk__in=list(cases))
    found = list(
        free.exclude(Q(pk__in=mine))
        .select_related("claimant", "organisation", "version")
        .select_for_update(of=("self",))
    )
    if len(found) < len(set(cases)):
        raise Refused(
            _(
                "%(n)s of these cases cannot be put on the list: they moved on, stand on another one, or are your own."
            )
            % {"n": len(set(cases)) - len(found)}
        )
    if not found:
        raise Refused(_("There is nobody on this list."))
    put_on(publication, _all(found, by_line=publication.by_line, at=at))
    record("publication.frozen", publication, by=by, at=at, cases=len(found), rows=publication.rows.count())


def _all(cases: Iterable[Application], *, by_line: bool, at: datetime) -> Any:
    return [frozen(case, by_line=by_line, at=at) for case in cases]
