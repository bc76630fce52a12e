"""The lines of a roster: the table, one line on its own page, and what one does with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiangli import clock, rules
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application, Line, LineState
from jiangli.applications.sheet import has_lines, has_roster
from jiangli.refused import Refused
from jiangli.reviews import actions as reviews
from jiangli.reviews import permissions
from jiangli.reviews import rosters as acts
from jiangli.reviews.overrides.permissions import cannot_ask_at_all
from jiangli.reviews.reveal import Shown
from jiangli.reviews.reveal import reveal as show_number
from jiangli.reviews.sheet import assess_line_to_show, is_behind, kept_to_show
from jiangli.rules import Programme
from jiangli.staff import rosters
from jiangli.staff.acts import LookUpForm
from jiangli.staff.exceptions import changes_of_line, exceptions_of, line_conditions
from jiangli.staff.exhibits import exhibits_of
from jiangli.staff.gate import officer_required, who
from jiangli.staff.line import StrikeForm, facts_of_line, findings_of_line, registers_of_line
from jiangli.staff.pages import Unclear, page_of, unclear
from jiangli.staff.party import mask
from jiangli.staff.views.case import find, head_of, opened
from jiangli.staff.words import fact_label, say
from jiangli.workbooks import Fen, download, workbook


def roster(request: HttpRequest, pk: UUID) -> tuple[Application, Programme]:
    """A case that has lines; 404 for one that has none."""
    application = find(request, pk)
    programme = programme_of(application)
    if not has_lines(programme):
        raise Http404
    return application, programme


def one(request: HttpRequest, pk: UUID, number: int) -> tuple[Application, Programme, Line]:
    application, programme = roster(request, pk)
    return application, programme, get_object_or_404(rosters.lines_of(application), number=number)


@officer_required
@require_GET
def lines(request: HttpRequest, pk: UUID) -> HttpResponse:
    application, programme = roster(request, pk)
    try:
        wanted = rosters.wanted_lines(request, application, programme)
        page = page_of(wanted.lines, request, rosters.LINES)
    except Unclear as why:
        return unclear(request, why)
    counts = rosters.counts_of(application)
    kept = kept_to_show(application)
    context = {
        "case": application,
        "head": head_of(application, opened(application)),
        "here": _("Lines"),
        "judged": has_roster(programme),
        "as_of": kept.at if kept else None,
        "behind": kept is not None and is_behind(application, kept),
        "cannot_act": permissions.cannot_look_up(application, who(request), on=clock.today()),
        "figures": rosters.figures_of(application, counts),
        "open_facts": rosters.open_facts(application, programme),
        "page": page,
        "rows": [rosters.row_of(line, programme) for line in page.object_list],
        "groups": _groups(wanted.form, counts, *rosters.troubled(application)),
        "chips": _chips(wanted.form),
        "kept": [{"name": "q", "value": wanted.form.cleaned_data["q"]}]
        if wanted.form.cleaned_data["q"]
        else [],
        "keep": [chip[:2] for chip in _chips(wanted.form) if chip[0] != "q"],
        "q": wanted.form.cleaned_data["q"],
    }
    return render(request, "staff/lines.html", context)


def _groups(form: rosters.LineFilters, counts: Any, failed: Any, opened: Any) -> list[dict[str, Any]]:
    """The filter panel; only conditions that some line fails or leaves open are offered."""
    groups = []
    for name in ("state", "condition"):
        numbers = counts if name == "state" else failed + opened
        options = [
            {
                "value": value,
                "label": words,
                "checked": value in form.cleaned_data[name],
                "count": numbers[value],
            }
            for value, words in form.fields[name].choices  # type: ignore[attr-defined]
            if numbers[value] or value in form.cleaned_data[name]
        ]
        groups.append({"legend": form.fields[name].label, "name": name, "options": options})
    changed = {"value": "yes", "label": form.fields["changed"].choices[0][1]}  # type: ignore[attr-defined]
    changed["checked"] = bool(form.cleaned_data["changed"])
    groups.append({"legend": form.fields["changed"].label, "name": "changed", "options": [changed]})
    return [group for group in groups if group["options"]]


def _chips(form: rosters.LineFilters) -> list[tuple[str, str, str]]:
    chips = []
    for name in ("state", "condition", "changed"):
        words = dict(form.fields[name].choices)  # type: ignore[attr-defined]
        chips += [(name, value, str(words[value])) for value in form.cleaned_data[name]]
    text = form.cleaned_data["q"]
    return [*chips, ("q", text, f"“{text}”")] if text else chips


@officer_required
@require_GET
def export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The filtered lines as a spreadsheet. No identity numbers, no phones."""
    application, programme = roster(request, pk)
    try:
        wanted = rosters.wanted_lines(request, application, programme)
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Line"), _("Name"), _("Certificate number"), _("Level"), _("State"), _("Amount (yuan)"),
        _("Cut from (yuan)"), _("Why"),
    )  # fmt: skip
    found = (rosters.row_of(line, programme) for line in wanted.lines.iterator(chunk_size=1000))
    cells = (
        (
            row.line.number, row.name, row.certificate, row.level, row.word, _fen(row.amount_fen),
            _fen(row.cut_fen), "\n".join(f"{reason.id} {reason.said}" for reason in row.reasons),
        )
        for row in found
    )  # fmt: skip
    return download(workbook(headings, cells), f"{application.number} {_('Lines')}.xlsx")


