"""Background work on rounds: pictures of the candidates' materials."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from pypdfium2 import PdfiumError

from jiangli import files
from jiangli.jobs import overlooked, task
from jiangli.pictures import pages
from jiangli.refused import Refused
from jiangli.reviews.selection.models import CandidateFile
from jiangli.reviews.selection.status import FileState

log = logging.getLogger(__name__)

AFTER = timedelta(minutes=1)


@task()
def make_material_previews(file_id: str) -> None:
    """Re-encode each page of a material as a plain picture. Safe to run twice: what is ready is left alone."""
    row = CandidateFile.objects.get(pk=file_id)
    if row.state != FileState.RECEIVED:
        return
    try:
        names = [files.keep(page) for page in pages(row.content_type, files.read(row.file))]
    except (OSError, PdfiumError, ValueError, Refused):
        log.warning("material %s does not decode", row.pk)
        _finish(file_id, FileState.UNREADABLE, [])
        return
    _finish(file_id, FileState.READY, names)


@transaction.atomic
def _finish(file_id: str, state: FileState, names: list[str]) -> None:
    row = CandidateFile.objects.select_for_update().get(pk=file_id)
    if row.state == FileState.RECEIVED:
        row.state, row.previews = state, names
        row.save(update_fields=["state", "previews"])


def remind(*, at: datetime) -> int:
    """Ask again for the pictures of materials whose task was lost or failed. Safe to run twice."""
    waiting = CandidateFile.objects.filter(state=FileState.RECEIVED, added_at__lt=at - AFTER)
    ids = [str(pk) for pk in waiting.order_by("-added_at").values_list("pk", flat=True)[:500]]
    again = overlooked(make_material_previews, ids)
    for pk in again:
        make_material_previews.enqueue(pk)
    return len(again)
