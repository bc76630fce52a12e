"""Ratings of one's agency: the list without names, the months, and looking into a bad one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock
from jiangli.refused import Refused
from jiangli.reviews.ratings.actions import LONGEST, look_into
from jiangli.reviews.ratings.models import Finding, Grade, LookInto, Rating
from jiangli.reviews.ratings.permissions import cannot_look_into
from jiangli.reviews.ratings.queries import WELL, by_month, in_sum
from jiangli.staff.asked import boxes, chips, days
from jiangli.staff.gate import officer_required, who
from jiangli.staff.pages import Unclear, page_of, unclear
from jiangli.staff.rated import BOXES, DAYS, Wanted, picture, told, wanted
from jiangli.staff.words import title_of
from jiangli.workbooks import CSV, download, plain, workbook

MONTHS = 12


class LookIntoForm(forms.Form):
    finding = forms.ChoiceField(
        choices=Finding.choices,
        label=gettext_lazy("What you found"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you found.")},
    )
    answer = forms.CharField(
        max_length=LONGEST,
        label=gettext_lazy("Answer"),
        help_text=gettext_lazy("Whoever rated reads it with their case; your name is not said."),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Write the answer.")},
    )


@officer_required
@require_GET
def ratings(request: HttpRequest) -> HttpResponse:
    try:
        looked_at = wanted(request)
        page = page_of(looked_at.ratings, request)
    except Unclear as why:
        return unclear(request, why)
    form, counts = looked_at.form, in_sum(looked_at.ratings)
    context = {
        "page": page,
        "rows": [told(row, who(request), looked_at.titles) for row in page.object_list],
        "chips": chips(form, BOXES, DAYS),
        "groups": [*boxes(form, BOXES), days(form, DAYS, _("Day of rating"))],
        "chart": _chart(looked_at, counts),
    }
    return render(request, "staff/ratings.html", context)


def _chart(looked_at: Wanted, counts: dict[int, int]) -> dict[str, Any] | None:
    total, well = sum(counts.values()), sum(counts[grade] for grade in WELL)
    if not total:
        return None
    months = _latest(looked_at)
    head = [{"label": _("Month")}, *({"label": grade.label, "number": True} for grade in Grade)]
    return {
        "finding": _("%(share)s %% of %(total)s ratings are fairly satisfied or better")
        % {"share": 100 * well // total, "total": total},
        "svg": picture(months),
        "keys": [_("Fairly satisfied or better"), _("All ratings")],
        "table": {
            "caption": _("Ratings by month"),
            "head": head,
            "rows": [[month, *(found[grade] for grade in Grade)] for month, found in months],
        },
    }


def _latest(looked_at: Wanted) -> list[tuple[str, dict[int, int]]]:
    """The months that the chart shows, which are those of its table and of its CSV."""
    return by_month(looked_at.ratings)[-MONTHS:]


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered table as a spreadsheet: no names, no case numbers, no days."""
    try:
        looked_at = wanted(request)
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Month"), _("Programme"), _("Grade"), _("Because of"), _("Words"), _("Remark"),
        _("Look into it by"), _("What was found"),
    )  # fmt: skip
    rows = []
    for rating in looked_at.ratings:
        one = told(rating, who(request), looked_at.titles)
        task = one["task"]
        rows.append(
            (
                one["month"], one["programme"], str(one["grade"]), one["reasons"], one["words"], one["remark"],
                task.due_on if task else "", str(task.get_finding_display()) if task else "",
            )
        )  # fmt: skip
    return download(workbook(headings, rows), f"{_('Ratings')} {clock.today().isoformat()}.xlsx")


@officer_required
@require_GET
def months(request: HttpRequest) -> HttpResponse:
    """The months of the filtered list as CSV: what stands under the chart."""
    try:
        looked_at = wanted(request)
    except Unclear as why:
        return unclear(request, why)
    head = (_("Month"), *(grade.label for grade in Grade))
    rows = [(month, *(found[grade] for grade in Grade)) for month, found in _latest(looked_at)]
    return download(plain([head, *rows]), "ratings-by-month.csv", CSV)


@never_cache
@officer_required
@require_http_methods(["GET", "POST"])
def rating(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A bad rating: who may look into it sees the case; nobody sees who gave it."""
    row = get_object_or_404(
        Rating.objects.visible_to(who(request)).select_related("application__version"), pk=pk
    )
    task = get_object_or_404(LookInto.objects.select_related("rating", "answered_by"), rating=row)
    form = LookIntoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            look_into(task, Finding(given["finding"]), given["answer"], by=who(request), at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Answered. Whoever rated is told."))
            return redirect("staff:rating", pk)
    reason = cannot_look_into(task, who(request), on=clock.today())
    titles = {row.programme_code: title_of(row.application.version)}
    context = {
        "one": told(row, who(request), titles),
        "task": task,
        "form": form,
        "reason": reason,
        "may_see_case": reason is None,
    }
    return render(request, "staff/rating.html", context, status=400 if form.errors else 200)
