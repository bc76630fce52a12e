"""Every write of an officer to a case: look-ups, opinions, decisions, and what is owed from then on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock, rules
from jiangli.accounts.models import Agency, User
from jiangli.applications.actions import correct_by, move
from jiangli.applications.actions.letters import tell_party
from jiangli.applications.actions.moves import locked
from jiangli.applications.assessing import Assessed, keep_assessment, programme_of
from jiangli.applications.commitments import BalanceKey, balance_keys, close, lock_balances, promise
from jiangli.applications.guard import release_fallen, take_free
from jiangli.applications.models import Application, Assessment, Balance, Line
from jiangli.applications.queries import language
from jiangli.applications.sheet import has_roster
from jiangli.applications.stages import agency_at
from jiangli.applications.status import Status
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.reviews.holds import holds_of
from jiangli.reviews.models import (
    Act,
    Assignment,
    Decision,
    DecisionOutcome,
    Entitlement,
    HoldSettled,
    LookUp,
    Opinion,
    Settling,
)
from jiangli.reviews.permissions import (
    acting_for,
    cannot_be_looked_up,
    cannot_leave_out,
    cannot_look_up,
    cannot_pass,
    cannot_refuse_for,
    cannot_review,
    cannot_settle_hold,
    conditions_of_lost_lines,
)
from jiangli.reviews.sheet import assess_for_officer, certificate_of
from jiangli.reviews.stages import decides, next_stage
from jiangli.rules.errors import Words


@transaction.atomic
def take(application: Application, *, by: User, at: datetime) -> Application:
    """Begin to deal with a case at its stage. Safe to run twice."""
    application = _for_review(application, by, at=at)
    _assign(application, by, at=at)
    return application


@transaction.atomic
def look_up(
    application: Application,
    *,
    found: Mapping[str, Any],
    place: str,
    note: str = "",
    line: Line | None = None,
    by: User,
    at: datetime,
) -> list[LookUp]:
    """Record what an officer found by hand in one place: fact → the contract's value.

    ``line`` is the row of a roster it was found for; None for the case itself.

    Refused for a fact that only the claimant can state. ``rules.FactError`` if the programme does not read the
    fact or the value is not one of its type.
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
        rules.parse_fact(programme.dictionary, fact, value)
    _assign(application, by, at=at)
    certificate = certificate_of(application, line)
    rows = [
        LookUp.objects.create(
            application=application,
            line=line,
            certificate=certificate,
            fact=fact,
            value=value,
            place=place,
            note=note,
            by=by,
            at=at,
        )
        for fact, value in found.items()
    ]
    assessed = assess_for_officer(application, at=at)
    take_free(application, assessed, at=at)
    keep_assessment(application, assessed, occasion="look-up", at=at)
    record("fact.looked_up", application, by=by, at=at, facts=sorted(found))
    return rows


@transaction.atomic
def pass_on(
    application: Application,
    *,
    text: str = "",
    falling: int = 0,
    seen_fen: int | None = None,
    by: User,
    at: datetime,
) -> Application:
    """Pass a case: on to the next stage, or, at the last stage of review, to the decision to pay.

    ``falling`` is the number of lines of a roster that the officer has seen fall away; it must be the true one.
    ``seen_fen`` is the amount the officer was shown; Refused with the new one if another decision changed it.
    """
    application = locked(application)
    assessed = assess_for_officer(application, at=at)
    take_free(application, assessed, at=at)
    if reason := cannot_pass(application, by, assessed, on=clock.day_of(at)):
        raise Refused(reason)
    _stop_if_changed(seen_fen, assessed)
    if reason := cannot_leave_out(assessed, falling):
        raise Refused(reason)
    if has_roster(assessed.programme):
        release_fallen(application, assessed, at=at)
    final = decides(assessed.programme, application.stage)
    balances = lock_balances(application, assessed) if final else {}
    if balances:
        assessed = _asked_again(application, assessed, balances, by=by, at=at)
    kept = keep_assessment(application, assessed, occasion="decision" if final else "review", at=at)
    opinion = _opine(application, Act.PASS, kept, text=text, by=by, at=at)
    if final:
        _approve(application, assessed, balances, kept, by=by, at=at)
    application.stage = next_stage(assessed.programme, application.stage)
    application.save(update_fields=["stage", "status"])
    if not final:
        _tell(application, "application.passed", opinion, at=at)
    return application


