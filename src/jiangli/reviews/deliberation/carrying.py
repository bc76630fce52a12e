"""Carry out what the minutes say of one item, once, in one transaction: all that follows ends in ``deciding``."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.applications.actions.moves import locked
from jiangli.applications.queries import language
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.reviews import deciding
from jiangli.reviews.deliberation.models import AgendaItem
from jiangli.reviews.deliberation.permissions import AMOUNT
from jiangli.reviews.deliberation.queries import minutes_words, stands_before_meeting
from jiangli.reviews.deliberation.status import Result
from jiangli.reviews.models import LookUp, Strike


def carry(key: str, *, at: datetime) -> bool:
    """Carry out one confirmed item; whether it is settled now. Safe to run twice.

    What cannot be decided (the amount changed, a ban, a hold) stays on the list with its reason, and the case stays
    where it is.
    """
    try:
        return _carried(key, at=at)
    except Refused as refusal:
        reason = str(refusal)
    except rules.FactError as error:
        reason = error.words.say(language())
    _stay(key, reason)
    return False


@transaction.atomic
def _carried(key: str, *, at: datetime) -> bool:
    item = _locked(key)
    if item.ended_at is not None or item.confirmed_by is None or item.trouble:
        return item.ended_at is not None
    item.application = locked(item.application)
    if not stands_before_meeting(item):
        raise Refused(
            _("The case no longer stands before the meeting: it was withdrawn, or decided otherwise.")
        )
    by = item.confirmed_by
    match Result(item.result):
        case Result.APPROVED:
            _approve(item, by, at=at)
        case Result.OTHER:
            _note_amount(item, by, at=at)
            _approve(item, by, at=at)
        case Result.PART:
            _strike(item, by, at=at)
            _approve(item, by, at=at)
        case Result.REFUSED:
            deciding.refuse_by_body(item.application, text=_words(item, "不同意"), by=by, at=at)
        case Result.BACK:
            deciding.back_to_review(item.application, text=_words(item, "退回审核"), by=by, at=at)
        case Result.PUT_OFF:
            pass  # the case stays where it is and is due again
    item.ended_at = at
    item.save(update_fields=["ended_at"])
    record(
        "agenda.carried_out",
        item.application,
        by=by,
        at=at,
        result=item.result,
        minutes=item.meeting.number,
        held_on=str(item.meeting.held_on),
    )
    return True


@transaction.atomic
def _stay(key: str, reason: str) -> None:
    item = _locked(key)
    if item.ended_at is None:
        item.trouble = reason
        item.save(update_fields=["trouble"])


def _locked(key: str) -> AgendaItem:
    rows = AgendaItem.objects.select_for_update(of=("self",))
    return rows.select_related("meeting__agency", "application", "confirmed_by").get(pk=key)


def _approve(item: AgendaItem, by: User, *, at: datetime) -> None:
    """Decide for the amount that was agreed to, and no other."""
    deciding.go_on(item.application, text=_words(item, "审议通过"), seen_fen=item.agreed_fen, by=by, at=at)


def _words(item: AgendaItem, said: str) -> str:
    """The words of the opinion, which whoever claims reads: the meeting, its minutes, and what they say."""
    return f"{minutes_words(item.meeting)}{said}。{item.words}"


def _note_amount(item: AgendaItem, by: User, *, at: datetime) -> None:
    """The amount the meeting agreed to, noted as an officer notes what was found elsewhere."""
    fen = item.agreed_fen or 0
    LookUp.objects.create(
        application=item.application,
        fact=AMOUNT,
        value=f"{fen // 100}.{fen % 100:02d}",
        place=minutes_words(item.meeting)[:120],
        note=item.words,
        by=by,
        at=at,
    )
    record("fact.looked_up", item.application, by=by, at=at, facts=[AMOUNT])


def _strike(item: AgendaItem, by: User, *, at: datetime) -> None:
    """Leave out the lines that the meeting did not agree to."""
    numbers = [row["line"] for row in item.struck]
    lines = {line.number: line for line in item.application.lines.filter(number__in=numbers)}
    for row in item.struck:
        reason = f"{minutes_words(item.meeting)}：{row['reason']}"[:300]
        _one, made = Strike.objects.get_or_create(
            line=lines[row["line"]],
            lifted_at=None,
            defaults={"condition": row["condition"], "reason": reason, "by": by, "at": at},
        )
        if made:
            record(
                "line.struck", item.application, by=by, at=at, line=row["line"], condition=row["condition"]
            )
