"""Photographs and PDFs: taken by content, kept encrypted, shown only as re-encoded previews."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import files
from jiangli.accounts.models import User
from jiangli.applications.actions.moves import locked
from jiangli.applications.models import Application, Evidence, Line
from jiangli.applications.papers import known_materials
from jiangli.applications.permissions import cannot_edit
from jiangli.applications.queries import given_before
from jiangli.applications.tasks import make_previews
from jiangli.audit.actions import record
from jiangli.pictures import content_type_of
from jiangli.refused import Refused


def add_evidence(
    application: Application,
    material: str,
    name: str,
    content: bytes,
    *,
    line: Line | None = None,
    by: User,
    at: datetime,
) -> Evidence:
    """Keep one file for a material of the programme. Its type is told by its content, never by its name.

    ``line``: the line of a roster it belongs to, where the programme asks the material for each.
    Refused, with the remedy, for a type, size, number of pixels or pages that is not taken.
    """
    if reason := cannot_edit(application, by):
        raise Refused(reason)
    if material not in known_materials(application):
        raise Refused(_("This application asks for no such document."))
    if line is not None and line.application_id != application.pk:
        raise Refused(_("This application has no such line."))
    content_type = content_type_of(content)
    stored = files.keep(content)
    with transaction.atomic():
        application = locked(application)
        if reason := cannot_edit(application, by):
            raise Refused(reason)
        if reason := _enough(application, material, line):
            raise Refused(reason)
        evidence = Evidence.objects.create(
            application=application,
            line=line,
            material=material,
            original_name=name[:120],
            content_type=content_type,
            size=len(content),
            file=stored,
            added_at=at,
        )
        record("evidence.added", application, by=by, at=at, material=material, evidence=str(evidence.pk))
        transaction.on_commit(partial(make_previews.enqueue, str(evidence.pk)))
    return evidence


@transaction.atomic
def reuse_evidence(
    application: Application, material: str, earlier: Evidence, *, by: User, at: datetime
) -> Evidence:
    """Give a file of an earlier case once more: it is the same file, and neither case loses it.

    Refused if it cannot be opened, is not this party's, or the case asks for no such document. Safe to run twice.
    """
    application = locked(application)
    if reason := cannot_edit(application, by):
        raise Refused(reason)
    there = application.evidence.filter(material=material, file=earlier.file, removed_at=None).first()
    if there is not None:
        return there
    if earlier not in given_before(application, material, by):
        raise Refused(_("This file cannot be used here. Add it again."))
    if reason := _enough(application, material):
        raise Refused(reason)
    evidence = Evidence.objects.create(
        application=application,
        material=material,
        original_name=earlier.original_name,
        content_type=earlier.content_type,
        size=earlier.size,
        file=earlier.file,
        previews=earlier.previews,
        state=earlier.state,
        added_at=at,
    )
    record("evidence.reused", application, by=by, at=at, material=material, earlier=str(earlier.pk))
    return evidence


def _enough(application: Application, material: str, line: Line | None = None) -> str | None:
    """Why no more files are taken: enough stand there, or too many were exchanged (removed ones are kept)."""
    ever = application.evidence.filter(material=material, line=line)
    if ever.filter(removed_at=None).count() >= settings.UPLOAD_MAX_FILES_PER_MATERIAL:
        return _("There are enough photographs here. Remove one before you add another.")
    if ever.count() >= settings.UPLOAD_MAX_FILES_EVER:
        return _("Photographs were exchanged here too often. Call the office, they help you on.")
    return None


@transaction.atomic
def remove_evidence(evidence: Evidence, *, by: User, at: datetime) -> None:
    """Take a file out of a case. It stays stored with its history. Safe to run twice."""
    application = locked(evidence.application)
    if reason := cannot_edit(application, by):
        raise Refused(reason)
    if evidence.removed_at is None:
        evidence.removed_at = at
        evidence.save(update_fields=["removed_at"])
        record("evidence.removed", application, by=by, at=at, evidence=str(evidence.pk))
