"""The status of a case moves along its table, and nowhere else; numbers are given out one by one."""

from datetime import date

from jiangli.applications.models import Application, Serial
from jiangli.applications.status import NEXT, Status


def locked(application: Application) -> Application:
    """The case as it is now, its row locked until the transaction ends."""
    return Application.objects.select_for_update(of=("self",)).get(pk=application.pk)


def move(application: Application, to: Status) -> None:
    """Set the status; RuntimeError if the table does not allow it (the caller asked why not before)."""
    if to not in NEXT[Status(application.status)]:
        raise RuntimeError(f"{application} cannot go from {application.status} to {to}.")
    application.status = to


def next_number(prefix: str, *, on: date) -> str:
    """The next number of a prefix in a year: ``XS-2025-00402``. Its row is locked until the transaction ends."""
    Serial.objects.get_or_create(prefix=prefix, year=on.year)
    serial = Serial.objects.select_for_update().get(prefix=prefix, year=on.year)
    serial.last += 1
    serial.save(update_fields=["last"])
    return f"{prefix}-{on.year}-{serial.last:05d}"
