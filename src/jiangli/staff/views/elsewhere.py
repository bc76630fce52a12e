"""Cases in progress in another system: which there are, and what became of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock
from jiangli.refused import Refused
from jiangli.registers.history import actions as history
from jiangli.registers.history import permissions
from jiangli.registers.history.models import ElsewhereCase
from jiangli.registers.history.status import ElsewhereState
from jiangli.staff.forms import PaidThereForm, ReasonForm
from jiangli.staff.gate import officer_required, who
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.past import TONES, chosen, folders, options, own_scopes
from jiangli.workbooks import download, workbook


def _asked(request: HttpRequest) -> tuple[QuerySet[ElsewhereCase], list[Any], str]:
    only(request, "page", "scope", "state", "q")
    scopes = own_scopes(request)
    scope, state = chosen(request, "scope", scopes), chosen(request, "state", ElsewhereState.values)
    text = request.GET.get("q", "").strip()
    if len(text) > 60:
        raise Unclear(_("At most 60 characters can be searched for."))
    found = ElsewhereCase.objects.visible_to(who(request)).select_related("certificate")
    asked = {"scope": scope, "state": state}
    found = found.filter(**{name: value for name, value in asked.items() if value})
    if text:
        found = found.filter(Q(name__icontains=text) | Q(number__icontains=text) | Q(office__icontains=text))
    titles = [(key, one.title) for key, one in scopes.items()]
    questions = [
        options("scope", _("Series or programme"), titles, scope),
        options("state", _("State"), ElsewhereState.choices, state),
    ]
    return found, questions, text


@officer_required
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    try:
        found, questions, text = _asked(request)
        page = page_of(found, request)
    except Unclear as why:
        return unclear(request, why)
    context = {
        "folders": folders(request, "elsewhere"),
        "page": page,
        "rows": [(row, TONES[row.state]) for row in page.object_list],
        "questions": questions,
        "text": text,
    }
    return render(request, "staff/elsewhere.html", context)


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    try:
        found, _questions, _text = _asked(request)
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Name"), _("Certificate number"), _("Acceptance number there"), _("Where"), _("Filed there"),
        _("What was told"), _("State"), _("Closed"), _("Why"),
    )  # fmt: skip
    rows = [
        (
            row.name, row.certificate.number if row.certificate else "", row.number, row.office, row.filed_on,
            row.said, row.get_state_display(), row.closed_at and clock.day_of(row.closed_at), row.reason,
        )
        for row in found
    ]  # fmt: skip
    return download(
        workbook(headings, rows), f"{_('In progress elsewhere')} {clock.today().isoformat()}.xlsx"
    )


@officer_required
@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One such case; ``which`` of its two ends is written down."""
    found = ElsewhereCase.objects.visible_to(who(request))
    one = get_object_or_404(found.select_related("certificate", "payment", "closed_by"), pk=pk)
    which = request.POST.get("which", "")
    paid = PaidThereForm(request.POST if which == "paid" else None)
    refused = ReasonForm(
        request.POST if which == "refused" else None, hint=_("Say how you know that it is not paid there.")
    )
    try:
        if which == "paid" and paid.is_valid():
            given = paid.cleaned_data
            fen = int(given["amount"] * 100)
            history.close_as_paid(
                one, paid_on=given["paid_on"], amount_fen=fen, by=who(request), at=clock.now()
            )
            messages.success(request, _("Noted as paid. It counts as an earlier payment from now on."))
            return redirect("staff:elsewhere-case", pk)
        if which == "refused" and refused.is_valid():
            reason = refused.cleaned_data["reason"]
            history.close_as_refused(one, reason=reason, by=who(request), at=clock.now())
            messages.success(request, _("Noted. It stands in nobody's way any more."))
            return redirect("staff:elsewhere-case", pk)
    except Refused as refusal:
        (paid if which == "paid" else refused).add_error(None, str(refusal))
    scopes = own_scopes(request)
    context = {
        "one": one,
        "title": scopes[one.scope].title if one.scope in scopes else one.scope,
        "tone": TONES[one.state],
        "paid": paid,
        "refused": refused,
        "form": refused if which == "refused" else paid,
        "reason": permissions.cannot_close(one, who(request), on=clock.today()),
    }
    return render(request, "staff/elsewhere_case.html", context)
