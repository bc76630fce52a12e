"""Background work on cases: previews of what was uploaded."""

import logging
from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from pypdfium2 import PdfiumError

from jiangli import files
from jiangli.applications.models import Evidence, EvidenceState
from jiangli.applications.pictures import pages
from jiangli.jobs import task
from jiangli.refused import Refused

log = logging.getLogger(__name__)

OVERLOOKED = timedelta(minutes=1)
TRIES = 5


@task()
def make_previews(evidence_id: str) -> None:
    """Re-encode each page of a file as a plain picture. Safe to run twice: what is ready is left alone.

    Two at once both write pictures and one is kept; the other's are orphans for ``jiangli sweep``. No event
    is recorded: nobody acts, and a preview follows from the file whose arrival was recorded.
    """
    evidence = Evidence.objects.get(pk=evidence_id)
    if evidence.state != EvidenceState.RECEIVED:
        return
    try:
        names = [files.keep(page) for page in pages(evidence.content_type, files.read(evidence.file))]
    except (OSError, PdfiumError, ValueError, Refused):
        log.warning("evidence %s does not decode", evidence.pk)
        _finish(evidence_id, EvidenceState.UNREADABLE, [])
        return
    _finish(evidence_id, EvidenceState.READY, names)


@transaction.atomic
def _finish(evidence_id: str, state: EvidenceState, names: list[str]) -> None:
    evidence = Evidence.objects.select_for_update().get(pk=evidence_id)
    if evidence.state == EvidenceState.RECEIVED:
        evidence.state, evidence.previews = state, names
        evidence.save(update_fields=["state", "previews"])


def remind(*, at: datetime) -> int:
    """Ask again for the previews of files whose task was lost or failed. Safe to run twice.

    What waits or runs is left alone, and after ``TRIES`` a file stays without a preview: see the worker's log.
    """
    overlooked = Evidence.objects.filter(
        state=EvidenceState.RECEIVED, removed_at=None, added_at__lt=at - OVERLOOKED
    )
    ids = [str(pk) for pk in overlooked.order_by("-added_at").values_list("pk", flat=True)[:500]]
    tries, under_way = Counter[str](), set()
    tasks = DBTaskResult.objects.filter(task_path=make_previews.module_path, args_kwargs__args__0__in=ids)
    for status, said in tasks.order_by().values_list("status", "args_kwargs"):
        evidence_id = said["args"][0]
        tries[evidence_id] += 1
        if status in (TaskResultStatus.READY, TaskResultStatus.RUNNING):
            under_way.add(evidence_id)
    again = [pk for pk in ids if pk not in under_way and tries[pk] < TRIES]
    for pk in again:
        make_previews.enqueue(pk)
    return len(again)
