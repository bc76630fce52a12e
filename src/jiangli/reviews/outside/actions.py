"""Writes: hand cases over to a body, bring its answer in, key one in, confirm it, throw it away."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock, files, pictures
from jiangli.accounts.models import Agency, User
from jiangli.applications.actions import next_number
from jiangli.applications.actions.moves import locked
from jiangli.applications.models import Application
from jiangli.audit.actions import record
from jiangli.clock import day_of
from jiangli.refused import Refused
from jiangli.reviews.outside import reading
from jiangli.reviews.outside.columns import layout_of
from jiangli.reviews.outside.matching import Verdict, match, verdict_on
from jiangli.reviews.outside.models import Exchange, ExchangeRow, Reply, ReplyRow
from jiangli.reviews.outside.permissions import (
    cannot_confirm,
    cannot_enter,
    cannot_exchange,
    cannot_fetch,
    cannot_say_missing,
    cannot_throw_away,
)
from jiangli.reviews.outside.queries import shares, to_export
from jiangli.reviews.outside.reading import Answer, hide
from jiangli.reviews.outside.status import ANSWERS, ReplyKind, ReplyState, RowState, What
from jiangli.reviews.outside.tasks import work
from jiangli.reviews.outside.writing import workbook

MOST_CASES = 2_000  # in one sheet; the others go out with the next
KEPT_DAYS = 30  # the file, which holds numbers of persons


@transaction.atomic
def export(body: Agency, *, by: User, at: datetime) -> Exchange:
    """Hand over every case that stands at a stage of this body and is not out, as one sheet, the earliest first."""
    if reason := cannot_exchange(body, by, on=day_of(at)):
        raise Refused(reason)
    agency = Agency.objects.select_for_update().get(pk=by.agency_id)  # two exports take turns
    chosen = to_export(agency.pk, body.pk).select_related("claimant", "organisation", "version")
    cases = [(case, shares(case, body.pk)) for case in chosen[:MOST_CASES]]
    if not cases:
        raise Refused(_("No case waits to go out to %(body)s.") % {"body": body.short_name})
    content = workbook(layout_of(body), cases, on=day_of(at))
    exchange = Exchange.objects.create(
        number=next_number(f"{agency.prefix}-X", on=day_of(at)),
        agency=agency,
        body=body,
        programmes=sorted({case.programme_code for case, _amounts in cases}),
        count=len(cases),
        total_fen=sum(own for _case, (own, _total) in cases),
        made_at=at,
        made_by=by,
        file=files.keep(content),
        file_hash=hashlib.sha256(content).hexdigest(),
        expires_on=day_of(at) + timedelta(days=KEPT_DAYS),
    )
    ExchangeRow.objects.bulk_create(
        [
            ExchangeRow(
                exchange=exchange, number=number, application=case, reference=case.number or "",
                stage=case.stage, amount_fen=own, total_fen=total,
            )
            for number, (case, (own, total)) in enumerate(cases, 1)
        ]
    )  # fmt: skip
    record("exchange.made", exchange, by=by, at=at, body=body.pk, cases=exchange.count)
    for case, _amounts in cases:
        record("application.sent_outside", case, by=by, at=at, body=body.pk, exchange=exchange.number)
    return exchange


@transaction.atomic
def fetch(exchange: Exchange, *, reason: str, by: User, at: datetime) -> bytes:
    """The file, for an officer who says what for; that is recorded. RuntimeError if it is not what was written."""
    if why := cannot_fetch(exchange, by, on=day_of(at)):
        raise Refused(why)
    if not reason.strip():
        raise Refused(_("Say what you need the file for; it holds numbers of persons in full."))
    content = files.read(exchange.file)
    if hashlib.sha256(content).hexdigest() != exchange.file_hash:
        raise RuntimeError(f"The file of {exchange} is not the one that was written.")
    record("exchange.fetched", exchange, by=by, at=at, reason=hide(reason.strip())[:300])
    return content


@transaction.atomic
def say_missing(exchange: Exchange, *, by: User, at: datetime) -> int:
    """The body has not got, or lost, what is still out of this export: its cases can go out again. Says how many."""
    exchange = Exchange.objects.select_for_update().get(pk=exchange.pk)
    if reason := cannot_say_missing(exchange, by, on=day_of(at)):
        raise Refused(reason)
    count = exchange.rows.filter(state=RowState.OUT).update(state=RowState.MISSING, settled_at=at)
    if not count:
        raise Refused(_("Nothing of this export is out any more."))
    record("exchange.missing", exchange, by=by, at=at, cases=count)
    return count


def bring(
    body: Agency, kind: ReplyKind, content: bytes, *, whole: bool = False, by: User, at: datetime
) -> Reply:
    """Read what a body answered and set it beside our cases. Nothing is entered before another officer confirms it.

    Refused if it cannot be read or was brought in before.
    """
    if reason := cannot_exchange(body, by, on=day_of(at)):
        raise Refused(reason)
    answers = reading.read(content, kind, layout_of(body))
    told = hashlib.sha256(content).hexdigest()
    stored = files.keep(content)
    with transaction.atomic():
        agency = Agency.objects.select_for_update().get(pk=by.agency_id)
        before = Reply.objects.filter(agency=agency, body=body, kind=kind, file_hash=told, by_hand=False)
        if before.exclude(state=ReplyState.DISCARDED).exists():
            raise Refused(_("This file was brought in before; nothing was changed."))
        verdicts = match(answers, kind, agency=agency, body=body, whole=whole, today=day_of(at))
        reply = Reply.objects.create(
            kind=kind, agency=agency, body=body, whole=whole, file=stored, file_hash=told,
            total=_to_enter(verdicts), brought_at=at, brought_by=by,
        )  # fmt: skip
        _keep(reply, verdicts)
        record("reply.brought", reply, by=by, at=at, body=body.pk, kind=kind, rows=len(answers))
    return reply


def enter(
    application: Application,
    body: Agency,
    kind: ReplyKind,
    outcome: What,
    *,
    on: date,
    document: str = "",
    reason: str = "",
    amount_fen: int | None = None,
    scan: bytes,
    by: User,
    at: datetime,
) -> Reply:
    """Key in a body's answer on one case, with a scan of its paper. Another officer confirms it.

    Refused if the scan is no picture and no PDF.
    """
    kind_of_scan = pictures.content_type_of(scan)
    stored = files.keep(scan)
    with transaction.atomic():
        application = locked(application)
        if why := cannot_enter(application, kind, by, on=day_of(at)):
            raise Refused(why)
        agency = Agency.objects.get(pk=by.agency_id)
        said = Answer(
            number=1, reference=application.number or "", outcome=outcome, on=on,
            name=application.party.name[:60], document=hide(document.strip())[:80],
            reason=hide(reason.strip())[:300], amount_fen=amount_fen,
        )  # fmt: skip
        verdict = verdict_on(
            said, application, kind, agency=agency, body=body, today=day_of(at), by_hand=True
        )
        if not verdict.plans:
            raise Refused(verdict.say)
        reply = Reply.objects.create(
            kind=kind, agency=agency, body=body, by_hand=True, file=stored, file_type=kind_of_scan,
            file_hash=hashlib.sha256(scan).hexdigest(), total=1, brought_at=at, brought_by=by,
        )  # fmt: skip
        _keep(reply, [verdict])
        record("reply.keyed", reply, by=by, at=at, body=body.pk, kind=kind)
    return reply


@transaction.atomic
def take(reply: Reply, *, by: User, at: datetime) -> Reply:
    """Confirm an answer: the worker enters its rows one by one. Rows held the last time are tried again.

    Safe to run twice.
    """
    reply = _locked(reply)
    if reply.state == ReplyState.TAKING:
        return reply
    if reason := cannot_confirm(reply, by, on=day_of(at)):
        raise Refused(reason)
    for row in reply.rows.filter(what=What.HELD):
        row.what, row.wanted, row.say, row.planned = row.wanted, "", "", True
        row.save()
    reply.total = reply.rows.filter(planned=True).count()
    reply.state, reply.position = ReplyState.TAKING, 0
    reply.confirmed_at, reply.confirmed_by = at, by
    reply.save()
    record("reply.confirmed", reply, by=by, at=at, rows=reply.total)
    transaction.on_commit(partial(work.enqueue, str(reply.pk)))
    return reply


@transaction.atomic
def throw_away(reply: Reply, *, by: User, at: datetime) -> Reply:
    """Forget an answer that was only looked at; its rows stay to be read and change nothing."""
    reply = _locked(reply)
    if reason := cannot_throw_away(reply, by, on=day_of(at)):
        raise Refused(reason)
    reply.rows.update(planned=False)
    reply.state, reply.done_at = ReplyState.DISCARDED, at
    reply.save()
    record("reply.thrown_away", reply, by=by, at=at)
    return reply


@transaction.atomic
def expire(*, at: datetime) -> int:
    """Drop the files of exports whose days are over, for `jiangli sweep` to remove. Safe to run twice."""
    over = Exchange.objects.select_for_update().filter(expires_on__lt=clock.day_of(at)).exclude(file="")
    count = 0
    for exchange in over:
        exchange.file = ""
        exchange.save(update_fields=["file"])
        record("exchange.expired", exchange, by=None, at=at)
        count += 1
    return count


def _locked(reply: Reply) -> Reply:
    found: Reply = Reply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
    return found


def _to_enter(verdicts: Sequence[Verdict]) -> int:
    return sum(verdict.what in (*ANSWERS, What.MISSING) for verdict in verdicts)


def _keep(reply: Reply, verdicts: Sequence[Verdict]) -> None:
    rows = []
    for verdict in verdicts:
        answer = verdict.answer
        assert answer is not None
        rows.append(
            ReplyRow(
                reply=reply, number=answer.number, application=verdict.application, stage=verdict.stage,
                reference=hide(answer.reference)[:40] if verdict.application is None else answer.reference,
                name=answer.name, on=answer.on, document=answer.document, reason=answer.reason,
                amount_fen=answer.amount_fen, what=verdict.what, say=verdict.say,
                planned=verdict.what in (*ANSWERS, What.MISSING),
            )
        )  # fmt: skip
    ReplyRow.objects.bulk_create(rows, batch_size=500)
