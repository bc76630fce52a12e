"""Note what was found for many lines of a roster: one result for all of them, or a sheet of results."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from jiangli import clock
from jiangli.applications.models import Application
from jiangli.refused import Refused
from jiangli.reviews import permissions
from jiangli.reviews import rosters as acts
from jiangli.rules import Programme
from jiangli.staff import rosters
from jiangli.staff.acts import LookUpForm, WhereForm
from jiangli.staff.gate import officer_required, who
from jiangli.staff.pages import Unclear, unclear
from jiangli.staff.results import Results, Unreadable, read_results, sealed, unsealed
from jiangli.staff.uploads import for_later, stored_before
from jiangli.staff.views.case import head_of, opened
from jiangli.staff.views.lines import roster
from jiangli.staff.words import fact_label, value_in_words

SHOWN = 20  # lines of a preview


class SheetOfResultsForm(WhereForm):
    file = forms.FileField(
        label=gettext_lazy("The sheet of results"),
        help_text=gettext_lazy(
            "XLSX or CSV, one line a row: 证书编号 or 身份证号, and the result in a column 结果."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )
    field_order = ("file", "site", "place", "picture", "note")


def _opened(request: HttpRequest, pk: UUID, fact: str) -> tuple[Application, Programme, dict[str, Any]]:
    application, programme = roster(request, pk)
    if fact not in programme.facts_read or fact not in programme.dictionary:
        raise Http404
    reason = permissions.cannot_look_up(application, who(request), on=clock.today())
    context = {
        "case": application,
        "head": head_of(application, opened(application)),
        "fact": fact,
        "label": fact_label(programme, fact),
        "reason": reason or permissions.cannot_be_looked_up(programme, fact),
    }
    return application, programme, context


@officer_required
@require_http_methods(["GET", "POST"])
def look_up(request: HttpRequest, pk: UUID, fact: str) -> HttpResponse:
    """One result for many lines: those that stay open for want of this fact, or those the address narrows to."""
    application, programme, context = _opened(request, pk, fact)
    try:
        wanted = rosters.wanted_lines(request, application, programme)
    except Unclear as why:
        return unclear(request, why)
    lines = wanted.lines if wanted.narrowed else rosters.without(application, fact)
    keys = list(lines.values_list("pk", flat=True))
    form = LookUpForm(request.POST or None, request.FILES or None, fact=programme.dictionary[fact])
    context |= {"form": form, "count": len(keys), "narrowed": wanted.narrowed}
    if request.method == "POST" and form.is_valid():
        found = dict.fromkeys(keys, form.value)
        if request.POST.get("confirmed") == str(len(keys)):
            if answer := _applied(request, application, fact, found, form):
                return answer
        else:
            said = value_in_words(programme, fact, form.value) if form.value is not None else _("Not found")
            shown = [rosters.row_of(line, programme) for line in lines[:SHOWN]]
            context |= {"picture_kept": for_later(application, form.stored)}
            context |= {"preview": True, "said": said, "rows": [(row, said) for row in shown]}
    return render(request, "staff/look-up-lines.html", context)


@officer_required
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, pk: UUID, fact: str) -> HttpResponse:
    """Results from a sheet: read and explained first, noted once the officer says so."""
    application, programme, context = _opened(request, pk, fact)
    text = request.POST.get("sealed", "")
    form = SheetOfResultsForm(request.POST or None, request.FILES or None)
    if text:
        form = WhereForm(request.POST)  # type: ignore[assignment]
    context |= {"form": form}
    if request.method == "POST" and form.is_valid():
        if text:
            found = unsealed(application, fact, text)
            if found is None:
                form.add_error(None, _("This preview is too old. Choose the file once more."))
            elif answer := _applied(request, application, fact, found, form):
                return answer
            context["form"] = SheetOfResultsForm(initial=request.POST.dict()) if found is None else form
        else:
            context |= _preview(application, programme, fact, form)
            context |= {"picture_kept": for_later(application, form.stored)}
    return render(request, "staff/look-up-sheet.html", context)


def _preview(
    application: Application, programme: Programme, fact: str, form: SheetOfResultsForm
) -> dict[str, Any]:
    """What each row of the sheet would note; an unreadable sheet is said at its field."""
    try:
        results = read_results(
            application, programme, programme.dictionary[fact], form.cleaned_data["file"].read()
        )
    except Unreadable as why:
        form.add_error("file", str(why))
        return {}
    return {"preview": True, **_told(application, programme, fact, results)}


def _told(application: Application, programme: Programme, fact: str, results: Results) -> dict[str, Any]:
    lines = rosters.lines_of(application).filter(pk__in=list(results.found)[:SHOWN])
    rows = [
        (rosters.row_of(line, programme), value_in_words(programme, fact, results.found[line.pk]))
        for line in lines
    ]
    unit = _("rows")
    return {
        "figures": [
            {"label": _("Rows of the sheet"), "number": f"{results.rows:,}", "unit": unit},
            {"label": _("Lines noted"), "number": f"{len(results.found):,}", "unit": _("lines")},
            {"label": _("Strangers"), "number": f"{len(results.strangers):,}", "unit": unit},
            {"label": _("Not readable"), "number": f"{len(results.faults):,}", "unit": unit},
        ],
        "rows": rows,
        "count": len(results.found),
        "told": results.told[:100],
        "more_told": max(0, len(results.told) - 100),
        "sealed": sealed(application, fact, results.found) if results.found else "",
    }


def _applied(
    request: HttpRequest, application: Application, fact: str, found: dict[int, Any], form: Any
) -> HttpResponse | None:
    """Note it for all these lines; None where something stands in the way, which the form then says."""
    where = form.where
    where["picture"] = where["picture"] or stored_before(application, request.POST.get("picture_kept", ""))
    try:
        n = acts.look_up_lines(
            application,
            fact,
            found,
            **where,
            by=who(request),
            at=clock.now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    said = ngettext("Noted for %(n)s line.", "Noted for %(n)s lines.", n) % {"n": n}
    messages.success(request, said)
    return redirect("staff:lines", application.pk)
