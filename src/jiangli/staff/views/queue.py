"""The cases that wait, and those that were dealt with."""

from datetime import date
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from jiangli import clock
from jiangli.accounts.queries import roles_of
from jiangli.accounts.roles import Role
from jiangli.applications.models import Application
from jiangli.reviews.models import Assignment
from jiangli.reviews.selection.permissions import scores_only
from jiangli.reviews.verifying import verifying
from jiangli.reviews.work.bulk import MOST
from jiangli.reviews.work.due import Terms, age
from jiangli.reviews.work.models import SavedFilter
from jiangli.reviews.work.permissions import leads
from jiangli.reviews.work.queries import reminders_for
from jiangli.staff.checks import Check, check_of, latest
from jiangli.staff.filter_forms import Filters
from jiangli.staff.filters import Wanted, wanted
from jiangli.staff.gate import officer_required, who
from jiangli.staff.groups import filed_with, lines_in
from jiangli.staff.pages import Unclear, page_of, unclear
from jiangli.staff.words import status_word, title_of
from jiangli.workbooks import Fen, download, workbook

REMINDERS = 10
SORTED = Filters.base_fields["sort"].choices  # type: ignore[attr-defined]


class Row(NamedTuple):
    case: Application
    programme: str
    amount_fen: int | None
    check: Check
    assignee: str
    lines: int  # of the roster; 0 where it has none
    together: int  # cases the organisation filed for this programme that day, this one among them
    due_on: date | None  # by when it should leave its stage
    age: int  # days at its stage
    late: bool


def rows_of(cases: list[Application], known: Terms, *, on: date) -> list[Row]:
    """The lines of the table for these cases (with ``came_at``), with a few queries for all of them."""
    lines, together = lines_in(cases), filed_with(cases)
    assessments = latest(cases)
    assigned = {
        (row.application_id, row.stage): str(row.officer)
        for row in Assignment.objects.filter(application__in=cases).select_related("officer")
    }
    waiting = set(verifying(Application.objects.filter(pk__in=[case.pk for case in cases])))
    found = []
    for case in cases:
        assessment = assessments.get(case.pk)
        amount = assessment.amount_fen if assessment else None
        assignee = assigned.get((case.pk, case.stage), "")
        check, title = check_of(assessment, verifying=case in waiting), title_of(case.version)
        came = case.came_at  # type: ignore[attr-defined]  # with_came
        due_on, many, beside = known.due_on(case, came), lines.get(case.pk, 0), together.get(case.pk, 1)
        late = due_on is not None and due_on < on
        found.append(Row(case, title, amount, check, assignee, many, beside, due_on, age(came, on), late))
    return found


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """To where the officer's own work is."""
    if request.user.is_authenticated and scores_only(who(request)):
        return redirect("staff:scores")
    return _home(request)


@officer_required
def _home(request: HttpRequest) -> HttpResponse:
    roles = roles_of(who(request), on=clock.today())
    if roles & {Role.CASHIER, Role.RELEASER} and not roles & {Role.REVIEWER, Role.APPROVER}:
        return redirect("staff:payments")
    if roles == {Role.COUNTER}:
        return redirect("staff:counter")
    if roles == {Role.SUPERVISOR}:
        return redirect("staff:supervisor")
    if roles == {Role.REGISTRAR}:
        return redirect("staff:lists")
    return redirect("staff:queue")


def _looked_at(request: HttpRequest) -> Wanted:
    found = wanted(request, on=clock.today())
    return found._replace(cases=found.cases.select_related("claimant", "organisation", "version"))


