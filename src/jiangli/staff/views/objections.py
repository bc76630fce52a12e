"""Objections to what is on public notice: the desk, and one of them from its arrival to the decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock
from jiangli.refused import Refused
from jiangli.reviews.publicity import objections as objecting
from jiangli.reviews.publicity import permissions
from jiangli.reviews.publicity.models import Objection
from jiangli.reviews.publicity.status import ObjectionState
from jiangli.staff.gate import officer_required, who
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.party import mask
from jiangli.staff.past import chosen, options
from jiangli.staff.publicity_forms import DecideForm, FoundForm
from jiangli.staff.views.publicity import tabs
from jiangli.staff.words import title_of
from jiangli.workbooks import download, workbook


def _asked(request: HttpRequest) -> tuple[QuerySet[Objection], list[Any], str]:
    only(request, "page", "state", "q")
    text = request.GET.get("q", "").strip()
    if len(text) > 60:
        raise Unclear(_("At most 60 characters can be searched for."))
    rows = Objection.objects.visible_to(who(request)).select_related("row__publication__version")
    state = chosen(request, "state", ObjectionState.values)
    rows = rows.filter(state=state) if state else rows
    if text:
        rows = rows.filter(
            Q(number__icontains=text)
            | Q(row__publication__number__icontains=text)
            | Q(row__name__icontains=text)
        )
    return rows, [options("state", _("State"), ObjectionState.choices, state)], text


@officer_required
@require_GET
def objections(request: HttpRequest) -> HttpResponse:
    try:
        found, questions, text = _asked(request)
        page = page_of(found, request)
    except Unclear as why:
        return unclear(request, why)
    rows = [(one, title_of(one.row.publication.version)) for one in page.object_list]
    context = {
        "tabs": tabs(request, "objections"), "page": page, "rows": rows, "questions": questions, "text": text,
    }  # fmt: skip
    return render(request, "staff/objections.html", context)


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The list without who objected: that stays on the page of each."""
    try:
        found, _questions, _text = _asked(request)
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Number"), _("List"), _("Number on the list"), _("Name"), _("How it came"), _("Received on"), _("State"),
        _("Reason"),
    )  # fmt: skip
    rows = [
        (one.number, one.row.publication.number, one.row.position, one.row.name, one.get_way_display(),
         one.received_on, one.get_state_display(), one.reason)
        for one in found
    ]  # fmt: skip
    return download(workbook(headings, rows), f"{_('Objections')} {clock.today().isoformat()}.xlsx")


def _revealed(request: HttpRequest, one: Objection) -> str:
    try:
        return objecting.see_phone(one, by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return ""


@officer_required
@require_http_methods(["GET", "POST"])
@never_cache
def objection(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One objection: what it says, what was found, and the decision of a second officer."""
    user, today, which = who(request), clock.today(), request.POST.get("which", "")
    rows = Objection.objects.visible_to(user).select_related(
        "row__publication__version", "row__case__application", "looked_by", "decided_by", "entered_by"
    )
    one = get_object_or_404(rows, pk=pk)
    found = FoundForm(request.POST if which == "found" else None, initial={"found": one.found})
    decide = DecideForm(request.POST if which in ("uphold", "not_uphold") else None)
    form: FoundForm | DecideForm = found if which == "found" else decide
    if form.is_bound and form.is_valid():
        try:
            if which == "found":
                objecting.look_into(one, found=form.cleaned_data["found"], by=user, at=clock.now())
            else:
                reason = form.cleaned_data["reason"]
                objecting.decide(one, upheld=which == "uphold", reason=reason, by=user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Done."))
            return redirect("staff:objection", pk)
    context = {
        "one": one, "masked": mask(one.phone, 3), "phone": _revealed(request, one) if which == "reveal" else "",
        "title": title_of(one.row.publication.version), "found": found, "decide": decide,
        "cannot_look": permissions.cannot_look_into(one, user, on=today),
        "cannot_decide": permissions.cannot_decide(one, user, on=today),
    }  # fmt: skip
    return render(request, "staff/objection.html", context)
