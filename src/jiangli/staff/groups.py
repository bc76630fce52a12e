"""What belongs together in the queue: the lines of a roster, and what an organisation filed on one day."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from django.db.models import Count

from jiangli import clock
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application, Line
from jiangli.applications.sheet import has_lines


def lines_in(cases: list[Application]) -> dict[UUID, int]:
    """The number of lines of each case that has some of its own."""
    with_lines = [case.pk for case in cases if case.version and has_lines(programme_of(case))]
    rows = Line.objects.filter(application__in=with_lines).order_by().values_list("application")
    return dict(rows.annotate(Count("pk")))


def filed_with(cases: list[Application]) -> dict[UUID, int]:
    """For each case of an organisation how many it filed for the programme on that day, this one among them."""
    bodies = {case.organisation_id for case in cases if case.organisation_id}
    codes = {case.programme_code for case in cases if case.organisation_id}
    rows = Application.objects.filter(
        organisation__in=bodies, programme_code__in=codes, first_filed_at__isnull=False
    ).values_list("organisation", "programme_code", "first_filed_at")
    sizes = Counter((body, code, clock.day_of(at)) for body, code, at in rows if at)
    return {
        case.pk: sizes[case.organisation_id, case.programme_code, clock.day_of(case.first_filed_at)]
        for case in cases
        if case.organisation_id and case.first_filed_at
    }
