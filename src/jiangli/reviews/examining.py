"""资格审查: an officer confirms or refuses who the trainees of a filed class are, before the claim is made."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.accounts.queries import roles_of, stands_in_for
from jiangli.applications.filings.actions import locked, tell_clerks
from jiangli.applications.filings.law import examination, law_of
from jiangli.applications.filings.models import Examined, Filing, FilingTrainee
from jiangli.audit.actions import record
from jiangli.refused import Refused
from jiangli.registers.models import ClerkState, Person
from jiangli.reviews.stages import roles_at


def cannot_examine(filing: Filing, user: User, *, on: date) -> str | None:
    """Why this officer cannot examine the trainees of this class."""
    law = law_of(filing)
    stage = examination(law)
    if filing.filed_at is None or filing.withdrawn_at or stage is None:
        return _("Nobody examines the trainees of this class.")
    if law.stages[stage].agency != user.agency_id:
        return _("This class was filed with another agency.")
    if not roles_at(law, stage) & roles_of(user, on=on):
        return _("Your post does not include this stage.")
    if _persons_of(stands_in_for(user, on=on)).filter(_clerks_of(filing)).exists():
        return _("You act for this organisation. A colleague has to examine its trainees.")
    return None


def own_trainees(trainees: Iterable[FilingTrainee], user: User, *, on: date) -> list[FilingTrainee]:
    """Those who are the officer, or somebody the officer stands in for: a colleague has to look at them."""
    keys = set(_persons_of(stands_in_for(user, on=on)).values_list("pk", flat=True))
    return [trainee for trainee in trainees if trainee.person_id in keys]


def _persons_of(users: Iterable[User]) -> QuerySet[Person]:
    keys = {user.pk for user in users}
    return Person.objects.filter(Q(account__in=keys) | Q(officer__in=keys))


def _clerks_of(filing: Filing) -> Q:
    return Q(clerkships__organisation=filing.organisation_id, clerkships__state=ClerkState.ACTIVE)


@transaction.atomic
def examine(
    filing: Filing,
    trainees: Collection[int],
    outcome: Examined,
    *,
    by: User,
    at: datetime,
    where: str = "",
    reason: str = "",
) -> Filing:
    """Confirm or refuse trainees of a class by their keys, several at once; the clerks are told once.

    A confirmation says ``where`` the officer looked, a refusal its ``reason``. Safe to run twice.
    """
    filing = locked(filing)
    if why := cannot_examine(filing, by, on=clock.day_of(at)) or _incomplete(outcome, where, reason):
        raise Refused(why)
    rows = list(filing.trainees.select_for_update().filter(pk__in=trainees, removed_at=None))
    if not rows or len(rows) != len(set(trainees)):
        raise Refused(_("The list has changed meanwhile. Look at it again."))
    if own_trainees(rows, by, on=clock.day_of(at)):
        raise Refused(_("Nobody examines themself. A colleague has to look at this trainee."))
    changed = [row for row in rows if row.examined != outcome]
    for row in changed:
        row.examined, row.examined_by, row.examined_at = outcome, by, at
        row.looked_where = where.strip()[:200]
        row.examined_reason = reason.strip()[:300] if outcome == Examined.REFUSED else ""
        row.save()
    if changed:
        keys = [row.pk for row in changed]
        record("filing.examined", filing, by=by, at=at, outcome=outcome, trainees=keys)
        _tell(filing, at=at)
    return filing


def _incomplete(outcome: Examined, where: str, reason: str) -> str | None:
    if outcome == Examined.CONFIRMED and not where.strip():
        return _("Write where you looked.")
    if outcome == Examined.REFUSED and not reason.strip():
        return _("Write the reason; the clerk reads it.")
    return None if outcome != Examined.WAITING else _("Confirm or refuse.")


def _tell(filing: Filing, *, at: datetime) -> None:
    states = list(filing.trainees.filter(removed_at=None).values_list("examined", flat=True))
    tell_clerks(
        "filing.examined",
        filing,
        once=f"filing.examined:{filing.pk}:{at.isoformat()}",
        at=at,
        number=filing.number,
        title=filing.title,
        confirmed=states.count(Examined.CONFIRMED),
        refused=states.count(Examined.REFUSED),
        waiting=states.count(Examined.WAITING),
    )
