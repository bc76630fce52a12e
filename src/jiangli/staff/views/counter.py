"""The counter: what is being entered, a paper form to key in, the slip to hand over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.applications import actions as applications
from jiangli.applications.actions import DiscardReason
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application, Evidence, EvidenceState
from jiangli.applications.permissions import (
    BACK_DAYS,
    cannot_discard,
    cannot_edit,
    cannot_enter,
    cannot_use_counter,
    is_own,
)
from jiangli.applications.queries import counter_cases, current_evidence, missing
from jiangli.applications.stages import Filer, agency_at, answer_by, filers
from jiangli.applications.status import Status
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import programmes_of, rule
from jiangli.refused import Refused
from jiangli.staff.gate import officer_required, who
from jiangli.staff.keying import FACT, FILE, DiscardForm, NewPaperForm, PaperForm, ReceivedForm
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.words import say
from jiangli.workbooks import download, workbook

SLIPS = "slips"  # in the session: case → query password, until the slip was shown


class Row(NamedTuple):
    case: Application
    programme: str
    days: int  # since the paper came in


def rows_of(cases: list[Application], *, on: date) -> list[Row]:
    return [
        Row(case, say(programme_of(case).title), (on - case.filed_on).days if case.filed_on else 0)
        for case in cases
    ]


def _wanted(request: HttpRequest) -> tuple[str, QuerySet[Application]]:
    """The tab and its cases: what is being entered, or what was returned for a correction."""
    only(request, "page", "state")
    state = request.GET.get("state", Status.DRAFT.value)
    if state not in {Status.DRAFT, Status.RETURNED}:
        raise Unclear(_("There is no list “%(name)s” here.") % {"name": state[:20]})
    cases = counter_cases(who(request)).filter(status=state)
    return state, cases.select_related("claimant", "organisation", "version", "entered_by")


@officer_required
@require_GET
def counter(request: HttpRequest) -> HttpResponse:
    """Paper forms that are not handed in yet, the oldest first, and those to be corrected."""
    today = clock.today()
    try:
        state, cases = _wanted(request)
        page = page_of(cases, request)
    except Unclear as why:
        return unclear(request, why)
    own = counter_cases(who(request))
    tabs = [
        {
            "label": label,
            "url": f"?state={code}",
            "count": own.filter(status=code).count(),
            "current": state == code,
        }
        for code, label in (
            (Status.DRAFT.value, _("Being entered")),
            (Status.RETURNED.value, _("To be corrected")),
        )
    ]
    context = {
        "tabs": tabs,
        "state": state,
        "page": page,
        "rows": rows_of(list(page.object_list), on=today),
        "reason": cannot_use_counter(who(request), on=today),
    }
    return render(request, "staff/counter.html", context)


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    try:
        state, cases = _wanted(request)
    except Unclear as why:
        return unclear(request, why)
    headings = (_("Applicant"), _("Programme"), _("Came in on"), _("Days"), _("Entered by"))
    rows = [
        (row.case.party.name, row.programme, row.case.received_on, row.days, str(row.case.entered_by))
        for row in rows_of(list(cases), on=clock.today())
    ]
    return download(workbook(headings, rows), f"{state} {clock.today().isoformat()}.xlsx")


def _programmes(user: User, *, on: date) -> list[Programme]:
    """What the officer's agency takes on paper: today, or of what came in within the days one may go back."""
    first = on - timedelta(days=BACK_DAYS)
    return [
        row
        for row in programmes_of(user.agency_id or "")
        if any(
            cannot_enter(row, on=day, filer=filer) is None
            for day in (on, first)
            for filer in filers(rule(row.version)) - {Filer.AGENCY}
        )
    ]


