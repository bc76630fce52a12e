"""What the signed minutes say of each item: one officer enters it, a second confirms it by the minutes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock, rules
from jiangli.accounts.models import User
from jiangli.applications.assessing import Assessed, assess_vouched, programme_of
from jiangli.applications.models import Application
from jiangli.applications.queries import language
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.reviews.deliberation.agenda import locked_meeting, moved
from jiangli.reviews.deliberation.models import AgendaItem, Meeting
from jiangli.reviews.deliberation.permissions import AMOUNT, cannot_confirm, cannot_enter, cannot_say
from jiangli.reviews.deliberation.status import MeetingState, Result
from jiangli.reviews.deliberation.tasks import carry_on
from jiangli.reviews.sheet import looked_up, struck_off


@dataclass(frozen=True)
class Said:
    """What the minutes say of one case. ``lines`` are numbers of lines left out, ``condition`` why."""

    result: Result
    words: str = ""
    amount_fen: int | None = None
    lines: tuple[int, ...] = field(default=())
    condition: str = ""


@transaction.atomic
def enter(item: AgendaItem, said: Said, *, by: User, at: datetime) -> AgendaItem:
    """Write down what the minutes say of one item; an amount is reckoned as the law has it, or refused.

    What could not be carried out may be entered anew; the second officer then confirms it anew.
    """
    item = locked_item(item)
    if reason := cannot_enter(item, by, on=clock.day_of(at)):
        raise Refused(reason)
    if reason := cannot_say(item, said.result, said.words):
        raise Refused(reason)
    struck = _struck(item, said) if said.result == Result.PART else []
    item.agreed_fen = _agreed(item, said, struck, at=at)
    item.result, item.words, item.struck = said.result, said.words.strip(), struck
    item.entered_by, item.entered_at = by, at
    item.confirmed_by, item.confirmed_at, item.trouble = None, None, ""
    item.save()
    record(
        "agenda.result_entered", item.application, by=by, at=at, result=str(said.result), item=str(item.pk)
    )
    return item


@transaction.atomic
def enter_rest_as_proposed(meeting: Meeting, *, by: User, at: datetime) -> int:
    """All as proposed but for what is entered already; how many it were. The officer's own cases are left out."""
    meeting = locked_meeting(meeting)
    entered = 0
    for item in meeting.items.filter(ended_at=None, result="").select_related("application"):
        if cannot_enter(item, by, on=clock.day_of(at)) is None:
            enter(item, Said(Result.APPROVED), by=by, at=at)
            entered += 1
    if not entered:
        raise Refused(_("Every item has a result already, or nothing can be entered now."))
    return entered


@transaction.atomic
def confirm(meeting: Meeting, *, by: User, at: datetime) -> Meeting:
    """The second officer has compared the entered results with the signed minutes: carry them out.

    Twice the same does nothing. The work is a job; each item is decided in a transaction of its own.
    """
    meeting = locked_meeting(meeting)
    if reason := cannot_confirm(meeting, by, on=clock.day_of(at)):
        raise Refused(reason)
    waiting = meeting.items.filter(ended_at=None, confirmed_at=None)
    count = waiting.update(confirmed_by=by, confirmed_at=at)
    meeting.confirmed_by, meeting.confirmed_at = by, at
    meeting.save(update_fields=["confirmed_by", "confirmed_at"])
    if meeting.state == MeetingState.FIXED:
        moved(meeting, MeetingState.RECORDED)
    record("meeting.confirmed", meeting, by=by, at=at, items=count, number=meeting.number)
    transaction.on_commit(partial(carry_on.enqueue, str(meeting.pk)))
    return meeting


def locked_item(item: AgendaItem) -> AgendaItem:
    """The item as it is now, its row locked until the transaction ends."""
    rows = AgendaItem.objects.select_for_update(of=("self",))
    return rows.select_related("meeting__agency", "application__version").get(pk=item.pk)


def reckoned(
    application: Application,
    *,
    amount_fen: int | None = None,
    left_out: Iterable[int] = (),
    at: datetime,
) -> Assessed:
    """The case as it would stand with another amount, or without these lines (keys). Nothing is written.

    Refused where the amount is above what a ceiling leaves, with its clause.
    """
    officer = looked_up(application)
    if amount_fen is not None:
        officer[None] = {**officer.get(None, {}), AMOUNT: f"{amount_fen // 100}.{amount_fen % 100:02d}"}
    try:
        return assess_vouched(
            application, at=at, officer=officer, struck=struck_off(application) | set(left_out)
        )
    except rules.FactError as error:
        raise Refused(error.words.say(language())) from error


def _struck(item: AgendaItem, said: Said) -> list[dict[str, Any]]:
    """The lines that are left out, each with the condition it rests on. Refused for a number that is not there."""
    case = item.application
    known = set(case.lines.filter(number__in=said.lines).values_list("number", flat=True))
    if not said.lines:
        raise Refused(_("Say which lines are left out."))
    if strange := sorted(set(said.lines) - known):
        raise Refused(_("This case has no line %(number)s.") % {"number": strange[0]})
    if said.condition not in {condition.id for condition in programme_of(case).conditions}:
        raise Refused(_("Choose the condition whose clause it rests on."))
    if not said.words.strip():
        raise Refused(_("Say why these lines are left out. Whoever claims reads it."))
    return [
        {"line": number, "condition": said.condition, "reason": said.words.strip()[:300]}
        for number in sorted(known)
    ]


def _agreed(item: AgendaItem, said: Said, struck: list[dict[str, Any]], *, at: datetime) -> int | None:
    """What is paid by this result, in fen; None where nothing is."""
    if said.result == Result.APPROVED:
        return item.amount_fen
    if said.result == Result.OTHER:
        if not said.amount_fen:
            raise Refused(_("Write the amount that the meeting agreed to."))
        found = reckoned(item.application, amount_fen=said.amount_fen, at=at).answer.amount_fen
        if found != said.amount_fen:
            raise Refused(
                _("By the law it comes to %(amount)s. A meeting cannot agree to another amount.")
                % {"amount": rules.yuan(found or 0, language())}
            )
        return said.amount_fen
    if said.result == Result.PART:
        lines = item.application.lines.filter(number__in=[row["line"] for row in struck])
        found = reckoned(
            item.application, left_out=lines.values_list("pk", flat=True), at=at
        ).answer.amount_fen
        if not found:
            raise Refused(_("Nothing is left to be paid. Choose “not agreed to”."))
        return found
    return None
