"""Money that waits, goes out and comes back."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jiangli import clock, files
from jiangli.payments import actions as paying
from jiangli.payments import permissions, queries
from jiangli.payments.channels import CHANNELS
from jiangli.payments.holding import held
from jiangli.payments.matching import What
from jiangli.payments.models import Batch, Payment, ReturnedSheet
from jiangli.payments.status import PaymentStatus
from jiangli.programmes.models import Programme
from jiangli.refused import Refused
from jiangli.staff.forms import SheetForm
from jiangli.staff.gate import office, officer_required, who
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.words import title_of
from jiangli.workbooks import Fen, download, workbook

DUE, RETURNED = PaymentStatus.DUE.value, PaymentStatus.RETURNED.value
CASE = "entitlement__decision__application"


def _own(request: HttpRequest) -> QuerySet[Payment]:
    return Payment.objects.visible_to(who(request)).select_related(f"{CASE}__version", "batch")


def _asked(request: HttpRequest) -> tuple[str, str, QuerySet[Payment]]:
    """Which state, which programme, and the payments that answer."""
    only(request, "state", "programme", "page")
    state, programme = request.GET.get("state", DUE), request.GET.get("programme", "")
    if state not in {DUE, RETURNED}:
        raise Unclear(_("There is no list “%(name)s” here.") % {"name": state[:20]})
    payments = _own(request).filter(status=state)
    if programme:
        if not Programme.objects.filter(pk=programme).exists():
            raise Unclear(_("There is no programme “%(name)s”.") % {"name": programme[:60]})
        payments = payments.filter(**{f"{CASE}__programme_code": programme})
    if state == RETURNED:
        return state, programme, payments.order_by("-returned_on", "reference")
    return state, programme, payments.order_by("due_at", "reference")


@officer_required
@require_GET
def payments(request: HttpRequest) -> HttpResponse:
    try:
        state, programme, found = _asked(request)
        page = page_of(found.prefetch_related("reissue"), request)
    except Unclear as why:
        return unclear(request, why)
    sums = found.aggregate(count=Count("pk"), total=Sum("amount_fen"))
    user = who(request)
    shown = Payment.objects.filter(pk__in=[payment.pk for payment in page.object_list])
    back = held(shown, on=clock.today()) if state == DUE else {}
    batches = Batch.objects.visible_to(user)
    context = {
        "state": state,
        "programme": programme,
        "page": page,
        "rows": [(payment, title_of(_case(payment).version)) for payment in page.object_list],
        "held": [(payment, back[payment.pk]) for payment in page.object_list if payment.pk in back],
        "sums": sums,
        "programmes": _by_programme(_own(request).filter(status=state)),
        "counts": _counts(request),
        "batches": batches.select_related("frozen_by", "released_by")[:5],
        "cannot_freeze": permissions.cannot_freeze(office(request).pk, user, on=clock.today()),
        "cannot_read": permissions.cannot_read_returned(office(request).pk, user, on=clock.today()),
        "history_lacks": permissions.history_lacks(office(request), found) if state == DUE else None,
        "form": SheetForm(),
    }
    return render(request, "staff/payments.html", context)


def _case(payment: Payment) -> Any:
    return payment.entitlement.decision.application


def _counts(request: HttpRequest) -> dict[str, int]:
    own = Payment.objects.visible_to(who(request))
    counted = own.aggregate(
        due=Count("pk", filter=Q(status=DUE)), returned=Count("pk", filter=Q(status=RETURNED, reissue=None))
    )
    return {**counted, "batches": Batch.objects.visible_to(who(request)).count()}


def _by_programme(found: QuerySet[Payment]) -> list[dict[str, Any]]:
    """Count and total of each programme."""
    rows = found.order_by().values_list(f"{CASE}__programme_code").annotate(Count("pk"), Sum("amount_fen"))
    programmes = Programme.objects.with_law().in_bulk([code for code, _n, _sum in rows])
    return [
        {"code": code, "title": title_of(programmes[code].version), "count": count, "total": total}
        for code, count, total in sorted(rows)
    ]


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The list as a spreadsheet, without card numbers."""
    try:
        state, _programme, found = _asked(request)
    except Unclear as why:
        return unclear(request, why)
    name = f"{PaymentStatus(state).label} {clock.today().isoformat()}.xlsx"
    return download(workbook(_headings(), [_cells(payment) for payment in found]), name)


def _headings() -> tuple[str, ...]:
    return (
        _("Reference"), _("Acceptance number"), _("Payee"), _("Programme"), _("Amount (yuan)"), _("Bank"),
        _("State"), _("The bank's reason"), _("Date"),
    )  # fmt: skip


def _cells(payment: Payment) -> tuple[Any, ...]:
    case = _case(payment)
    day = payment.paid_on or payment.returned_on or clock.day_of(payment.sent_at or payment.due_at)
    return (
        payment.reference, case.number, payment.payee_name, title_of(case.version), Fen(payment.amount_fen),
        payment.account_bank, payment.get_status_display(), payment.trouble, day,
    )  # fmt: skip


@officer_required
@require_POST
def freeze(request: HttpRequest) -> HttpResponse:
    """Put the chosen payments, or all that wait, into a batch."""
    chosen = None
    if request.POST.get("which") != "all":
        keys = [key for key in request.POST.getlist("payment") if _is_key(key)]
        chosen = list(_own(request).filter(pk__in=keys))
        if not chosen:
            messages.error(request, _("Choose the payments that go into the batch, or take all."))
            return redirect("staff:payments")
    user = who(request)
    try:
        batch = paying.freeze(office(request), by=user, at=clock.now(), payments=chosen)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("staff:payments")
    messages.success(
        request, _("Batch %(number)s is frozen. A colleague can release it.") % {"number": batch.number}
    )
    return redirect("staff:batch", batch.pk)


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@officer_required
@require_GET
def batches(request: HttpRequest) -> HttpResponse:
    try:
        only(request, "page")
        found = Batch.objects.visible_to(who(request)).select_related("frozen_by", "released_by")
        page = page_of(found, request)
    except Unclear as why:
        return unclear(request, why)
    return render(request, "staff/batches.html", {"page": page, "counts": _counts(request)})


