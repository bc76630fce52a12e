"""Note at a decision what is claimed next; get it ready when it is due; end it when it is claimed or has lapsed.

Nothing is promised by it, and nothing of what was checked is carried over: the next claim is a case of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from jiangli import clock, rules
from jiangli.applications.actions import follow_on
from jiangli.applications.actions.letters import tell_party
from jiangli.applications.assessing import Assessed, programme_of
from jiangli.applications.banned import banned
from jiangli.applications.models import Application
from jiangli.applications.permissions import cannot_apply_here, filer_of
from jiangli.audit.actions import record
from jiangli.programmes.models import Programme
from jiangli.programmes.rounds import cannot_file
from jiangli.refused import Refused
from jiangli.reviews.models import Decision
from jiangli.reviews.next_claims.models import OPEN, NextClaim, NextState
from jiangli.reviews.next_claims.queries import filed_otherwise
from jiangli.rules.days import month_end, months_after

log = logging.getLogger(__name__)

REMINDER = timedelta(days=60)  # before the day after which it lapses
MANY = 1000  # dealt with in one run


def foresee(decision: Decision, assessed: Assessed, *, at: datetime) -> NextClaim | None:
    """Note the claim that follows this decision, by the programme's ``again``; None if none does."""
    again = assessed.programme.again
    if again is None:
        return None
    row = _instalment(assessed, again) if again.part else _months(assessed, again)
    if row is None:
        return None
    row.decision = decision
    row.save(force_insert=True)
    record(
        "next_claim.foreseen", decision.application, by=None, at=at, part=row.part,
        due_on=row.due_on.isoformat(), amount_fen=row.amount_fen,
    )  # fmt: skip
    return row


def _instalment(assessed: Assessed, again: rules.Again) -> NextClaim | None:
    claimed = str(assessed.told.get(again.part or ""))
    parts = assessed.programme.parts.get(claimed, (claimed,))
    part = again.follow.get(parts[-1])
    due = again.due.run(assessed.told) if again.due else None
    if part is None or due is None:
        return None
    return NextClaim(
        part=part,
        amount_fen=(assessed.answer.amount_fen or 0) // len(parts),
        due_on=due,
        last_day=again.last_day.run(assessed.told) if again.last_day else None,
    )


def _months(assessed: Assessed, again: rules.Again) -> NextClaim | None:
    """The months after the last one that was claimed; a month that was not paid does not lengthen the allowance."""
    assert again.months is not None
    name = _month_fact(assessed.programme)
    paid = [line.amount_fen for line in assessed.answer.lines or () if line.amount_fen]
    numbers = range(1, len(assessed.told_lines) + 1)
    facts = [assessed.facts_of(number) for number in numbers]
    months = [month for told in facts if isinstance(month := told.get(name), date)]
    if not paid or not months:
        return None
    last = max(months)
    first = months_after(last.replace(day=1), 1)
    end = months_after(first, again.months - 1)
    until = again.until.run(facts[-1]) if again.until else None
    if until is not None:
        end = min(end, until.replace(day=1))
    if end < first:
        return None
    count = (end.year - first.year) * 12 + end.month - first.month + 1
    lapses = again.last_day.run(facts[-1]) if again.last_day else None
    return NextClaim(
        first_month=first, last_month=end, amount_fen=max(paid) * count,
        due_on=month_end(end) + timedelta(days=1), last_day=lapses,
    )  # fmt: skip


def _month_fact(programme: rules.Programme) -> str:
    """The fact under which a monthly line is filed."""
    return next(iter(programme.record["period"].facts))


def fall_away(decision: Decision, *, at: datetime) -> None:
    """The decision was set aside: what follows from it falls away. Safe to run twice."""
    for row in NextClaim.objects.select_for_update().filter(decision=decision, state__in=OPEN):
        _close(row, NextState.CLOSED, at=at)


