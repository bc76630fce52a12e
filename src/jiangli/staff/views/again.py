"""Another look at a decision, and what is claimed next: lists, one of each, and what an officer does with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock, rules
from jiangli.refused import Refused
from jiangli.reviews.next_claims.queries import by_month
from jiangli.reviews.queries import decision_of
from jiangli.reviews.reconsidering import actions as reconsidering
from jiangli.reviews.reconsidering.models import Reconsideration
from jiangli.reviews.reconsidering.permissions import ask_until, cannot_ask, cannot_settle
from jiangli.staff.again import (
    TONES,
    next_claims_asked,
    picture,
    reconsiderations_asked,
    settles,
    title_of_case,
    what,
)
from jiangli.staff.forms import WordsForm
from jiangli.staff.gate import officer_required, who
from jiangli.staff.pages import Unclear, page_of, unclear
from jiangli.staff.views.case import find
from jiangli.staff.words import language
from jiangli.workbooks import Cell, Fen, download, workbook

MONTHS = 12


@officer_required
@require_GET
def reconsiderations(request: HttpRequest) -> HttpResponse:
    try:
        rows, questions, text = reconsiderations_asked(request)
        page = page_of(rows, request)
    except Unclear as why:
        return unclear(request, why)
    found = [(row, title_of_case(row), settles(row), TONES[row.state]) for row in page.object_list]
    context = {"page": page, "rows": found, "questions": questions, "text": text}
    return render(request, "staff/reconsiderations.html", context)


@officer_required
@require_GET
def reconsiderations_export(request: HttpRequest) -> HttpResponse:
    """The filtered list; neither grounds nor answers, which may say anything about a person."""
    try:
        rows, _questions, _text = reconsiderations_asked(request)
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Who claims"), _("Acceptance number"), _("Programme"), _("Decision"), _("Asked for on"), _("At the counter"),
        _("Settled in"), _("State"), _("Settled by"), _("Settled on"),
    )  # fmt: skip
    cells: list[tuple[Cell, ...]] = [
        (
            row.decision.application.party.name, row.decision.application.number or "", title_of_case(row),
            row.decision.get_outcome_display(), clock.day_of(row.asked_at), _("yes") if row.at_counter else "",
            settles(row), row.get_state_display(), str(row.settled_by or ""),
            clock.day_of(row.settled_at) if row.settled_at else None,
        )
        for row in rows
    ]  # fmt: skip
    name = f"{_('Reconsiderations')} {clock.today().isoformat()}.xlsx"
    return download(workbook(headings, cells), name)


@never_cache
@officer_required
@require_http_methods(["GET", "POST"])
def reconsideration(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One of them: the grounds beside the decision, and the word of an approver who had no part in it."""
    row = get_object_or_404(
        Reconsideration.objects.visible_to(who(request)).select_related("decision__application"), pk=pk
    )
    case = find(request, row.decision.application_id)
    form = WordsForm(
        request.POST or None,
        needed=True,
        label=_("Why"),
        hint=_("The applicant reads this. Your name is not said."),
    )
    if request.method == "POST" and form.is_valid():
        settle = reconsidering.accept if request.POST.get("settle") == "accept" else reconsidering.reject
        try:
            settle(row, form.cleaned_data["text"], by=who(request), at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Settled. The applicant is told."))
            return redirect("staff:reconsideration", pk)
    context = {
        "row": row, "case": case, "title": title_of_case(row), "tone": TONES[row.state], "settles": settles(row),
        "form": form, "reason": cannot_settle(row, who(request), on=clock.today()),
    }  # fmt: skip
    return render(request, "staff/reconsideration.html", context, status=400 if form.errors else 200)


@never_cache
@officer_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """At the counter: write down that somebody asks for another look."""
    case = find(request, pk)
    decision = decision_of(case)
    reason = (
        cannot_ask(decision, who(request), on=clock.today()) if decision else _("Nothing is decided yet.")
    )
    if decision is None or reason:
        messages.error(request, reason or "")
        return redirect("staff:case", pk)
    form = WordsForm(
        request.POST or None, needed=True, label=_("What is wrong in the decision"),
        hint=_("In the words of whoever claimed. Leave out identity and card numbers."),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            row = reconsidering.ask(decision, form.cleaned_data["text"], by=who(request), at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Noted. Another officer looks at it."))
            return redirect("staff:reconsideration", row.pk)
    context: dict[str, Any] = {"case": case, "form": form, "until": ask_until(decision)}
    return render(request, "staff/reconsider.html", context, status=400 if form.errors else 200)


@officer_required
@require_GET
def next_claims(request: HttpRequest) -> HttpResponse:
    try:
        rows, questions, text = next_claims_asked(request)
        page = page_of(rows, request)
    except Unclear as why:
        return unclear(request, why)
    found = [(row, title_of_case(row), what(row), TONES[row.state]) for row in page.object_list]
    context = {
        "page": page,
        "rows": found,
        "questions": questions,
        "text": text,
        "chart": _chart(by_month(rows)),
    }
    return render(request, "staff/next_claims.html", context)


def _chart(months: list[tuple[Any, int, int]]) -> dict[str, Any] | None:
    if not months:
        return None
    shown = months[:MONTHS]
    total = rules.yuan(sum(fen for _month, _count, fen in shown), language())
    head = [
        {"label": _("Month")},
        {"label": _("Claims"), "number": True},
        {"label": _("Amount"), "number": True},
    ]
    return {
        "finding": _("%(sum)s may be claimed in the months shown, at the rates of the last decisions")
        % {"sum": total},
        "svg": picture(shown),
        "keys": [_("Amount that falls due")],
        "table": {
            "caption": _("What falls due by month"),
            "head": head,
            "rows": [[f"{month:%Y-%m}", count, rules.yuan(fen, language())] for month, count, fen in shown],
        },
    }


@officer_required
@require_GET
def next_claims_export(request: HttpRequest) -> HttpResponse:
    try:
        rows, _questions, _text = next_claims_asked(request)
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Who claims"), _("Acceptance number"), _("Programme"), _("What"), _("Due on"), _("Last day"), _("State"),
        _("Amount"), _("Why not yet"),
    )  # fmt: skip
    cells: list[tuple[Cell, ...]] = [
        (
            row.decision.application.party.name, row.decision.application.number or "", title_of_case(row),
            what(row), row.due_on, row.last_day, row.get_state_display(), Fen(row.amount_fen), row.hindrance,
        )
        for row in rows
    ]  # fmt: skip
    return download(workbook(headings, cells), f"{_('Next claims')} {clock.today().isoformat()}.xlsx")
