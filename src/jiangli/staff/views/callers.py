"""Somebody calls: find their case, make sure who they are, tell them how far it is. And whoever shows their card."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from jiangli import clock
from jiangli.accounts.queries import roles_of
from jiangli.accounts.roles import Role
from jiangli.applications import actions as applications
from jiangli.applications.actions.calls import MOST
from jiangli.applications.finding import reachable
from jiangli.applications.models import Application
from jiangli.applications.permissions import cannot_use_counter
from jiangli.applications.status import Status
from jiangli.refused import Refused
from jiangli.staff.calling import letters_of, money_of, question_of, told_of
from jiangli.staff.gate import officer_required, who
from jiangli.staff.keying import CallerForm, CardForm, SearchForm
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.views.counter import keep_slips

FOUND, CHECKED = "callers_found", "callers_checked"  # in the session: keys of cases; case → until when
CALL = timedelta(minutes=30)


@officer_required
@never_cache
@require_http_methods(["GET", "POST"])
def callers(request: HttpRequest) -> HttpResponse:
    """One box. What is typed goes by POST and is never kept: it may be a number of somebody."""
    form = SearchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = applications.search(form.cleaned_data["q"], by=who(request), at=clock.now())
        except Refused as refusal:
            form.add_error("q", str(refusal))
        else:
            request.session[FOUND] = [str(pk) for pk in found]
            return redirect("staff:caller", found[0]) if len(found) == 1 else redirect("staff:callers")
    kept = request.session.get(FOUND) if request.method == "GET" else None
    cases = reachable(who(request)).filter(pk__in=kept or []).order_by("-started_at", "pk")
    try:
        only(request, "page")
        page = page_of(cases.select_related("claimant", "organisation", "version"), request)
    except Unclear as why:
        return unclear(request, why)
    context = {
        "form": form,
        "searched": kept is not None,
        "page": page,
        "rows": [told_of(case, on=clock.today()) for case in page.object_list],
        "capped": len(kept or []) >= MOST,
    }
    return render(request, "staff/callers.html", context)


def _find(request: HttpRequest, pk: UUID) -> Application:
    return get_object_or_404(reachable(who(request)).select_related("claimant", "organisation"), pk=pk)


def _is_checked(request: HttpRequest, case: Application) -> bool:
    until = request.session.get(CHECKED, {}).get(str(case.pk))
    return until is not None and datetime.fromisoformat(until) > clock.now()


@officer_required
@never_cache
@require_http_methods(["GET", "POST"])
def caller(request: HttpRequest, pk: UUID) -> HttpResponse:
    """First the two questions; once the caller could answer, everything they may hear on one page."""
    case = _find(request, pk)
    if request.method == "POST" and "wrong" in request.POST:
        return _not_known(request, case)
    form = CallerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        try:
            applications.check_caller(case, form.cleaned_data["tail"], by=who(request), at=now)
        except Refused as refusal:
            form.add_error("tail", str(refusal))
        else:
            kept = request.session.get(CHECKED, {})
            request.session[CHECKED] = {**kept, str(case.pk): (now + CALL).isoformat()}
            return redirect("staff:caller", pk)
    if not _is_checked(request, case):
        context = {"case": case, "form": form, "ask": question_of(case)}
        return render(request, "staff/caller_check.html", context)
    today, roles = clock.today(), roles_of(who(request), on=clock.today())
    context = {
        "case": case,
        "told": told_of(case, on=today),
        "money": money_of(case, on=today),
        "letters": letters_of(case),
        "may_serve": Role.COUNTER in roles,
        "filed": case.status != Status.DRAFT,
    }
    return render(request, "staff/caller.html", context)


def _not_known(request: HttpRequest, case: Application) -> HttpResponse:
    """A name that is not right, or no answer at all: the call ends here."""
    applications.note_wrong_answers(case, by=who(request), at=clock.now())
    messages.info(request, _("Noted. Tell the caller nothing; ask them to come with their identity card."))
    return forget(request)


@officer_required
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """The call is over: nothing of it stays on this machine."""
    for key in (FOUND, CHECKED):
        request.session.pop(key, None)
    return redirect("staff:callers")


@officer_required
@never_cache
@require_http_methods(["GET", "POST"])
def card(request: HttpRequest) -> HttpResponse:
    """Somebody shows their identity card: a new query password with its slip, or a phone noted."""
    form = CardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer = _serve(request, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return answer
    reason = cannot_use_counter(who(request), on=clock.today())
    return render(request, "staff/card.html", {"form": form, "reason": reason})


def _serve(request: HttpRequest, form: CardForm) -> HttpResponse:
    given, by, now = form.cleaned_data, who(request), clock.now()
    person = applications.person_of_card(given["name"], given["id_number"], by=by, at=now)
    if request.POST.get("do") == "phone":
        applications.note_phone(person, given["phone"], by=by, at=now)
        messages.success(request, _("Noted. They prove it with a code when they sign in."))
        return redirect("staff:card")
    passwords = applications.renew_at_counter(person, by=by, at=now)
    keep_slips(request, passwords)
    return redirect("staff:slip", next(iter(passwords)).pk)
