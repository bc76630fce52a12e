"""Exceptions: asked for a case or a line, settled by a second officer, listed by month; look-ups on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock, files, rules
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.refused import Refused
from jiangli.reviews.attachments.models import Attachment
from jiangli.reviews.overrides import actions as acts
from jiangli.reviews.overrides.models import Ground, Override
from jiangli.reviews.overrides.permissions import cannot_ask, cannot_confirm, cannot_withdraw
from jiangli.reviews.overrides.queries import by_month, by_programme
from jiangli.reviews.sheet import assess_line_to_show, assess_to_show
from jiangli.rules import Programme
from jiangli.staff.asked import boxes, chips, days
from jiangli.staff.excepted import BOXES, DAYS, Wanted, picture, visible, wanted
from jiangli.staff.exception_forms import AskForm, WhyForm
from jiangli.staff.exceptions import condition_title, told
from jiangli.staff.gate import officer_required, who
from jiangli.staff.pages import Unclear, page_of, unclear
from jiangli.staff.views.case import find, head_of, opened
from jiangli.staff.views.lines import one
from jiangli.staff.words import fact_label, title_of, value_in_words
from jiangli.workbooks import CSV, Fen, download, plain, workbook

MONTHS = 12


@officer_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, pk: UUID, condition: str, number: int | None = None) -> HttpResponse:
    """Ask for an exception from one condition of a case, or of one line of its roster."""
    application, line = find(request, pk), None
    if number is not None:
        application, _law, line = one(request, pk, number)
    programme = programme_of(application)
    if condition not in rules.waivable(programme):
        raise Http404
    shown = opened(application)
    at = clock.now()
    assessed = assess_line_to_show(application, line, at=at) if line else assess_to_show(application, at=at)
    reason = cannot_ask(application, who(request), assessed or shown, condition, line, on=clock.today())
    form = AskForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and not reason and form.is_valid():
        given = form.cleaned_data
        try:
            override = acts.ask_override(
                application,
                condition=condition,
                ground=Ground(given["ground"]),
                reason=given["reason"],
                papers=form.stored,
                line=line,
                by=who(request),
                at=clock.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Asked. It counts once a colleague confirms it."))
            return redirect("staff:override", override.pk)
    meant = programme.condition(condition)
    context = {
        "case": application,
        "head": head_of(application, shown),
        "form": form,
        "reason": reason,
        "title": condition_title(programme, condition),
        "quote": meant.basis.quote,
        "place": meant.basis.clause,
        "number": number,
    }
    return render(request, "staff/ask-override.html", context)


@officer_required
@require_http_methods(["GET", "POST"])
@never_cache
def override(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One exception, and what the second officer does with it."""
    rows = visible(request).select_related(
        "application__version", "line", "asked_by", "confirmed_by", "ended_by"
    )
    row = get_object_or_404(rows, pk=pk)
    which = request.POST.get("which", "")
    form = WhyForm(request.POST if which in {"refuse", "withdraw"} else None)
    if request.method == "POST" and _settled(request, row, which, form):
        return redirect("staff:override", pk)
    programme = programme_of(row.application)
    meant = programme.condition(row.condition)
    context = {
        **told(row, programme, opened(row.application)),
        "ground": row.get_ground_display(),
        "quote": meant.basis.quote,
        "place": meant.basis.clause,
        "rests": [
            (fact_label(programme, name), value if value is not None else _("Not known"))
            for name, value in row.rests_on.items()
        ],
        "attachments": row.attachments.all(),
        "form": form,
        "cannot_confirm": cannot_confirm(row, who(request), on=clock.today()),
        "cannot_withdraw": cannot_withdraw(row, who(request), on=clock.today()),
    }
    return render(request, "staff/override.html", context)


