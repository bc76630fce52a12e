"""A picture that is sent with a preview and noted with what the officer then confirms."""

from __future__ import annotations

from dataclasses import astuple

from django.core import signing

from jiangli.applications.models import Application
from jiangli.reviews.attachments.actions import Stored

SALT = "jiangli.staff.uploads"
LASTS = 3600  # seconds


def for_later(application: Application, stored: Stored | None) -> str:
    """What stands for a stored file in a form of this case, signed; its name stays here, it may be personal."""
    if stored is None:
        return ""
    _name, *rest = astuple(stored)
    return signing.dumps([str(application.pk), *rest], salt=SALT)


def stored_before(application: Application, text: str) -> Stored | None:
    """The stored file that a form of this case stands for; None for anything else."""
    try:
        case, kind, size, file = signing.loads(text, salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError):
        return None
    return Stored("", kind, size, file) if case == str(application.pk) else None
