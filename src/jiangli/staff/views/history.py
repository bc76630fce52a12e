"""Sheets of the past: bring one in, watch it being read, look at its rows, take it over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiangli import clock
from jiangli.refused import Refused
from jiangli.registers.history import actions as history
from jiangli.registers.history import permissions
from jiangli.registers.history.models import HistoryImport, StagedRow
from jiangli.registers.history.reading import COLUMNS
from jiangli.registers.history.scopes import Scope
from jiangli.registers.history.staging import raw_of
from jiangli.registers.history.status import ImportKind, ImportState, StagedState
from jiangli.registers.history.template import template as template_of
from jiangli.staff.forms import BringForm
from jiangli.staff.gate import officer_required, who
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.past import TONES, chosen, folders, options, own_scopes
from jiangli.workbooks import Cell, Fen, download, workbook


def _asked(request: HttpRequest, scopes: dict[str, Scope]) -> tuple[QuerySet[HistoryImport], list[Any]]:
    """The imports that answer the address, and the questions of the filter form."""
    only(request, "page", "scope", "kind", "state")
    scope = chosen(request, "scope", scopes)
    kind = chosen(request, "kind", ImportKind.values)
    state = chosen(request, "state", ImportState.values)
    asked = {"scope": scope, "kind": kind, "state": state}
    found = HistoryImport.objects.visible_to(who(request)).select_related("agency", "brought_by")
    found = found.filter(**{name: value for name, value in asked.items() if value})
    titles = [(key, one.title) for key, one in scopes.items()]
    questions = [
        options("scope", _("Series or programme"), titles, scope),
        options("kind", _("What it lists"), ImportKind.choices, kind),
        options("state", _("State"), ImportState.choices, state),
    ]
    return found, questions


@officer_required
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    scopes, today = own_scopes(request), clock.today()
    reasons = [permissions.cannot_bring(scope, who(request), on=today) for scope in scopes.values()]
    choices = [(key, scope.title) for key, scope in scopes.items()]
    form = BringForm(request.POST or None, request.FILES or None, scopes=choices)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            imported = history.bring(
                scopes[given["scope"]], ImportKind(given["kind"]), given["file"].read(),
                period=given["period"], batch=given["batch"], by=who(request), at=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("staff:import", imported.pk)
    try:
        found, questions = _asked(request, scopes)
        page = page_of(found, request)
    except Unclear as why:
        return unclear(request, why)
    context = {
        "folders": folders(request, "history"),
        "page": page,
        "rows": [(row, _title(scopes, row.scope), TONES[row.state]) for row in page.object_list],
        "questions": questions,
        "form": form,
        "reason": None if None in reasons else (reasons or [_("Your agency takes part in no programme.")])[0],
    }
    return render(request, "staff/history.html", context)


def _title(scopes: dict[str, Scope], key: str) -> str:
    return scopes[key].title if key in scopes else key


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    scopes = own_scopes(request)
    try:
        found, _questions = _asked(request, scopes)
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Series or programme"), _("What it lists"), _("Year"), _("Batch"), _("Agency"), _("Brought in"),
        _("By"), _("State"), _("Rows"), _("Good"), _("Entered"), _("There already"), _("Cannot be taken"),
        _("Amount (yuan)"),
    )  # fmt: skip
    rows = [
        (
            _title(scopes, row.scope), row.get_kind_display(), row.period, row.batch, row.agency.short_name,
            clock.day_of(row.brought_at), str(row.brought_by), row.get_state_display(), row.total, row.good,
            row.taken, row.duplicate, row.faulty, Fen(row.good_fen),
        )
        for row in found
    ]  # fmt: skip
    return download(workbook(headings, rows), f"{_('Brought in')} {clock.today().isoformat()}.xlsx")


@officer_required
@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty sheet with the headings as text columns, how each is filled in, and the projects to choose."""
    if kind not in ImportKind.values:
        raise Http404
    name = f"{ImportKind(kind).label}.xlsx"
    return download(template_of(ImportKind(kind), own_scopes(request).values()), name)


