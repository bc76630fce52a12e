"""What other bodies answered: bring a sheet in, key one answer in, look at the rows, confirm."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiangli import clock, files, pictures
from jiangli.accounts.models import Agency
from jiangli.applications.models import Application
from jiangli.refused import Refused
from jiangli.reviews.outside import actions as outside
from jiangli.reviews.outside import permissions
from jiangli.reviews.outside.models import Reply
from jiangli.reviews.outside.queries import standings_of
from jiangli.reviews.outside.status import ReplyKind, ReplyState, What
from jiangli.staff.exchanging import BringReplyForm, EnterForm, folders, own_bodies, tone
from jiangli.staff.gate import officer_required, who
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.past import chosen, options
from jiangli.staff.views.case import find, head_of, opened
from jiangli.workbooks import Fen, download, workbook


def _asked(request: HttpRequest, bodies: dict[str, Agency]) -> tuple[QuerySet[Any], list[Any]]:
    """The answers that the address asks for, and the questions of the filter form."""
    only(request, "page", "body", "kind", "state")
    asked = {
        "body": chosen(request, "body", bodies),
        "kind": chosen(request, "kind", ReplyKind.values),
        "state": chosen(request, "state", ReplyState.values),
    }
    found = Reply.objects.visible_to(who(request)).select_related("body", "brought_by", "confirmed_by")
    questions = [
        options("body", _("Body"), [(code, one.short_name) for code, one in bodies.items()], asked["body"]),
        options("kind", _("What it says"), ReplyKind.choices, asked["kind"]),
        options("state", _("State"), ReplyState.choices, asked["state"]),
    ]
    return found.filter(**{name: value for name, value in asked.items() if value}), questions


@officer_required
@require_http_methods(["GET", "POST"])
def replies(request: HttpRequest) -> HttpResponse:
    bodies, user, today = own_bodies(request), who(request), clock.today()
    form = BringReplyForm(request.POST or None, request.FILES or None, bodies=bodies)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            brought = outside.bring(
                bodies[given["body"]], ReplyKind(given["kind"]), given["file"].read(), whole=given["whole"],
                by=user, at=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("staff:reply", brought.pk)
    try:
        found, questions = _asked(request, bodies)
        page = page_of(found, request)
    except Unclear as why:
        return unclear(request, why)
    reasons = [permissions.cannot_exchange(body, user, on=today) for body in bodies.values()]
    nobody = [_("Your agency hands no cases over to another body.")]
    context = {
        "folders": folders(request, "replies"),
        "page": page,
        "rows": [(row, tone(row.state)) for row in page.object_list],
        "questions": questions,
        "form": form,
        "reason": None if None in reasons else (reasons or nobody)[0],
    }
    return render(request, "staff/replies.html", context)


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    try:
        found, _questions = _asked(request, own_bodies(request))
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Body"), _("What it says"), _("Brought in"), _("By"), _("Confirmed by"), _("State"), _("To enter"),
        _("Entered"),
    )  # fmt: skip
    rows = [
        (
            row.body.short_name, row.get_kind_display(), clock.day_of(row.brought_at), str(row.brought_by),
            str(row.confirmed_by or ""), row.get_state_display(), row.total, row.position,
        )
        for row in found
    ]  # fmt: skip
    return download(workbook(headings, rows), f"{_('Answers')} {clock.today().isoformat()}.xlsx")


def _reply(request: HttpRequest, pk: UUID) -> Reply:
    found = Reply.objects.visible_to(who(request)).select_related("body", "brought_by", "confirmed_by")
    one: Reply = get_object_or_404(found, pk=pk)
    return one


@officer_required
@require_GET
def reply(request: HttpRequest, pk: UUID) -> HttpResponse:
    one = _reply(request, pk)
    try:
        only(request, "page", "what")
        what = chosen(request, "what", What.values)
        rows = one.rows.select_related("application")
        page = page_of(rows.filter(what=what) if what else rows, request)
    except Unclear as why:
        return unclear(request, why)
    user, today = who(request), clock.today()
    counts = dict(one.rows.order_by().values_list("what").annotate(Count("pk")))
    mine = Application.objects.visible_to(user).filter(
        pk__in=[row.application_id for row in page.object_list]
    )
    context = {
        "one": one,
        "tone": tone(one.state),
        "page": page,
        "rows": [(row, tone(row.what)) for row in page.object_list],
        "mine": set(mine.values_list("pk", flat=True)),
        "tabs": _tabs(counts, what),
        "held": counts.get(What.HELD, 0),
        "pages": range(1, _scan_pages(one) + 1),
        "cannot_take": permissions.cannot_confirm(one, user, on=today),
        "cannot_throw": permissions.cannot_throw_away(one, user, on=today),
    }
    return render(request, "staff/reply.html", context)


def _tabs(counts: dict[str, int], what: str) -> list[dict[str, Any]]:
    tabs = [{"label": _("All"), "count": sum(counts.values()), "url": "?", "current": not what}]
    for code in What.values:
        if counts.get(code) or code == what:
            label, count = What(code).label, counts.get(code, 0)
            tabs.append({"label": label, "count": count, "url": f"?what={code}", "current": what == code})
    return tabs


@officer_required
@require_GET
def export_rows(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every row and what became of it."""
    one = _reply(request, pk)
    headings = (
        _("Row"), _("Number"), _("Name"), _("Day"), _("Number of its paper"), _("Amount (yuan)"),
        _("Result"), _("Its reason"), _("Explanation"),
    )  # fmt: skip
    rows = [
        (
            row.number, row.reference, row.name, row.on, row.document,
            Fen(row.amount_fen) if row.amount_fen is not None else None, row.get_what_display(), row.reason,
            row.say,
        )
        for row in one.rows.all()
    ]  # fmt: skip
    return download(workbook(headings, rows), f"{one.body.short_name} {one.brought_at:%Y-%m-%d}.xlsx")


