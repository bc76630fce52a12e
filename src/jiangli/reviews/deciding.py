"""Where a case goes on, is decided, refused or sent back to review: the one place, whoever says so.

An officer who passes a case, a list whose publicity is over, a meeting's minutes and the answer of another body
all end here. The caller has asked whether this officer may; here the case itself is asked, under the locks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiangli import clock, rules
from jiangli.accounts.models import Agency, User
from jiangli.applications.actions import move
from jiangli.applications.actions.letters import account_in_words, tell_party
from jiangli.applications.actions.moves import locked
from jiangli.applications.assessing import Assessed, keep_assessment, programme_of
from jiangli.applications.banned import ban_on, banned
from jiangli.applications.commitments import (
    BalanceKey,
    balance_keys,
    close,
    lock_balances,
    promise,
    release_fallen,
)
from jiangli.applications.guard import take_free
from jiangli.applications.models import Application, Assessment, Balance
from jiangli.applications.queries import language
from jiangli.applications.sheet import has_roster
from jiangli.applications.stages import agency_at
from jiangli.applications.status import Status
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.registers.bans.queries import BANNED, ground_of
from jiangli.reviews import differences
from jiangli.reviews.holds import Hold, holds_of, keep_holds
from jiangli.reviews.models import Act, Assignment, Decision, DecisionOutcome, Entitlement, Opinion, Strike
from jiangli.reviews.next_claims import actions as next_claims
from jiangli.reviews.overrides.queries import by_exception
from jiangli.reviews.permissions import (
    acting_for,
    cannot_go_on,
    cannot_leave_out,
    cannot_refuse_for,
    conditions_of_lost_lines,
    found_false,
)
from jiangli.reviews.sheet import assess_for_officer
from jiangli.reviews.stages import decides, is_outside, is_review, last_review, next_stage
from jiangli.rules.errors import Words

Check = Callable[[Application, Assessed], str | None]


@transaction.atomic
def go_on(
    application: Application,
    *,
    text: str = "",
    falling: int | None = None,
    seen_fen: int | None = None,
    seen_changes: str | None = None,
    check: Check = cannot_go_on,
    by: User,
    at: datetime,
) -> Application:
    """Let a case go on from the stage where it stands: to the next one, or, before the money, to the decision.

    ``check``: why not, asked of the case as it is now, and again under the locks of its ceilings. ``falling`` is
    the number of lines of a roster that were seen to fall away, ``seen_fen`` the amount that was shown (published,
    laid before the meeting): Refused with the new one if anything changed it. ``seen_changes`` stands for what
    registers say otherwise since the case was last assessed (``differences.seen``). None: not asked.
    """
    application = locked(application)
    assessed = assess_for_officer(application, at=at)
    take_free(application, assessed, at=at)
    held = banned(application, on=clock.day_of(at)) or found_false(application)
    if reason := check(application, assessed) or held:
        raise Refused(reason)
    _stop_if_changed(seen_fen, assessed)
    if reason := differences.cannot_overlook(application, assessed, seen_changes):
        raise Refused(reason)
    if falling is not None and (reason := cannot_leave_out(assessed, falling)):
        raise Refused(reason)
    if has_roster(assessed.programme):
        release_fallen(application, assessed, at=at)
    final = decides(assessed.programme, application.stage)
    balances = lock_balances(application, assessed) if final else {}
    if balances:
        assessed = _asked_again(application, assessed, balances, check, at=at)
    kept = keep_assessment(application, assessed, occasion="decision" if final else "review", at=at)
    if has_roster(assessed.programme):
        keep_holds(application, assessed, at=at)
    opinion = opine(application, Act.PASS, kept, text=text, by=by, at=at)
    if final:
        _approve(application, assessed, balances, kept, by=by, at=at)
    application.stage = next_stage(assessed.programme, application.stage)
    application.save(update_fields=["stage", "status"])
    if not final:
        tell(application, "application.passed", opinion, at=at)
    return application


@transaction.atomic
def refuse(
    application: Application, *, conditions: Iterable[str], text: str, by: User, at: datetime
) -> Application:
    """Refuse a case for conditions that are certainly not met, with a reason in words.

    A condition that is open is looked up first: what nobody found is not what is not there. What the case had
    reserved is freed. That the claimant is banned is a ground too, under the id ``ban``.
    """
    application = locked(application)
    assessed = assess_for_officer(application, at=at)
    wanted, ban = list(conditions), ban_on(application, on=clock.day_of(at))
    grounds = [ground_of(ban)] if ban and BANNED in wanted else []
    chosen = [id for id in wanted if not (grounds and id == BANNED)]
    holds = holds_of(application, assessed)
    if reason := cannot_refuse_for(assessed, chosen, holds):
        raise Refused(reason)
    reasons = [*grounds, *(_reason(assessed, id, holds) for id in chosen)]
    if not reasons or not text.strip():
        raise Refused(_("Choose the conditions that are not met, and say why in a sentence."))
    return _refuse(application, assessed, reasons, text=text, by=by, at=at)


@transaction.atomic
def refuse_by_body(application: Application, *, text: str, by: User, at: datetime) -> Application:
    """Refuse a case because a meeting or another body did not agree: its words are the reason."""
    if not text.strip():
        raise Refused(_("Say in a sentence why it was not agreed to."))
    application = locked(application)
    assessed = assess_for_officer(application, at=at)
    return _refuse(application, assessed, [], text=text, by=by, at=at)


@transaction.atomic
def back_to_review(application: Application, *, text: str, by: User, at: datetime) -> Application:
    """Send a case back to its last review, whose officers look at it again; nothing it holds is freed.

    Its claimant has nothing to do. RuntimeError if it does not stand at a later stage.
    """
    application = locked(application)
    programme = programme_of(application)
    if application.status != Status.SUBMITTED or is_review(programme.stages[application.stage]):
        raise RuntimeError(f"{application} does not stand behind a review.")
    if not text.strip():
        raise Refused(_("Say what has to be looked at again."))
    assessed = assess_for_officer(application, at=at)
    kept = keep_assessment(application, assessed, occasion="review", at=at)
    opine(application, Act.AGAIN, kept, text=text, by=by, at=at)
    application.stage = last_review(programme, before=application.stage)
    application.save(update_fields=["stage"])
    return application


def assign(application: Application, officer: User, *, at: datetime) -> None:
    """Note who deals with a case at its stage, if nobody does yet."""
    _row, made = Assignment.objects.get_or_create(
        application=application, stage=application.stage, defaults={"officer": officer, "at": at}
    )
    if made:
        record("application.taken", application, by=officer, at=at, stage=application.stage)


def opine(
    application: Application, act: Act, kept: Assessment, *, by: User, at: datetime, **said: Any
) -> Opinion:
    """Write down what was done at the stage, and said."""
    stage = programme_of(application).stages[application.stage]
    behalf = None
    if is_review(stage) and not is_outside(stage):
        behalf = acting_for(application, by, on=clock.day_of(at))
        assign(application, by, at=at)
    opinion = Opinion.objects.create(
        application=application,
        stage=application.stage,
        stage_title=stage.title.say("zh"),
        act=act,
        assessment=kept,
        by=by,
        on_behalf_of=behalf,
        at=at,
        **said,
    )
    record(f"stage.{act}", application, by=by, at=at, stage=application.stage, deputy=behalf is not None)
    return opinion


def tell(application: Application, event: str, opinion: Opinion, *, at: datetime, **values: Any) -> None:
    """Tell the claimant what an opinion means for them; once."""
    tell_party(
        event,
        application,
        once=f"{event}:{opinion.pk}",
        at=at,
        number=application.number,
        programme=programme_of(application).title,
        **{"agency": agency_at(application).names, **values},
    )


def _asked_again(
    application: Application,
    assessed: Assessed,
    held: Collection[BalanceKey],
    check: Check,
    *,
    at: datetime,
) -> Assessed:
    """The case assessed under the locks of ``held``. Refused if that is not what was to go on."""
    again = assess_for_officer(application, at=at)
    if reason := check(application, again):
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
    left_out = _left_out(application, assessed)
    decision = Decision.objects.create(
        application=application,
        outcome=DecisionOutcome.PART if left_out else DecisionOutcome.APPROVED,
        amount_fen=amount,
        reasons=left_out,
        by_exception=by_exception(application, assessed),
        version=kept.version,
        assessment=kept,
        by=by,
        at=at,
    )
    for share in assessed.answer.payments:
        Entitlement.objects.create(
            decision=decision, payer_id=share.payer, amount_fen=share.amount_fen, due_at=at
        )
    next_claims.foresee(decision, assessed, at=at)
    move(application, Status.APPROVED)
    record("application.approved", application, by=by, at=at, amount_fen=amount)
    tell_party(
        "application.approved" if not left_out else "application.approved_in_part",
        application,
        once=f"approved:{decision.pk}",
        at=at,
        number=application.number,
        programme=assessed.programme.title,
        amount_fen=amount,
        payers=_shares(decision),
        account=account_in_words(application),
    )


def _left_out(application: Application, assessed: Assessed) -> list[dict[str, str]]:
    """Why less is paid than was claimed: lines struck off, conditions that lines fail, ceilings that cut.

    What was paid before and is only made up to a higher amount is no cut.
    """
    lines = list(enumerate(assessed.answer.lines or (), 1))
    failing: dict[str, list[int]] = defaultdict(list)
    for number, line in lines:
        if line.outcome is rules.Outcome.INELIGIBLE and number - 1 not in assessed.struck:
            for id in line.failed:
                failing[id].append(number)
    struck: dict[tuple[str, str], list[int]] = defaultdict(list)
    for strike in Strike.objects.filter(line__application=application, lifted_at=None).select_related("line"):
        struck[strike.condition, strike.reason].append(strike.line.number)
    caps = {limit.id for limit in assessed.programme.limits if limit.kind == "at_most"}
    findings = [*assessed.answer.findings, *(f for _number, line in lines for f in line.findings)]
    cut = {finding.id: finding for finding in findings if finding.cut_fen is not None and finding.id in caps}
    return [
        *(_of_rows(assessed, id, numbers, why) for (id, why), numbers in struck.items()),
        *(_of_rows(assessed, id, numbers) for id, numbers in failing.items()),
        *(_said(finding.condition, finding.tell("zh")) for finding in cut.values()),
    ]


def _refuse(
    application: Application,
    assessed: Assessed,
    reasons: Sequence[dict[str, str]],
    *,
    text: str,
    by: User,
    at: datetime,
) -> Application:
    kept = keep_assessment(application, assessed, occasion="decision", at=at)
    ids = [reason["id"] for reason in reasons]
    opinion = opine(application, Act.REFUSE, kept, text=text, conditions=ids, by=by, at=at)
    Decision.objects.create(
        application=application,
        outcome=DecisionOutcome.REFUSED,
        amount_fen=0,
        reasons=list(reasons),
        version=kept.version,
        assessment=kept,
        by=by,
        at=at,
    )
    move(application, Status.REFUSED)
    application.closed_at = at
    application.save(update_fields=["status", "closed_at"])
    close(application, at=at)
    record("application.refused", application, by=by, at=at, conditions=ids)
    tell(application, "application.refused", opinion, at=at, agency=_with_phone(agency_at(application)))
    return application


def _shares(decision: Decision) -> Words:
    """区总工会 600 元 + 市总工会 600 元, in both languages."""
    shares = list(decision.entitlements.select_related("payer").order_by("pk"))
    zh = " + ".join(f"{share.payer.short_name} {rules.yuan(share.amount_fen)}" for share in shares)
    en = " + ".join(f"{share.payer.name_en} {rules.yuan(share.amount_fen, 'en')}" for share in shares)
    return Words(zh, en)


def _all_findings(assessed: Assessed) -> Iterator[rules.Finding]:
    answer = assessed.answer
    yield from (*answer.findings, *answer.warnings)
    yield from (told for line in answer.lines or () for told in line.told)


def _reason(assessed: Assessed, id: str, holds: Iterable[Hold]) -> dict[str, str]:
    try:
        condition = assessed.programme.condition(id)
    except KeyError:
        raise Refused(_("This programme has no condition %(id)s.") % {"id": id}) from None
    if numbers := conditions_of_lost_lines(assessed).get(id):
        return _of_rows(assessed, id, numbers)
    finding = next((finding for finding in _all_findings(assessed) if finding.id == id), None)
    said = finding.tell("zh") if finding and finding.state is False else ""
    if not said and (settled := next((h.settled for h in holds if h.id == id and h.settled), None)):
        said = settled.reason
    return _said(condition, said)


def _said(condition: rules.Condition, tell: str) -> dict[str, str]:
    return {
        "id": condition.id,
        "tell": tell,
        "quote": condition.basis.quote or "",
        "clause": condition.basis.clause or "",
    }


def _of_rows(assessed: Assessed, id: str, numbers: list[int], why: str = "") -> dict[str, str]:
    """A condition for which these lines are not paid; ``why``: the officer's words."""
    condition = assessed.programme.condition(id)
    title = condition.title.say("zh") if condition.title else id
    return _said(condition, f"{title}：名单第 {_rows(numbers)} 行{f'，{why}' if why else '不符合。'}")


def _rows(numbers: list[int]) -> str:
    """The first dozen line numbers; of more only how many."""
    shown = "、".join(str(number) for number in numbers[:12])
    return shown if len(numbers) <= 12 else f"{shown} 等 {len(numbers)} "


def _with_phone(agency: Agency) -> Words:
    """The agency and the number to ring."""
    return Words(f"{agency.name} {agency.phone}".strip(), f"{agency.name_en} {agency.phone}".strip())
