"""What waits for a list, what is up, and what was shown when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Min, QuerySet

from jiangli import clock, rules
from jiangli.accounts.models import User
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.audit.models import Event
from jiangli.programmes.models import Round, Version
from jiangli.programmes.queries import rule
from jiangli.reviews.publicity.freezing import seal_of
from jiangli.reviews.publicity.models import Objection, Publication, PublicationCase
from jiangli.reviews.publicity.permissions import KIND
from jiangli.reviews.publicity.status import PublicationState
from jiangli.reviews.queries import own
from jiangli.reviews.stages import is_outside


@dataclass(frozen=True)
class Waiting:
    """Cases of one version of a programme that stand at a stage of publicity and are on no list."""

    version: Version
    stage: int
    count: int
    since: date | None

    @property
    def law(self) -> rules.Programme:
        return rule(self.version)


def unlisted(
    version: Version, stage: int, one: Round | None = None, *, besides: Publication | None = None
) -> QuerySet[Application]:
    """The cases that can be put on a list, the earliest filed first; of a round only those filed in it.

    ``besides``: a draft whose own cases count as free.
    """
    found = Application.objects.filter(version=version, stage=stage, status=Status.SUBMITTED)
    taken = PublicationCase.objects.filter(live=True)
    if besides is not None:
        taken = taken.exclude(publication=besides)
    found = found.exclude(pk__in=taken.values("application"))
    if one is not None:
        first = datetime.combine(one.opens_on, time.min, clock.SHANGHAI)
        after = datetime.combine(one.closes_on + timedelta(days=1), time.min, clock.SHANGHAI)
        in_time = Application.objects.filter(
            received_on__isnull=True, first_filed_at__gte=first, first_filed_at__lt=after
        )
        on_paper = Application.objects.filter(received_on__range=(one.opens_on, one.closes_on))
        found = found.filter(pk__in=in_time.union(on_paper).values("pk"))
    return found.order_by("first_filed_at", "pk")


def waiting(user: User) -> list[Waiting]:
    """What waits for the officer's agency, programme by programme."""
    if user.agency is None:
        return []
    rows = (
        Application.objects.visible_to(user)
        .filter(status=Status.SUBMITTED)
        .exclude(pk__in=PublicationCase.objects.filter(live=True).values("application"))
        .exclude(own(user))
        .values("version", "stage")
        .annotate(count=Count("pk", distinct=True), since=Min("submitted_at"))
        .order_by("programme_code", "version", "stage")
    )
    versions = Version.objects.in_bulk({row["version"] for row in rows})
    found = [
        Waiting(versions[row["version"]], row["stage"], row["count"], clock.day_of(row["since"]))
        for row in rows
    ]
    return [one for one in found if _ours(one.law.stages[one.stage], user)]


def _ours(stage: rules.Stage, user: User) -> bool:
    return stage.kind == KIND and stage.agency == user.agency_id and not is_outside(stage)


def of_case(application: Application) -> PublicationCase | None:
    """The newest list that a case stands or stood on and that was not called off before it was up."""
    rows = PublicationCase.objects.filter(application=application).select_related("publication")
    return rows.exclude(publication__state=PublicationState.WITHDRAWN, publication__opened_at=None).last()


def undecided_of(user: User) -> QuerySet[Objection]:
    return Objection.objects.visible_to(user).undecided()


@dataclass(frozen=True)
class Record:
    """What was shown, from when to when, and whether rows and texts are still what was sealed then."""

    opened_at: datetime | None
    ended_at: datetime | None
    seal: str
    holds: bool


def record_of(publication: Publication) -> Record:
    """The sealed record, compared with the seals that the events keep."""
    now = seal_of(publication)
    kept = [
        event.details.get("seal")
        for event in Event.objects.about(publication)
        if event.name in ("publication.approved", "publication.opened") and event.details.get("seal")
    ]
    opened = _newest_approval(kept)
    holds = bool(publication.seal) and publication.seal == now and opened == now
    return Record(
        publication.opened_at, publication.closed_at or publication.withdrawn_at, publication.seal, holds
    )


def _newest_approval(kept: Iterable[str]) -> str | None:
    found = list(kept)
    return found[-1] if found else None