@officer_required
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    try:
        looked_at = _looked_at(request)
        page = page_of(looked_at.cases, request)
    except Unclear as why:
        return unclear(request, why)
    kept = [{"name": "tab", "value": looked_at.tab.code}]
    if text := looked_at.form.cleaned_data["q"]:
        kept.append({"name": "q", "value": text})
    if body := looked_at.form.cleaned_data["organisation"]:
        kept.append({"name": "organisation", "value": str(body.pk)})
    if sort := looked_at.form.cleaned_data["sort"]:
        kept.append({"name": "sort", "value": sort})
    context = {
        "wanted": looked_at,
        "page": page,
        "rows": rows_of(list(page.object_list), looked_at.terms, on=clock.today()),
        "saved": SavedFilter.objects.visible_to(who(request)),
        "reminders": reminders_for(who(request), on=clock.today())[:REMINDERS],
        "may_lead": leads(who(request), on=clock.today()),
        "sorts": [(code, words, code == (sort or "filed")) for code, words in SORTED],
        "most": MOST,
        "chips": _chips(looked_at),
        "groups": _groups(looked_at),
        "status_word": status_word("returned"),
        "asked": {"q": text} if text else {},
        "kept": kept,
        "keep": [(name, value) for name, value, _words in _chips(looked_at) if name != "q"],
    }
    return render(request, "staff/queue.html", context)


def _groups(looked_at: Wanted) -> list[dict[str, Any]]:
    """The filter panel: what one can choose, and how many cases of this tab each choice has."""
    form, groups = looked_at.form, []
    for name in ("due", "check", "party", "programme", "assignee"):
        field, counts = form.fields[name], looked_at.counts.get(name)
        options = [
            {
                "value": value,
                "label": words,
                "checked": value in form.cleaned_data[name],
                "count": counts[value] if counts is not None else None,
            }
            for value, words in field.choices  # type: ignore[attr-defined]
            if name != "programme" or counts[value] or value in form.cleaned_data[name]  # type: ignore[index]
        ]
        groups.append({"legend": field.label, "name": name, "options": options})
    days = [
        {"name": name, "label": form.fields[name].label, "value": _iso(form.cleaned_data[name])}
        for name in ("filed_from", "filed_to")
    ]
    return [*groups, {"legend": _("First filed"), "days": days}]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _chips(looked_at: Wanted) -> list[tuple[str, str, str]]:
    """The filters in use as chips: name, value, and the words on the chip."""
    form, chips = looked_at.form, []
    for name in ("programme", "due", "check", "party", "assignee"):
        words = dict(form.fields[name].choices)  # type: ignore[attr-defined]
        chips += [(name, value, str(words[value])) for value in form.cleaned_data[name]]
    for name in ("filed_from", "filed_to"):
        if value := form.cleaned_data[name]:
            chips.append((name, value.isoformat(), f"{form.fields[name].label} {value.isoformat()}"))
    if body := form.cleaned_data["organisation"]:
        chips.append(("organisation", str(body.pk), body.name))
    if text := form.cleaned_data["q"]:
        chips.append(("q", text, f"“{text}”"))
    return chips


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered table as a spreadsheet. No identity numbers, no cards."""
    try:
        looked_at = _looked_at(request)
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Acceptance number"), _("Applicant"), _("Programme"), _("Amount (yuan)"),
        pgettext("officer", "Check"), _("Of which"), _("First filed"), _("Dealt with by"), _("State"),
        _("Organisation"), _("Lines"), _("Days at this stage"), pgettext("officer", "Due"),
    )  # fmt: skip
    rows = [
        (
            row.case.number, row.case.party.name, row.programme,
            Fen(row.amount_fen) if row.amount_fen is not None else None, row.check.word, row.check.more,
            row.case.first_filed_at and clock.day_of(row.case.first_filed_at),
            row.assignee, status_word(row.case.status) or row.case.get_status_display(),
            str(row.case.organisation or ""), row.lines or None, row.age if row.due_on else None, row.due_on,
        )
        for row in rows_of(list(looked_at.cases), looked_at.terms, on=clock.today())
    ]  # fmt: skip
    name = f"{looked_at.tab.title} {clock.today().isoformat()}.xlsx"
    return download(workbook(headings, rows), name)
