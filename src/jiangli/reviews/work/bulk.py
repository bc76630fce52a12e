"""Many cases at once: seen first, confirmed once, then each in a transaction of its own with its own result.

A case that cannot go stops alone and says why; the others go on.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.applications.models import Application
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.reviews import actions as reviews
from jiangli.reviews.permissions import cannot_leave_out, cannot_pass, cannot_review
from jiangli.reviews.sheet import assess_for_officer
from jiangli.reviews.work.actions import take_back
from jiangli.reviews.work.models import Bulk, BulkItem, BulkKind, ItemState

log = logging.getLogger(__name__)

MOST = 100
AT_ONCE = 20  # more than these are done by the worker


@dataclass(frozen=True)
class Preview:
    """What would become of one case: ``why`` it would stop, None if it goes; ``fen`` is what it is paid."""

    case: Application
    fen: int | None
    why: str | None


def preview(cases: Iterable[Application], kind: BulkKind, *, by: User, at: datetime) -> list[Preview]:
    """Each case assessed as the act itself will assess it. Nothing is written."""
    return [_preview(case, kind, by=by, at=at) for case in cases]


def _preview(case: Application, kind: BulkKind, *, by: User, at: datetime) -> Preview:
    on = clock.day_of(at)
    if reason := cannot_review(case, by, on=on):
        return Preview(case, None, reason)
    if kind is BulkKind.RETURN:
        return Preview(case, None, None)
    assessed = assess_for_officer(case, at=at)
    why = cannot_pass(case, by, assessed, on=on) or cannot_leave_out(assessed, 0)
    return Preview(case, assessed.answer.amount_fen, why)


@transaction.atomic
def begin(
    kind: BulkKind,
    seen: Mapping[Application, int | None],
    *,
    text: str = "",
    fields: Iterable[Mapping[str, str]] = (),
    by: User,
    at: datetime,
) -> Bulk:
    """Note what was confirmed: these cases, each with the amount that was shown. ``run`` does it."""
    if not seen or len(seen) > MOST:
        raise Refused(_("Choose from 1 to %(n)s cases.") % {"n": MOST})
    wanted = [{"field": row["field"], "reason": row["reason"].strip()} for row in fields]
    if kind is BulkKind.RETURN and (not wanted or not all(row["reason"] for row in wanted)):
        raise Refused(_("Choose what has to be corrected, and say for each what is wrong with it."))
    bulk = Bulk.objects.create(kind=kind, text=text, fields=wanted, by=by, at=at)
    BulkItem.objects.bulk_create(
        BulkItem(bulk=bulk, application=case, stage=case.stage, fen=fen) for case, fen in seen.items()
    )
    record("bulk.begun", bulk, by=by, at=at, kind=str(kind), cases=len(seen))
    return bulk


def run(bulk: Bulk, *, at: datetime) -> Bulk:
    """Do what still waits, one case after the other. Safe to run twice, also at the same time.

    One that fails by a fault of ours goes to the log and still waits; the others go on.
    """
    for pk in bulk.items.filter(state=ItemState.WAITING).values_list("pk", flat=True):
        try:
            _one(pk, at=at)
        except Exception:
            log.exception("item %s of an act on many cases failed", pk)
    return bulk


@transaction.atomic
def _one(pk: int, *, at: datetime) -> None:
    item = (
        BulkItem.objects.select_for_update(of=("self",)).select_related("bulk__by", "application").get(pk=pk)
    )
    if item.state != ItemState.WAITING:
        return
    try:
        with transaction.atomic():
            _act(item, at=at)
    except Refused as refusal:
        item.state, item.why = ItemState.STOPPED, str(refusal)
    else:
        item.state = ItemState.DONE
    item.save(update_fields=["state", "why"])


def _act(item: BulkItem, *, at: datetime) -> None:
    case, bulk = item.application, item.bulk
    if case.stage != item.stage:
        raise Refused(_("The case has gone on since."))
    if bulk.kind == BulkKind.RETURN:
        reviews.send_back(case, fields=bulk.fields, text=bulk.text, by=bulk.by, at=at)
    else:
        reviews.pass_on(case, text=bulk.text, seen_fen=item.fen or 0, by=bulk.by, at=at)


@transaction.atomic
def undo(item: BulkItem, *, by: User, at: datetime) -> BulkItem:
    """Take the pass of one of the cases back: see ``take_back`` for when that is still possible."""
    item = (
        BulkItem.objects.select_for_update(of=("self",)).select_related("bulk", "application").get(pk=item.pk)
    )
    if reason := cannot_undo(item):
        raise Refused(reason)
    take_back(item.application, by=by, at=at)
    item.state = ItemState.UNDONE
    item.save(update_fields=["state"])
    return item


def cannot_undo(item: BulkItem) -> str | None:
    """Why what was done with many cannot be undone for this one, before the case itself is asked."""
    if item.bulk.kind != BulkKind.PASS:
        return _("The applicant has been told what to correct. A return is not taken back.")
    if item.state != ItemState.DONE:
        return _("There is nothing to take back.")
    return None
