"""Background work on cases: previews of what was uploaded."""

import logging

from django.db import transaction
from pypdfium2 import PdfiumError

from jiangli import files
from jiangli.applications.models import Evidence, EvidenceState
from jiangli.applications.pictures import pages
from jiangli.jobs import task
from jiangli.refused import Refused

log = logging.getLogger(__name__)


@task()
def make_previews(evidence_id: str) -> None:
    """Re-encode each page of a file as a plain picture. Safe to run twice: what is ready is left alone."""
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
