"""The signed minutes: their number, their day, their scan."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _
from pypdfium2 import PdfiumError

from jiangli import clock, files
from jiangli.accounts.models import User
from jiangli.audit.actions import record
from jiangli.jobs import overlooked, task
from jiangli.pictures import content_type_of, pages
from jiangli.refused import Refused
from jiangli.reviews.deliberation.agenda import locked_meeting
from jiangli.reviews.deliberation.models import Meeting, MinutesPaper
from jiangli.reviews.deliberation.permissions import cannot_note
from jiangli.reviews.fraud.models import PaperState

log = logging.getLogger(__name__)

MOST_PAPERS = 10
AFTER = timedelta(minutes=1)


@transaction.atomic
def note_minutes(meeting: Meeting, *, number: str, held_on: date, by: User, at: datetime) -> Meeting:
    """Write down number and day as the signed minutes have them."""
    meeting = _noted(meeting, by, at=at)
    number = number.strip()
    if not number:
        raise Refused(_("Write the number of the minutes."))
    if held_on > clock.day_of(at):
        raise Refused(_("The day of the meeting lies ahead."))
    if Meeting.objects.filter(agency=meeting.agency, number=number).exclude(pk=meeting.pk).exists():
        raise Refused(_("Another meeting has the minutes %(number)s already.") % {"number": number})
    meeting.number, meeting.held_on = number, held_on
    meeting.save(update_fields=["number", "held_on"])
    record("meeting.minutes_noted", meeting, by=by, at=at, number=number, held_on=held_on.isoformat())
    return meeting


def add_minutes(meeting: Meeting, name: str, content: bytes, *, by: User, at: datetime) -> MinutesPaper:
    """Keep a scan of the signed minutes. Refused for what is no picture or PDF."""
    if reason := cannot_note(meeting, by, on=clock.day_of(at)):
        raise Refused(reason)
    content_type, stored = content_type_of(content), files.keep(content)
    with transaction.atomic():
        meeting = _noted(meeting, by, at=at)
        if meeting.papers.filter(removed_at=None).count() >= MOST_PAPERS:
            raise Refused(
                _("There are %(n)s papers already. Put the rest into one PDF.") % {"n": MOST_PAPERS}
            )
        paper = MinutesPaper.objects.create(
            meeting=meeting,
            original_name=name[:120],
            content_type=content_type,
            size=len(content),
            file=stored,
            added_by=by,
            added_at=at,
        )
        record("meeting.minutes_added", meeting, by=by, at=at, paper=str(paper.pk))
        transaction.on_commit(partial(make_minutes_previews.enqueue, str(paper.pk)))
    return paper


@transaction.atomic
def remove_minutes(paper: MinutesPaper, *, by: User, at: datetime) -> None:
    """Take a wrong scan away; it stays stored with its history. Safe to run twice."""
    meeting = _noted(paper.meeting, by, at=at)
    if MinutesPaper.objects.filter(pk=paper.pk, removed_at=None).update(removed_at=at):
        record("meeting.minutes_removed", meeting, by=by, at=at, paper=str(paper.pk))


@task()
def make_minutes_previews(paper_id: str) -> None:
    """Re-encode each page of a scan as a plain picture. Safe to run twice: what is ready is left alone."""
    paper = MinutesPaper.objects.get(pk=paper_id)
    if paper.state != PaperState.RECEIVED:
        return
    try:
        names = [files.keep(page) for page in pages(paper.content_type, files.read(paper.file))]
    except (OSError, PdfiumError, ValueError, Refused):
        log.warning("minutes %s do not decode", paper.pk)
        _finish(paper_id, PaperState.UNREADABLE, [])
        return
    _finish(paper_id, PaperState.READY, names)


@transaction.atomic
def _finish(paper_id: str, state: PaperState, names: list[str]) -> None:
    paper = MinutesPaper.objects.select_for_update().get(pk=paper_id)
    if paper.state == PaperState.RECEIVED:
        paper.state, paper.previews = state, names
        paper.save(update_fields=["state", "previews"])


def remind(*, at: datetime) -> int:
    """Ask again for the pictures of scans whose task was lost or failed. Safe to run twice."""
    waiting = MinutesPaper.objects.filter(state=PaperState.RECEIVED, removed_at=None, added_at__lt=at - AFTER)
    ids = [str(pk) for pk in waiting.order_by("-added_at").values_list("pk", flat=True)[:500]]
    again = overlooked(make_minutes_previews, ids)
    for pk in again:
        make_minutes_previews.enqueue(pk)
    return len(again)


def _noted(meeting: Meeting, by: User, *, at: datetime) -> Meeting:
    meeting = locked_meeting(meeting)
    if reason := cannot_note(meeting, by, on=clock.day_of(at)):
        raise Refused(reason)
    return meeting