@officer_required
@require_http_methods(["GET", "POST"])
def new_paper(request: HttpRequest) -> HttpResponse:
    """Whose form it is; then the form itself."""
    user, today = who(request), clock.today()
    reason = cannot_use_counter(user, on=today)
    form = NewPaperForm(request.POST or None, programmes=_programmes(user, on=today))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            case = applications.enter(
                given["programme"],
                form.paper,
                received_on=given["received_on"],
                why=given["why"],
                by=user,
                at=clock.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if given["phone"] and case.claimant and case.claimant.contact != given["phone"].strip():
                messages.warning(request, _("Another phone is known of this person; messages go there."))
            return redirect("staff:keyed", case.pk)
    if form.is_bound:
        form.is_valid()
    form.mark_needed()
    return render(request, "staff/counter_new.html", {"form": form, "reason": reason})


def _find(request: HttpRequest, pk: UUID) -> Application:
    case = get_object_or_404(counter_cases(who(request)), pk=pk)
    if is_own(case, [who(request)]):
        raise Http404
    return case


@officer_required
@never_cache
@require_http_methods(["GET", "POST"])
def keyed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The whole form on one page. Whatever can be read is kept, even if something else cannot."""
    case = _find(request, pk)
    law, reason = programme_of(case), cannot_edit(case, who(request))
    files = request.FILES if request.method == "POST" else None
    form = PaperForm(request.POST or None, files, application=case, law=law)
    if request.method == "POST" and reason is None:
        form.is_valid()
        case = _keep(request, case, form)
        if form.is_valid() and request.POST.get("do") == "submit":
            if answer := _hand_in(request, case, form):
                return answer
        elif form.is_valid():
            messages.success(request, _("Kept. You can go on at any time."))
            return redirect("staff:keyed", pk)
    if form.is_bound:
        form.is_valid()
    form.mark_needed()
    there: dict[str, list[Evidence]] = {}
    for item in current_evidence(case):
        there.setdefault(item.material, []).append(item)
    context = {
        "case": case,
        "title": say(law.title),
        "form": form,
        "reason": reason,
        "scans": [(*scan, there.get(scan[0], [])) for scan in form.scans],
        "gaps": [{"label": gap.label, "at": _place(gap.part)} for gap in missing(case, on=clock.today())],
        "received": ReceivedForm(initial={"received_on": case.received_on, "why": case.received_why}),
        "draft": case.status == Status.DRAFT,
        "unreadable": EvidenceState.UNREADABLE,
    }
    return render(request, "staff/keyed.html", context)


def _place(part: str) -> str:
    """Where on the page something is filled in."""
    if part == "account":
        return "id_account_name"
    return (
        f"id_{FILE}{part.removeprefix('material:')}" if part.startswith("material:") else f"id_{FACT}{part}"
    )


def _keep(request: HttpRequest, case: Application, form: PaperForm) -> Application:
    """Keep each part by itself; what is refused is said at its place."""
    try:
        if form.stated or form.account:
            case = applications.save_answers(
                case, stated=form.stated, account=form.account, by=who(request), at=clock.now()
            )
    except Refused:
        case = _keep_each(request, case, form)
    for material, _field, _optional in form.scans:
        for file in form.cleaned_data.get(FILE + material) or []:
            _keep_scan(request, case, form, material, file)
    return case


def _keep_each(request: HttpRequest, case: Application, form: PaperForm) -> Application:
    """One by one, because one answer was refused: it is said at its field, and the others are kept."""
    parts: list[tuple[str | None, dict[str, Any]]] = [
        (FACT + name, {"stated": {name: value}}) for name, value in form.stated.items()
    ]
    for field, part in [*parts, (None, {"account": form.account})]:
        try:
            case = applications.save_answers(case, **part, by=who(request), at=clock.now())
        except Refused as refusal:
            form.add_error(field, str(refusal))
    return case


def _keep_scan(
    request: HttpRequest, case: Application, form: PaperForm, material: str, file: UploadedFile[bytes]
) -> None:
    try:
        if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
            limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
            raise Refused(
                _("This file is larger than %(limit)s MB. Scan it at a lower resolution.") % {"limit": limit}
            )
        applications.add_evidence(
            case, material, file.name or "", file.read(), by=who(request), at=clock.now()
        )
    except Refused as refusal:
        form.add_error(FILE + material, _("%(name)s: %(why)s") % {"name": file.name, "why": refusal})


def _hand_in(request: HttpRequest, case: Application, form: PaperForm) -> HttpResponse | None:
    try:
        done = applications.submit(case, by=who(request), at=clock.now(), note=form.cleaned_data["note"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    if case.first_filed_at is not None:
        messages.success(request, _("Corrected and handed in again."))
        return redirect("staff:counter")
    if done.query_password:
        keep_slips(request, {done.application: done.query_password})
    return redirect("staff:slip", case.pk)


def keep_slips(request: HttpRequest, given: dict[Application, str]) -> None:
    """Hold query passwords until their slip is shown, which is once."""
    kept = request.session.get(SLIPS, {})
    request.session[SLIPS] = {**kept, **{str(case.pk): password for case, password in given.items()}}


@officer_required
@require_POST
def received(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note the day on which the paper came in."""
    case, form = _find(request, pk), ReceivedForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the day as 2025-06-03."))
        return redirect("staff:keyed", pk)
    given = form.cleaned_data
    try:
        applications.note_received(
            case, given["received_on"], why=given["why"], by=who(request), at=clock.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noted. This day counts."))
    return redirect("staff:keyed", pk)


@officer_required
@require_POST
def remove_scan(request: HttpRequest, pk: UUID, evidence: UUID) -> HttpResponse:
    case = _find(request, pk)
    item = get_object_or_404(Evidence, application=case, pk=evidence)
    try:
        applications.remove_evidence(item, by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("staff:keyed", pk)


@officer_required
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw away what was keyed in, with a reason."""
    case = _find(request, pk)
    form = DiscardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = DiscardReason(form.cleaned_data["reason"])
        try:
            applications.discard(case, reason, by=who(request), at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Discarded."))
            return redirect("staff:counter")
    why_not = cannot_discard(case, who(request))
    context = {"case": case, "title": say(programme_of(case).title), "form": form, "reason": why_not}
    return render(request, "staff/discard.html", context)


@officer_required
@never_cache
@require_GET
def slip(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The slip to print and hand over. The query password stands on it once; looked at again, it is gone."""
    case = get_object_or_404(
        Application.objects.visible_to(who(request)).exclude(number=None).exclude(status=Status.DRAFT), pk=pk
    )
    kept = request.session.get(SLIPS, {})
    password = kept.pop(str(pk), "")
    request.session[SLIPS] = kept
    law = programme_of(case)
    agency = agency_at(case)
    context = {
        "case": case,
        "title": say(law.title),
        "password": password,
        "agency": agency,
        "ask": (say(law.contact.name), law.contact.phone) if law.contact else (agency.name, agency.phone),
        "by_on": answer_by(case) if case.status == Status.SUBMITTED else None,
        "stages": [say(stage.title) for stage in law.stages if stage.kind != "file"],
        "others": [key for key in kept if key != str(pk)],
        "today": clock.today(),
    }
    return render(request, "staff/slip.html", context)
