"""Background work of publicity: pictures of papers."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from pypdfium2 import PdfiumError

from jiangli import files
from jiangli.jobs import overlooked, task
from jiangli.pictures import pages
from jiangli.refused import Refused
from jiangli.reviews.publicity.models import Paper
from jiangli.reviews.publicity.status import PaperState

log = logging.getLogger(__name__)

AFTER = timedelta(minutes=1)


@task()
def make_previews(paper_id: str) -> None:
    """Re-encode each page of a paper as a plain picture. Safe to run twice: what is ready is left alone."""
    paper = Paper.objects.get(pk=paper_id)
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
    paper = Paper.objects.select_for_update().get(pk=paper_id)
    if paper.state == PaperState.RECEIVED:
        paper.state, paper.previews = state, names
        paper.save(update_fields=["state", "previews"])


def remind(*, at: datetime) -> int:
    """Ask again for the pictures of papers whose task was lost or failed. Safe to run twice."""
    waiting = Paper.objects.filter(state=PaperState.RECEIVED, added_at__lt=at - AFTER)
    ids = [str(pk) for pk in waiting.order_by("-added_at").values_list("pk", flat=True)[:500]]
    again = overlooked(make_previews, ids)
    for pk in again:
        make_previews.enqueue(pk)
    return len(again)
