"""A draft document adopted by two: asked with a preview, settled by another approver, and what became of its cases."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock, rules
from jiangli.programmes import adoption
from jiangli.programmes.models import Adoption, Two
from jiangli.programmes.two import cannot_settle, cannot_take_back
from jiangli.refused import Refused
from jiangli.reviews.models import Readopted
from jiangli.staff.forms import ReasonForm
from jiangli.staff.gate import office, officer_required, who
from jiangli.staff.law_forms import AdoptForm
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.past import chosen, options
from jiangli.staff.words import say
from jiangli.workbooks import Cell, download, workbook

TONES = {Two.ASKED: "faulty", Two.CONFIRMED: "met", Two.REFUSED: "unmet", Two.WITHDRAWN: "unmet"}


def _asked(request: HttpRequest) -> tuple[Any, list[Any], str]:
    only(request, "page", "state", "q")
    state, text = chosen(request, "state", Two.values), request.GET.get("q", "").strip()[:60]
    rows = Adoption.objects.visible_to(who(request)).select_related("asked_by", "settled_by")
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(Q(number__icontains=text) | Q(title__icontains=text) | Q(document__icontains=text))
    return rows, [options("state", _("State"), Two.choices, state)], text


@officer_required
@require_GET
def adoptions(request: HttpRequest) -> HttpResponse:
    """The drafts of one's agency, and every adoption asked for."""
    try:
        rows, questions, text = _asked(request)
        page = page_of(rows, request)
    except Unclear as why:
        return unclear(request, why)
    today, user = clock.today(), who(request)
    own = {id: one for id, one in adoption.documents().items() if one.issuer == office(request).pk}
    drafts = [(id, say(one.title), adoption.cannot_ask(id, user, on=today)) for id, one in own.items()]
    found = [(row, TONES[Two(row.state)]) for row in page.object_list]
    context = {"page": page, "rows": found, "questions": questions, "text": text, "drafts": drafts}
    return render(request, "staff/adoptions.html", context)


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    try:
        rows, _questions, _text = _asked(request)
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Document"), _("Number of the document"), _("First day"), _("Last day"), _("State"), _("Asked by"),
        _("Settled by"), _("Reason"),
    )  # fmt: skip
    cells: list[tuple[Cell, ...]] = [
        (
            row.document, row.number, row.first_day, row.last_day, row.get_state_display(), str(row.asked_by),
            str(row.settled_by or ""), row.settled_because,
        )
        for row in rows
    ]  # fmt: skip
    return download(workbook(headings, cells), f"{_('Adoptions')} {clock.today().isoformat()}.xlsx")


@officer_required
@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest, document: str) -> HttpResponse:
    """The first officer's word, with what it changes shown on the page of what was asked."""
    draft = adoption.documents().get(document)
    if draft is None or draft.issuer != office(request).pk:
        raise Http404
    title = draft.title.zh.replace("（征求意见稿）", "")
    form = AdoptForm(request.POST or None, initial={"title": title})
    if request.method == "POST" and form.is_valid():
        try:
            made = adoption.ask(document, **form.cleaned_data, by=who(request), at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Asked. Look at what it changes; another approver confirms it."))
            return redirect("staff:adoption", made.pk)
    reason = adoption.cannot_ask(document, who(request), on=clock.today())
    context = {"form": form, "title": say(draft.title), "reason": reason}
    return render(request, "staff/adopt.html", context)


@officer_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is asked for, what it changes, and the second officer's word; later, what became of the cases."""
    row = get_object_or_404(Adoption.objects.visible_to(who(request)), pk=pk)
    which = request.POST.get("which", "")
    form = ReasonForm(request.POST if which == "refuse" else None)
    try:
        if which == "confirm":
            adoption.confirm(row, by=who(request), at=clock.now())
        elif which == "withdraw":
            adoption.withdraw(row, by=who(request), at=clock.now())
        elif which == "refuse" and form.is_valid():
            adoption.refuse(row, reason=form.cleaned_data["reason"], by=who(request), at=clock.now())
    except Refused as refusal:
        form.add_error(None, str(refusal)) if form.is_bound else messages.error(request, str(refusal))
    else:
        if which and not form.errors:
            messages.success(request, _("Done."))
            return redirect("staff:adoption", pk)
    return render(request, "staff/adoption.html", {"form": form, **_shown(request, row)})


def _shown(request: HttpRequest, row: Adoption) -> dict[str, Any]:
    user, today = who(request), clock.today()
    again = row.readopted.filter(decision__application__in=_seen(request).values("decision__application"))
    return {
        "one": row,
        "tone": TONES[Two(row.state)],
        "changes": _changes(row) if row.state == Two.ASKED else [],
        "cannot_settle": cannot_settle(row, user, on=today),
        "cannot_take_back": cannot_take_back(row, user, on=today),
        "paid": again.filter(same=True).count(),
        "listed": again.filter(same=False).count(),
    }


def _seen(request: HttpRequest) -> Any:
    return Readopted.objects.visible_to(who(request))


def _changes(row: Adoption) -> list[dict[str, Any]]:
    """Each programme: its title, its mode afterwards, the days its conditions name."""
    try:
        return [
            {
                "title": say(found.law.title),
                "mode": found.mode.label,
                "dated": found.dated,
                "outside": found.outside,
            }
            for found in adoption.preview(row)
        ]
    except rules.PolicyError:
        return []


def why_new(row: Readopted) -> str:
    """Why a decision of the draft is not paid as it is, in words."""
    match row.differs.get("outcome"):
        case "amount":
            return _("Another amount by the adopted text")
        case "days":
            return _("Filed on a day on which the adopted text was not in force")
        case "unreadable":
            return _("The adopted text asks for other facts")
    return _("Another result by the adopted text: %(ids)s") % {
        "ids": "、".join(row.differs.get("failed", []))
    }


def _listed(request: HttpRequest, pk: UUID) -> Any:
    get_object_or_404(Adoption.objects.visible_to(who(request)), pk=pk)
    rows = _seen(request).filter(adoption=pk, same=False, decision__set_aside_at=None)
    return rows.select_related("decision__application").order_by("decision__application__number")


@officer_required
@require_GET
def to_decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The cases of the draft that come out otherwise: each needs a new decision."""
    rows = _listed(request, pk)
    try:
        only(request, "page")
        page = page_of(rows, request)
    except Unclear as why:
        return unclear(request, why)
    found = [(row, why_new(row)) for row in page.object_list]
    return render(request, "staff/adoption_cases.html", {"pk": pk, "page": page, "rows": found})


@officer_required
@require_GET
def to_decide_export(request: HttpRequest, pk: UUID) -> HttpResponse:
    headings = (_("Number"), _("By the draft (yuan)"), _("By the adopted text (yuan)"), _("Why"))
    cells: list[tuple[Cell, ...]] = [
        (
            row.decision.application.number, rules.money_text(row.decision.amount_fen),
            rules.money_text(row.amount_fen) if row.amount_fen is not None else "", why_new(row),
        )
        for row in _listed(request, pk)
    ]  # fmt: skip
    return download(workbook(headings, cells), f"{_('To be decided anew')} {clock.today().isoformat()}.xlsx")