def _batch(request: HttpRequest, pk: UUID) -> Batch:
    found = Batch.objects.visible_to(who(request)).select_related("payer", "frozen_by", "released_by")
    return get_object_or_404(found, pk=pk)


@officer_required
@require_GET
def batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    chosen = _batch(request, pk)
    lines = chosen.payments.select_related(f"{CASE}__version").order_by("reference")
    try:
        only(request, "page")
        page = page_of(lines, request)
    except Unclear as why:
        return unclear(request, why)
    user, today = who(request), clock.today()
    context = {
        "batch": chosen,
        "page": page,
        "rows": [(payment, title_of(_case(payment).version)) for payment in page.object_list],
        "states": [
            (PaymentStatus(status), count, total)
            for status, count, total in lines.order_by()
            .values_list("status")
            .annotate(Count("pk"), Sum("amount_fen"))
        ],
        "cannot_dissolve": permissions.cannot_dissolve(chosen, user, on=today),
        "cannot_release": permissions.cannot_release(chosen, user, on=today),
        "cannot_write": permissions.cannot_write_sheet(chosen, user, on=today),
        "form": SheetForm(),
        "cannot_read": permissions.cannot_read_returned(chosen.payer_id, user, on=today),
    }
    return render(request, "staff/batch.html", context)


@officer_required
@require_POST
def dissolve(request: HttpRequest, pk: UUID) -> HttpResponse:
    chosen = _batch(request, pk)
    try:
        paying.dissolve(chosen, by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Dissolved. Its payments wait for another batch."))
    return redirect("staff:batch", pk)


@officer_required
@require_POST
def release(request: HttpRequest, pk: UUID) -> HttpResponse:
    chosen = _batch(request, pk)
    try:
        paying.release(chosen, by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Released. The payment clerk can write the sheet for the bank."))
    return redirect("staff:batch", pk)


@officer_required
@require_POST
def write_sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    chosen = _batch(request, pk)
    try:
        paying.write_sheet(chosen, by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The sheet is written. Download it and take it to the bank."))
    return redirect("staff:batch", pk)


@officer_required
@require_GET
def sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sheet as it was written, for the payment clerks of the payer only: it holds card numbers."""
    chosen = _batch(request, pk)
    reason = permissions.cannot_write_sheet(chosen, who(request), on=clock.today())
    if reason or not chosen.sheet:
        messages.error(request, reason or _("The sheet is not written yet."))
        return redirect("staff:batch", pk)
    return download(queries.sheet(chosen), f"{chosen.number}.xlsx")


@officer_required
@require_GET
def export_batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    chosen = _batch(request, pk)
    lines = chosen.payments.select_related(f"{CASE}__version").order_by("reference")
    return download(
        workbook(_headings(), [_cells(line) for line in lines]), f"{chosen.number} {_('list')}.xlsx"
    )


@officer_required
@require_POST
def read_returned(request: HttpRequest) -> HttpResponse:
    """Read the sheet the bank sent back, and show what became of each row."""
    form = SheetForm(request.POST, request.FILES)
    user = who(request)
    if not form.is_valid():
        messages.error(request, str(form.errors["file"][0]))
        return redirect("staff:payments")
    content = form.cleaned_data["file"].read()
    known = ReturnedSheet.objects.visible_to(user).filter(file_hash=hashlib.sha256(content).hexdigest())
    read_before = known.exists()
    try:
        sheet = paying.read_returned(office(request), content, by=user, at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("staff:payments")
    if read_before:
        when = f"{timezone.localtime(sheet.read_at):%Y-%m-%d %H:%M}"
        messages.info(request, _("This sheet was read on %(time)s. Nothing has changed.") % {"time": when})
    return redirect("staff:returned-sheet", sheet.pk)


def _amounts(sheet: ReturnedSheet) -> dict[int, int | None]:
    """The amounts as they stand on the sheet, by row."""
    answers = CHANNELS["bank-sheet"].read(files.read(sheet.file))
    return {answer.row: answer.amount_fen for answer in answers}


TONES = {"paid": "paid", "returned": "returned", "queried": "querying"}


@officer_required
@require_GET
def returned_sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(ReturnedSheet.objects.visible_to(who(request)).select_related("read_by"), pk=pk)
    try:
        only(request, "page")
        page = page_of(found.rows, request)
    except Unclear as why:
        return unclear(request, why)
    references = [row["reference"] for row in page.object_list]
    known = {payment.reference: payment for payment in _own(request).filter(reference__in=references)}
    amounts = _amounts(found) if any(row["what"] == What.AMOUNT for row in page.object_list) else {}
    rows = [
        (row, known.get(row["reference"]), TONES.get(row["what"]), amounts.get(row["row"]))
        for row in page.object_list
    ]
    counts: dict[str, int] = {}
    for row in found.rows:
        name = row["what"] if row["what"] in {*TONES, "known"} else "other"
        counts[name] = counts.get(name, 0) + 1
    return render(
        request, "staff/returned.html", {"sheet": found, "page": page, "rows": rows, "counts": counts}
    )
