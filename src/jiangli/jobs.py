"""Background jobs: what the Tasks backend lacks, a lease.

A worker that is killed leaves its task "running" for ever. ``reclaim`` puts such tasks back once their
lease has lapsed. The lease is a length of time after the start and nothing more: a worker does not renew
it, and one that is only slow is not stopped. There is no fencing either: the slow worker and the one that
took over may both finish, and the last of them writes the task's own row. So a task may run twice, also at
the same time; every task is written so that its effect is one change of a row of ours, made under a lock
after looking whether it was made already. What it did outside before that (a file, a message handed over)
may have been done twice.

A task that raised is failed and is not put back, and one whose row was never written is not known here:
each room asks its own rows what was overlooked (``remind``), and ``jiangli tick`` calls them.
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
