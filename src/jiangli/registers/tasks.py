"""Background work on what is known: pictures of the letters that clerks bring."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from pypdfium2 import PdfiumError

from jiangli import files
from jiangli.jobs import overlooked, task
from jiangli.pictures import pages
from jiangli.refused import Refused
from jiangli.registers.models import Letter, LetterState

log = logging.getLogger(__name__)

AFTER = timedelta(minutes=1)


@task()
def make_letter_previews(letter_id: str) -> None:
    """Re-encode each page of a letter as a plain picture. Safe to run twice: what is ready is left alone."""
    letter = Letter.objects.get(pk=letter_id)
    if letter.state != LetterState.RECEIVED:
        return
    try:
        names = [files.keep(page) for page in pages(letter.content_type, files.read(letter.file))]
    except (OSError, PdfiumError, ValueError, Refused):
        log.warning("letter %s does not decode", letter.pk)
        _finish(letter_id, LetterState.UNREADABLE, [])
        return
    _finish(letter_id, LetterState.READY, names)


@transaction.atomic
def _finish(letter_id: str, state: LetterState, names: list[str]) -> None:
    letter = Letter.objects.select_for_update().get(pk=letter_id)
    if letter.state == LetterState.RECEIVED:
        letter.state, letter.previews = state, names
        letter.save(update_fields=["state", "previews"])


def remind(*, at: datetime) -> int:
    """Ask again for the previews of letters whose task was lost or failed. Safe to run twice."""
    waiting = Letter.objects.filter(state=LetterState.RECEIVED, added_at__lt=at - AFTER)
    ids = [str(pk) for pk in waiting.order_by("-added_at").values_list("pk", flat=True)[:500]]
    again = overlooked(make_letter_previews, ids)
    for pk in again:
        make_letter_previews.enqueue(pk)
    return len(again)
