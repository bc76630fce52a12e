"""What time does with lists: they go up, they end, and what nobody objected to goes on. Run by ``jiangli tick``."""

from __future__ import annotations

import logging
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.applications.actions.letters import tell_party
from jiangli.applications.actions.moves import locked
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.audit.actions import record
from jiangli.programmes.calendar import Calendar, calendar
from jiangli.refused import Refused
from jiangli.reviews import deciding
from jiangli.reviews.publicity.actions import locked_list, move
from jiangli.reviews.publicity.masks import columns_of
from jiangli.reviews.publicity.models import Objection, Publication, PublicationCase
from jiangli.reviews.publicity.permissions import KIND, cannot_settle_case
from jiangli.reviews.publicity.status import OPEN_OBJECTIONS, Outcome, PublicationState

log = logging.getLogger(__name__)


def put_up(*, at: datetime) -> int:
    """Put up the approved lists whose day has come. Safe to run twice."""
    due = Publication.objects.filter(state=PublicationState.APPROVED, posts_on__lte=clock.day_of(at))
    return sum(_put_up(one, at=at) for one in due.order_by("posts_on", "pk"))


def plan_again(*, at: datetime) -> int:
    """Count the days of lists anew: an announcement or an officer may have changed the calendar."""
    states = (PublicationState.DRAFT, PublicationState.APPROVED, PublicationState.OPEN)
    known = calendar()
    planned = Publication.objects.filter(state__in=states).select_related("agency")
    moved = [one for one in planned if _last_day(one, known) != one.closes_on]
    return sum(_plan_again(one, known, at=at) for one in moved)


def take_down(*, at: datetime) -> int:
    """End the lists whose last day is over. Safe to run twice."""
    due = Publication.objects.filter(state=PublicationState.OPEN, closes_on__lt=clock.day_of(at))
    return sum(_take_down(one, at=at) for one in due.order_by("closes_on", "pk"))


def let_go_on(*, at: datetime) -> int:
    """Let the cases of ended lists go on that nobody objects to, each for itself. Safe to run twice.

    What cannot go on stays on its list with the reason, for an officer. A fault of ours goes to the log, and the others
    go on.
    """
    waiting = PublicationCase.objects.filter(
        live=True, outcome=Outcome.WAITING, publication__state=PublicationState.CLOSED
    )
    held = Objection.objects.filter(state__in=OPEN_OBJECTIONS).values("row__case__application")
    keys = waiting.exclude(application__in=held).order_by("pk").values_list("pk", flat=True)
    return sum(_guarded(key, at=at) for key in list(keys))


def _guarded(key: int, *, at: datetime) -> bool:
    try:
        return _let_go_on(key, at=at)
    except Exception:
        log.exception("case %s of a list failed", key)
        return False


@transaction.atomic
def try_again(case: PublicationCase, *, by: User, at: datetime) -> PublicationCase:
    """An officer has put right what kept a case from going on. Refused with the reason if it is not right yet."""
    case = locked_case(case.pk)
    if reason := cannot_settle_case(case, by, on=clock.day_of(at)):
        raise Refused(reason)
    record("publication.tried_again", case.publication, by=by, at=at, case=case.application.number)
    return _go_on(case, at=at)


@transaction.atomic
def back_from_list(case: PublicationCase, *, text: str, by: User, at: datetime) -> PublicationCase:
    """Send a case that could not go on back to review."""
    case = locked_case(case.pk)
    if reason := cannot_settle_case(case, by, on=clock.day_of(at)):
        raise Refused(reason)
    return send_back(case, text=text, by=by, at=at)


def send_back(case: PublicationCase, *, text: str, by: User, at: datetime) -> PublicationCase:
    """A locked case leaves its list for its last review; the caller has asked whether this officer may."""
    deciding.back_to_review(case.application, text=text, by=by, at=at)
    return _done(case, Outcome.BACK, at=at, why=text)


def locked_case(key: int) -> PublicationCase:
    rows = PublicationCase.objects.select_for_update(of=("self",))
    return rows.select_related("publication__approved_by", "publication__version", "application").get(pk=key)


def _last_day(publication: Publication, known: Calendar) -> date:
    up = publication.opened_at
    return known.last_day(
        clock.day_of(up) if up else publication.posts_on,
        publication.days,
        publication.calendar,
        count_posting_day=publication.agency.counts_posting_day,
    )


