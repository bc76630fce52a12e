"""The calendar of working days: a year's days, one of them changed, a year's announcement brought in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock
from jiangli.audit.models import Event
from jiangli.programmes import calendar_changes as changes
from jiangli.programmes.calendar import Calendar, Day, calendar
from jiangli.programmes.models import CalendarDay, CalendarYear, Source
from jiangli.programmes.permissions import cannot_change_calendar
from jiangli.refused import Refused
from jiangli.staff.forms import CalendarDayForm, CalendarYearForm
from jiangli.staff.gate import officer_required, who
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.past import chosen, options
from jiangli.workbooks import Cell, download, workbook

ROWS = 31
MONTHS = [str(month) for month in range(1, 13)]


def _kinds() -> list[tuple[str, str]]:
    return [
        ("off", _("Days off")),
        ("worked", _("Working days")),
        ("special", _("Holidays and days worked for them")),
    ]


def _years() -> list[int]:
    """Last year to the year after next, and what was brought in."""
    now = clock.today().year
    return sorted({*range(now - 1, now + 3), *CalendarYear.objects.values_list("year", flat=True)})


def _asked(request: HttpRequest, known: Calendar) -> tuple[int, list[Day], list[dict[str, Any]]]:
    """The year and the days the address asks for."""
    only(request, "page", "year", "month", "kind")
    year = int(chosen(request, "year", map(str, _years())) or clock.today().year)
    month, kind = (
        chosen(request, "month", MONTHS),
        chosen(request, "kind", [code for code, _word in _kinds()]),
    )
    days = [day for day in known.days_of(year) if month in ("", str(day.day.month)) and _is(day, kind)]
    questions = [options("month", _("Month"), [(m, _month(m)) for m in MONTHS], month),
                 options("kind", _("Kind of day"), _kinds(), kind)]  # fmt: skip
    return year, days, questions


def _month(number: str) -> str:
    return _("Month %(number)s") % {"number": number}


def _is(day: Day, kind: str) -> bool:
    return {"": True, "off": not day.works, "worked": day.works, "special": day.is_special}[kind]


@officer_required
@require_http_methods(["GET", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    form = CalendarYearForm(
        request.POST or None, request.FILES or None, initial={"year": clock.today().year + 1}
    )
    if request.method == "POST" and form.is_valid() and _bring(request, form):
        return redirect(f"{reverse('staff:calendar')}?{urlencode({'year': form.cleaned_data['year']})}")
    known = calendar()
    try:
        year, days, questions = _asked(request, known)
        page = page_of(days, request, ROWS)
    except Unclear as why:
        return unclear(request, why)
    context = {
        "year": year,
        "tabs": [
            {"label": str(one), "url": f"?year={one}", "current": one == year, "count": None}
            for one in _years()
        ],
        "page": page,
        "questions": questions,
        "keep": [("year", year)],
        "warning": known.not_announced(date(year, 1, 1), date(year, 12, 31)),
        "brought": CalendarYear.objects.filter(pk=year).select_related("brought_by").first(),
        "form": form,
        "reason": cannot_change_calendar(who(request), on=clock.today()),
    }
    return render(request, "staff/calendar.html", context)


def _bring(request: HttpRequest, form: CalendarYearForm) -> bool:
    given = form.cleaned_data
    try:
        changes.bring_year(
            given["year"], given["file"].read(), notice=given["notice"], by=who(request), at=clock.now()
        )
    except Refused as refusal:
        for line in str(refusal).splitlines():
            form.add_error("file", line)
        return False
    messages.success(request, _("Brought in. Periods that run now are counted by it."))
    return True


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    try:
        year, days, _questions = _asked(request, calendar())
    except Unclear as why:
        return unclear(request, why)
    headings = (_("Date"), _("Worked or free"), _("Name of the day"), _("By whose word"), _("Note"))
    rows: list[tuple[Cell, ...]] = [
        (day.day, _("Worked") if day.works else _("Free"), day.name, str(day.source.label), day.note)
        for day in days
    ]
    return download(workbook(headings, rows), f"{_('Calendar')} {year}.xlsx")


@officer_required
@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """An empty sheet for a year's announcement."""
    name = _("Announcement of days off")
    return download(workbook(changes.COLUMNS, [], text=True), f"{name}.xlsx")


@officer_required
@require_http_methods(["GET", "POST"])
def day(request: HttpRequest, day: str) -> HttpResponse:
    """One day: change it with a reason; who changed it before."""
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    one = calendar().of(on)
    form = CalendarDayForm(request.POST or None, initial={"works": "no" if one.works else "yes"})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            changes.set_day(on, works=given["works"] == "yes", name=given["name"], reason=given["reason"],
                            by=who(request), at=clock.now())  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Changed. Periods that run now are counted by it."))
            return redirect("staff:calendar-day", day)
    row = CalendarDay.objects.filter(day=on, source=Source.OFFICER).first()
    context = {
        "one": one,
        "form": form,
        "events": Event.objects.about(row).select_related("by").order_by("-pk")[:10] if row else [],
        "reason": cannot_change_calendar(who(request), on=clock.today()),
    }
    return render(request, "staff/calendar_day.html", context)
