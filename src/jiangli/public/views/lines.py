"""The rows of a claim, by hand: the months that are claimed, or a short list."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from jiangli import clock, rules
from jiangli.accounts.actions import TooManyTries
from jiangli.applications import actions as applications
from jiangli.applications.actions.lines import ID_NUMBER, NAME, NUMBER, months_between
from jiangli.applications.asking import asks_of_row, month_of_row
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application, Line
from jiangli.applications.queries import must_be_stated, name_of_lines
from jiangli.applications.sheet import has_lines, has_roster
from jiangli.looks.widgets import MonthParts
from jiangli.public import doors, sections
from jiangli.public.forms import WorkerForm
from jiangli.public.lines import line_rows
from jiangli.public.pages import posted, show
from jiangli.public.people import SignedIn, for_claimants
from jiangli.public.questions import FactForm, facts_from
from jiangli.public.views.apply import onward, returned_for, shut
from jiangli.refused import Refused

MOST_MONTHS = 60
FIRST, LAST = "first_month", "last_month"


class RowForm(FactForm):
    """One row of a list; of a roster of persons also whom it is about."""

    def __init__(self, programme: "rules.Programme", *args: Any, **kwargs: Any) -> None:
        month = month_of_row(programme)
        asks = [ask for ask in asks_of_row(programme) if ask.fact != month and ask.fact.name != NAME]
        facts = [ask.fact for ask in asks]
        optional = [fact.name for fact in facts if not must_be_stated(fact)]
        super().__init__(facts, *args, optional=optional, **kwargs)
        if programme.lines == "person":
            worker = WorkerForm()
            self.fields = {
                "name": worker.fields["name"],
                "id_number": worker.fields["id_number"],
                **self.fields,
            }
            number = programme.dictionary.facts.get(NUMBER)
            if number is not None and NUMBER not in self.fields and _has_certificate(programme):
                self.facts[NUMBER] = number
                self.fields[NUMBER] = forms.CharField(label=sections.name_of(number), max_length=40)

    @property
    def row(self) -> dict[str, Any]:
        """The row as the action takes it."""
        said = {name: value for name, value in facts_from(self).items() if value is not None}
        if "id_number" in self.fields:
            said |= {NAME: self.cleaned_data["name"], ID_NUMBER: self.cleaned_data["id_number"]}
        return said


class MonthsForm(RowForm):
    """First and last month, and what holds in all of them."""

    def __init__(self, programme: "rules.Programme", *args: Any, **kwargs: Any) -> None:
        super().__init__(programme, *args, **kwargs)
        wrong = _("Write year and month in figures, as in 2025, 6.")
        said = {"invalid": wrong, "required": wrong}
        first = forms.DateField(label=_("First month"), widget=MonthParts, error_messages=said)
        last = forms.DateField(label=_("Last month"), widget=MonthParts, error_messages=said)
        self.fields = {FIRST: first, LAST: last, **self.fields}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get(FIRST), cleaned.get(LAST)
        if first and last:
            if last < first:
                self.add_error(LAST, _("The last month lies before the first."))
            elif len(list(months_between(first, last))) > MOST_MONTHS:
                self.add_error(LAST, _("At most %(most)s months at once.") % {"most": MOST_MONTHS})
            elif last > clock.today():
                self.add_error(LAST, _("This month is still to come."))
        return cleaned


def _has_certificate(programme: "rules.Programme") -> bool:
    return any(name.startswith("certificate.") for name in programme.facts_read)


@never_cache
@for_claimants
def lines(request: SignedIn, pk: Any) -> HttpResponse:
    """Put months or rows in, take some away. Each press keeps what is right."""
    application = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    if closed := shut(request, application):
        return closed
    programme = programme_of(application)
    if not has_lines(programme):
        return redirect("public:application", pk)
    if request.method == "POST" and "done" in request.POST:
        return onward(request, application)
    if request.method == "POST" and "away" in request.POST:
        return _take_away(request, application)
    make = MonthsForm if programme.lines == "month" else RowForm
    form = make(programme, posted(request), known=_as_before(application))
    if request.method == "POST" and form.is_valid() and _kept(request, application, form):
        return redirect(request.get_full_path())
    return show(request, "public/rows.html", _context(request, application, form))


def _context(request: SignedIn, application: Application, form: RowForm) -> dict[str, Any]:
    programme, name = programme_of(application), name_of_lines(programme_of(application))
    return {
        "form": form,
        "application": application,
        "rule": programme,
        "title": name[:1].upper() + name[1:],
        "months": programme.lines == "month",
        "rosters": doors.rosters(application) if programme.lines != "month" else "",
        "there": line_rows(
            application, None if not has_roster(programme) else (), request.GET.get("page", "")
        ),
        "returned": returned_for(application, {"lines"}, prefix="line"),
    }


def _as_before(application: Application) -> dict[str, Any]:
    """What was said of the last row, so that it need not be said again of the months."""
    line = application.lines.last()
    return line.stated if line and programme_of(application).lines == "month" else {}


def _rows(application: Application) -> list[dict[str, Any]]:
    """The rows as they are, as the action takes them."""
    return [
        _row(programme_of(application), line)
        for line in application.lines.select_related("person", "certificate")
    ]


def _row(programme: "rules.Programme", line: Line) -> dict[str, Any]:
    if programme.lines != "person" or line.person is None:
        return dict(line.stated)
    number = {NUMBER: line.certificate.number} if line.certificate else {}  # a sheet keeps it beside
    return {**number, **line.stated, NAME: line.person.name, ID_NUMBER: line.person.id_number}


def _kept(request: SignedIn, application: Application, form: RowForm) -> bool:
    """Whether the rows could be kept; else the form says why not."""
    rows = _rows(application)
    month = month_of_row(programme_of(application))
    if month is None:
        rows.append(form.row)
    else:
        wanted = list(months_between(form.cleaned_data[FIRST], form.cleaned_data[LAST]))
        rows = [*_other_months(rows, month, wanted), *({**form.row, month.name: day} for day in wanted)]
        rows.sort(key=lambda row: str(row[month.name]))
    try:
        applications.set_lines(application, rows, by=request.user, at=clock.now())
    except applications.RowsRefused as refused:
        for slip in refused.slips:
            shown = {ID_NUMBER: "id_number", NAME: "name"}.get(slip.fact, slip.fact)
            form.add_error(shown if shown in form.fields else None, slip.words)
        return False
    except (Refused, TooManyTries) as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _other_months(
    rows: list[dict[str, Any]], month: "rules.Fact", wanted: list[date]
) -> list[dict[str, Any]]:
    new = {day.isoformat() for day in wanted}
    return [row for row in rows if row.get(month.name) not in new]


def _take_away(request: SignedIn, application: Application) -> HttpResponse:
    """The rows without the one, or the ones, that were chosen."""
    chosen = set(request.POST.getlist("away"))
    there = list(application.lines.select_related("person"))
    rows = [_row(programme_of(application), line) for line in there if str(line.number) not in chosen]
    try:
        applications.set_lines(application, rows, by=request.user, at=clock.now())
    except (Refused, TooManyTries) as refusal:
        messages.error(request, str(refusal))
    return redirect(request.get_full_path())
