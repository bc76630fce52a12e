"""Findings of fraud, bans, and money to come back: lists, one of each, and what an officer does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock, files
from jiangli.accounts.models import User
from jiangli.applications.models import Application
from jiangli.payments.recovery import actions as recovering
from jiangli.payments.recovery import permissions as recovery_permissions
from jiangli.payments.recovery import undoing
from jiangli.payments.recovery.models import RecoveryCase
from jiangli.payments.recovery.status import RecoveryState
from jiangli.refused import Refused
from jiangli.registers.bans import actions as banning
from jiangli.registers.bans import permissions as ban_permissions
from jiangli.registers.bans.models import Ban
from jiangli.registers.bans.queries import document_title, last_day, reach
from jiangli.reviews.fraud import actions as fraud
from jiangli.reviews.fraud import permissions
from jiangli.reviews.fraud.models import Finding, FindingPaper, FindingState
from jiangli.staff.forms import ReasonForm
from jiangli.staff.fraud_forms import (
    DescribeForm,
    IncludeForm,
    InvolveForm,
    PaperForm,
    RecordForm,
    RepaymentForm,
)
from jiangli.staff.gate import officer_required, who
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.past import chosen, options
from jiangli.staff.views.case import find
from jiangli.staff.words import say, title_of
from jiangli.workbooks import Fen, download, workbook

# An act by its name: the form it needs, if any, and what it does with what was given, at an hour.
Acts = dict[str, tuple[Any, Callable[[dict[str, Any], Any], object]]]
BAN_IN = {
    "standing": Q(lifted_at=None, lift_asked_at=None),
    "asked": Q(lifted_at=None, lift_asked_at__isnull=False),
    "lifted": Q(lifted_at__isnull=False),
}


def _tabs(here: str) -> list[dict[str, Any]]:
    names = (("findings", _("Findings")), ("bans", _("Bans")), ("recoveries", _("Money to come back")))
    return [
        {"label": label, "url": reverse(f"staff:{name}"), "current": name == here, "count": None}
        for name, label in names
    ]


def _asked(request: HttpRequest, kind: str) -> tuple[QuerySet[Any], list[Any], str]:
    """The rows of one of the three lists, narrowed by state and by a name or number."""
    only(request, "page", "state", "q")
    text = request.GET.get("q", "").strip()
    if len(text) > 60:
        raise Unclear(_("At most 60 characters can be searched for."))
    user = who(request)
    rows: QuerySet[Any]
    choices: list[tuple[Any, Any]]
    if kind == "findings":
        choices, number, prefix = list(FindingState.choices), "number", ""
        rows = Finding.objects.visible_to(user).select_related("person", "organisation")
    elif kind == "bans":
        words = (_("Standing"), _("Asked to be lifted"), _("Lifted"))
        choices, number, prefix = [*zip(BAN_IN, words, strict=True)], "finding_number", ""
        rows = Ban.objects.visible_to(user).select_related("person", "organisation")
    else:
        choices, number, prefix = list(RecoveryState.choices), "number", "finding__"
        rows = RecoveryCase.objects.visible_to(user).select_related(
            "finding__person", "finding__organisation", "payer", "application__version"
        )
    state = chosen(request, "state", [code for code, _label in choices])
    if state and kind == "bans":
        rows = rows.filter(BAN_IN[state])
    elif state:
        rows = rows.filter(Q(state=state))
    if text:
        named = Q(**{f"{prefix}person__name__icontains": text}) | Q(
            **{f"{prefix}organisation__name__icontains": text}
        )
        rows = rows.filter(named | Q(**{f"{number}__icontains": text}))
    return rows, [options("state", _("State"), choices, state)], text


def _cells(kind: str, row: Any) -> tuple[Any, ...]:
    """What a list and its spreadsheet say of a row, name first."""
    if kind == "findings":
        return (row.party.name, row.number, clock.day_of(row.recorded_at), row.get_state_display())
    if kind == "bans":
        until = last_day(row) or _("while the document is in force")
        word = {"standing": _("Standing"), "asked": _("Asked to be lifted"), "lifted": _("Lifted")}[row.state]
        return (row.party.name, row.finding_number, say(document_title(row)), row.from_on, until, word)
    return (
        row.finding.party.name, row.number, row.application.number, row.payer.short_name, Fen(row.amount_fen),
        Fen(row.recovered_fen), row.due_on, row.get_state_display(),
    )  # fmt: skip


def _headings(kind: str) -> tuple[str, ...]:
    if kind == "findings":
        return (_("Name"), _("Number"), _("Recorded"), _("State"))
    if kind == "bans":
        return (_("Name"), _("Number"), _("Document"), _("From"), _("Until"), _("State"))
    return (
        _("Name"), _("Number"), _("Acceptance number"), _("Who pays"), _("To come back"), _("Back"),
        _("Last day"), _("State"),
    )  # fmt: skip


ONE = {"findings": "staff:finding", "bans": "staff:ban", "recoveries": "staff:recovery"}


def _titles(kind: str) -> str:
    return {"findings": _("Findings"), "bans": _("Bans"), "recoveries": _("Money to come back")}[kind]


@officer_required
@require_GET
def listed(request: HttpRequest, kind: str) -> HttpResponse:
    try:
        found, questions, text = _asked(request, kind)
        page = page_of(found, request)
    except Unclear as why:
        return unclear(request, why)
    rows = [(reverse(ONE[kind], args=[row.pk]), *_split(kind, row)) for row in page.object_list]
    context = {
        "tabs": _tabs(kind), "page": page, "rows": rows, "questions": questions, "text": text,
        "title": _titles(kind), "headings": _headings(kind), "export": reverse(f"staff:{kind}-export"),
    }  # fmt: skip
    return render(request, "staff/fraud_list.html", context)


def _split(kind: str, row: Any) -> tuple[str, list[Any]]:
    name, *rest = _cells(kind, row)
    return name, [cell if not isinstance(cell, Fen) else f"{cell / 100:,.2f}" for cell in rest]


@officer_required
@require_GET
def export(request: HttpRequest, kind: str) -> HttpResponse:
    try:
        found, _questions, _text = _asked(request, kind)
    except Unclear as why:
        return unclear(request, why)
    rows = [_cells(kind, row) for row in found]
    return download(workbook(_headings(kind), rows), f"{_titles(kind)} {clock.today().isoformat()}.xlsx")


@officer_required
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin a finding about a case, or add the case to one that is being prepared."""
    application, user = find(request, pk), who(request)
    reason = permissions.cannot_record(application, user, on=clock.today())
    form = RecordForm(request.POST or None, application=application)
    if request.method == "POST" and form.is_valid():
        try:
            made = fraud.record_finding(
                application, what=form.cleaned_data["what"], conditions=form.cleaned_data["conditions"],
                by=user, at=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("staff:finding", made.pk)
    context = {"case": application, "form": form, "reason": reason, "title": title_of(application.version)}
    return render(request, "staff/fraud_record.html", context)


@officer_required
@require_http_methods(["GET", "POST"])
def finding(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One finding; ``which`` of its acts was sent."""
    user, today = who(request), clock.today()
    one = get_object_or_404(Finding.objects.visible_to(user).select_related("person", "organisation"), pk=pk)
    which, data = request.POST.get("which", ""), request.POST

    def bound(name: str) -> Any:
        return data if which == name else None

    described = {name: getattr(one, name) for name in ("what", "heard_on", "heard", "pay_back_by")}
    forms = {
        "describe": DescribeForm(bound("describe"), initial=described),
        "paper": PaperForm(bound("paper"), request.FILES if which == "paper" else None),
        "involve": InvolveForm(bound("involve"), candidates=permissions.candidates(one)),
        "include": IncludeForm(bound("include"), cases=_others(one, user)),
        "undo": ReasonForm(bound("undo-ask"), hint=_("A colleague confirms it.")),
        "end": ReasonForm(data if which in {"withdraw", "back", "close"} else None),
    }
    acts: Acts = {
        "describe": (forms["describe"], lambda given, at: fraud.describe(one, **given, by=user, at=at)),
        "paper": (forms["paper"], lambda given, at: fraud.add_paper(
            one, given["file"].name, given["file"].read(), by=user, at=at)),
        "involve": (forms["involve"], lambda given, at: fraud.involve(
            one, given["who"], part=given["part"], banned=given["banned"], by=user, at=at)),
        "include": (forms["include"], lambda given, at: fraud.include(one, given["case"], by=user, at=at)),
        "leave-out": (None, lambda given, at: fraud.leave_out(
            one, _of(one.cases, "application", data.get("case", "")).application, by=user, at=at)),
        "remove-paper": (None, lambda given, at: fraud.remove_paper(
            _of(one.papers, "pk", data.get("paper", "")), by=user, at=at)),
        "undo-ask": (forms["undo"], lambda given, at: undoing.ask_to_undo(
            one, reason=given["reason"], by=user, at=at)),
        "undo": (None, lambda given, at: undoing.undo(one, by=user, at=at)),
        "undo-leave": (None, lambda given, at: undoing.leave_found(one, by=user, at=at)),
        "propose": (None, lambda given, at: fraud.propose(one, by=user, at=at)),
        "confirm": (None, lambda given, at: recovering.confirm(one, by=user, at=at)),
        "withdraw": (forms["end"], lambda given, at: fraud.withdraw_finding(
            one, reason=given["reason"], by=user, at=at)),
        "back": (forms["end"], lambda given, at: fraud.send_back_finding(
            one, reason=given["reason"], by=user, at=at)),
        "close": (forms["end"], lambda given, at: recovering.close_finding(
            one, reason=given["reason"], by=user, at=at)),
    }  # fmt: skip
    if _done(request, which, acts):
        return redirect("staff:finding", pk)
    context = {
        "one": one,
        "cases": [(row.application, title_of(row.application.version), row.conditions)
                  for row in one.cases.select_related("application__version")],
        "papers": one.papers.filter(removed_at=None),
        "recoveries": RecoveryCase.objects.filter(finding=one).select_related("payer"),
        "bans": Ban.objects.filter(finding=one.pk).select_related("person", "organisation"),
        "forms": forms,
        "cannot_prepare": permissions.cannot_prepare(one, user, on=today),
        "cannot_propose": permissions.cannot_propose(one, user, on=today),
        "cannot_confirm": permissions.cannot_confirm(one, user, on=today),
        "cannot_back": permissions.cannot_send_back(one, user, on=today),
        "cannot_withdraw": permissions.cannot_withdraw_finding(one, user, on=today),
        "cannot_ask_undo": undoing.cannot_ask_to_undo(one, user, on=today),
        "cannot_undo": undoing.cannot_undo(one, user, on=today),
        "may_leave": one.undo_asked_by_id == user.pk,
        "stands": one.state in undoing.STANDS,
        "cannot_close": recovery_permissions.cannot_close(one, user, on=today),
    }  # fmt: skip
    return render(request, "staff/finding.html", context)


def _others(one: Finding, user: User) -> QuerySet[Application]:
    """The other cases of the party that the officer sees and that are handed in."""
    named = {"claimant": one.person} if one.person else {"organisation": one.organisation, "claimant": None}
    rows = Application.objects.visible_to(user).filter(**named).exclude(number=None)
    return rows.exclude(findings__finding=one).select_related("version").order_by("-number")


def _of(rows: Any, name: str, key: str) -> Any:
    """The one of a finding's own rows that was named; not found otherwise."""
    try:
        return rows.get(**{name: UUID(key)})
    except (ValueError, ObjectDoesNotExist) as error:
        raise Http404 from error


def _done(request: HttpRequest, which: str, acts: Acts) -> bool:
    """Whether the act that was sent was done; its form shows the refusal otherwise."""
    if which not in acts:
        return False
    form, act = acts[which]
    if form is not None and not form.is_valid():
        return False
    try:
        act(form.cleaned_data if form is not None else {}, clock.now())
    except Refused as refusal:
        if form is None:
            messages.error(request, str(refusal))
            return True
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Done."))
    return True


@officer_required
@require_GET
def paper(request: HttpRequest, pk: UUID, page: int) -> HttpResponse:
    """A page of a paper as a re-encoded picture, never the file as it came."""
    item = get_object_or_404(FindingPaper.objects.visible_to(who(request)), pk=pk)
    if not 1 <= page <= len(item.previews):
        raise Http404
    content = files.read(item.previews[page - 1])
    return HttpResponse(content, content_type="image/jpeg", headers={"Cache-Control": "private, no-store"})


@officer_required
@require_http_methods(["GET", "POST"])
def ban(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, today, which = who(request), clock.today(), request.POST.get("which", "")
    one = get_object_or_404(Ban.objects.visible_to(user).select_related("person", "organisation"), pk=pk)
    form = ReasonForm(request.POST if which == "ask" else None, hint=_("A colleague confirms it."))
    acts: Acts = {
        "ask": (form, lambda given, at: banning.ask_to_lift(one, reason=given["reason"], by=user, at=at)),
        "lift": (None, lambda given, at: fraud.lift_ban(one, by=user, at=at)),
        "leave": (None, lambda given, at: banning.leave_standing(one, by=user, at=at)),
    }
    if _done(request, which, acts):
        return redirect("staff:ban", pk)
    context = {
        "one": one, "document": say(document_title(one)), "last_day": last_day(one), "reach": reach(one),
        "form": form, "cannot_ask": ban_permissions.cannot_ask_to_lift(one, user, on=today),
        "cannot_lift": ban_permissions.cannot_lift(one, user, on=today),
    }  # fmt: skip
    return render(request, "staff/ban.html", context)


@officer_required
@require_http_methods(["GET", "POST"])
def recovery(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, today, which = who(request), clock.today(), request.POST.get("which", "")
    found = RecoveryCase.objects.visible_to(user).select_related("finding__person", "finding__organisation")
    one = get_object_or_404(found.select_related("payer", "application__version"), pk=pk)
    entry = RepaymentForm(request.POST if which == "enter" else None)
    reason = ReasonForm(request.POST if which == "ask" else None, hint=_("A colleague confirms it."))
    acts: Acts = {
        "enter": (entry, lambda given, at: recovering.enter_repayment(
            one, amount_fen=int(given["amount"] * 100), received_on=given["received_on"],
            reference=given["reference"], by=user, at=at)),
        "ask": (reason, lambda given, at: recovering.ask_to_free(one, reason=given["reason"], by=user, at=at)),
        "free": (None, lambda given, at: recovering.free(one, by=user, at=at)),
    }  # fmt: skip
    if _done(request, which, acts):
        return redirect("staff:recovery", pk)
    context = {
        "one": one, "entry": entry, "reason": reason, "title": title_of(one.application.version),
        "cannot_enter": recovery_permissions.cannot_enter_repayment(one, user, on=today),
        "cannot_ask": recovery_permissions.cannot_ask_to_free(one, user, on=today),
        "cannot_free": recovery_permissions.cannot_free(one, user, on=today),
    }  # fmt: skip
    return render(request, "staff/recovery.html", context)
