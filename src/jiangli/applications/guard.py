"""The guard: what may be claimed once is reserved once, before anything is decided.

Keys come from the programme's ``once_per`` limits. Two programmes that name the same ``across`` share their
keys, so a person's claim for one level bars the other levels of the same notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jiangli import rules
from jiangli.applications.models import Application, Reservation
from jiangli.refused import Refused


@dataclass(frozen=True)
class Key:
    """What is counted once (``limit``), for whom or what (``subject``), in which ``period``."""

    limit: str
    subject: str
    period: str = ""


def keys_of(programme: rules.Programme, facts: Mapping[str, Any]) -> list[Key]:
    """The keys a claim with these facts takes. A key whose subject is unknown cannot be taken yet."""
    keys = []
    for limit in programme.limits:
        if limit.kind != "once_per":
            continue
        subjects = [facts.get(f"{name}.id") for name in limit.per]
        if all(subjects):
            over = "+".join(sorted(limit.across)) or programme.id
            keys.append(Key(f"{'+'.join(limit.per)}@{over}", "|".join(map(str, subjects))))
    return keys


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
        raise Refused(_pointing_to(first.application, application)) from None


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


def _release(reservations: Iterable[Reservation], *, at: datetime) -> None:
    for reservation in reservations:
        reservation.released_at = at
        reservation.save(update_fields=["released_at"])
