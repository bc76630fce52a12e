"""Enter one row of a confirmed answer. What it does is asked again of the case as it is then."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.applications.actions.moves import locked
from jiangli.applications.commitments import move_to_history
from jiangli.applications.models import Application
from jiangli.applications.permissions import is_own
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.reviews import deciding
from jiangli.reviews.models import Entitlement
from jiangli.reviews.outside.matching import verdict_on
from jiangli.reviews.outside.models import ExchangeRow, PaidElsewhere, Reply, ReplyRow
from jiangli.reviews.outside.queries import decided_for
from jiangli.reviews.outside.reading import Answer
from jiangli.reviews.outside.status import ReplyKind, RowState, What


def enter_row(reply: Reply, row: ReplyRow, *, at: datetime) -> None:
    """Do what a planned row says, once, under the lock of its case; or say why not, and do nothing."""
    assert row.application is not None
    application = locked(row.application)
    row.planned = False
    if row.what == What.MISSING:
        _missing(row, application, at=at)
    elif say := _no_longer(reply, row, application, at=at):
        row.say = say
    else:
        _do(reply, row, application, at=at)
    row.save()


def _missing(row: ReplyRow, application: Application, *, at: datetime) -> None:
    out = application.exchange_rows.filter(stage=_stage(row), state=RowState.OUT)
    out.update(state=RowState.MISSING, settled_at=at)
    row.done_at = at


def _stage(row: ReplyRow) -> int:
    """The stage, or instalment, that a planned row answers; it has one."""
    assert row.stage is not None
    return row.stage


def _no_longer(reply: Reply, row: ReplyRow, application: Application, *, at: datetime) -> str:
    """Why the row no longer does what was confirmed; empty if it does."""
    verdict = verdict_on(
        _answer(row), application, ReplyKind(reply.kind), agency=reply.agency, body=reply.body,
        today=clock.day_of(at), by_hand=reply.by_hand,
    )  # fmt: skip
    if verdict.what == row.what and verdict.stage == row.stage:
        return ""
    row.what = verdict.what
    return verdict.say


def _answer(row: ReplyRow) -> Answer:
    return Answer(
        number=row.number, reference=row.reference, outcome=What(row.what), on=row.on, name=row.name,
        document=row.document, reason=row.reason, amount_fen=row.amount_fen,
    )  # fmt: skip


def _do(reply: Reply, row: ReplyRow, application: Application, *, at: datetime) -> None:
    by = reply.confirmed_by
    try:
        with transaction.atomic():
            if is_own(application, [by, reply.brought_by]):
                raise Refused(
                    _("It is the own case of one of the two officers. Two colleagues must enter it.")
                )
            if row.what == What.PASSED:
                _pass(reply, row, application, at=at)
            elif row.what == What.REFUSED:
                text = words(reply, row)
                deciding.refuse_by_body(application, text=text, by=by, at=at)
                _settle(row, application, RowState.REFUSED, at=at)
            else:
                _money(reply, row, application, at=at)
            row.done_at = at
    except Refused as refusal:
        row.what, row.wanted, row.say, row.done_at = What.HELD, row.what, str(refusal), None


def _pass(reply: Reply, row: ReplyRow, application: Application, *, at: datetime) -> None:
    out = application.exchange_rows.filter(stage=application.stage).last()
    deciding.go_on(
        application,
        text=words(reply, row),
        seen_fen=out.total_fen if out else None,
        by=reply.confirmed_by,
        at=at,
    )
    _settle(row, application, RowState.PASSED, at=at)


def _settle(row: ReplyRow, application: Application, to: RowState, *, at: datetime) -> None:
    rows = ExchangeRow.objects.filter(
        application=application, stage=_stage(row), state__in=[RowState.OUT, RowState.MISSING]
    )
    rows.update(state=to, settled_at=at)


def words(reply: Reply, row: ReplyRow) -> str:
    """The body's answer as it stands on the case, in Chinese as the claimant reads it: who, when, by which paper."""
    assert row.on is not None
    day = f"{row.on.year}年{row.on.month}月{row.on.day}日"
    paper = f"（{row.document}）" if row.document else ""
    word = "同意" if row.what == What.PASSED else "不同意"
    return f"{reply.body.name}{day}{word}{paper}{f'：{row.reason}' if row.reason else ''}"


def _money(reply: Reply, row: ReplyRow, application: Application, *, at: datetime) -> None:
    """Note what the body paid of its share, and move it into the history; or that its bank sent it back."""
    entitlement = Entitlement.objects.select_for_update(of=("self",)).get(
        decision=decided_for(application), payer=reply.body, instalment=_stage(row)
    )
    paid = row.what == What.PAID
    PaidElsewhere.objects.update_or_create(
        entitlement=entitlement,
        defaults={
            "row": row,
            "amount_fen": entitlement.amount_fen,
            "paid_on": row.on if paid else None,
            "returned_on": None if paid else row.on,
            "trouble": "" if paid else row.reason,
            "recorded_at": at,
        },
    )
    known = {"body": reply.body_id, "amount_fen": entitlement.amount_fen}
    name = "application.paid_elsewhere" if paid else "application.returned_elsewhere"
    record(name, application, by=reply.confirmed_by, at=at, **known)
    if not paid:
        return
    assert row.on is not None
    source = f"{reply.body.short_name} {application.number}-{entitlement.instalment}"
    move_to_history(application, payer=reply.body_id, fen=entitlement.amount_fen, on=row.on, source=source)
    application.exchange_rows.filter(state=RowState.PASSED, exchange__body=reply.body).update(
        state=RowState.PAID, settled_at=at
    )
