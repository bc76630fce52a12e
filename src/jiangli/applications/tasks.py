"""Background work on cases: previews of what was uploaded."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from pypdfium2 import PdfiumError

from jiangli import files
from jiangli.applications.models import Evidence, EvidenceState
from jiangli.jobs import overlooked, task
from jiangli.pictures import pages
from jiangli.refused import Refused

log = logging.getLogger(__name__)

OVERLOOKED = timedelta(minutes=1)


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

    What waits or runs is left alone, and after some tries a file stays without a preview: see the worker's log.
    """
    waiting = Evidence.objects.filter(
        state=EvidenceState.RECEIVED, removed_at=None, added_at__lt=at - OVERLOOKED
    )
    ids = [str(pk) for pk in waiting.order_by("-added_at").values_list("pk", flat=True)[:500]]
    again = overlooked(make_previews, ids)
    for pk in again:
        make_previews.enqueue(pk)
    return len(again)
