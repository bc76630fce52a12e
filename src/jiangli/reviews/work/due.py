"""By when a case should leave its stage, counted in working days from the day on which it came there.

The law's own days where the programme file gives a review some, else what the agency promises
(``answers_within_days``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest

from jiangli import clock
from jiangli.accounts.models import Agency
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.programmes.calendar import Calendar, calendar
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import rule
from jiangli.reviews.models import Act, Opinion
from jiangli.reviews.stages import is_review

SOON = 2  # working days before the day on which a case is due


def with_came(cases: QuerySet[Application]) -> QuerySet[Any]:
    """The cases with ``came_at``: since when they stand at their stage, from filing, correction or a pass.

    What was done at the stage itself does not count, so that a pass taken back leaves the first day in place.
    """
    elsewhere = (
        Opinion.objects.filter(application=OuterRef("pk"), act__in=[Act.PASS, Act.AGAIN])
        .exclude(stage=OuterRef("stage"))
        .order_by("-at")
    )
    newest = Coalesce(
        Subquery(elsewhere.values("at")[:1]),
        F("submitted_at"),
        F("first_filed_at"),
        output_field=DateTimeField(),
    )
    return cases.annotate(came_at=Greatest(newest, Coalesce(F("submitted_at"), newest)))


@dataclass(frozen=True)
class Term:
    """How long a stage may take: so many days, ``working`` or of the calendar."""

    days: int
    kind: str


@dataclass
class Terms:
    """The terms of all stages of review, and the days they come to; made once for a page, asked often."""

    days: Calendar = field(default_factory=calendar)
    found: dict[tuple[str, int], Term] = field(default_factory=dict)
    agency_of: dict[tuple[str, int], str] = field(default_factory=dict)

    def due_on(self, case: Application, came_at: datetime) -> date | None:
        """The last day, included; None where nothing is due: another state, no review here."""
        term = self.found.get((case.programme_code, case.stage))
        if term is None or case.status != Status.SUBMITTED:
            return None
        return self.days.last_day(clock.day_of(came_at), term.days, term.kind)

    def late(self, on: date, *, within: int = 0) -> Q:
        """Of cases with ``came_at``: those whose last day is before ``on``, or comes within so many working days."""
        last = self.days.working_days_after(on, within) + timedelta(days=1) if within else on
        by_term: dict[Term, Q] = {}
        for (code, stage), term in self.found.items():
            here = Q(programme_code=code, stage=stage)
            by_term[term] = by_term[term] | here if term in by_term else here
        found = Q(pk__in=[])
        for term, where in by_term.items():
            found |= where & Q(came_at__lt=_morning(self._first_in_time(term, last)))
        return found & Q(status=Status.SUBMITTED)

    def late_first(self, on: date) -> Case:
        """To sort by: 0 what is overdue, 1 the rest."""
        return Case(When(self.late(on), then=Value(0)), default=Value(1))

    def _first_in_time(self, term: Term, on: date) -> date:
        """The first day of coming whose last day is not before ``on``."""
        day = on
        while self.days.last_day(day - timedelta(days=1), term.days, term.kind) >= on:
            day -= timedelta(days=1)
        return day


def terms(agency: str | None = None) -> Terms:
    """The terms of every review that is worked at here, or of one agency's."""
    rows = Agency.objects.filter(works_here=True).values_list("pk", "answers_within_days")
    promised = dict(rows)
    made = Terms()
    for programme in Programme.objects.with_law():
        for index, stage in enumerate(rule(programme.version).stages):
            if not is_review(stage) or agency not in (None, stage.agency):
                continue
            if stage.outside or stage.agency not in promised:
                continue
            own = Term(stage.days, stage.calendar or "working") if stage.days else None
            place = programme.code, index
            made.found[place] = own or Term(max(1, promised[stage.agency]), "working")
            made.agency_of[place] = stage.agency
    return made


def age(came_at: datetime, on: date) -> int:
    """Whole days since it came to the stage."""
    return (on - clock.day_of(came_at)).days


def _morning(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.SHANGHAI)
