"""Organisations: requests to act for them, what is known of them, who acts for them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiangli import clock, files
from jiangli.applications.models import Application
from jiangli.correspondence import organisations as acts
from jiangli.refused import Refused
from jiangli.registers import organisations as bodies
from jiangli.registers.models import Clerk, ClerkState, Letter, Organisation
from jiangli.registers.organisations import KIND, Number
from jiangli.registers.permissions import cannot_confirm, cannot_vouch
from jiangli.staff.forms import WordsForm
from jiangli.staff.gate import officer_required, who
from jiangli.staff.organisations import (
    ALL,
    CONFIRMED,
    REFUSED,
    WAITING,
    ConfirmForm,
    VouchForm,
    exhibits_of,
    history_of,
    kind_asked,
    kinds,
    known_of,
    numbers_of,
    requests_of,
    value_of,
    visible_organisations,
    words_asked,
)
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.words import status_word, title_of
from jiangli.workbooks import download, workbook


def _asked(request: HttpRequest) -> tuple[str, str, str, QuerySet[Any]]:
    """Which tab, which words, which kind, and the requests or organisations that answer."""
    only(request, "tab", "q", "kind", "page")
    requests = requests_of(who(request))
    tab = request.GET.get("tab") or (WAITING if requests[WAITING].exists() else ALL)
    text, kind = words_asked(request), kind_asked(request)
    if tab == ALL:
        found = visible_organisations(who(request))
        named = Q(name__icontains=text) | Q(credit_code__icontains=text)
        found = found.filter(named) if text else found
        found = found.filter(**{f"known__{KIND}": kind}) if kind else found
        active = Count("clerks", filter=Q(clerks__state=ClerkState.ACTIVE), distinct=True)
        return tab, text, kind, found.annotate(acting=active).order_by("name", "pk")
    if tab not in requests:
        raise Unclear(_("There is no list “%(name)s” here.") % {"name": tab[:20]})
    asked: QuerySet[Clerk] = requests[tab]
    named = Q(stated_name__icontains=text) | Q(organisation__name__icontains=text)
    named |= Q(organisation__credit_code__icontains=text) | Q(person__name__icontains=text)
    asked = asked.filter(named) if text else asked
    return tab, text, kind, asked.filter(stated_kind=kind) if kind else asked


def _tabs(request: HttpRequest, tab: str) -> list[dict[str, Any]]:
    names = {WAITING: _("To confirm"), CONFIRMED: _("Confirmed"), REFUSED: _("Not confirmed")}
    tabs = [
        {
            "label": names[code],
            "count": rows.count(),
            "url": f"?tab={code}",
            "current": code == tab,
        }
        for code, rows in requests_of(who(request)).items()
    ]
    every = visible_organisations(who(request)).count()
    return [
        *tabs,
        {"label": _("All organisations"), "count": every, "url": f"?tab={ALL}", "current": tab == ALL},
    ]


@officer_required
@require_GET
def organisations(request: HttpRequest) -> HttpResponse:
    """Requests that wait, those that were answered, and every organisation the officer deals with."""
    try:
        tab, text, kind, found = _asked(request)
        page: Page[Any] = page_of(found, request)
    except Unclear as why:
        return unclear(request, why)
    rows = [(row, value_of(KIND, _kind(row, tab)) if _kind(row, tab) else "") for row in page.object_list]
    context = {
        "tab": tab,
        "text": text,
        "kind": kind,
        "kinds": kinds(),
        "tabs": _tabs(request, tab),
        "page": page,
        "rows": rows,
    }
    return render(request, "staff/organisations.html", context)


def _kind(row: Any, tab: str) -> str:
    return str(row.known.get(KIND, "")) if tab == ALL else str(row.stated_kind)


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The list as a spreadsheet. No identity numbers, no phones, no accounts."""
    try:
        tab, _text, _kind_asked, found = _asked(request)
    except Unclear as why:
        return unclear(request, why)
    code, kind = _("Unified social credit code"), _("Kind")
    if tab == ALL:
        headings: tuple[str, ...] = (_("Organisation"), code, kind, _("Clerks"))
        rows: list[tuple[Any, ...]] = [
            (row.name, row.credit_code, value_of(KIND, _kind(row, tab)), row.acting) for row in found
        ]
    else:
        headings = (_("Organisation"), code, kind, _("Asked by"), _("Asked on"), _("State"), _("Answered by"),
                    _("Reason"))  # fmt: skip
        rows = [
            (
                row.stated_name or row.organisation.name, row.organisation.credit_code,
                value_of(KIND, row.stated_kind), row.person.name, clock.day_of(row.asked_at),
                row.get_state_display(), str(row.settled_by or ""), row.reason,
            )
            for row in found
        ]  # fmt: skip
    return download(workbook(headings, rows), f"{_('Organisations')} {clock.today().isoformat()}.xlsx")


def _find(request: HttpRequest, pk: UUID) -> Clerk:
    rows = Clerk.objects.visible_to(who(request)).select_related("organisation", "person", "asked_of")
    return get_object_or_404(rows, pk=pk)


