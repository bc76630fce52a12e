"""Background work on attachments: their pictures."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from pypdfium2 import PdfiumError

from jiangli import files
from jiangli.jobs import overlooked, task
from jiangli.pictures import pages
from jiangli.refused import Refused
from jiangli.reviews.attachments.models import Attachment, AttachmentState

log = logging.getLogger(__name__)

AFTER = timedelta(minutes=1)


@task()
def make_attachment_previews(attachment_id: str) -> None:
    """Re-encode each page of an attachment as a plain picture. Safe to run twice: what is ready is left alone."""
    attachment = Attachment.objects.get(pk=attachment_id)
    if attachment.state != AttachmentState.RECEIVED:
        return
    try:
        names = [files.keep(page) for page in pages(attachment.content_type, files.read(attachment.file))]
    except (OSError, PdfiumError, ValueError, Refused):
        log.warning("attachment %s does not decode", attachment.pk)
        _finish(attachment_id, AttachmentState.UNREADABLE, [])
        return
    _finish(attachment_id, AttachmentState.READY, names)


@transaction.atomic
def _finish(attachment_id: str, state: AttachmentState, names: list[str]) -> None:
    attachment = Attachment.objects.select_for_update().get(pk=attachment_id)
    if attachment.state == AttachmentState.RECEIVED:
        attachment.state, attachment.previews = state, names
        attachment.save(update_fields=["state", "previews"])


def remind(*, at: datetime) -> int:
    """Ask again for the pictures of attachments whose task was lost or failed. Safe to run twice."""
    waiting = Attachment.objects.filter(state=AttachmentState.RECEIVED, at__lt=at - AFTER)
    ids = [str(pk) for pk in waiting.order_by("-at").values_list("pk", flat=True)[:500]]
    again = overlooked(make_attachment_previews, ids)
    for pk in again:
        make_attachment_previews.enqueue(pk)
    return len(again)
