"""Questions as officers see them: what an address asks for, and the questions that answer it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiangli import clock
from jiangli.correspondence.consultation.models import Question, QuestionKind, QuestionState
from jiangli.correspondence.consultation.status import WAITING
from jiangli.programmes.queries import published
from jiangli.staff.filter_forms import FilingDay
from jiangli.staff.gate import who
from jiangli.staff.pages import Unclear, only
from jiangli.staff.words import pair, title_of

MINE, WAIT, OVERDUE, SETTLED, ELSEWHERE, ALL = "mine", "waiting", "overdue", "settled", "elsewhere", "all"
TABS = {
    WAIT: gettext_lazy("Waiting"),
    OVERDUE: gettext_lazy("Overdue"),
    MINE: gettext_lazy("Taken by me"),
    SETTLED: gettext_lazy("Settled"),
    ELSEWHERE: gettext_lazy("Passed on by us"),
    ALL: gettext_lazy("All"),
}
BOXES = ("state", "kind", "programme")
DAYS = ("asked_from", "asked_to")


class QuestionFilters(forms.Form):
    tab = forms.ChoiceField(required=False, choices=TABS.items, label=gettext_lazy("List"))
    state = forms.MultipleChoiceField(
        required=False, choices=QuestionState.choices, label=gettext_lazy("State")
    )
    kind = forms.MultipleChoiceField(
        required=False, choices=QuestionKind.choices, label=gettext_lazy("About")
    )
    programme = forms.MultipleChoiceField(required=False, label=gettext_lazy("Programme"))
    asked_from = FilingDay(required=False, label=gettext_lazy("Asked from"))
    asked_to = FilingDay(required=False, label=gettext_lazy("to"))

    def __init__(self, *args: Any, programmes: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["programme"].choices = programmes  # type: ignore[attr-defined]


class Wanted(NamedTuple):
    form: QuestionFilters
    questions: QuerySet[Question]
    tab: str
    counts: dict[str, int]


def wanted(request: HttpRequest) -> Wanted:
    """Read the address; what waits longest stands first, what is settled newest first."""
    only(request, "page", *QuestionFilters.base_fields)
    visible = Question.objects.visible_to(who(request))
    codes = set(visible.order_by().values_list("programme", flat=True))
    titles = [(row.code, title_of(row.version)) for row, _law in published() if row.code in codes]
    form = QuestionFilters(request.GET, programmes=titles)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Unclear(pair(str(form.fields[field].label), str(errors[0])))
    tab = form.cleaned_data["tab"] or WAIT
    lists = {name: _in_tab(visible, name, request) for name in TABS}
    order = ("due_on", "asked_at", "pk") if tab in (WAIT, OVERDUE, MINE) else ("-asked_at", "pk")
    rows = _narrowed(lists[tab], form.cleaned_data).select_related(
        "agency", "programme__version", "person", "organisation", "taken_by"
    )
    return Wanted(form, rows.order_by(*order), tab, {name: rows.count() for name, rows in lists.items()})


def _in_tab(visible: QuerySet[Question], tab: str, request: HttpRequest) -> QuerySet[Question]:
    user, today = who(request), clock.today()
    here = visible.filter(agency=user.agency_id)
    waiting = here.filter(state__in=WAITING)
    return {
        WAIT: waiting,
        OVERDUE: waiting.filter(due_on__lt=today),
        MINE: waiting.filter(taken_by=user),
        SETTLED: here.exclude(state__in=WAITING),
        ELSEWHERE: visible.exclude(agency=user.agency_id),
        ALL: visible,
    }[tab]


def overdue_at(user: Any, *, today: date) -> int:
    """How many questions wait at the officer's agency longer than it promised."""
    return Question.objects.filter(agency=user.agency_id, state__in=WAITING, due_on__lt=today).count()


def _narrowed(rows: QuerySet[Question], asked: dict[str, Any]) -> QuerySet[Question]:
    for name in BOXES:
        if asked[name]:
            rows = rows.filter(**{f"{name}__in": asked[name]})
    if asked["asked_from"]:
        rows = rows.filter(asked_at__gte=asked["asked_from"])
    if asked["asked_to"]:
        rows = rows.filter(Q(asked_at__lt=asked["asked_to"] + timedelta(days=1)))
    return rows


def boxes(form: forms.Form, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """The filter panel's groups of boxes; those without a choice are left out."""
    return [
        {
            "legend": form.fields[name].label,
            "name": name,
            "options": [
                {
                    "value": str(value),
                    "label": words,
                    "checked": str(value) in map(str, form.cleaned_data[name]),
                }
                for value, words in form.fields[name].choices  # type: ignore[attr-defined]
            ],
        }
        for name in names
        if list(form.fields[name].choices)  # type: ignore[attr-defined]
    ]


def days(form: forms.Form, names: tuple[str, ...], legend: str) -> dict[str, Any]:
    """Two days of the filter panel."""
    rows = [{"name": name, "label": form.fields[name].label, "value": iso(form, name)} for name in names]
    return {"legend": legend, "days": rows}


def iso(form: forms.Form, name: str) -> str:
    day = form.cleaned_data[name]
    return day.strftime("%Y-%m-%d") if day else ""


def chips(form: forms.Form, names: tuple[str, ...], day_names: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """The filters in use as chips: name, value, and the words on the chip."""
    found = []
    for name in names:
        words = {str(value): label for value, label in form.fields[name].choices}  # type: ignore[attr-defined]
        found += [(name, str(value), str(words[str(value)])) for value in form.cleaned_data[name]]
    return found + [
        (name, iso(form, name), f"{form.fields[name].label} {iso(form, name)}")
        for name in day_names
        if form.cleaned_data[name]
    ]


def tabs_of(looked_at: Wanted) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": f"?tab={name}",
            "count": looked_at.counts[name],
            "current": name == looked_at.tab,
            "due": name == OVERDUE and looked_at.counts[name] > 0,
        }
        for name, label in TABS.items()
    ]


def asker_of(question: Question) -> str:
    """Who asked, as officers read it: a name, the organisation with its clerk, or only that a phone did."""
    if question.organisation and question.person:
        return f"{question.organisation.name} · {question.person.name}"
    return question.person.name if question.person else _("Without a name, by phone")