def _asked_again(
    application: Application, assessed: Assessed, held: Collection[BalanceKey], *, by: User, at: datetime
) -> Assessed:
    """The case assessed under the locks of ``held``. Refused if that is not what the officer passed."""
    again = assess_for_officer(application, at=at)
    if reason := cannot_pass(application, by, again, on=clock.day_of(at)):
        raise Refused(reason)
    _stop_if_changed(assessed.answer.amount_fen, again)
    if not balance_keys(application, again) <= set(held):
        raise Refused(_("Another decision changed which lines are paid. Look at the case again."))
    return again


def _stop_if_changed(seen_fen: int | None, assessed: Assessed) -> None:
    now = assessed.answer.amount_fen or 0
    if seen_fen is not None and seen_fen != now:
        raise Refused(
            _(
                "Another decision changed what is left: it is %(now)s now, not %(seen)s. Look at the case again."
            )
            % {"now": rules.yuan(now, language()), "seen": rules.yuan(seen_fen, language())}
        )


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
    _assign(application, by, at=at)
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
    opinion = _opine(application, Act.RETURN, kept, text=text, fields=wanted, by=by, at=at)
    move(application, Status.RETURNED)
    application.correct_by = correct_by(application, at=at)
    application.save(update_fields=["status", "correct_by"])
    record("application.returned", application, by=by, at=at, fields=[row["field"] for row in wanted])
    _tell(
        application, "application.returned", opinion, at=at, count=len(wanted), by_on=application.correct_by
    )
    return application


@transaction.atomic
def refuse(
    application: Application, *, conditions: Iterable[str], text: str, by: User, at: datetime
) -> Application:
    """Refuse a case for conditions that are certainly not met, with a reason in words.

    A condition that is open is looked up first: what nobody found is not what is not there. What the case had
    reserved is freed.
    """
    application = _for_review(application, by, at=at)
    assessed = assess_for_officer(application, at=at)
    chosen = list(conditions)
    if reason := cannot_refuse_for(assessed, chosen, holds_of(application, assessed)):
        raise Refused(reason)
    reasons = [_reason(assessed, id) for id in chosen]
    if not reasons or not text.strip():
        raise Refused(_("Choose the conditions that are not met, and say why in a sentence."))
    kept = keep_assessment(application, assessed, occasion="decision", at=at)
    opinion = _opine(
        application, Act.REFUSE, kept, text=text, conditions=[r["id"] for r in reasons], by=by, at=at
    )
    Decision.objects.create(
        application=application,
        outcome=DecisionOutcome.REFUSED,
        amount_fen=0,
        reasons=reasons,
        version=kept.version,
        assessment=kept,
        by=by,
        at=at,
    )
    move(application, Status.REFUSED)
    application.closed_at = at
    application.save(update_fields=["status", "closed_at"])
    close(application, at=at)
    record("application.refused", application, by=by, at=at, conditions=[r["id"] for r in reasons])
    agency = agency_at(application)
    _tell(application, "application.refused", opinion, at=at, agency=_with_phone(agency))
    return application


def _for_review(application: Application, by: User, *, at: datetime) -> Application:
    application = locked(application)
    if reason := cannot_review(application, by, on=clock.day_of(at)):
        raise Refused(reason)
    return application


def _assign(application: Application, officer: User, *, at: datetime) -> None:
    _row, made = Assignment.objects.get_or_create(
        application=application, stage=application.stage, defaults={"officer": officer, "at": at}
    )
    if made:
        record("application.taken", application, by=officer, at=at, stage=application.stage)


