"""Call a meeting and build its agenda: add cases that are due, order them, fix it as the printed material."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.applications.models import Application
from jiangli.applications.permissions import is_own
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.reviews.deliberation.models import AgendaItem, Meeting
from jiangli.reviews.deliberation.permissions import (
    cannot_add,
    cannot_change_agenda,
    cannot_fix,
    cannot_give_up,
    cannot_prepare,
    cannot_reopen,
)
from jiangli.reviews.deliberation.queries import due, proposal, stands_before_meeting
from jiangli.reviews.deliberation.status import NEXT, MeetingState

MOST = 1000  # items of one agenda


@transaction.atomic
def call_meeting(*, name: str, planned_on: date, by: User, at: datetime) -> Meeting:
    """Begin the agenda of a meeting of the officer's agency."""
    if reason := cannot_prepare(by, on=clock.day_of(at)):
        raise Refused(reason)
    if not name.strip():
        raise Refused(_("Say which meeting it is."))
    agency = by.agency
    assert agency is not None  # cannot_prepare
    meeting = Meeting.objects.create(
        agency=agency, name=name.strip(), planned_on=planned_on, prepared_by=by, prepared_at=at
    )
    record("meeting.called", meeting, by=by, at=at, planned_on=planned_on.isoformat())
    return meeting


@transaction.atomic
def describe(meeting: Meeting, *, name: str, planned_on: date, by: User, at: datetime) -> Meeting:
    """Another name or day, as long as the agenda is being built."""
    meeting = _changed(meeting, by, at=at)
    if not name.strip():
        raise Refused(_("Say which meeting it is."))
    meeting.name, meeting.planned_on = name.strip(), planned_on
    meeting.save(update_fields=["name", "planned_on"])
    record("meeting.described", meeting, by=by, at=at, planned_on=planned_on.isoformat())
    return meeting


@transaction.atomic
def add(meeting: Meeting, cases: Iterable[Application], *, by: User, at: datetime) -> int:
    """Lay cases that are due before the meeting, behind those already there; how many it were.

    Refused, and none is added, if one of them is not due, is on another agenda, or is the officer's own.
    """
    meeting = _changed(meeting, by, at=at)
    wanted = list(dict.fromkeys(case.pk for case in cases))
    if not wanted:
        raise Refused(_("Choose the cases that come before the meeting."))
    ready = due(meeting.agency).filter(pk__in=wanted).in_bulk()
    for missing in Application.objects.filter(pk__in=set(wanted) - ready.keys()):
        raise Refused(cannot_add(meeting, missing) or _("Choose the cases that come before the meeting."))
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    if last + len(wanted) > MOST:
        raise Refused(_("At most %(n)s cases come before one meeting.") % {"n": MOST})
    for position, key in enumerate(wanted, last + 1):
        case = ready[key]
        if is_own(case, [by]):
            raise Refused(_("Nobody handles their own case. A colleague has to take it."))
        fen, summary = proposal(case)
        item = AgendaItem.objects.create(
            meeting=meeting,
            application=case,
            programme_code=case.programme_code,
            position=position,
            amount_fen=fen,
            summary=summary,
        )
        record("agenda.added", case, by=by, at=at, meeting=str(meeting.pk), item=str(item.pk))
    return len(wanted)


@transaction.atomic
def take_off(item: AgendaItem, *, by: User, at: datetime) -> None:
    """Take a case off the agenda: it is due again. Safe to run twice."""
    meeting = _changed(item.meeting, by, at=at)
    gone = AgendaItem.objects.filter(pk=item.pk, meeting=meeting).delete()[0]
    if gone:
        _number(meeting)
        record("agenda.taken_off", item.application, by=by, at=at, meeting=str(meeting.pk))


@transaction.atomic
def place(item: AgendaItem, position: int, *, by: User, at: datetime) -> None:
    """Give an item another place; the others move up or down."""
    meeting = _changed(item.meeting, by, at=at)
    rows = [row for row in meeting.items.all() if row.pk != item.pk]
    if len(rows) == meeting.items.count():
        return  # taken off meanwhile
    rows.insert(max(position - 1, 0), item)
    _number(meeting, rows)
    record("agenda.ordered", meeting, by=by, at=at, position=position)


@transaction.atomic
def fix(meeting: Meeting, *, by: User, at: datetime) -> Meeting:
    """Freeze the agenda as it is printed: names, amounts, what review and publicity said. Refused for what left."""
    meeting = locked_meeting(meeting)
    if reason := cannot_fix(meeting, by, on=clock.day_of(at)):
        raise Refused(reason)
    for item in meeting.items.select_related("application__claimant", "application__organisation"):
        _still_due(item)
        item.amount_fen, item.summary = proposal(item.application)
        item.save(update_fields=["amount_fen", "summary"])
    meeting.fixed_by, meeting.fixed_at = by, at
    moved(meeting, MeetingState.FIXED, "fixed_by", "fixed_at")
    record("meeting.fixed", meeting, by=by, at=at, items=meeting.items.count())
    return meeting


@transaction.atomic
def reopen(meeting: Meeting, *, by: User, at: datetime) -> Meeting:
    """Change a fixed agenda after all: what was printed no longer counts."""
    meeting = locked_meeting(meeting)
    if reason := cannot_reopen(meeting, by, on=clock.day_of(at)):
        raise Refused(reason)
    meeting.fixed_by, meeting.fixed_at = None, None
    moved(meeting, MeetingState.AGENDA, "fixed_by", "fixed_at")
    record("meeting.reopened", meeting, by=by, at=at)
    return meeting


@transaction.atomic
def give_up(meeting: Meeting, *, by: User, at: datetime) -> Meeting:
    """The meeting does not take place: its cases are due again."""
    meeting = locked_meeting(meeting)
    if reason := cannot_give_up(meeting, by, on=clock.day_of(at)):
        raise Refused(reason)
    meeting.items.filter(ended_at=None).update(ended_at=at)
    meeting.closed_at = at
    moved(meeting, MeetingState.GIVEN_UP, "closed_at")
    record("meeting.given_up", meeting, by=by, at=at)
    return meeting


def locked_meeting(meeting: Meeting) -> Meeting:
    """The meeting as it is now, its row locked until the transaction ends."""
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("agency")
    return rows.get(pk=meeting.pk)


def moved(meeting: Meeting, to: MeetingState, *fields: str) -> None:
    """Move a locked meeting to its next state, and save these fields with it."""
    if to not in NEXT[MeetingState(meeting.state)]:
        raise RuntimeError(f"{meeting} cannot go from {meeting.state} to {to}.")
    meeting.state = to
    meeting.save(update_fields=["state", *fields])


def _changed(meeting: Meeting, by: User, *, at: datetime) -> Meeting:
    meeting = locked_meeting(meeting)
    if reason := cannot_change_agenda(meeting, by, on=clock.day_of(at)):
        raise Refused(reason)
    return meeting


def _number(meeting: Meeting, rows: list[AgendaItem] | None = None) -> None:
    for position, row in enumerate(rows if rows is not None else meeting.items.all(), 1):
        if row.position != position:
            AgendaItem.objects.filter(pk=row.pk).update(position=position)


def _still_due(item: AgendaItem) -> None:
    """Refused if the case left the stage since it was put on the agenda: withdrawn, or decided otherwise."""
    if not stands_before_meeting(item):
        raise Refused(
            _("%(number)s no longer stands before the meeting. Take it off the agenda.")
            % {"number": item.application.number}
        )
