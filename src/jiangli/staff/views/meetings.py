"""Meetings: the list, one of them with its agenda, and the cases due that can be added."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock, files
from jiangli.applications.models import Application
from jiangli.refused import Refused
from jiangli.reviews.deliberation import actions as deliberation
from jiangli.reviews.deliberation import permissions
from jiangli.reviews.deliberation.models import AgendaItem, Meeting, MinutesPaper
from jiangli.reviews.deliberation.queries import due_for, proposal
from jiangli.reviews.deliberation.sheets import HEADINGS, Read, read_results, sheet_rows
from jiangli.staff.gate import officer_required, who
from jiangli.staff.meeting_forms import MeetingForm, MinutesForm, ResultForm, ResultSheetForm, ScanForm
from jiangli.staff.meetings import (
    cells,
    due_asked,
    headings,
    items_asked,
    meetings_asked,
    publicity_words,
    review_words,
    sums_to_show,
)
from jiangli.staff.pages import Unclear, page_of, unclear
from jiangli.staff.words import title_of
from jiangli.workbooks import download, workbook

Acts = dict[str, tuple[forms.Form | None, Callable[[], object]]]


def _found(request: HttpRequest, pk: UUID) -> Meeting:
    found = Meeting.objects.visible_to(who(request))
    return get_object_or_404(found.select_related("agency", "prepared_by", "fixed_by", "confirmed_by"), pk=pk)


def _item(request: HttpRequest, pk: UUID, key: UUID) -> AgendaItem:
    items = AgendaItem.objects.visible_to(who(request)).filter(meeting=pk)
    return get_object_or_404(items.select_related("meeting__agency", "application__version"), pk=key)


@officer_required
@require_http_methods(["GET", "POST"])
def meetings(request: HttpRequest) -> HttpResponse:
    user = who(request)
    form = MeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = deliberation.call_meeting(**form.cleaned_data, by=user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("staff:meeting-due", made.pk)
    try:
        found = meetings_asked(request)
        page = page_of(found.rows, request)
    except Unclear as why:
        return unclear(request, why)
    context = {
        "page": page, "rows": page.object_list, "questions": found.questions, "text": found.text, "form": form,
        "due": due_for(user).count(), "reason": permissions.cannot_prepare(user, on=clock.today()),
    }  # fmt: skip
    return render(request, "staff/meetings.html", context)


@officer_required
@require_GET
def export_meetings(request: HttpRequest) -> HttpResponse:
    try:
        found = meetings_asked(request)
    except Unclear as why:
        return unclear(request, why)
    heads = (_("Which meeting"), _("Planned for"), _("State"), _("Number of the minutes"), _("Day of the meeting"),
             _("Items"))  # fmt: skip
    rows = [
        (one.name, one.planned_on, one.get_state_display(), one.number, one.held_on, one.count)
        for one in found.rows
    ]
    return download(workbook(heads, rows), f"{_('Meetings')} {clock.today().isoformat()}.xlsx")


@officer_required
@require_http_methods(["GET", "POST"])
def meeting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One meeting; ``which`` of its acts was sent."""
    one, user = _found(request, pk), who(request)
    which, data = request.POST.get("which", ""), request.POST
    forms_ = {
        "describe": MeetingForm(
            data if which == "describe" else None, initial={"name": one.name, "planned_on": one.planned_on}
        ),
        "note": MinutesForm(
            data if which == "note" else None,
            initial={"number": one.number, "held_on": one.held_on or one.planned_on},
        ),
        "scan": ScanForm(data if which == "scan" else None, request.FILES if which == "scan" else None),
        "sheet": ResultSheetForm(
            data if which == "sheet" else None, request.FILES if which == "sheet" else None
        ),
    }
    read = Read()
    if which and _done(request, which, _acts(request, one, forms_, read)):
        return redirect("staff:meeting", pk)
    try:
        found = items_asked(request, one)
        page = page_of(found.rows, request)
    except Unclear as why:
        return unclear(request, why)
    return render(request, "staff/meeting.html", _context(one, user, forms_, found, page, read))


