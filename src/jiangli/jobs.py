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

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django_tasks import TaskResultStatus, task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

__all__ = ["LEASE", "overlooked", "reclaim", "task"]

LEASE = timedelta(minutes=5)
TRIES = 5


def reclaim(*, at: datetime) -> int:
    """Put back tasks that have been running for longer than their lease. Safe to run twice.

    ``at`` is the machine's own time (the backend stamps its rows with it), not the demonstration's.
    """
    stale = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=at - LEASE)
    return stale.update(status=TaskResultStatus.READY, started_at=None)


def overlooked(work: Task[[str], None], keys: Sequence[str]) -> list[str]:
    """Of rows that still wait for ``work``, called with their key, those to ask for again.

    What waits or runs is left alone, and after ``TRIES`` a row stays as it is: see the worker's log.
    """
    tries, under_way = Counter[str](), set()
    tasks = DBTaskResult.objects.filter(task_path=work.module_path, args_kwargs__args__0__in=list(keys))
    for status, said in tasks.order_by().values_list("status", "args_kwargs"):
        key = said["args"][0]
        tries[key] += 1
        if status in (TaskResultStatus.READY, TaskResultStatus.RUNNING):
            under_way.add(key)
    return [key for key in keys if key not in under_way and tries[key] < TRIES]
