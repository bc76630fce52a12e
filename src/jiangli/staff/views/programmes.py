"""The programmes of one's agency: what is done with each, and its rounds."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock, rules
from jiangli.applications.models import Application
from jiangli.applications.permissions import cannot_take
from jiangli.applications.status import Status
from jiangli.audit.models import Event
from jiangli.programmes import actions as programmes
from jiangli.programmes import permissions, rounds
from jiangli.programmes.models import Mode, Programme, Round
from jiangli.programmes.queries import rule
from jiangli.programmes.rounds import Rounds
from jiangli.programmes.status import Standing, filing_days, standing
from jiangli.refused import Refused
from jiangli.staff.forms import EndForm, ModeForm, ReasonForm, RoundForm
from jiangli.staff.gate import office, officer_required, who
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.past import chosen, options
from jiangli.staff.words import say, title_of
from jiangli.workbooks import download, workbook

TONES = {  # of a standing, by the states of programmes
    Standing.OPEN: "here", Standing.COMING: "coming", Standing.BACK_ENTRY: "back_entry", Standing.DRAFT: "draft",
    Standing.SIMULATION: "simulation", Standing.ELSEWHERE: "elsewhere", Standing.CLOSED: "closed",
}  # fmt: skip


class Row(NamedTuple):
    programme: Programme
    law: rules.Programme
    title: str
    standing: Standing
    tone: str
    days: tuple[date | None, date | None]
    rounds: Rounds


def _row(programme: Programme, law: rules.Programme, seen: Rounds, on: date) -> Row:
    now = standing(programme, law, on=on)
    return Row(programme, law, title_of(programme.version), now, TONES[now], filing_days(law), seen)


def _asked(request: HttpRequest) -> tuple[list[Row], list[Any]]:
    """The programmes of the officer's agency that answer the address."""
    only(request, "page", "mode", "standing")
    mode = chosen(request, "mode", Mode.values)
    stands = chosen(request, "standing", Standing.values)
    own = Programme.objects.with_law().filter(agency=office(request))
    there = [(row, rule(row.version)) for row in own]
    today = clock.today()
    seen = rounds.rounds_of_all(there, on=today)
    rows = [_row(row, law, seen[row.code], today) for row, law in there]
    rows = [row for row in rows if mode in ("", row.programme.mode) and stands in ("", row.standing)]
    questions = [
        options("mode", _("Mode"), Mode.choices, mode),
        options("standing", _("Today"), Standing.choices, stands),
    ]
    return rows, questions


@officer_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    try:
        rows, questions = _asked(request)
        page = page_of(rows, request)
    except Unclear as why:
        return unclear(request, why)
    context = {"page": page, "rows": page.object_list, "questions": questions, "agency": office(request)}
    return render(request, "staff/programmes.html", context)


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    try:
        rows, _questions = _asked(request)
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Programme"), _("Code of the programme"), _("Mode"), _("Today"), _("First day"), _("Last day"),
        _("Round now"), _("Next round"),
    )  # fmt: skip
    cells = [
        (
            row.title, row.programme.code, row.programme.get_mode_display(), str(row.standing.label), *row.days,
            row.rounds.now.name if row.rounds.now else "", row.rounds.next.name if row.rounds.next else "",
        )
        for row in rows
    ]  # fmt: skip
    return download(workbook(headings, cells), f"{_('Programmes')} {clock.today().isoformat()}.xlsx")


def _own(request: HttpRequest, code: str) -> Programme:
    return get_object_or_404(Programme.objects.with_law().filter(agency=office(request)), pk=code)