def _acts(request: HttpRequest, one: Meeting, known: dict[str, Any], read: Read) -> Acts:
    """Every act of the page: its form, if it has one, and what it does."""
    by: dict[str, Any] = {"by": who(request), "at": clock.now()}

    def sheet() -> None:
        found = read_results(one, known["sheet"].cleaned_data["file"].read(), **by)
        read.entered, read.faults = found.entered, found.faults
        if found.faults:
            raise Refused(_("Nothing was entered. Correct these rows and bring the sheet again."))

    def scan() -> None:
        file = known["scan"].cleaned_data["file"]
        deliberation.add_minutes(one, file.name, file.read(), **by)

    return {
        "describe": (
            known["describe"],
            lambda: deliberation.describe(one, **known["describe"].cleaned_data, **by),
        ),
        "fix": (None, lambda: deliberation.fix(one, **by)),
        "reopen": (None, lambda: deliberation.reopen(one, **by)),
        "give_up": (None, lambda: deliberation.give_up(one, **by)),
        "note": (known["note"], lambda: deliberation.note_minutes(one, **known["note"].cleaned_data, **by)),
        "scan": (known["scan"], scan),
        "unscan": (None, lambda: deliberation.remove_minutes(_scan(request, one), **by)),
        "rest": (None, lambda: deliberation.enter_rest_as_proposed(one, **by)),
        "sheet": (known["sheet"], sheet),
        "confirm": (None, lambda: deliberation.confirm(one, **by)),
        "off": (None, lambda: deliberation.take_off(_moved(request, one), **by)),
        "place": (None, lambda: deliberation.place(_moved(request, one), _position(request), **by)),
    }


def _scan(request: HttpRequest, one: Meeting) -> MinutesPaper:
    return get_object_or_404(one.papers, pk=_key(request.POST.get("paper", "")))


def _moved(request: HttpRequest, one: Meeting) -> AgendaItem:
    return _item(request, one.pk, _key(request.POST.get("item", "")))


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _position(request: HttpRequest) -> int:
    text = request.POST.get("position", "")
    if not text.isdecimal() or len(text) > 5 or not int(text):
        raise Refused(_("Write the place as a whole number, 1 for the first."))
    return int(text)


def _done(request: HttpRequest, which: str, acts: Acts) -> bool:
    """Whether the act that was sent was done; its form shows the refusal otherwise."""
    if which not in acts:
        raise Http404
    form, act = acts[which]
    if form is not None and not form.is_valid():
        return False
    try:
        act()
    except Refused as refusal:
        if form is None:
            messages.error(request, str(refusal))
            return True
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Done."))
    return True


def _context(
    one: Meeting, user: Any, known: dict[str, Any], found: Any, page: Any, read: Read
) -> dict[str, Any]:
    today = clock.today()
    whole, each = sums_to_show(one)
    items = one.items
    waiting = items.filter(ended_at=None)
    return {
        "one": one, "forms": known, "page": page, "questions": found.questions, "text": found.text,
        "rows": [(item, title_of(item.application.version), review_words(item.summary),
                  publicity_words(item.summary)) for item in page.object_list],
        "whole": whole, "each": each, "faults": read.faults,
        "papers": one.papers.filter(removed_at=None),
        "at_work": waiting.filter(confirmed_at__isnull=False, trouble="").exists(),
        "done": items.exclude(ended_at=None).count(), "without": waiting.filter(result="").count(),
        "troubles": waiting.exclude(trouble="").count(),
        "cannot_change": permissions.cannot_change_agenda(one, user, on=today),
        "cannot_fix": permissions.cannot_fix(one, user, on=today),
        "cannot_reopen": permissions.cannot_reopen(one, user, on=today),
        "cannot_give_up": permissions.cannot_give_up(one, user, on=today),
        "cannot_note": permissions.cannot_note(one, user, on=today),
        "cannot_confirm": permissions.cannot_confirm(one, user, on=today),
    }  # fmt: skip


