"""The guard: what may be claimed once is reserved once, before anything is decided.

Keys come from the programme's ``once_per`` limits. Programmes that look across to the same programmes or the
same series share their keys: a claim for one level bars the other levels of the notice, and a certificate in a
case of one round bars the next round, paid or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.applications.assessing import Assessed
from jiangli.applications.models import Application, Reservation
from jiangli.refused import Refused


class Taken(Refused):
    """What a case wants to reserve is in ``first`` already; the sentence points to it."""

    def __init__(self, first: Application, second: Application) -> None:
        super().__init__(_pointing_to(first, second))
        self.first = first


@dataclass(frozen=True)
class Key:
    """What is counted once (``limit``), for whom or what (``subject``), in which ``period``."""

    limit: str
    subject: str
    period: str = ""


def keys_of(programme: rules.Programme, facts: rules.Facts) -> list[Key]:
    """The keys a claim with these parsed facts takes: one for each limit and each thing it looks across to.

    Programmes of one series share the key of the series, whatever else each of them looks across to. A limit
    whose subject is not known yet gives no key; ``unknown_keys`` names it.
    """
    return [
        Key(f"{'+'.join(limit.per)}@{over}", subject, period)
        for limit in once_limits(programme)
        for subject, period in _subjects(limit, facts)
        for over in limit.across or (programme.id,)
    ]


def wanted_keys(assessed: Assessed) -> set[Key]:
    """The keys a case takes: its own, or those of each line of its roster that stands or may still stand.

    A line that falls away takes nothing, so that what it names stays free for another claim.
    """
    if not assessed.answer.lines:
        return set(keys_of(assessed.programme, assessed.told))
    return {
        key
        for line, told in zip(assessed.answer.lines, assessed.told_lines, strict=True)
        if line.outcome is not rules.Outcome.INELIGIBLE
        for key in keys_of(assessed.programme, {**assessed.told, **told})
    }


def unknown_keys(programme: rules.Programme, facts: rules.Facts) -> list[rules.Limit]:
    """The once-only limits that cannot be guarded yet, because what they count is not known."""
    return [limit for limit in once_limits(programme) if not list(_subjects(limit, facts))]


def once_limits(programme: rules.Programme) -> list[rules.Limit]:
    """The limits by which something is paid once, over all earlier payments."""
    return [
        limit
        for limit in programme.limits
        if limit.kind == "once_per" and limit.refuses and not limit.roster_only
    ]


def _subjects(limit: rules.Limit, facts: rules.Facts) -> Iterator[tuple[str, str]]:
    columns = [column for column, _ in limit.keys]
    values = dict(zip(columns, rules.key_of(limit, facts), strict=True))
    if all(values.values()):
        period = values.pop("period", "") or ""
        yield "|".join(str(value) for value in values.values()), period


def reserve(application: Application, keys: Iterable[Key], *, at: datetime) -> None:
    """Take ``keys`` for ``application``; Refused, pointing to the first claim, if one is taken. Safe to run twice.

    Must run inside the transaction of the filing. The database's unique index decides between two at once.
    """
    wanted = set(keys)
    held = {Key(r.limit, r.subject, r.period): r for r in application.reservations.filter(released_at=None)}
    for key, reservation in held.items():
        if key not in wanted:
            _release([reservation], at=at)
    for key in sorted(wanted - held.keys(), key=lambda key: key.limit):
        _take(application, key, at=at)


def _take(application: Application, key: Key, *, at: datetime) -> None:
    try:
        with transaction.atomic():
            Reservation.objects.create(
                limit=key.limit, subject=key.subject, period=key.period, application=application, made_at=at
            )
    except IntegrityError:
        first = Reservation.objects.select_related("application").get(
            limit=key.limit, subject=key.subject, period=key.period, released_at=None
        )
        raise Taken(first.application, application) from None


def _pointing_to(first: Application, second: Application) -> str:
    if first.claimant_id == second.claimant_id:
        return _(
            "You already have application %(number)s for this incentive. It is paid once for each person: "
            "look at that application, or withdraw it first if you want to claim with another certificate."
        ) % {"number": first.number}
    return _(
        "This certificate is already in application %(number)s. A certificate is paid once. Check the number on "
        "the certificate; if it is yours, call the office and name that application."
    ) % {"number": first.number}


def release_keys(application: Application, *, at: datetime) -> None:
    """Free what a withdrawn or refused case had reserved. Safe to run twice."""
    _release(application.reservations.filter(released_at=None), at=at)


def release_fallen(application: Application, assessed: Assessed, *, at: datetime) -> None:
    """Free what lines of a roster had reserved that are not paid after all. Safe to run twice."""
    wanted = wanted_keys(assessed)
    held = application.reservations.filter(released_at=None)
    _release([row for row in held if Key(row.limit, row.subject, row.period) not in wanted], at=at)


def _release(reservations: Iterable[Reservation], *, at: datetime) -> None:
    for reservation in reservations:
        reservation.released_at = at
        reservation.save(update_fields=["released_at"])