def _fen(amount: int | None) -> Fen | None:
    return None if amount is None else Fen(amount)


@officer_required
@require_GET
@never_cache
def line(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    return _line(request, *one(request, pk, number))


def _line(
    request: HttpRequest, application: Application, programme: Programme, line: Line, shown: str = ""
) -> HttpResponse:
    """One line; ``shown`` is the identity number in full, on this answer only."""
    assessed = assess_line_to_show(application, line, at=clock.now())
    if assessed is None:
        raise Http404
    kept, row = rosters.kept_of(line), rosters.row_of(line, programme)
    struck = line.strikes.filter(lifted_at=None).select_related("by").first()
    context = {
        "case": application,
        "head": head_of(application, opened(application)),
        "here": _("Line %(number)s") % {"number": line.number},
        "row": row,
        "struck": struck,
        "here_number": line.number,
        "changes": changes_of_line(application, line, assessed),
        "exceptions": exceptions_of(application, assessed, line),
        "may_except": cannot_ask_at_all(application, who(request), on=clock.today()) is None,
        "exceptable": line_conditions(programme) & set(rules.waivable(programme)),
        "struck_for": say(programme.condition(struck.condition).title) if struck else "",
        "conditions": findings_of_line(assessed, kept),
        "told": {finding.id for each in assessed.answer.lines or () for finding in each.told},
        "look": LineState.LOOK.label,
        "facts": facts_of_line(assessed, application, line),
        "number": mask(line.person.id_number, 4) if line.person else "",
        "shown": shown,
        "registers": registers_of_line(application, assessed, line),
        "exhibits": exhibits_of(application, request, line),
        "cannot_act": permissions.cannot_strike(application, line, who(request), on=clock.today()),
        "before": application.lines.filter(number__lt=line.number).values_list("number", flat=True).last(),
        "after": application.lines.filter(number__gt=line.number).values_list("number", flat=True).first(),
    }
    return render(request, "staff/line.html", context)


@officer_required
@require_POST
@never_cache
def reveal(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Show the identity number of a line's person in full, on this answer only, and remember who looked."""
    application, programme, line = one(request, pk, number)
    try:
        shown = show_number(application, what=Shown.ID_NUMBER, line=line, by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("staff:line", pk, number)
    return _line(request, application, programme, line, shown)


@officer_required
@require_http_methods(["GET", "POST"])
def look_up(request: HttpRequest, pk: UUID, number: int, fact: str) -> HttpResponse:
    """Note by hand what a fact of one line is and where one saw it."""
    application, programme, line = one(request, pk, number)
    if fact not in programme.facts_read or fact not in programme.dictionary:
        raise Http404
    form = LookUpForm(request.POST or None, request.FILES or None, fact=programme.dictionary[fact])
    reason = permissions.cannot_look_up(application, who(request), on=clock.today())
    reason = reason or permissions.cannot_be_looked_up(programme, fact)
    if request.method == "POST" and form.is_valid():
        try:
            reviews.look_up(
                application,
                found={fact: form.value},
                **form.where,
                line=line,
                by=who(request),
                at=clock.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Noted. The lines are checked again."))
            return redirect("staff:line", pk, number)
    reading = [each for each in programme.conditions if fact in each.facts]
    rows = [
        {"id": each.id, "title": say(each.title), "quote": each.basis.quote, "place": each.basis.clause}
        for each in reading
    ]
    more = {"label": fact_label(programme, fact), "reading": rows}
    return act_page(request, application, line, form, reason, "look-up", **more)


@officer_required
@require_http_methods(["GET", "POST"])
def strike(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Leave a line out, with a reason and a clause."""
    application, programme, line = one(request, pk, number)
    form = StrikeForm(request.POST or None, programme=programme)
    reason = permissions.cannot_strike(application, line, who(request), on=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            acts.strike(line, **form.cleaned_data, by=who(request), at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The line is struck off. It is not paid."))
            return redirect("staff:line", pk, number)
    return act_page(request, application, line, form, reason, "strike")


def act_page(
    request: HttpRequest,
    application: Application,
    line: Line,
    form: Any,
    reason: str | None,
    name: str,
    **more: Any,
) -> HttpResponse:
    context = {
        "case": application,
        "head": head_of(application, opened(application)),
        "line": line,
        "name": rosters.name_of(line),
        "form": form,
        "reason": reason,
        **more,
    }
    return render(request, f"staff/{name}.html", context)


@officer_required
@require_POST
def restore(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    _application, _programme, line = one(request, pk, number)
    try:
        acts.restore(line, by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The line is back on the roster."))
    return redirect("staff:line", pk, number)


@officer_required
@require_POST
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Assess all lines anew."""
    application, _programme = roster(request, pk)
    try:
        kept = acts.check_again(application, by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        n = len(kept.lines)
        said = ngettext("%(n)s line was checked again.", "%(n)s lines were checked again.", n) % {"n": n}
        messages.success(request, said)
    return redirect("staff:lines", pk)