def _scan_pages(one: Reply) -> int:
    return sum(1 for _page in pictures.pages(one.file_type, files.read(one.file))) if one.by_hand else 0


@officer_required
@require_GET
def scan(request: HttpRequest, pk: UUID, page: int) -> HttpResponse:
    """A page of the paper of an answer that was keyed in; always the re-encoded picture."""
    one = _reply(request, pk)
    if not one.by_hand:
        raise Http404
    for number, content in enumerate(pictures.pages(one.file_type, files.read(one.file)), 1):
        if number == page:
            headers = {"Cache-Control": "private, no-store"}
            return HttpResponse(content, content_type="image/jpeg", headers=headers)
    raise Http404


@officer_required
@require_POST
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _act(request, pk, outside.take, _("Confirmed. The rows are being entered."))


@officer_required
@require_POST
def throw_away(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _act(request, pk, outside.throw_away, _("Thrown away. Nothing was entered."))


def _act(request: HttpRequest, pk: UUID, act: Any, done: str) -> HttpResponse:
    try:
        act(_reply(request, pk), by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("staff:reply", pk)


@officer_required
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Key in what a body answered on one case; a colleague confirms it."""
    if kind not in ReplyKind.values:
        raise Http404
    application, chosen_kind = find(request, pk), ReplyKind(kind)
    reason = permissions.cannot_enter(application, chosen_kind, who(request), on=clock.today())
    form = EnterForm(request.POST or None, request.FILES or None, kind=chosen_kind)
    body = _body_of(application, chosen_kind)
    if request.method == "POST" and not reason and body and form.is_valid():
        said = form.cleaned_data
        try:
            keyed = outside.enter(
                application, body, chosen_kind, What(said["outcome"]), on=said["on"],
                document=said["document"], reason=said["reason"],
                amount_fen=int(said["amount"] * 100) if said["amount"] else None,
                scan=said["scan"].read(), by=who(request), at=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Noted. A colleague has to confirm it."))
            return redirect("staff:reply", keyed.pk)
    context = {
        "case": application,
        "head": head_of(application, opened(application)),
        "form": form,
        "reason": reason,
        "body": body,
        "decided": chosen_kind == ReplyKind.APPROVALS,
    }
    return render(request, "staff/enter_reply.html", context)


def _body_of(application: Application, kind: ReplyKind) -> Agency | None:
    """The body whose answer is keyed in: the one it waits for; of a payment the one that pays elsewhere."""
    if kind == ReplyKind.APPROVALS:
        return next((standing.body for standing in standings_of(application) if standing.waits), None)
    decision = application.decisions.filter(set_aside_at=None).first()
    owed = decision.entitlements.filter(payer__works_here=False).select_related("payer") if decision else []
    return next((row.payer for row in owed if not _is_paid(row)), None)


def _is_paid(entitlement: Any) -> bool:
    told = getattr(entitlement, "paid_elsewhere", None)
    return told is not None and told.paid_on is not None
