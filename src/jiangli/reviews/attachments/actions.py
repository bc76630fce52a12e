"""Keep what an officer attaches: stored before the act that names it, so that no act waits for a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from jiangli import files
from jiangli.accounts.models import User
from jiangli.applications.models import Application
from jiangli.pictures import content_type_of
from jiangli.reviews.attachments.models import Attachment
from jiangli.reviews.attachments.tasks import make_attachment_previews


@dataclass(frozen=True)
class Stored:
    """A file that was read and stored encrypted, and belongs to no case yet."""

    name: str
    content_type: str
    size: int
    file: str


def store(name: str, content: bytes) -> Stored:
    """Store a picture or PDF. Refused for anything else."""
    content_type = content_type_of(content)
    return Stored(name[:120], content_type, len(content), files.keep(content))


def attach(application: Application, stored: Stored, *, by: User, at: datetime) -> Attachment:
    """Put a stored file to a case, within the act that asks whether this officer may."""
    row = Attachment.objects.create(
        application=application,
        original_name=stored.name,
        content_type=stored.content_type,
        size=stored.size,
        file=stored.file,
        by=by,
        at=at,
    )
    transaction.on_commit(partial(make_attachment_previews.enqueue, str(row.pk)))
    return row