def tick(*, at: datetime) -> int:
    """Get ready what is due, remind, and close what was claimed or has lapsed; says of how many. Safe to run twice."""
    today = clock.day_of(at)
    rows = NextClaim.objects.filter(state__in=OPEN, due_on__lte=today)
    return sum(_guarded(_move_on, pk, at=at) for pk in rows.values_list("pk", flat=True)[:MANY])


def _guarded(do: Callable[..., bool], pk: UUID, *, at: datetime) -> bool:
    """One that cannot be dealt with goes to the log; the others go on."""
    try:
        return do(pk, at=at)
    except Exception:
        log.exception("next claim %s failed", pk)
        return False


@transaction.atomic
def _move_on(pk: UUID, *, at: datetime) -> bool:
    row = NextClaim.objects.select_for_update(of=("self",)).select_related("decision__application").get(pk=pk)
    today = clock.day_of(at)
    if row.state not in OPEN or row.due_on > today:
        return False
    if case := filed_otherwise(row):
        row.application = case
        _close(row, NextState.FILED, at=at)
        return True
    if row.last_day and row.last_day < today:
        _close(row, NextState.OVER, at=at)
        _tell("next_claim.over", row, at=at)
        return True
    if row.state == NextState.WAITING:
        return _raise(row, at=at)
    return _remind(row, at=at)


def _raise(row: NextClaim, *, at: datetime) -> bool:
    """Get the draft ready and tell its filer; where they cannot claim now, note why and try again later."""
    application = row.decision.application
    hindrance = _hindrance(application, on=clock.day_of(at))
    if hindrance:
        if hindrance != row.hindrance:
            row.hindrance = hindrance
            row.save(update_fields=["hindrance"])
        return False
    again = programme_of(application).again
    assert again is not None
    stated = {again.part: row.part} if again.part else {}
    try:
        row.application = follow_on(application, stated=stated, without=again.ask_again, at=at)
        row.hindrance = ""
    except Refused as refusal:  # nobody signs in for them: told all the same, to come with the paper
        row.hindrance = str(refusal)[:300]
    row.state, row.raised_at = NextState.RAISED, at
    row.save()
    record("next_claim.raised", application, by=None, at=at, part=row.part, draft=row.application is not None)
    _tell("next_claim.raised" if row.last_day is None else "next_claim.raised_until", row, at=at)
    return True


def _hindrance(application: Application, *, on: date) -> str:
    """Why nobody is asked to claim now: they are banned, or the programme takes no claims. A round may come later."""
    if reason := banned(application, on=on):
        return reason[:300]
    programme = Programme.objects.with_law().get(pk=application.programme_code)
    return (cannot_apply_here(programme, on=on, filer=filer_of(application)) or "")[:300]


def _remind(row: NextClaim, *, at: datetime) -> bool:
    if row.reminded_at or not row.near(clock.day_of(at), REMINDER.days):
        return False
    row.reminded_at = at
    row.save(update_fields=["reminded_at"])
    record("next_claim.reminded", row.decision.application, by=None, at=at)
    _tell("next_claim.reminded", row, at=at)
    return True


def _close(row: NextClaim, state: NextState, *, at: datetime) -> None:
    row.state, row.closed_at = state, at
    row.save()
    record(f"next_claim.{state}", row.decision.application, by=None, at=at, part=row.part)


def not_in_a_round(row: NextClaim, *, on: date) -> str | None:
    """Why what was got ready cannot be handed in yet: the next round, or that none is announced."""
    programme = Programme.objects.with_law().get(pk=row.decision.application.programme_code)
    return cannot_file(programme, programme_of(row.decision.application), on=on)


def _tell(event: str, row: NextClaim, *, at: datetime) -> None:
    application = row.decision.application
    values = {"by_on": row.last_day} if event in ("next_claim.raised_until", "next_claim.reminded") else {}
    tell_party(
        event, application, once=f"{event}:{row.pk}", at=at, number=application.number,
        programme=programme_of(application).title, **values,
    )  # fmt: skip
