"""What the worker and the clock do for the office: acts on many cases, and reminders of what is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from jiangli import clock
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.audit.actions import record
from jiangli.jobs import overlooked, task
from jiangli.reviews.work import bulk as many
from jiangli.reviews.work.due import SOON, Terms, terms, with_came
from jiangli.reviews.work.models import Bulk, ItemState, Reminder, ReminderKind

AFTER = timedelta(minutes=1)


@task()
def run_bulk(bulk_id: str) -> None:
    """Do what an officer confirmed for many cases. Safe to run twice: each case is done once."""
    many.run(Bulk.objects.get(pk=bulk_id), at=clock.now())


def remind(*, at: datetime) -> int:
    """Ask again for acts on many cases whose task was lost. Safe to run twice."""
    waiting = Bulk.objects.filter(items__state=ItemState.WAITING, at__lt=at - AFTER).distinct()
    again = overlooked(run_bulk, [str(pk) for pk in waiting.values_list("pk", flat=True)[:200]])
    for pk in again:
        run_bulk.enqueue(pk)
    return len(again)


def remind_of_terms(*, at: datetime) -> int:
    """Note which cases are due soon or overdue, once for each time they come to a stage. Safe to run twice."""
    on, known = clock.day_of(at), terms()
    cases = with_came(Application.objects.filter(status=Status.SUBMITTED))
    late = cases.filter(known.late(on))
    soon = cases.filter(known.late(on, within=SOON)).exclude(known.late(on))
    return sum(
        _remind(case, kind, known, at=at)
        for kind, found in ((ReminderKind.OVERDUE, late), (ReminderKind.SOON, soon))
        for case in found.exclude(_reminded(kind)).iterator()
    )


def _reminded(kind: ReminderKind) -> Exists:
    """That a case was reminded of since it came to its stage: a tick asks of none twice."""
    return Exists(
        Reminder.objects.filter(
            application=OuterRef("pk"), stage=OuterRef("stage"), kind=kind, at__gte=OuterRef("came_at")
        )
    )


@transaction.atomic
def _remind(case: Application, kind: ReminderKind, known: Terms, *, at: datetime) -> int:
    due_on = known.due_on(case, case.came_at)  # type: ignore[attr-defined]
    if due_on is None:
        return 0
    _row, made = Reminder.objects.get_or_create(
        application=case, stage=case.stage, kind=kind, due_on=due_on, defaults={"at": at}
    )
    if made:
        record(f"reminder.{kind}", case, by=None, at=at, stage=case.stage, due_on=due_on.isoformat())
    return int(made)