def _opine(
    application: Application, act: Act, kept: Assessment, *, by: User, at: datetime, **said: Any
) -> Opinion:
    behalf = acting_for(application, by, on=clock.day_of(at))
    _assign(application, by, at=at)
    opinion = Opinion.objects.create(
        application=application,
        stage=application.stage,
        stage_title=programme_of(application).stages[application.stage].title.say("zh"),
        act=act,
        assessment=kept,
        by=by,
        on_behalf_of=behalf,
        at=at,
        **said,
    )
    record(f"stage.{act}", application, by=by, at=at, stage=application.stage, deputy=behalf is not None)
    return opinion


def _approve(
    application: Application,
    assessed: Assessed,
    balances: dict[BalanceKey, Balance],
    kept: Assessment,
    *,
    by: User,
    at: datetime,
) -> None:
    """Decide to pay. ``balances``: locked by ``lock_balances`` before the case was assessed."""
    take_free(application, assessed, keep=False, at=at)
    promise(application, assessed, balances, on=clock.day_of(at))
    amount = assessed.answer.amount_fen or 0
    decision = Decision.objects.create(
        application=application,
        outcome=DecisionOutcome.APPROVED,
        amount_fen=amount,
        version=kept.version,
        assessment=kept,
        by=by,
        at=at,
    )
    for share in assessed.answer.payments:
        Entitlement.objects.create(
            decision=decision, payer_id=share.payer, amount_fen=share.amount_fen, due_at=at
        )
    move(application, Status.APPROVED)
    record("application.approved", application, by=by, at=at, amount_fen=amount)
    tell_party(
        "application.approved",
        application,
        once=f"approved:{application.pk}",
        at=at,
        number=application.number,
        programme=assessed.programme.title,
        amount_fen=amount,
        payers=_shares(decision),
    )


def _all_findings(assessed: Assessed) -> Iterable[rules.Finding]:
    answer = assessed.answer
    return (*answer.findings, *answer.warnings, *(told for line in answer.lines or () for told in line.told))


def _shares(decision: Decision) -> Words:
    """区总工会 600 元 + 市总工会 600 元, in both languages."""
    shares = list(decision.entitlements.select_related("payer").order_by("pk"))
    zh = " + ".join(f"{share.payer.short_name} {rules.yuan(share.amount_fen)}" for share in shares)
    en = " + ".join(f"{share.payer.name_en} {rules.yuan(share.amount_fen, 'en')}" for share in shares)
    return Words(zh, en)


def _reason(assessed: Assessed, id: str) -> dict[str, str]:
    try:
        condition = assessed.programme.condition(id)
    except KeyError:
        raise Refused(_("This programme has no condition %(id)s.") % {"id": id}) from None
    finding = next((finding for finding in _all_findings(assessed) if finding.id == id), None)
    said = finding.tell("zh") if finding and finding.state is False else ""
    if numbers := conditions_of_lost_lines(assessed).get(id):
        title = condition.title.say("zh") if condition.title else id
        said = f"{title}：名单第 {_rows(numbers)} 行不符合。"
    return {
        "id": id,
        "tell": said,
        "quote": condition.basis.quote or "",
        "clause": condition.basis.clause or "",
    }


def _rows(numbers: list[int]) -> str:
    """The first dozen line numbers; of more only how many."""
    shown = "、".join(str(number) for number in numbers[:12])
    return shown if len(numbers) <= 12 else f"{shown} 等 {len(numbers)} "


def _with_phone(agency: Agency) -> Words:
    """The agency and the number to ring."""
    return Words(f"{agency.name} {agency.phone}".strip(), f"{agency.name_en} {agency.phone}".strip())


def _tell(application: Application, event: str, opinion: Opinion, *, at: datetime, **values: Any) -> None:
    tell_party(
        event,
        application,
        once=f"{event}:{opinion.pk}",
        at=at,
        number=application.number,
        programme=programme_of(application).title,
        **{"agency": agency_at(application).names, **values},
    )
