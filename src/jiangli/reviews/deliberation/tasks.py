"""Background work on meetings: carry out confirmed results, item by item."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from jiangli import clock
from jiangli.audit.actions import record
from jiangli.jobs import overlooked, task
from jiangli.reviews.deliberation.agenda import locked_meeting, moved
from jiangli.reviews.deliberation.carrying import carry
from jiangli.reviews.deliberation.models import AgendaItem, Meeting
from jiangli.reviews.deliberation.status import MeetingState

log = logging.getLogger(__name__)
AFTER = timedelta(minutes=1)


@task()
def carry_on(meeting_id: str) -> None:
    """Carry out what is left of a meeting's results. Safe to run twice, also at once: each item is decided once."""
    carry_out(meeting_id, at=clock.now())


def carry_out(meeting_id: str, *, at: datetime) -> None:
    """The same at a given moment."""
    for pk in _waiting().filter(meeting=UUID(meeting_id)).order_by("position").values_list("pk", flat=True):
        try:
            carry(str(pk), at=at)
        except Exception:  # a fault of ours: it still waits, the others go on
            log.exception("agenda item %s failed", pk)
    _close(meeting_id, at=at)


def _waiting() -> QuerySet[AgendaItem]:
    """Confirmed items that nobody has tried to carry out yet."""
    return AgendaItem.objects.filter(ended_at=None, confirmed_at__isnull=False, trouble="")


@transaction.atomic
def _close(meeting_id: str, *, at: datetime) -> None:
    meeting = locked_meeting(Meeting.objects.get(pk=meeting_id))
    if meeting.state == MeetingState.RECORDED and not meeting.items.filter(ended_at=None).exists():
        meeting.closed_at = at
        moved(meeting, MeetingState.CLOSED, "closed_at")
        record("meeting.closed", meeting, by=meeting.confirmed_by, at=at)


def remind(*, at: datetime) -> int:
    """Ask again for meetings whose task was lost. Safe to run twice."""
    left = _waiting().filter(confirmed_at__lt=at - AFTER).order_by().values("meeting").distinct()
    ids = [str(row["meeting"]) for row in left]
    again = overlooked(carry_on, ids)
    for pk in again:
        carry_on.enqueue(pk)
    return len(again)
