"""Published lists: bring one in, and see row by row what became of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.applications import actions as applications
from jiangli.applications.actions.lists import cannot_file_list
from jiangli.applications.models import Application
from jiangli.applications.stages import claimed_by_list
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import programmes_of, rule
from jiangli.refused import Refused
from jiangli.registers.models import ListRow, PublishedList, RowState
from jiangli.staff.forms import ListForm
from jiangli.staff.gate import officer_required, who
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.words import say, title_of
from jiangli.workbooks import download, workbook


def _programmes(user: User) -> list[Programme]:
    """The programmes paid from a list in which the officer's agency takes part."""
    own = programmes_of(user.agency_id or "")
    return [programme for programme in own if claimed_by_list(rule(programme.version))]


def _cannot(programmes: list[Programme], user: User, *, on: date) -> str | None:
    reasons = [cannot_file_list(programme, user, on=on) for programme in programmes]
    if not reasons:
        return _("No programme of your agency is paid from a list.")
    return None if None in reasons else reasons[0]


@officer_required
@require_http_methods(["GET", "POST"])
def lists(request: HttpRequest) -> HttpResponse:
    user = who(request)
    programmes = _programmes(user)
    choices = [(programme.code, title_of(programme.version)) for programme in programmes]
    form = ListForm(request.POST or None, request.FILES or None, programmes=choices)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            published = applications.file_list(
                given["programme"],
                given["file"].read(),
                document_number=given["document_number"],
                document_date=given["document_date"],
                by=user,
                at=clock.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("staff:list", published.pk)
    titles = dict(choices)
    rows = PublishedList.objects.visible_to(user).annotate(
        count=Count("rows"),
        taken=Count("rows", filter=Q(rows__state=RowState.TAKEN)),
        held=Count("rows", filter=Q(rows__state=RowState.HELD)),
    )
    found = [
        (row, titles.get(row.programme_code, row.programme_code)) for row in rows.order_by("-imported_at")
    ]
    reason = _cannot(programmes, user, on=clock.today())
    return render(request, "staff/lists.html", {"form": form, "rows": found, "reason": reason})


def _level_words(published: PublishedList) -> dict[str, str]:
    programme = Programme.objects.with_law().get(pk=published.programme_code)
    levels = rule(programme.version).dictionary.enums["level"]
    return {choice.id: say(choice.label) for choice in levels.choices}


@officer_required
@require_GET
def published_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    published = get_object_or_404(PublishedList.objects.visible_to(who(request)), pk=pk)
    try:
        only(request, "page", "state")
        state = request.GET.get("state", "")
        if state and state not in RowState.values:
            raise Unclear(_("There is no list “%(name)s” here.") % {"name": state[:20]})
        rows = published.rows.filter(state=state) if state else published.rows.all()
        page = page_of(rows.select_related("person").order_by("number"), request)
    except Unclear as why:
        return unclear(request, why)
    counts = dict(published.rows.order_by().values_list("state").annotate(Count("pk")))
    tabs = [{"label": _("All"), "count": sum(counts.values()), "url": "?", "current": not state}]
    tabs += [
        {
            "label": RowState(code).label,
            "count": counts.get(code, 0),
            "url": f"?state={code}",
            "current": state == code,
        }
        for code in RowState.values
    ]
    levels, cases = _level_words(published), _cases(request, list(page.object_list))
    lines = [(row, levels.get(row.level, row.level), cases.get(row.person_id)) for row in page.object_list]
    context = {"published": published, "page": page, "lines": lines, "tabs": tabs}
    return render(request, "staff/list.html", context)


def _cases(request: HttpRequest, rows: list[ListRow]) -> dict[object, Application]:
    """The newest case of each person on these rows that came from a list."""
    people = [row.person_id for row in rows if row.person_id]
    cases = Application.objects.visible_to(who(request)).filter(claimant__in=people, channel="list")
    return {case.claimant_id: case for case in cases.order_by("first_filed_at")}


@officer_required
@require_GET
def export(request: HttpRequest, pk: UUID) -> HttpResponse:
    published = get_object_or_404(PublishedList.objects.visible_to(who(request)), pk=pk)
    levels = _level_words(published)
    headings = (_("Row"), _("Name"), _("Level"), _("Certificate number"), _("Result"), _("Why"))
    rows = [
        (
            row.number,
            row.name,
            levels.get(row.level, row.level),
            row.certificate_number,
            row.get_state_display(),
            row.reason,
        )
        for row in published.rows.order_by("number")
    ]
    return download(workbook(headings, rows), f"{published.document_number}.xlsx")
