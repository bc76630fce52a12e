"""Background work on filed classes: previews of their papers."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from pypdfium2 import PdfiumError

from jiangli import files
from jiangli.applications.filings.models import FilingPaper, PaperState
from jiangli.jobs import task
from jiangli.pictures import pages
from jiangli.refused import Refused

log = logging.getLogger(__name__)

OVERLOOKED = timedelta(minutes=1)
TRIES = 5


@task()
def make_paper_previews(paper_id: str) -> None:
    """Re-encode each page of a paper as a plain picture. Safe to run twice: what is ready is left alone."""
    paper = FilingPaper.objects.get(pk=paper_id)
    if paper.state != PaperState.RECEIVED:
        return
    try:
        names = [files.keep(page) for page in pages(paper.content_type, files.read(paper.file))]
    except (OSError, PdfiumError, ValueError, Refused):
        log.warning("paper %s does not decode", paper.pk)
        _finish(paper_id, PaperState.UNREADABLE, [])
        return
    _finish(paper_id, PaperState.READY, names)


@transaction.atomic
def _finish(paper_id: str, state: PaperState, names: list[str]) -> None:
    paper = FilingPaper.objects.select_for_update().get(pk=paper_id)
    if paper.state == PaperState.RECEIVED:
        paper.state, paper.previews = state, names
        paper.save(update_fields=["state", "previews"])


def remind(*, at: datetime) -> int:
    """Ask again for previews whose task was lost or failed, at most ``TRIES`` times. Safe to run twice."""
    waiting = FilingPaper.objects.filter(
        state=PaperState.RECEIVED, removed_at=None, added_at__lt=at - OVERLOOKED
    )
    ids = [str(pk) for pk in waiting.order_by("-added_at").values_list("pk", flat=True)[:500]]
    tries, under_way = Counter[str](), set()
    tasks = DBTaskResult.objects.filter(
        task_path=make_paper_previews.module_path, args_kwargs__args__0__in=ids
    )
    for status, said in tasks.order_by().values_list("status", "args_kwargs"):
        tries[said["args"][0]] += 1
        if status in (TaskResultStatus.READY, TaskResultStatus.RUNNING):
            under_way.add(said["args"][0])
    again = [pk for pk in ids if pk not in under_way and tries[pk] < TRIES]
    for pk in again:
        make_paper_previews.enqueue(pk)
    return len(again)
