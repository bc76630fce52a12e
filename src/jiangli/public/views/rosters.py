"""Rosters (花名册): bring a sheet, see what comes of every row, mend, add scans, file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jiangli import clock
from jiangli.applications.roster_models import Roster, RosterRow, RowState
from jiangli.applications.rosters import actions
from jiangli.applications.rosters.columns import Shape, columns_of, shape_of
from jiangli.applications.rosters.permissions import (
    cannot_abandon,
    cannot_change,
    cannot_change_row,
    cannot_file,
)
from jiangli.applications.rosters.queries import (
    ALL,
    FAULTY,
    INCOMPLETE,
    sheet_of,
    strays,
    summary_of,
    told_of,
)
from jiangli.applications.rosters.staging import STEP, stage
from jiangli.applications.rosters.template import heading, template
from jiangli.looks.states import STATES
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import rule
from jiangli.public import rosters as pages
from jiangli.public.listing import Unclear
from jiangli.public.pages import posted, show
from jiangli.public.people import SignedIn, for_claimants, for_organisations, organisation_of
from jiangli.public.telling import speech
from jiangli.refused import Refused
from jiangli.registers.models import Organisation
from jiangli.workbooks import download

LISTED = 20


def _house(request: SignedIn) -> Organisation:
    """The organisation one acts for; without one there are no rosters."""
    organisation = organisation_of(request)
    if organisation is None:
        raise Http404
    return organisation


def _roster(request: SignedIn, pk: Any) -> Roster:
    found = Roster.objects.visible_to(request.user).select_related("version", "organisation", "application")
    return get_object_or_404(found, pk=pk)


@never_cache
@require_safe
@for_organisations
def rosters(request: SignedIn) -> HttpResponse:
    """The organisation's rosters, and for what it can bring one."""
    house = _house(request)
    mine = (
        Roster.objects.visible_to(request.user)
        .filter(organisation=house)
        .select_related("version", "application")
    )
    number = request.GET.get("page") or "1"
    listed = Paginator(mine.order_by("-uploaded_at"), LISTED)
    if set(request.GET) - {"page"} or not number.isdecimal() or not 1 <= int(number[:6]) <= listed.num_pages:
        return show(
            request,
            "public/unclear.html",
            {"why": _("The address asks for something that is not here.")},
            status=400,
        )
    page = listed.page(int(number[:6]))
    offered = pages.programmes_for(house, request.user, on=clock.today())
    context = {
        "house": house,
        "page": page,
        "rows": [
            {"roster": one, "name": heading(rule(one.version), speech()), "state": pages.state_of_roster(one)}
            for one in page
        ],
        "offered": [
            {"code": row.code, "name": law.title.say(speech()), "roster": heading(law, speech())}
            for row, law in offered
        ],
    }
    return show(request, "public/rosters.html", context)


@never_cache
@for_organisations
def bring(request: SignedIn, code: str) -> HttpResponse:
    """What the sheet of a programme holds, its template, and the upload."""
    house = _house(request)
    row = get_object_or_404(Programme.objects.with_law(), pk=code)
    law = rule(row.version)
    if shape_of(law) is None:
        raise Http404
    form = pages.SheetForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            roster = actions.bring(
                code, house, form.cleaned_data["sheet"].read(), by=request.user, at=clock.now()
            )
        except Refused as refusal:
            form.add_error("sheet", str(refusal))
        else:
            return redirect("public:roster", roster.pk)
    context = {
        "form": form,
        "rule": law,
        "code": code,
        "house": house,
        "title": heading(law, speech()),
        "name": law.title.say(speech()),
        "columns": [column.title.say(speech()) for column in columns_of(law)],
        "each": shape_of(law) is Shape.EACH,
    }
    return show(request, "public/roster_bring.html", context)


@require_safe
@for_claimants
def blank(request: SignedIn, code: str) -> HttpResponse:
    """The empty sheet, in Chinese or English."""
    row = get_object_or_404(Programme.objects.with_law(), pk=code)
    law, lang = rule(row.version), request.GET.get("lang", "zh")
    if shape_of(law) is None or lang not in ("zh", "en"):
        raise Http404
    return download(template(law, lang), f"{heading(law, lang)}.xlsx")


@never_cache
@for_claimants
def roster(request: SignedIn, pk: Any) -> HttpResponse:
    """How far it is, its rows, and what can be done; a post brings a corrected sheet."""
    one = _roster(request, pk)
    law = rule(one.version)
    form = pages.SheetForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.merge(one, form.cleaned_data["sheet"].read(), by=request.user, at=clock.now())
        except Refused as refusal:
            form.add_error("sheet", str(refusal))
        else:
            return redirect("public:roster", pk)
    try:
        page, state, words = pages.rows_of(request, one)
    except Unclear as why:
        return show(request, "public/unclear.html", {"why": str(why)}, status=400)
    summary = summary_of(one)
    context = {
        "roster": one,
        "state": pages.state_of_roster(one),
        "rule": law,
        "form": form,
        "title": heading(law, speech()),
        "summary": summary,
        "page": page,
        "lines": pages.lines(law, page),
        "words": words,
        "tabs": _tabs(one, summary.states, state),
        "notes": [note[speech()] for note in one.notes],
        "counts": {name: one.merged.get(name, 0) for name in ("added", "replaced", "unchanged")},
        "merged": "base" in one.merged,
        "incomplete": summary.states.get(RowState.INCOMPLETE, 0),
        "may_change": cannot_change(one, request.user) is None,
        "cannot_file": cannot_file(one, request.user),
        "may_abandon": cannot_abandon(one, request.user) is None,
        "percent": 100 * one.position // max(one.total, 1),
    }
    return show(request, "public/roster.html", context)


