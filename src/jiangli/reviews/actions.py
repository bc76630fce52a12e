"""Every write of an officer to a case: look-ups, opinions, decisions, and what is owed from then on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock, rules
from jiangli.accounts.models import User
from jiangli.applications.actions import correct_by, move
from jiangli.applications.actions.moves import locked
from jiangli.applications.assessing import Assessed, keep_assessment, programme_of
from jiangli.applications.guard import take_free
from jiangli.applications.models import Application, Line
from jiangli.applications.queries import language
from jiangli.applications.sheet import has_roster
from jiangli.applications.status import Status
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.reviews import deciding
from jiangli.reviews.attachments.actions import Stored, attach
from jiangli.reviews.deciding import assign, opine, tell
from jiangli.reviews.holds import holds_of, keep_holds
from jiangli.reviews.models import Act, HoldSettled, LookUp, Settling
from jiangli.reviews.permissions import (
    cannot_be_looked_up,
    cannot_look_up,
    cannot_pass,
    cannot_review,
    cannot_settle_hold,
)
from jiangli.reviews.sheet import assess_for_officer, certificate_of


@transaction.atomic
def take(application: Application, *, by: User, at: datetime) -> Application:
    """Begin to deal with a case at its stage. Safe to run twice."""
    application = _for_review(application, by, at=at)
    assign(application, by, at=at)
    return application


@transaction.atomic
def look_up(
    application: Application,
    *,
    found: Mapping[str, Any],
    place: str,
    note: str = "",
    site: str = "",
    picture: Stored | None = None,
    line: Line | None = None,
    by: User,
    at: datetime,
) -> list[LookUp]:
    """Record what an officer found by hand in one place: fact → the contract's value; None: not found there.

    ``site`` is the address of the register's page, ``picture`` what it showed.

    ``line`` is the row of a roster it was found for; None for the case itself.

    Refused for a fact that only the claimant can state, and for an amount above what a ceiling leaves.
    ``rules.FactError`` if the programme does not read the fact or the value is not one of its type.
    """
    application = locked(application)
    if reason := cannot_look_up(application, by, on=clock.day_of(at)):
        raise Refused(reason)
    if line is not None and line.application_id != application.pk:
        raise Refused(_("This case has no such line."))
    if not place.strip() or not found:
        raise Refused(_("Say where you looked it up."))
    programme = programme_of(application)
    for fact, value in found.items():
        if reason := cannot_be_looked_up(programme, fact):
            raise Refused(reason)
        if value is not None:
            rules.parse_fact(programme.dictionary, fact, value)
    assign(application, by, at=at)
    certificate = certificate_of(application, line)
    shown = attach(application, picture, by=by, at=at) if picture else None
    rows = [
        LookUp.objects.create(
            application=application,
            line=line,
            certificate=certificate,
            fact=fact,
            found=value is not None,
            value=value,
            place=place,
            site=site,
            picture=shown,
            note=note,
            by=by,
            at=at,
        )
        for fact, value in found.items()
    ]
    assessed = assess_for_officer(application, at=at)
    if assessed.above and assessed.above.at in found:
        raise Refused(assessed.above.words.say(language()))
    take_free(application, assessed, at=at)
    keep_assessment(application, assessed, occasion="look-up", at=at)
    if has_roster(assessed.programme):
        keep_holds(application, assessed, at=at)
    record("fact.looked_up", application, by=by, at=at, facts=sorted(found))
    return rows


@transaction.atomic
def pass_on(
    application: Application,
    *,
    text: str = "",
    falling: int = 0,
    seen_fen: int | None = None,
    seen_changes: str | None = None,
    by: User,
    at: datetime,
) -> Application:
    """Pass a case at a review: on to the next stage, or, where money follows, to the decision to pay.

    ``falling`` is the number of lines of a roster that the officer has seen fall away; it must be the true one.
    ``seen_fen`` is the amount the officer was shown; Refused with the new one if another decision changed it.
    ``seen_changes`` stands for what registers say otherwise by now, as the officer was shown it
    (``differences.seen``); Refused if there is more.
    """

    def check(case: Application, assessed: Assessed) -> str | None:
        return cannot_pass(case, by, assessed, on=clock.day_of(at))

    return deciding.go_on(
        application, text=text, falling=falling, seen_fen=seen_fen, seen_changes=seen_changes,
        check=check, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def settle_hold(
    application: Application, *, limit: str, decision: Settling, reason: str, by: User, at: datetime
) -> HoldSettled:
    """Write down what an officer found on looking at what holds a case: it may be paid, or is the same thing.

    It covers what is met now; another payment or case under the same limit is asked anew.
    """
    application = _for_review(application, by, at=at)
    holds = holds_of(application, assess_for_officer(application, at=at))
    if why := cannot_settle_hold(application, by, holds, limit, on=clock.day_of(at)):
        raise Refused(why)
    if not reason.strip():
        raise Refused(_("Say in a sentence what you found."))
    hold = next(hold for hold in holds if hold.id == limit and not hold.waits)
    assign(application, by, at=at)
    row = HoldSettled.objects.create(
        application=application,
        limit=limit,
        decision=decision,
        reason=reason.strip(),
        met=sorted(hold.met),
        by=by,
        at=at,
    )
    record("hold.settled", application, by=by, at=at, limit=limit, decision=str(decision))
    return row


@transaction.atomic
def send_back(
    application: Application, *, fields: Iterable[Mapping[str, str]], text: str = "", by: User, at: datetime
) -> Application:
    """Return a case to its claimant, field by field: each ``{"field", "reason"}``. The filing day stays."""
    wanted = [{"field": row["field"], "reason": row["reason"].strip()} for row in fields]
    if not wanted or not all(row["reason"] for row in wanted):
        raise Refused(_("Choose what has to be corrected, and say for each what is wrong with it."))
    application = _for_review(application, by, at=at)
    assessed = assess_for_officer(application, at=at)
    kept = keep_assessment(application, assessed, occasion="review", at=at)
    account = {
        "name": application.account_name,
        "bank": application.account_bank,
        "tail": application.account_number[-4:],
        "index": application.account_index,
    }
    opinion = opine(application, Act.RETURN, kept, text=text, fields=wanted, account=account, by=by, at=at)
    move(application, Status.RETURNED)
    application.correct_by = correct_by(application, at=at)
    application.save(update_fields=["status", "correct_by"])
    record("application.returned", application, by=by, at=at, fields=[row["field"] for row in wanted])
    tell(application, "application.returned", opinion, at=at, count=len(wanted), by_on=application.correct_by)
    return application


@transaction.atomic
def refuse(
    application: Application, *, conditions: Iterable[str], text: str, by: User, at: datetime
) -> Application:
    """Refuse a case at a review, for conditions that are certainly not met: see ``deciding.refuse``."""
    application = _for_review(application, by, at=at)
    return deciding.refuse(application, conditions=conditions, text=text, by=by, at=at)


def _for_review(application: Application, by: User, *, at: datetime) -> Application:
    application = locked(application)
    if reason := cannot_review(application, by, on=clock.day_of(at)):
        raise Refused(reason)
    return application
