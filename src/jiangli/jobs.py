"""Background jobs: what the Tasks backend lacks, a lease.

A worker that is killed leaves its task "running" for ever. ``reclaim`` puts such tasks back once
their lease has lapsed. A task may therefore run twice: every task is written so that the second run
finds the first one's mark in the database and does nothing.
"""

from datetime import datetime, timedelta

from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

__all__ = ["LEASE", "reclaim", "task"]

LEASE = timedelta(minutes=5)


def reclaim(*, at: datetime) -> int:
    """Put back tasks that have been running for longer than their lease. Safe to run twice.

    ``at`` is the machine's own time (the backend stamps its rows with it), not the demonstration's.
    """
    stale = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=at - LEASE)
    return stale.update(status=TaskResultStatus.READY, started_at=None)