@officer_required
@never_cache
@require_http_methods(["GET", "POST"])
def asked(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One request: the letter, what is known, who asks; confirm it or refuse it with a reason."""
    clerk = _find(request, pk)
    confirming = request.method == "POST" and "confirm" in request.POST
    refusing = request.method == "POST" and "refuse" in request.POST
    form = ConfirmForm(request.POST if confirming else None, clerk=clerk)
    words = _refusal(request.POST if refusing else None)
    try:
        if confirming and form.is_valid():
            given = form.cleaned_data
            acts.confirm(
                clerk,
                name=given["name"],
                facts=form.facts,
                head=given["head"],
                by=who(request),
                at=clock.now(),
            )
            messages.success(request, _("Confirmed. They get a message and can act for it now."))
            return redirect("staff:organisation", clerk.organisation_id)
        if refusing and words.is_valid():
            acts.refuse(clerk, reason=words.cleaned_data["text"], by=who(request), at=clock.now())
            messages.success(request, _("Refused. They get a message with your reason."))
            return redirect("staff:organisations")
    except Refused as refusal:
        if cannot_confirm(clerk, who(request), on=clock.today()):
            messages.error(request, str(refusal))
            return redirect("staff:organisation-asked", pk)
        (form if confirming else words).add_error(None, str(refusal))
    return _page(request, clerk, form, words)


def _refusal(data: Any) -> WordsForm:
    form = WordsForm(data, needed=True, label=_("Why not"), hint=_("Whoever asked reads this."))
    form.fields["text"].max_length = 300  # type: ignore[attr-defined]
    form.fields["text"].widget.attrs["maxlength"] = 300
    return form


def _page(
    request: HttpRequest,
    clerk: Clerk,
    form: ConfirmForm,
    words: WordsForm,
    shown: dict[str, str] | None = None,
) -> HttpResponse:
    context = {
        "clerk": clerk,
        "organisation": clerk.organisation,
        "stated_kind": value_of(KIND, clerk.stated_kind) if clerk.stated_kind else "",
        "known": known_of(clerk.organisation),
        "acting": clerk.organisation.clerks.active().select_related("person").order_by("-head", "asked_at"),
        "exhibits": exhibits_of(clerk, request),
        "numbers": numbers_of(clerk, shown or {}),
        "form": form,
        "words": words,
        "reason": cannot_confirm(clerk, who(request), on=clock.today()),
        "open": clerk.state == ClerkState.ASKED,
    }
    return render(request, "staff/organisation_asked.html", context)


@officer_required
@require_POST
@never_cache
def reveal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one number in full, on this answer only, and remember who looked."""
    clerk, what = _find(request, pk), request.POST.get("what", "")
    if what not in Number.values:
        return redirect("staff:organisation-asked", pk)
    try:
        number = bodies.reveal(clerk, what=Number(what), by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("staff:organisation-asked", pk)
    return _page(request, clerk, ConfirmForm(clerk=clerk), _refusal(None), {what: number})


@officer_required
@require_GET
def letter(request: HttpRequest, pk: UUID, page: int) -> HttpResponse:
    """Always the re-encoded picture, never the file as it came."""
    row = get_object_or_404(Letter.objects.visible_to(who(request)), pk=pk)
    if not 1 <= page <= len(row.previews):
        raise Http404
    return HttpResponse(
        files.read(row.previews[page - 1]),
        content_type="image/jpeg",
        headers={"Cache-Control": "private, no-store"},
    )


@officer_required
@never_cache
@require_http_methods(["GET", "POST"])
def organisation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One organisation: what is known and who vouched for it, its clerks, its cases, its account."""
    row = get_object_or_404(visible_organisations(who(request)), pk=pk)
    form = VouchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = {form.cleaned_data["fact"]: form.cleaned_data["value"]}
        try:
            bodies.vouch(row, facts, by=who(request), at=clock.now())
        except Refused as refusal:
            form.add_error("value", str(refusal))
        else:
            messages.success(request, _("Noted."))
            return redirect("staff:organisation", pk)
    try:
        only(request, "page")
        own = Application.objects.visible_to(who(request)).filter(organisation=row)
        page = page_of(own.select_related("version", "claimant").order_by("-started_at", "pk"), request)
    except Unclear as why:
        return unclear(request, why)
    return render(request, "staff/organisation.html", _shown(request, row, form, page))


def _shown(
    request: HttpRequest, row: Organisation, form: VouchForm, page: Page[Application]
) -> dict[str, Any]:
    clerks = row.clerks.select_related("person", "settled_by", "asked_of").order_by("-asked_at", "pk")
    return {
        "organisation": row,
        "known": known_of(row),
        "history": history_of(row),
        "clerks": clerks,
        "page": page,
        "cases": [(case, title_of(case.version), status_word(case.status)) for case in page.object_list],
        "form": form,
        "reason": cannot_vouch(row, who(request), on=clock.today()),
    }


@officer_required
@require_http_methods(["GET", "POST"])
def end_clerk(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a clerkship, with the reason; also that of a last head."""
    organisations = visible_organisations(who(request)).values("pk")
    rows = Clerk.objects.active().filter(organisation__in=organisations)
    clerk = get_object_or_404(rows.select_related("organisation", "person"), pk=pk)
    form = WordsForm(request.POST or None, needed=True, label=_("Why it ends"))
    if request.method == "POST" and form.is_valid():
        try:
            acts.end(clerk, reason=form.cleaned_data["text"], by=who(request), at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Ended. They get a message."))
            return redirect("staff:organisation", clerk.organisation_id)
    reason = cannot_vouch(clerk.organisation, who(request), on=clock.today())
    return render(request, "staff/organisation_end.html", {"clerk": clerk, "form": form, "reason": reason})
