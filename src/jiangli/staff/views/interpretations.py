"""政策解答 of one's agency: listed, asked for, settled by another approver, and withdrawn by two."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock
from jiangli.programmes import interpretations as readings
from jiangli.programmes.models import Interpretation, Programme, Reading, Two
from jiangli.programmes.queries import rule
from jiangli.programmes.two import cannot_settle, cannot_take_back
from jiangli.refused import Refused
from jiangli.staff.forms import ReasonForm
from jiangli.staff.gate import office, officer_required, who
from jiangli.staff.law_forms import InterpretForm
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.past import chosen, options
from jiangli.staff.views.adoptions import TONES
from jiangli.staff.words import pair, say, title_of
from jiangli.workbooks import Cell, download, workbook


def _asked(request: HttpRequest) -> tuple[Any, list[Any], str]:
    only(request, "page", "state", "kind", "q")
    state, kind = chosen(request, "state", Two.values), chosen(request, "kind", Reading.values)
    text = request.GET.get("q", "").strip()[:60]
    rows = Interpretation.objects.filter(agency=office(request))
    rows = rows.select_related("programme__version", "asked_by", "settled_by")
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if text:
        rows = rows.filter(Q(number__icontains=text) | Q(text__icontains=text) | Q(text_en__icontains=text))
    questions = [
        options("state", _("State"), Two.choices, state),
        options("kind", _("Kind"), Reading.choices, kind),
    ]
    return rows, questions, text


def about(row: Interpretation) -> str:
    """The programme, or the whole document, and what of it."""
    if row.programme:
        return title_of(row.programme.version)
    document = readings.issuers().get(row.document)
    return say(document.title) if document else row.document


def said(row: Interpretation) -> str:
    """What it says, in short."""
    return row.get_decision_display() if row.kind == Reading.LIMIT else pair(row.subject, str(row.value))


@officer_required
@require_GET
def interpretations(request: HttpRequest) -> HttpResponse:
    try:
        rows, questions, text = _asked(request)
        page = page_of(rows, request)
    except Unclear as why:
        return unclear(request, why)
    found = [(row, about(row), said(row), TONES[Two(row.state)]) for row in page.object_list]
    context = {"page": page, "rows": found, "questions": questions, "text": text}
    return render(request, "staff/interpretations.html", context)


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    try:
        rows, _questions, _text = _asked(request)
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Number"), _("Published on"), _("For cases filed from"), _("Programme"), _("It says"), _("State"),
        _("Asked by"), _("Settled by"), _("Published text"),
    )  # fmt: skip
    cells: list[tuple[Cell, ...]] = [
        (
            row.number, row.dated, row.from_on, about(row), said(row), row.get_state_display(),
            str(row.asked_by), str(row.settled_by or ""), row.text,
        )
        for row in rows
    ]  # fmt: skip
    return download(workbook(headings, cells), f"{_('Interpretations')} {clock.today().isoformat()}.xlsx")


def _words(one: readings.Open) -> str:
    title = f"{say(one.title)[:80]}（{one.subject}）"
    return pair(title, str(one.now)) if one.kind == Reading.PARAMETER else title


@officer_required
@require_http_methods(["GET", "POST"])
def interpret(request: HttpRequest, code: str) -> HttpResponse:
    """The first officer's word on something a programme leaves open."""
    row = get_object_or_404(Programme.objects.with_law(), pk=code)
    law = rule(row.version)
    opens = {f"{one.kind}:{one.subject}": one for one in readings.open_readings(law)}
    subjects = [(key, _words(one)) for key, one in opens.items()]
    form = InterpretForm(request.POST or None, subjects=subjects, initial={"dated": clock.today()})
    reason = readings.cannot_ask(law.document.id, who(request), on=clock.today())
    if not reason and not opens:
        reason = _("This programme leaves nothing open.")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        one = opens[given.pop("subject")]
        programme = None if given.pop("whole") else row
        given["value"] = _value(given["value"], one.now) if one.kind == Reading.PARAMETER else None
        try:
            made = readings.ask(
                law.document.id, programme=programme, kind=one.kind, subject=one.subject, **given,
                by=who(request), at=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Asked. Another approver confirms it; then everybody can read it."))
            return redirect("staff:interpretation", made.pk)
    context = {"row": row, "title": title_of(row.version), "form": form, "reason": reason}
    return render(request, "staff/interpret.html", context)


def _value(text: str, now: object) -> bool | int | str | None:
    """What was written as the kind of value that stands there now; None if it is none."""
    text = text.strip()
    if isinstance(now, bool):
        return {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}.get(
            text.lower()
        )
    if isinstance(now, int):
        return int(text) if text.isdecimal() and len(text) < 12 else None
    return text or None


@officer_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One interpretation: what it says and changes, the second officer's word, and its end by two."""
    row = get_object_or_404(Interpretation.objects.filter(agency=office(request)), pk=pk)
    which = request.POST.get("which", "")
    refusing = ReasonForm(request.POST if which == "refuse" else None)
    ending = ReasonForm(request.POST if which == "ask_to_end" else None)
    form = refusing if which == "refuse" else ending
    try:
        if which in ACTS:
            ACTS[which](row, by=who(request), at=clock.now())
        elif which == "refuse" and form.is_valid():
            readings.refuse(row, reason=form.cleaned_data["reason"], by=who(request), at=clock.now())
        elif which == "ask_to_end" and form.is_valid():
            readings.ask_to_end(row, reason=form.cleaned_data["reason"], by=who(request), at=clock.now())
    except Refused as refusal:
        form.add_error(None, str(refusal)) if form.is_bound else messages.error(request, str(refusal))
    else:
        if which and not form.errors:
            messages.success(request, _("Done."))
            return redirect("staff:interpretation", pk)
    user, today = who(request), clock.today()
    context = {
        "one": row, "about": about(row), "said": said(row), "tone": TONES[Two(row.state)], "form": form,
        "refusing": refusing, "ending": ending,
        "changes": [(title_of(found.version), say(now.title), now.now) for found, now in readings.preview(row)],
        "cannot_settle": cannot_settle(row, user, on=today),
        "cannot_take_back": cannot_take_back(row, user, on=today),
        "cannot_ask_to_end": readings.cannot_ask_to_end(row, user, on=today),
        "cannot_end": readings.cannot_end(row, user, on=today),
    }  # fmt: skip
    return render(request, "staff/interpretation.html", context)


ACTS: dict[str, Any] = {"confirm": readings.confirm, "take_back": readings.take_back, "end": readings.end}
