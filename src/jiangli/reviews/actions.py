"""Every write of an officer to a case: look-ups, opinions, decisions, and what is owed from then on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock, rules
from jiangli.accounts.models import User
from jiangli.applications.actions import move
from jiangli.applications.actions.moves import locked
from jiangli.applications.assessing import Assessed, keep_assessment, programme_of
from jiangli.applications.guard import release_keys
from jiangli.applications.models import Application, Assessment
from jiangli.applications.stages import agency_at
from jiangli.applications.status import Status
from jiangli.audit.actions import record
from jiangli.correspondence.actions import tell
from jiangli.refused import Refused
from jiangli.reviews.models import Act, Assignment, Decision, DecisionOutcome, Entitlement, LookUp, Opinion
from jiangli.reviews.permissions import acting_for, cannot_look_up, cannot_pass, cannot_review
from jiangli.reviews.sheet import assess_for_officer
from jiangli.reviews.stages import last_review, next_stage


@transaction.atomic
def take(application: Application, *, by: User, at: datetime) -> Application:
    """Begin to deal with a case at its stage. Safe to run twice."""
    application = _for_review(application, by, at=at)
    _assign(application, by, at=at)
    return application


@transaction.atomic
def look_up(
    application: Application, *, fact: str, value: Any, place: str, note: str = "", by: User, at: datetime
) -> LookUp:
    """Record what an officer found by hand, and where. ``value`` is the contract's value of the fact.

    ``rules.FactError`` if the programme does not know the fact or the value is not one of its type.
    """
    application = locked(application)
    if reason := cannot_look_up(application, by, on=clock.day_of(at)):
        raise Refused(reason)
    if not place.strip():
        raise Refused(_("Say where you looked it up."))
    programme = programme_of(application)
    if fact not in programme.facts_read:
        raise Refused(_("No condition of this programme reads this fact."))
    rules.parse_fact(programme.dictionary, fact, value)
    _assign(application, by, at=at)
    row = LookUp.objects.create(
        application=application,
        certificate=application.line.certificate,
        fact=fact,
        value=value,
        place=place,
        note=note,
        by=by,
        at=at,
    )
    keep_assessment(application, assess_for_officer(application, at=at), occasion="look-up", at=at)
    record("fact.looked_up", application, by=by, at=at, fact=fact)
    return row


@transaction.atomic
def pass_on(application: Application, *, text: str = "", by: User, at: datetime) -> Application:
    """Pass a case: on to the next stage, or, at the last stage of review, to the decision to pay."""
    application = locked(application)
    assessed = assess_for_officer(application, at=at)
    if reason := cannot_pass(application, by, assessed, on=clock.day_of(at)):
        raise Refused(reason)
    final = application.stage == last_review(assessed.programme)
    kept = keep_assessment(application, assessed, occasion="decision" if final else "review", at=at)
    _opine(application, Act.PASS, kept, text=text, by=by, at=at)
    if final:
        _approve(application, assessed, kept, by=by, at=at)
    application.stage = next_stage(assessed.programme, application.stage)
    application.save(update_fields=["stage", "status"])
    return application


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
    application.save(update_fields=["status"])
    record("application.returned", application, by=by, at=at, fields=[row["field"] for row in wanted])
    _tell(application, "application.returned", opinion, at=at, count=len(wanted))
    return application


@transaction.atomic
def refuse(
    application: Application, *, conditions: Iterable[str], text: str, by: User, at: datetime
) -> Application:
    """Refuse a case for conditions of its programme, with a reason in words. What it had reserved is freed."""
    application = _for_review(application, by, at=at)
    assessed = assess_for_officer(application, at=at)
    reasons = [_reason(assessed, id) for id in conditions]
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
    release_keys(application, at=at)
    record("application.refused", application, by=by, at=at, conditions=[r["id"] for r in reasons])
    _tell(application, "application.refused", opinion, at=at)
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
    behalf = acting_for(application, by, at=at)
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
    application: Application, assessed: Assessed, kept: Assessment, *, by: User, at: datetime
) -> None:
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
    tell(
        "application.approved",
        person=application.claimant,
        about=str(application.pk),
        once=f"approved:{application.pk}",
        at=at,
        number=application.number,
        programme=assessed.programme.title.say("zh"),
        amount_fen=amount,
        payers=" + ".join(
            f"{share.payer.short_name} {rules.yuan(share.amount_fen)}"
            for share in decision.entitlements.select_related("payer").order_by("pk")
        ),
    )


def _reason(assessed: Assessed, id: str) -> dict[str, str]:
    try:
        condition = assessed.programme.condition(id)
    except KeyError:
        raise Refused(_("This programme has no condition %(id)s.") % {"id": id}) from None
    finding = next((finding for finding in assessed.answer.findings if finding.id == id), None)
    said = finding.tell("zh") if finding and finding.state is False else ""
    return {
        "id": id,
        "tell": said,
        "quote": condition.basis.quote or "",
        "clause": condition.basis.clause or "",
    }


def _tell(application: Application, event: str, opinion: Opinion, *, at: datetime, **values: Any) -> None:
    tell(
        event,
        person=application.claimant,
        about=str(application.pk),
        once=f"{event}:{opinion.pk}",
        at=at,
        number=application.number,
        programme=programme_of(application).title.say("zh"),
        agency=agency_at(application).name,
        **values,
    )
