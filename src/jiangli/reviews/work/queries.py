"""What stands where in an office: what each officer has, what is late, what was done, and what they are reminded of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, F, OuterRef, Q, QuerySet, Subquery, UUIDField, Value, When

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.accounts.queries import stands_in_for
from jiangli.applications.models import Application, Assessment
from jiangli.applications.status import Status
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import rule
from jiangli.reviews.models import Act, Assignment, Opinion
from jiangli.reviews.queries import own
from jiangli.reviews.work.changes import FILINGS
from jiangli.reviews.work.due import Terms, terms, with_came
from jiangli.reviews.work.models import Phrase, Reminder, ReminderKind
from jiangli.reviews.work.permissions import leads

DONE = [Act.PASS, Act.RETURN, Act.REFUSE]
LOOKED_BACK = timedelta(days=30)


@dataclass
class Post:
    """One officer at one stage of the office; ``officer`` None: what nobody deals with yet. ``days``: on average."""

    officer: UUID | None
    stage: str
    waiting: int = 0
    late: int = 0
    fen: int = 0
    done: int = 0
    days: float | None = None


def waiting_in(user: User, *, on: date, known: Terms | None = None) -> QuerySet[Any]:
    """Cases that wait at a review of the officer's agency, with ``came_at``, ``officer`` and ``late``."""
    known = known or terms(user.agency_id)
    here = Q(pk__in=[])
    for code, stage in known.found:
        here |= Q(programme_code=code, stage=stage)
    taken = Assignment.objects.filter(application=OuterRef("pk"), stage=OuterRef("stage"))
    cases = Application.objects.visible_to(user).filter(here, status=Status.SUBMITTED).exclude(own(user))
    found: QuerySet[Any] = with_came(cases).annotate(
        officer=Subquery(taken.values("officer")[:1], output_field=UUIDField()),
        late=Case(When(known.late(on), then=Value(True)), default=Value(False), output_field=BooleanField()),
    )
    return found


def stage_titles(known: Terms) -> dict[tuple[str, int], str]:
    """What each stage is called in its programme file."""
    laws = Programme.objects.with_law().in_bulk([code for code, _stage in known.found])
    return {
        (code, stage): rule(laws[code].version).stages[stage].title.say("zh") for code, stage in known.found
    }


def office(user: User, *, on: date) -> list[Post]:
    """The work of the officer's agency, by officer and stage; what nobody deals with comes first."""
    known = terms(user.agency_id)
    titles = stage_titles(known)
    posts: dict[tuple[UUID | None, str], Post] = {}

    def post(officer: UUID | None, title: str) -> Post:
        return posts.setdefault((officer, title), Post(officer, title))

    rows = waiting_in(user, on=on, known=known)
    amounts = _amounts(rows)
    for pk, code, stage, officer, late in rows.values_list(
        "pk", "programme_code", "stage", "officer", "late"
    ):
        row = post(officer, titles[code, stage])
        row.waiting += 1
        row.late += late
        row.fen += amounts.get(pk, 0)
    took = defaultdict(list)
    monday = _morning(on - timedelta(days=on.weekday()))
    for officer, title, at, came in _said(user, since=_morning(on) - LOOKED_BACK):
        row = post(officer, title)
        row.done += at >= monday
        if came:
            took[officer, title].append((at - came).total_seconds() / 86_400)
    for key, days in took.items():
        posts[key].days = sum(days) / len(days)
    return sorted(posts.values(), key=lambda row: (row.officer is not None, str(row.officer), row.stage))


def _amounts(cases: QuerySet[Application]) -> dict[UUID, int]:
    """By the newest assessment; of what is not settled yet nothing."""
    newest = Assessment.objects.filter(application=OuterRef("pk")).order_by("-at", "-pk")
    keys = cases.order_by().annotate(newest=Subquery(newest.values("pk")[:1])).values("newest")
    rows = Assessment.objects.filter(pk__in=keys).order_by()
    return {
        pk: (vouched if vouched is not None else plain) or 0
        for pk, vouched, plain in rows.values_list(
            "application", "result__vouched__amount_fen", "result__amount_fen"
        )
    }


def _said(user: User, *, since: datetime) -> Iterator[tuple[UUID, str, datetime, datetime | None]]:
    """(officer, stage, when, since when it stood there) of each opinion of the agency's officers."""
    filing = Assessment.objects.filter(
        application=OuterRef("application"), occasion__in=FILINGS, at__lte=OuterRef("at")
    ).order_by("-at")
    before = (
        Opinion.objects.filter(
            application=OuterRef("application"), act__in=[Act.PASS, Act.AGAIN], at__lt=OuterRef("at")
        )
        .exclude(stage=OuterRef("stage"))
        .order_by("-at")
    )
    said = Opinion.objects.filter(
        application__in=Application.objects.visible_to(user), by__agency=user.agency_id, at__gte=since
    )
    rows = said.filter(act__in=DONE).annotate(
        filed=Subquery(filing.values("at")[:1]), came=Subquery(before.values("at")[:1])
    )
    for officer, title, at, filed, came in rows.values_list("by", "stage_title", "at", "filed", "came"):
        yield officer, title, at, max((day for day in (filed, came) if day), default=None)


def reminders_for(user: User, *, on: date) -> QuerySet[Reminder]:
    """What the officer is reminded of now: their own cases; to the office's leads also whatever is overdue."""
    people = stands_in_for(user, on=on)
    mine = Assignment.objects.filter(officer__in=people, stage=F("application__stage")).values("application")
    standing = Reminder.objects.visible_to(user).filter(
        stage=F("application__stage"), application__status=Status.SUBMITTED
    )
    wanted = Q(application__in=mine)
    if leads(user, on=on):
        wanted |= Q(kind=ReminderKind.OVERDUE, application__in=waiting_in(user, on=on).values("pk"))
    came = with_came(Application.objects.filter(pk=OuterRef("application"))).values("came_at")
    standing = standing.annotate(came_at=Subquery(came[:1])).filter(at__gte=F("came_at"))
    said_twice = Reminder.objects.filter(kind=ReminderKind.OVERDUE, at__gte=OuterRef("came_at"))
    later = said_twice.filter(application=OuterRef("application"), stage=OuterRef("stage")).values("pk")
    return (
        standing.filter(wanted)
        .annotate(later=Subquery(later[:1]))
        .filter(Q(later=None) | Q(kind=ReminderKind.OVERDUE))
        .select_related("application__claimant", "application__organisation")
        .order_by("due_on", "pk")
    )


def phrases_for(user: User, kind: str, programme_code: str) -> QuerySet[Phrase]:
    """The words an officer can use for this act on a case of this programme, their own first."""
    fitting = Phrase.objects.visible_to(user).filter(kind=kind, programme_code__in=["", programme_code])
    return fitting.order_by(F("officer").asc(nulls_last=True), "order", "pk")


def _morning(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.SHANGHAI)