@officer_required
@require_http_methods(["GET", "POST"])
def due(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The cases due that can be added: those that are ticked, or all that answer the filters."""
    one, user = _found(request, pk), who(request)
    try:
        found = due_asked(request)
        page = page_of(found.rows, request)
    except Unclear as why:
        return unclear(request, why)
    if request.method == "POST":
        try:
            n = deliberation.add(one, _chosen(request, found.rows), by=user, at=clock.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request,
                ngettext("%(n)s case was added.", "%(n)s cases were added.", n) % {"n": n},
            )
            return redirect("staff:meeting", pk)
    rows = [(case, title_of(case.version), proposal(case)[0]) for case in page.object_list]
    context = {
        "one": one, "page": page, "rows": rows, "questions": found.questions, "text": found.text,
        "reason": permissions.cannot_change_agenda(one, user, on=clock.today()),
    }  # fmt: skip
    return render(request, "staff/meeting_due.html", context)


def _chosen(request: HttpRequest, rows: Any) -> list[Application]:
    if request.POST.get("which") == "all":
        return list(rows)
    keys = []
    for text in request.POST.getlist("case"):
        keys.append(_key(text))
    return list(rows.filter(pk__in=keys))


@officer_required
@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, pk: UUID, key: UUID) -> HttpResponse:
    """One item: what was laid before the meeting, and what its minutes say."""
    one, user = _item(request, pk, key), who(request)
    form = ResultForm(request.POST or None, item=one)
    if request.method == "POST" and form.is_valid():
        try:
            deliberation.enter(one, form.said, by=user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Entered. A second officer confirms it by the minutes."))
            following = one.meeting.items.filter(result="", ended_at=None).first()
            if following is not None:
                return redirect("staff:meeting-item", pk, following.pk)
            return redirect("staff:meeting", pk)
    context = {
        "one": one, "meeting": one.meeting, "form": form, "title": title_of(one.application.version),
        "review": review_words(one.summary), "publicity": publicity_words(one.summary),
        "reason": permissions.cannot_enter(one, user, on=clock.today()),
    }  # fmt: skip
    return render(request, "staff/meeting_item.html", context)


@officer_required
@require_GET
def printed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The material of the meeting on paper; no number of a person stands on it."""
    one = _found(request, pk)
    rows = [
        (item, title_of(item.application.version), review_words(item.summary), publicity_words(item.summary))
        for item in one.items.select_related("application__version")
    ]
    whole, each = sums_to_show(one)
    return render(
        request, "staff/meeting_print.html", {"one": one, "rows": rows, "whole": whole, "each": each}
    )


@officer_required
@require_GET
def export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The agenda with its results as a spreadsheet, as narrowed on the page."""
    one = _found(request, pk)
    try:
        found = items_asked(request, one)
    except Unclear as why:
        return unclear(request, why)
    name = f"{one.name} {one.planned_on.isoformat()}.xlsx"
    return download(workbook(headings(), [cells(row) for row in found.rows]), name)


@officer_required
@require_GET
def sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sheet to fill in with the results."""
    one = _found(request, pk)
    content = workbook(HEADINGS, sheet_rows(one), text=True)
    return download(content, f"{one.name} {one.planned_on.isoformat()} 结果.xlsx")


@officer_required
@require_GET
def scan(request: HttpRequest, pk: UUID, page: int) -> HttpResponse:
    """A page of the minutes as a re-encoded picture, never the file as it came."""
    paper = get_object_or_404(MinutesPaper.objects.visible_to(who(request)), pk=pk)
    if not 1 <= page <= len(paper.previews):
        raise Http404
    content = files.read(paper.previews[page - 1])
    return HttpResponse(content, content_type="image/jpeg", headers={"Cache-Control": "private, no-store"})