def _import(request: HttpRequest, pk: UUID) -> HistoryImport:
    found = HistoryImport.objects.visible_to(who(request)).select_related(
        "agency", "brought_by", "confirmed_by"
    )
    return get_object_or_404(found, pk=pk)


@officer_required
@require_GET
def one_import(request: HttpRequest, pk: UUID) -> HttpResponse:
    imported = _import(request, pk)
    try:
        only(request, "page", "state")
        state = chosen(request, "state", StagedState.values)
        rows = imported.rows.defer("cells")
        page = page_of(rows.filter(state=state) if state else rows, request)
    except Unclear as why:
        return unclear(request, why)
    user, today = who(request), clock.today()
    context = {
        "one": imported,
        "title": _title(own_scopes(request), imported.scope),
        "tone": TONES[imported.state],
        "page": page,
        "rows": [(row, TONES[row.state]) for row in page.object_list],
        "tabs": _tabs(imported, state),
        "cannot_take": permissions.cannot_take_over(imported, user, on=today),
        "cannot_throw": permissions.cannot_throw_away(imported, user, on=today),
    }
    return render(request, "staff/import.html", context)


def _tabs(imported: HistoryImport, state: str) -> list[dict[str, Any]]:
    counts = {code: imported.rows.filter(state=code).count() for code in StagedState.values}
    tabs = [{"label": _("All"), "count": sum(counts.values()), "url": "?", "current": not state}]
    for code in StagedState.values:
        if counts[code] or code == state:
            label = StagedState(code).label
            tabs.append(
                {"label": label, "count": counts[code], "url": f"?state={code}", "current": state == code}
            )
    return tabs


def _act(request: HttpRequest, pk: UUID, act: Any, done: str) -> HttpResponse:
    imported = _import(request, pk)
    try:
        act(imported, by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("staff:import", pk)


@officer_required
@require_POST
def take_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _act(request, pk, history.take_over, _("The good rows are being taken over."))


@officer_required
@require_POST
def throw_away(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _act(request, pk, history.throw_away, _("Thrown away. Nothing was taken over."))


def _why(row: StagedRow) -> str:
    return "；".join(f"{fault['field']}：{fault['remedy']}" for fault in row.faults)


@officer_required
@require_GET
def errors(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bad rows as they stand in the sheet, with what to do: to correct them and bring them in again.

    Only for those who may take the sheet over, as it holds the numbers of persons; they are gone afterwards.
    """
    imported = _import(request, pk)
    columns = COLUMNS[ImportKind(imported.kind)]
    full = permissions.cannot_throw_away(imported, who(request), on=clock.today()) is None
    headings = (_("Row"), *(columns if full else ("姓名",)), _("What to do"))
    rows: list[tuple[Cell, ...]] = []
    for row in imported.rows.filter(state=StagedState.FAULTY):
        raw = raw_of(row) if full else {}
        cells = tuple(raw.get(name, "") for name in columns) if full else (row.name,)
        rows.append((row.number, *cells, _why(row)))
    return download(workbook(headings, rows), f"{_('Cannot be taken')} {imported.brought_at:%Y-%m-%d}.xlsx")


@officer_required
@require_GET
def export_rows(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every row and what became of it, without numbers of persons."""
    imported = _import(request, pk)
    headings = (_("Row"), _("Name"), _("Amount (yuan)"), _("State"), _("What to do"))
    rows = [
        (
            row.number, row.name, Fen(row.amount_fen) if row.amount_fen else None, row.get_state_display(),
            _why(row),
        )
        for row in imported.rows.defer("cells")
    ]  # fmt: skip
    name = f"{imported.get_kind_display()} {imported.brought_at:%Y-%m-%d}.xlsx"
    return download(workbook(headings, rows), name)