def _settled(request: HttpRequest, row: Override, which: str, form: WhyForm) -> bool:
    """Whether it was done; else the refusal is said at the form."""
    if which not in {"confirm", "refuse", "withdraw"} or (form.is_bound and not form.is_valid()):
        return False
    by, at = who(request), clock.now()
    try:
        if which == "confirm":
            acts.confirm_override(row, by=by, at=at)
        elif which == "refuse":
            acts.refuse_override(row, reason=form.cleaned_data["reason"], by=by, at=at)
        else:
            acts.withdraw_override(row, reason=form.cleaned_data["reason"], by=by, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Done."))
    return True


@officer_required
@require_GET
@never_cache
def attachment(request: HttpRequest, pk: UUID, page: int) -> HttpResponse:
    """A page of an attachment as a re-encoded picture, never the file as it came."""
    row = get_object_or_404(Attachment.objects.visible_to(who(request)).select_related("application"), pk=pk)
    find(request, row.application_id)  # not of one's own case
    if not 1 <= page <= len(row.previews):
        raise Http404
    content = files.read(row.previews[page - 1])
    return HttpResponse(content, content_type="image/jpeg", headers={"Cache-Control": "private, no-store"})


@officer_required
@require_GET
def overrides(request: HttpRequest) -> HttpResponse:
    try:
        looked_at = wanted(request)
        page = page_of(looked_at.rows, request)
    except Unclear as why:
        return unclear(request, why)
    form = looked_at.form
    context = {
        "page": page,
        "rows": [told(row, programme_of(row.application)) for row in page.object_list],
        "chips": chips(form, BOXES, DAYS),
        "groups": [*boxes(form, BOXES), days(form, DAYS, _("Day of asking"))],
        "chart": _chart(looked_at),
        "sums": by_programme_in_words(looked_at),
    }
    return render(request, "staff/overrides.html", context)


def by_programme_in_words(looked_at: Wanted) -> list[dict[str, Any]]:
    titles = {row.application.programme_code: title_of(row.application.version) for row in looked_at.rows}
    return [
        {"agency": agency, "programme": titles.get(code, code), "n": n, "fen": fen}
        for agency, code, n, fen in by_programme(looked_at.rows)
    ]


def _chart(looked_at: Wanted) -> dict[str, Any] | None:
    found = by_month(looked_at.rows)[-MONTHS:]
    if not found:
        return None
    total = sum(n for _month, n, _fen in found)
    return {
        "finding": _("%(total)s exceptions were asked for") % {"total": total},
        "svg": picture(found),
        "table": {
            "caption": _("Exceptions by month"),
            "head": [
                {"label": _("Month")},
                {"label": _("Exceptions"), "number": True},
                {"label": _("Approved in these cases (yuan)"), "number": True},
            ],
            "rows": [[month, n, rules.money_text(fen)] for month, n, fen in found],
        },
    }


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a spreadsheet; no names of claimants."""
    try:
        looked_at = wanted(request)
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Case"), _("Programme"), _("Agency"), _("Line"), _("Condition"), _("Ground"), _("Reason"), _("State"),
        _("Asked by"), _("Asked on"), _("Confirmed by"), _("Confirmed on"), _("Approved (yuan)"),
    )  # fmt: skip
    cells = (
        (
            row.application.number, title_of(row.application.version), row.agency.short_name,
            row.line.number if row.line else "",
            condition_title(programme_of(row.application), row.condition), str(row.get_ground_display()),
            row.reason, str(row.get_state_display()), str(row.asked_by), clock.day_of(row.asked_at),
            str(row.confirmed_by or ""), clock.day_of(row.confirmed_at) if row.confirmed_at else "",
            Fen(row.paid_fen) if row.paid_fen else "",
        )
        for row in looked_at.rows
    )  # fmt: skip
    return download(workbook(headings, cells), f"{_('Exceptions')} {clock.today().isoformat()}.xlsx")


@officer_required
@require_GET
def months(request: HttpRequest) -> HttpResponse:
    """The months of the filtered list as CSV: what stands under the chart."""
    try:
        looked_at = wanted(request)
    except Unclear as why:
        return unclear(request, why)
    head = (_("Month"), _("Exceptions"), _("Approved in these cases (yuan)"))
    rows = [(month, n, rules.money_text(fen)) for month, n, fen in by_month(looked_at.rows)]
    return download(plain([head, *rows]), "exceptions-by-month.csv", CSV)


@officer_required
@require_GET
@never_cache
def look_ups(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All look-ups of a case on a sheet to print: who, where, when, what was found, and whether a picture is kept."""
    application = find(request, pk)
    programme = programme_of(application)
    context = {
        "case": application,
        "title": title_of(application.version) if application.version else "",
        "rows": list(_looked(application, programme)),
        "today": clock.today(),
    }
    return render(request, "staff/look-ups.html", context)


def _looked(application: Application, programme: Programme) -> Any:
    """One row for each act and fact, however many lines it was for."""
    acts_of = application.look_ups.order_by("at").values(
        "at", "by__name", "place", "site", "note", "fact", "found", "value", "picture"
    )
    pictures = {row.pk: row for row in application.attachments.all()}
    for row in acts_of.annotate(n=Count("pk"), of_lines=Count("line"), number=Min("line__number")):
        shown = pictures.get(row["picture"])
        yield row | {
            "label": fact_label(programme, row["fact"]),
            "said": value_in_words(programme, row["fact"], row["value"]) if row["found"] else _("Not found"),
            "who": row["by__name"],
            "shown": shown,
        }
