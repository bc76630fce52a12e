"""Sorted scans become evidence of the case or line that their row was filed as."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from jiangli.accounts.models import User
from jiangli.applications.models import Evidence
from jiangli.applications.roster_models import RosterRow, Scan
from jiangli.applications.sheet import has_lines
from jiangli.applications.tasks import make_previews
from jiangli.audit.actions import record
from jiangli.programmes.queries import rule
from jiangli.registers.queries import batched


def hang_on(rows: Sequence[RosterRow], *, by: User | None, at: datetime) -> None:
    """Make evidence of the scans of these rows, which have their case. Safe to run twice: a scan hangs once."""
    of = {row.pk: row for row in rows if row.application_id}
    for some in batched(of, 500):
        waiting = Scan.objects.filter(row__in=some, evidence=None).exclude(material="")
        for scan in waiting.select_related("row__roster__version"):
            row = of[scan.row_id or 0]
            _hang(scan, row, by=by, at=at)


def _hang(scan: Scan, row: RosterRow, *, by: User | None, at: datetime) -> None:
    case, law = row.application, rule(row.roster.version)
    assert case is not None
    evidence = Evidence.objects.create(
        application=case,
        line=row.line if has_lines(law) else None,
        material=scan.material,
        original_name=scan.original_name,
        content_type=scan.content_type,
        size=scan.size,
        file=scan.file,
        added_at=at,
    )
    scan.evidence = evidence
    scan.save(update_fields=["evidence"])
    record("evidence.added", case, by=by, at=at, material=scan.material, evidence=str(evidence.pk))
    transaction.on_commit(partial(make_previews.enqueue, str(evidence.pk)))