@transaction.atomic
def _put_up(publication: Publication, *, at: datetime) -> bool:
    publication = locked_list(publication)
    if publication.state != PublicationState.APPROVED:
        return False
    move(publication, PublicationState.OPEN)
    publication.opened_at = at
    publication.closes_on = _last_day(publication, calendar())
    publication.save(update_fields=["state", "opened_at", "closes_on"])
    record(
        "publication.opened",
        publication,
        by=None,
        at=at,
        number=publication.number,
        seal=publication.seal,
        rows=publication.rows.count(),
        last_day=publication.closes_on.isoformat(),
    )
    if publication.is_told:
        _tell_each(publication, at=at)
    return True


def _tell_each(publication: Publication, *, at: datetime) -> None:
    for case in publication.cases.select_related("application__version", "application__claimant"):
        tell_party(
            "publicity.told",
            case.application,
            once=f"publicity.told:{case.pk}",
            at=at,
            number=case.application.number,
            programme=programme_of(case.application).title,
            amount_fen=case.amount_fen,
            day=publication.closes_on,
            agency=publication.agency.names,
        )


@transaction.atomic
def _plan_again(publication: Publication, known: Calendar, *, at: datetime) -> bool:
    publication = locked_list(publication)
    before = publication.closes_on
    if publication.closed_at or publication.withdrawn_at:
        return False
    publication.closes_on = _last_day(publication, known)
    publication.save(update_fields=["closes_on"])
    record(
        "publication.days_counted_anew",
        publication,
        by=None,
        at=at,
        before=before.isoformat(),
        last_day=publication.closes_on.isoformat(),
    )
    return True


@transaction.atomic
def _take_down(publication: Publication, *, at: datetime) -> bool:
    publication = locked_list(publication)
    if publication.state != PublicationState.OPEN or clock.day_of(at) <= publication.closes_on:
        return False
    move(publication, PublicationState.CLOSED)
    publication.closed_at = at
    publication.save(update_fields=["state", "closed_at"])
    record("publication.closed", publication, by=None, at=at, seal=publication.seal)
    return True


def _let_go_on(key: int, *, at: datetime) -> bool:
    """One case in a transaction of its own; if it cannot, what it wrote is undone and the reason kept."""
    try:
        with transaction.atomic():
            case = locked_case(key)
            if not case.live or case.outcome != Outcome.WAITING or case.is_held:
                return False
            _go_on(case, at=at)
            return True
    except Refused as refusal:
        with transaction.atomic():
            case = locked_case(key)
            if case.live and case.outcome == Outcome.WAITING:
                case.outcome, case.why = Outcome.STUCK, str(refusal)[:600]
                case.save(update_fields=["outcome", "why"])
                record(
                    "publication.case_stuck", case.publication, by=None, at=at, case=case.application.number
                )
        return False


def _go_on(case: PublicationCase, *, at: datetime) -> PublicationCase:
    publication, application = case.publication, locked(case.application)
    if not stands_here(application):
        return _done(case, Outcome.LEFT, at=at)
    shown = columns_of(programme_of(application), lines=publication.by_line).amount
    up, by = publication.opened_at, publication.approved_by
    assert up is not None and by is not None  # it was up
    deciding.go_on(
        application,
        text=_("Public notice %(number)s, %(first)s to %(last)s: no objection, or none that was right.")
        % {
            "number": publication.number,
            "first": clock.day_of(up).isoformat(),
            "last": publication.closes_on.isoformat(),
        },
        seen_fen=case.amount_fen if shown else None,
        by=by,
        at=at,
    )
    return _done(case, Outcome.WENT_ON, at=at)


def stands_here(application: Application) -> bool:
    """Whether the case still waits for its publicity: its claimant may have withdrawn it."""
    stages = programme_of(application).stages
    return application.status == Status.SUBMITTED and stages[application.stage].kind == KIND


def _done(case: PublicationCase, outcome: Outcome, *, at: datetime, why: str = "") -> PublicationCase:
    case.outcome, case.why, case.live, case.done_at = outcome, why[:600], False, at
    case.save(update_fields=["outcome", "why", "live", "done_at"])
    record(f"publication.case_{outcome}", case.publication, by=None, at=at, case=case.application.number)
    return case