def _tabs(one: Roster, states: Any, state: str) -> list[dict[str, Any]]:
    """All rows, and those of each state that there are."""
    total = sum(count for code, count in states.items() if code != RowState.REMOVED)
    tabs: list[dict[str, Any]] = [{"label": _("All rows"), "url": "?", "count": total, "current": not state}]
    for code, look in STATES["row"].items():
        if states.get(code) or code == state:
            due = code in ("faulty", "incomplete", "stopped")
            kept = code == RowState.FILED and pages.state_of_roster(one) == pages.KEPT
            word = STATES["row"][pages.KEPT].word if kept else look.word
            tabs.append({"label": str(word), "url": f"?state={code}", "count": states.get(code, 0),
                         "current": code == state, "due": due})  # fmt: skip
    return tabs


@require_safe
@for_claimants
def sheet(request: SignedIn, pk: Any, which: str) -> HttpResponse:
    """The rows to correct, to complete, or all of them, as a sheet to bring back."""
    one = _roster(request, pk)
    names = {FAULTY: _("to correct"), INCOMPLETE: _("to complete"), ALL: _("all rows")}
    if which not in names:
        raise Http404
    content = sheet_of(one, which, lang=speech())
    return download(content, f"{heading(rule(one.version), speech())}-{names[which]}.xlsx")


@never_cache
@for_claimants
def row(request: SignedIn, pk: Any, number: int) -> HttpResponse:
    """One row: its cells, what is wrong with them, and to take it out."""
    one = _roster(request, pk)
    law = rule(one.version)
    its = get_object_or_404(
        RosterRow.objects.select_related("roster__organisation", "application"), roster=one, number=number
    )
    closed = cannot_change_row(its, request.user)
    form = pages.RowForm(law, its, posted(request))
    if request.method == "POST" and form.is_valid():
        return _edited(request, its, form.cells(law))
    context = {
        "roster": one,
        "rule": law,
        "row": its,
        "state": pages.state_of_row(its),
        "told": told_of(law, its)
        if closed
        else [one[speech()] for one in its.notes + its.faults if not one["field"]],
        "form": form if form.is_bound else form.with_faults(),
        "closed": closed,
        "title": _("Row %(number)s: %(name)s") % {"number": its.number, "name": its.name},
    }
    return show(request, "public/roster_row.html", context)


def _edited(request: SignedIn, its: RosterRow, cells: dict[str, str]) -> HttpResponse:
    roster = its.roster
    try:
        if "remove" in request.POST:
            actions.remove_row(its, by=request.user, at=clock.now())
        else:
            actions.edit_row(its, cells, by=request.user, at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("public:roster", roster.pk)
    if roster.total <= STEP:  # so few are judged at once; many are the worker's
        stage(roster.pk, at=clock.now())
    its.refresh_from_db()
    if its.state in (RowState.FAULTY, RowState.INCOMPLETE):
        messages.info(request, _("Kept. Something is still to do in this row."))
        return redirect("public:roster-row", roster.pk, its.number)
    messages.success(request, _("Taken out.") if its.state == RowState.REMOVED else _("Kept."))
    return redirect("public:roster", roster.pk)


@never_cache
@for_claimants
def scans(request: SignedIn, pk: Any) -> HttpResponse:
    """Scans as a ZIP: what found its row, and what did not, with the reason."""
    one = _roster(request, pk)
    law = rule(one.version)
    form = pages.ScansForm(law, posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["scans"].read()
        try:
            actions.add_scans(
                one, content, material=form.cleaned_data["material"], by=request.user, at=clock.now()
            )
        except Refused as refusal:
            form.add_error("scans", str(refusal))
        else:
            return redirect("public:roster-scans", pk)
    piles = list(one.piles.order_by("-added_at"))
    context = {
        "roster": one,
        "rule": law,
        "form": form,
        "piles": piles,
        "waiting": any(pile.state == "received" for pile in piles),
        "found": sum(pile.scans.exclude(row=None).count() for pile in piles),
        "strays": [{"name": s.original_name, "why": s.why.get(speech(), "")} for s in strays(one)[:200]],
        "materials": [material.title.say(speech()) for material in law.materials],
    }
    return show(request, "public/roster_scans.html", context)


@never_cache
@for_claimants
def file(request: SignedIn, pk: Any) -> HttpResponse:
    """What will be filed, asked once; then it goes."""
    one = _roster(request, pk)
    law = rule(one.version)
    if request.method == "POST":
        try:
            actions.file(one, by=request.user, at=clock.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("public:roster", pk)
    if reason := cannot_file(one, request.user):
        messages.error(request, reason)
        return redirect("public:roster", pk)
    summary = summary_of(one)
    lacking = [{"title": m.title.say(speech()), "rows": count} for m, count in summary.lacking]
    context = {
        "roster": one,
        "rule": law,
        "summary": summary,
        "lacking": lacking,
        "title": heading(law, speech()),
    }
    return show(request, "public/roster_file.html", {**context, "each": shape_of(law) is Shape.EACH})


@require_POST
@for_claimants
def act(request: SignedIn, pk: Any, what: str) -> HttpResponse:
    """Check all rows again, or give the roster up."""
    one = _roster(request, pk)
    deeds = {"check": actions.check_again, "abandon": actions.abandon}
    if what not in deeds:
        raise Http404
    try:
        deeds[what](one, by=request.user, at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("public:rosters") if what == "abandon" else redirect("public:roster", pk)
