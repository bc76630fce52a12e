"""The plan and the list of a class as photographs or PDF: taken by content, kept encrypted, shown as previews."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import files
from jiangli.accounts.models import User
from jiangli.applications.filings.actions import locked, note_change
from jiangli.applications.filings.models import Filing, FilingPaper, PaperKind
from jiangli.applications.filings.permissions import cannot_edit
from jiangli.applications.filings.tasks import make_paper_previews
from jiangli.audit.actions import record
from jiangli.pictures import content_type_of
from jiangli.refused import Refused


def add_paper(
    filing: Filing, kind: PaperKind, name: str, content: bytes, *, by: User, at: datetime, why: str = ""
) -> FilingPaper:
    """Keep one file. Refused, with the remedy, for what is not taken; ``why``: needed once the class is filed."""
    if reason := cannot_edit(filing, by):
        raise Refused(reason)
    content_type = content_type_of(content)
    stored = files.keep(content)
    with transaction.atomic():
        filing = locked(filing)
        if reason := cannot_edit(filing, by) or _enough(filing, kind):
            raise Refused(reason)
        paper = FilingPaper.objects.create(
            filing=filing,
            kind=kind,
            original_name=name[:120],
            content_type=content_type,
            size=len(content),
            file=stored,
            added_at=at,
        )
        record("filing.paper_added", filing, by=by, at=at, kind=kind, paper=str(paper.pk))
        note_change(filing, why, by=by, at=at)
        transaction.on_commit(partial(make_paper_previews.enqueue, str(paper.pk)))
    return paper


def _enough(filing: Filing, kind: PaperKind) -> str | None:
    ever = filing.papers.filter(kind=kind)
    if ever.filter(removed_at=None).count() >= settings.UPLOAD_MAX_FILES_PER_MATERIAL:
        return _("There are enough photographs here. Remove one before you add another.")
    if ever.count() >= settings.UPLOAD_MAX_FILES_EVER:
        return _("Photographs were exchanged here too often. Call the office, they help you on.")
    return None


@transaction.atomic
def remove_paper(paper: FilingPaper, *, by: User, at: datetime, why: str = "") -> None:
    """Take a file out of a class. It stays stored with its history. Safe to run twice."""
    filing = locked(paper.filing)
    if reason := cannot_edit(filing, by):
        raise Refused(reason)
    paper = FilingPaper.objects.select_for_update().get(pk=paper.pk)
    if paper.removed_at is None:
        paper.removed_at = at
        paper.save(update_fields=["removed_at"])
        record("filing.paper_removed", filing, by=by, at=at, paper=str(paper.pk))
        note_change(filing, why, by=by, at=at)
