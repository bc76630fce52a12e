"""The worker's part: enter the rows of a confirmed answer, one transaction each, begun where the last one stopped."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from jiangli import clock, jobs
from jiangli.applications.status import Status
from jiangli.audit.actions import record
from jiangli.jobs import task
from jiangli.reviews.outside import taking
from jiangli.reviews.outside.models import ExchangeRow, Reply
from jiangli.reviews.outside.status import ReplyState, RowState, What

OVERLOOKED = timedelta(minutes=1)


@task()
def work(reply_id: str) -> None:
    """Enter what waits. Safe to run twice, also at once: a worker that is killed loses one row, done again."""
    while _one_row(reply_id, at=clock.now()):
        pass


@transaction.atomic
def _one_row(reply_id: str, *, at: datetime) -> bool:
    """Enter the next row; False once none waits."""
    reply = (
        Reply.objects.select_for_update(of=("self",))
        .select_related("agency", "body", "confirmed_by", "brought_by")
        .get(pk=reply_id)
    )
    if reply.state != ReplyState.TAKING:
        return False
    row = reply.rows.filter(planned=True).select_related("application").first()
    if row is not None:
        taking.enter_row(reply, row, at=at)
        reply.position += 1
        reply.save(update_fields=["position"])
        return True
    _finish(reply, at=at)
    return False


def _finish(reply: Reply, *, at: datetime) -> None:
    reply.state, reply.done_at = ReplyState.TAKEN, at
    reply.save()
    counts = {what.value: reply.rows.filter(what=what).count() for what in What}
    record("reply.entered", reply, by=reply.confirmed_by, at=at, **{k: n for k, n in counts.items() if n})


def remind(*, at: datetime) -> int:
    """Ask again for answers whose task was lost or failed. Safe to run twice; after five tries see the log."""
    waiting = Reply.objects.filter(state=ReplyState.TAKING, confirmed_at__lt=at - OVERLOOKED)
    again = jobs.overlooked(work, [str(pk) for pk in waiting.values_list("pk", flat=True)])
    for pk in again:
        work.enqueue(pk)
    return len(again)


def let_go(*, at: datetime) -> int:
    """Note of rows that are out that their case no longer waits there: it was withdrawn. Safe to run twice."""
    rows = ExchangeRow.objects.filter(state=RowState.OUT)
    gone = rows.exclude(application__status=Status.SUBMITTED, application__stage=F("stage"))
    return gone.update(state=RowState.GONE, settled_at=at)