@officer_required
@require_http_methods(["GET", "POST"])
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """One programme: set its mode, see its rounds, announce another one."""
    row = _own(request, code)
    which = request.POST.get("which", "")
    mode = ModeForm(request.POST if which == "mode" else None, initial={"mode": row.mode})
    opening = RoundForm(request.POST if which == "round" else None)
    sure = None
    if which == "mode" and mode.is_valid():
        sure = _touched(row, Mode(mode.cleaned_data["mode"])) if "sure" not in request.POST else None
        if sure is None and _set_mode(request, row, mode):
            return redirect("staff:programme", code)
    if which == "round" and opening.is_valid() and _open_round(request, row, opening):
        return redirect("staff:programme", code)
    law, today = rule(row.version), clock.today()
    context = {
        "row": _row(row, law, rounds.rounds_of(row, law, on=today), today),
        "mode": mode,
        "sure": sure,
        "opening": opening,
        "form": opening if which == "round" else mode,
        "per_year": law.rounds.per_year if law.rounds else None,
        "quote": law.rounds.basis.quote if law.rounds else "",
        "all_rounds": row.rounds.select_related("opened_by", "closed_by"),
        "held": cannot_take(row),
        "changes": _changes(row),
        "draft": law.document.status == "draft",
        "adoptable": law.document.id if law.document.status == "draft" else "",
        "document": say(law.document.title),
        "reason": permissions.cannot_set_mode(row, who(request), on=today),
    }
    return render(request, "staff/programme.html", context)


def _touched(row: Programme, to: Mode) -> dict[str, Any]:
    """What a change of mode touches, shown before it is made: drafts that could no longer be handed in, open cases."""
    cases = Application.objects.filter(programme_code=row.code)
    return {
        "mode": to.label,
        "drafts": cases.filter(status=Status.DRAFT).count(),
        "open": cases.filter(status__in=[Status.SUBMITTED, Status.RETURNED]).count(),
    }


def _set_mode(request: HttpRequest, row: Programme, form: ModeForm) -> bool:
    given = form.cleaned_data
    try:
        programmes.set_mode(row, Mode(given["mode"]), reason=given["reason"], by=who(request), at=clock.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Done. The public pages say so from now on."))
    return True


def _open_round(request: HttpRequest, row: Programme, form: RoundForm) -> bool:
    try:
        rounds.open_round(row, **form.cleaned_data, by=who(request), at=clock.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Announced. The programme's page shows it."))
    return True


def _changes(row: Programme) -> list[dict[str, Any]]:
    """Who set the mode when and why, newest first."""
    words = dict(Mode.choices)
    events = Event.objects.about(row).filter(name=programmes.MODE_SET).select_related("by").order_by("-pk")
    return [
        {
            "at": event.at,
            "by": event.by,
            "mode": words.get(event.details.get("mode", ""), ""),
            "reason": event.details.get("reason", ""),
        }
        for event in events[:10]
    ]


@officer_required
@require_http_methods(["GET", "POST"])
def round_(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One round: move its last day, or close it."""
    found = Round.objects.filter(programme__agency=office(request))
    one = get_object_or_404(found.select_related("programme__version", "opened_by", "closed_by"), pk=pk)
    which = request.POST.get("which", "")
    end = EndForm(request.POST if which == "end" else None, initial={"closes_on": one.closes_on})
    closing = ReasonForm(
        request.POST if which == "close" else None, hint=_("Nothing is taken in it from today on.")
    )
    form: forms.Form = closing if which == "close" else end
    try:
        if which == "end" and end.is_valid():
            rounds.move_end(one, **end.cleaned_data, by=who(request), at=clock.now())
        elif which == "close" and closing.is_valid():
            rounds.close_round(one, reason=closing.cleaned_data["reason"], by=who(request), at=clock.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
    if which and not form.errors:
        messages.success(request, _("Done. The public pages say so from now on."))
        return redirect("staff:round", pk)
    today = clock.today()
    context = {
        "one": one,
        "title": title_of(one.programme.version),
        "end": end,
        "closing": closing,
        "form": form,
        "cannot_move": permissions.cannot_move_end(one, who(request), on=today),
        "cannot_close": permissions.cannot_close_round(one, who(request), on=today),
        "moves": Event.objects.about(one).filter(name="round.end_moved").select_related("by"),
    }
    return render(request, "staff/round.html", context)
