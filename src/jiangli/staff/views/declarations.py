"""That the history of a series is complete: declared by one officer, confirmed by another."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiangli import clock
from jiangli.accounts.models import Agency
from jiangli.refused import Refused
from jiangli.registers.history import actions as history
from jiangli.registers.history import permissions
from jiangli.registers.history.models import HistoryDeclaration, HistoryImport
from jiangli.registers.history.queries import added_since
from jiangli.registers.history.scopes import Scope
from jiangli.registers.history.status import ImportState
from jiangli.staff.forms import DeclareForm, ReasonForm
from jiangli.staff.gate import office, officer_required, who
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.past import TONES, chosen, folders, options, own_scopes
from jiangli.staff.words import pair
from jiangli.workbooks import Cell, download, workbook

STATES = ("missing", "declared", "confirmed")


def _words(state: str) -> str:
    return {
        "missing": _("Not declared"),
        "declared": _("Waits for the second officer"),
        "confirmed": _("Declared complete by two"),
        "revoked": _("Revoked"),
    }[state]


Row = tuple[Scope, Agency, HistoryDeclaration | None, str, str, str, int]


def _rows(request: HttpRequest) -> tuple[list[Row], list[dict[str, object]]]:
    """Each payer of each series: its living declaration, state, word, tone, and what was added since."""
    only(request, "page", "scope", "state")
    scopes = own_scopes(request)
    scope, state = chosen(request, "scope", scopes), chosen(request, "state", STATES)
    live = {
        (row.scope, row.payer_id): row
        for row in HistoryDeclaration.objects.visible_to(who(request)).filter(revoked_at=None)
    }
    agencies, found = Agency.objects.in_bulk(), []
    for key, one in scopes.items():
        for code in sorted(one.payers & set(agencies)) if scope in ("", key) else ():
            given = live.get((key, code))
            now = given.state if given else "missing"
            if state in ("", now):
                added = added_since(given) if given else 0
                tone = TONES.get(now, "unknown")
                found.append((one, agencies[code], given, now, _words(now), tone, added))
    titles = [(key, one.title) for key, one in scopes.items()]
    questions = [
        options("scope", _("Series or programme"), titles, scope),
        options("state", _("State"), [(code, _words(code)) for code in STATES], state),
    ]
    return found, questions


@officer_required
@require_GET
def declarations(request: HttpRequest) -> HttpResponse:
    try:
        found, questions = _rows(request)
        page = page_of(found, request)
    except Unclear as why:
        return unclear(request, why)
    context = {
        "folders": folders(request, "declarations"),
        "page": page,
        "questions": questions,
        "own": office(request).pk,
    }
    return render(request, "staff/declarations.html", context)


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    try:
        found, _questions = _rows(request)
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Series or programme"), _("Who pays"), _("State"), _("Complete up to"), _("Declared by"),
        _("Confirmed by"), _("Rows added since"), _("Note"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            scope.title, payer.name, word, given.complete_up_to if given else None,
            str(given.declared_by) if given else "",
            str(given.confirmed_by) if given and given.confirmed_by else "", added,
            given.note if given else "",
        )
        for scope, payer, given, _state, word, _tone, added in found
    ]  # fmt: skip
    return download(workbook(headings, rows), f"{_('Declared complete')} {clock.today().isoformat()}.xlsx")


@officer_required
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest, scope: str) -> HttpResponse:
    """The first officer's word for their own agency."""
    one = own_scopes(request).get(scope)
    if one is None:
        raise Http404
    taken = HistoryImport.objects.filter(scope=scope, state=ImportState.TAKEN).select_related("agency")
    choices = [(str(row.pk), _sheet(row)) for row in taken]
    form = DeclareForm(request.POST or None, imports=choices, initial={"complete_up_to": clock.today()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = history.declare(
                one, complete_up_to=given["complete_up_to"], note=given["note"],
                imports=list(taken.filter(pk__in=given.get("imports", []))), by=who(request), at=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Declared. Another officer confirms it now."))
            return redirect("staff:declaration", made.pk)
    reason = permissions.cannot_declare(one, who(request), on=clock.today())
    context = {"scope": one, "form": form, "reason": reason, "payer": office(request)}
    return render(request, "staff/declare.html", context)


def _sheet(row: HistoryImport) -> str:
    """A sheet on one line: 区总工会 · 2023 第一批 · 120 rows."""
    parts = [row.agency.short_name, row.get_kind_display(), f"{row.period} {row.batch}".strip()]
    parts += [f"{timezone.localtime(row.brought_at):%Y-%m-%d}", pair(_("Entered"), str(row.taken))]
    return " · ".join(part for part in parts if part)


def _declaration(request: HttpRequest, pk: UUID) -> HistoryDeclaration:
    found = HistoryDeclaration.objects.visible_to(who(request))
    people = ("payer", "declared_by", "confirmed_by", "revoked_by")
    return get_object_or_404(found.select_related(*people), pk=pk)


@officer_required
@require_GET
def declaration(request: HttpRequest, pk: UUID) -> HttpResponse:
    one, scopes = _declaration(request, pk), own_scopes(request)
    user, today = who(request), clock.today()
    context = {
        "one": one,
        "title": scopes[one.scope].title if one.scope in scopes else one.scope,
        "word": _words(one.state),
        "tone": TONES[one.state],
        "added": added_since(one),
        "sheets": [(row, _sheet(row)) for row in one.imports.select_related("agency")],
        "cannot_confirm": permissions.cannot_confirm(one, user, on=today),
        "cannot_revoke": permissions.cannot_revoke(one, user, on=today),
        "form": ReasonForm(hint=_("Nothing more is released in this series until it is declared anew.")),
    }
    return render(request, "staff/declaration.html", context)


@officer_required
@require_POST
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    one = _declaration(request, pk)
    try:
        history.confirm(one, by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Confirmed. Payments of this series can be released now."))
    return redirect("staff:declaration", pk)


@officer_required
@require_POST
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    one = _declaration(request, pk)
    try:
        history.revoke(one, reason=request.POST.get("reason", "")[:300], by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Revoked. It has to be declared and confirmed anew."))
    return redirect("staff:declaration", pk)
