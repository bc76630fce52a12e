"""Cases handed over to other bodies: what waits to go out, one export, its file, its rows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from jiangli import clock
from jiangli.accounts.models import Agency
from jiangli.refused import Refused
from jiangli.reviews.outside import actions as outside
from jiangli.reviews.outside import permissions
from jiangli.reviews.outside.models import Exchange, ExchangeRow
from jiangli.reviews.outside.queries import rows_of, to_export
from jiangli.reviews.outside.status import RowState
from jiangli.staff.exchanging import FetchForm, folders, own_bodies, titles, tone
from jiangli.staff.gate import office, officer_required, who
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.past import chosen, options
from jiangli.workbooks import Fen, download, workbook

ANSWERED = ["passed", "refused", "paid"]


def _asked(request: HttpRequest, bodies: dict[str, Agency]) -> tuple[QuerySet[Any], list[Any]]:
    """The exports that answer the address, and the questions of the filter form."""
    only(request, "page", "body", "open")
    body, waits = chosen(request, "body", bodies), chosen(request, "open", ["yes"])
    found = Exchange.objects.visible_to(who(request)).select_related("body", "made_by")
    found = found.order_by("-made_at").annotate(
        out=Count("rows", filter=Q(rows__state=RowState.OUT)),
        answered=Count("rows", filter=Q(rows__state__in=ANSWERED)),
        missing=Count("rows", filter=Q(rows__state=RowState.MISSING)),
    )
    if body:
        found = found.filter(body=body)
    if waits:
        found = found.filter(out__gt=0)
    questions = [
        options("body", _("Body"), [(code, one.short_name) for code, one in bodies.items()], body),
        options("open", _("Answer"), [("yes", _("Still waits for answers"))], waits),
    ]
    return found, questions


@officer_required
@require_GET
def exchanges(request: HttpRequest) -> HttpResponse:
    bodies, user, today = own_bodies(request), who(request), clock.today()
    try:
        found, questions = _asked(request, bodies)
        page = page_of(found, request)
    except Unclear as why:
        return unclear(request, why)
    waiting: list[dict[str, Any]] = [
        {
            "body": body,
            "count": to_export(office(request).pk, body.pk).count(),
            "reason": permissions.cannot_exchange(body, user, on=today),
        }
        for body in bodies.values()
    ]
    own = office(request).pk  # an agency may work at a stage of its own in another system
    context = {
        "folders": folders(request, "exchanges"),
        "page": page,
        "questions": questions,
        "waiting": [one for one in waiting if one["count"] or one["body"].pk != own],
    }
    return render(request, "staff/exchanges.html", context)


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    try:
        found, _questions = _asked(request, own_bodies(request))
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Number"), _("Body"), _("Handed over"), _("By"), _("Programmes"), _("Cases"), _("Amount (yuan)"),
        _("Still out"), _("They answered"), _("Missing"),
    )  # fmt: skip
    rows = [
        (
            row.number, row.body.short_name, clock.day_of(row.made_at), str(row.made_by),
            titles(row.programmes), row.count, Fen(row.total_fen), row.out, row.answered, row.missing,
        )
        for row in found
    ]  # fmt: skip
    return download(workbook(headings, rows), f"{_('Handed over')} {clock.today().isoformat()}.xlsx")


@officer_required
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    body = get_object_or_404(Agency, pk=request.POST.get("body", ""))
    try:
        made = outside.export(body, by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("staff:exchanges")
    messages.success(request, _("Made. Fetch the file below and send it to them."))
    return redirect("staff:exchange", made.pk)


def _exchange(request: HttpRequest, pk: UUID) -> Exchange:
    found = Exchange.objects.visible_to(who(request)).select_related("body", "made_by", "agency")
    one: Exchange = get_object_or_404(found, pk=pk)
    return one


@officer_required
@require_GET
def exchange(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, _exchange(request, pk), FetchForm())


def _page(request: HttpRequest, one: Exchange, form: FetchForm) -> HttpResponse:
    try:
        only(request, "page", "state")
        state = chosen(request, "state", RowState.values)
        rows = rows_of(one)
        page = page_of(rows.filter(state=state) if state else rows, request)
    except Unclear as why:
        return unclear(request, why)
    user, today = who(request), clock.today()
    context = {
        "one": one,
        "titles": titles(one.programmes),
        "page": page,
        "rows": [(row, tone(row.state)) for row in page.object_list],
        "tabs": _tabs(one, state),
        "form": form,
        "out": one.rows.filter(state=RowState.OUT).count(),
        "cannot_fetch": permissions.cannot_fetch(one, user, on=today),
        "cannot_say": permissions.cannot_say_missing(one, user, on=today),
    }
    return render(request, "staff/exchange.html", context)


def _tabs(one: Exchange, state: str) -> list[dict[str, Any]]:
    counts = dict(one.rows.order_by().values_list("state").annotate(Count("pk")))
    tabs = [{"label": _("All"), "count": sum(counts.values()), "url": "?", "current": not state}]
    for code in RowState.values:
        if counts.get(code) or code == state:
            label, count = RowState(code).label, counts.get(code, 0)
            tabs.append({"label": label, "count": count, "url": f"?state={code}", "current": state == code})
    return tabs


@officer_required
@require_GET
def export_rows(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The cases of an export and where they stand, without numbers of persons."""
    one = _exchange(request, pk)
    headings = (_("Row"), _("Number"), _("Name"), _("Amount (yuan)"), _("State"), _("Since"))
    rows = [_cells(row) for row in rows_of(one)]
    return download(workbook(headings, rows), f"{one.number}.xlsx")


def _cells(row: ExchangeRow) -> tuple[Any, ...]:
    since = clock.day_of(row.settled_at) if row.settled_at else None
    name = row.application.party.name
    return row.number, row.reference, name, Fen(row.amount_fen), row.get_state_display(), since


@officer_required
@require_POST
@never_cache
def fetch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file with the numbers of persons; who fetched it and what for is recorded."""
    one, form = _exchange(request, pk), FetchForm(request.POST)
    if form.is_valid():
        try:
            content = outside.fetch(one, reason=form.cleaned_data["reason"], by=who(request), at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return download(content, f"{one.number}.xlsx")
    return _page(request, one, form)


@officer_required
@require_POST
def say_missing(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        count = outside.say_missing(_exchange(request, pk), by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(n)s cases can be exported again.") % {"n": count})
    return redirect("staff:exchange", pk)
