"""Every act writes its event here, in its own transaction. No audit, no act."""

from datetime import datetime
from typing import Any

from django.db import connection, models

from jiangli.audit.models import Event


def record(name: str, subject: models.Model, *, by: Any, at: datetime, **details: Any) -> Event:
    """Write that ``by`` (a user, or None for the clock) did ``name`` to ``subject``.

    Must be called inside the transaction of the change itself; RuntimeError otherwise.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(
            f"{name} was recorded outside a transaction; the act and its event stand or fall together."
        )
    return Event.objects.create(
        name=name,
        at=at,
        by=by,
        subject_kind=subject._meta.label_lower,
        subject_id=str(subject.pk),
        details=details,
    )
