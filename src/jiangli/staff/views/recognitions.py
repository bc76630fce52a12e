"""The register of recognitions: the list, one entry with its history, a new one, a published list brought in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock, rules
from jiangli.audit.models import Event
from jiangli.refused import Refused
from jiangli.registers.loads import dictionary
from jiangli.registers.recognitions import actions, lists, permissions
from jiangli.registers.recognitions.kinds import kinds
from jiangli.registers.recognitions.models import Recognition, RecognitionQuerySet, RecognitionState
from jiangli.registers.recognitions.queries import facts_of_entry
from jiangli.staff.forms import ReasonForm
from jiangli.staff.gate import officer_required, who
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.past import chosen, options
from jiangli.staff.recognition_forms import EntryForm, ListOfForm
from jiangli.staff.words import language, say
from jiangli.workbooks import download, workbook

HEADINGS = ("name", "holder", "kind", "code", "number", "date", "until", "state")


def _asked(request: HttpRequest) -> tuple[RecognitionQuerySet, list[Any], str]:
    only(request, "page", "kind", "state", "q")
    text = request.GET.get("q", "").strip()
    if len(text) > 60:
        raise Unclear(_("At most 60 characters can be searched for."))
    kind, state = chosen(request, "kind", kinds()), chosen(request, "state", RecognitionState.values)
    rows = Recognition.objects.visible_to(who(request)).select_related("person", "organisation")
    asked = {"kind": kind, "state": state}
    rows = rows.filter(**{name: value for name, value in asked.items() if value})
    if text:
        named = Q(name__icontains=text) | Q(person__name__icontains=text)
        rows = rows.filter(named | Q(organisation__name__icontains=text) | Q(code__icontains=text))
    labels = [(id, say(one.label)) for id, one in kinds().items()]
    return (
        rows,
        [
            options("kind", _("Kind"), labels, kind),
            options("state", _("State"), RecognitionState.choices, state),
        ],
        text,
    )


def _headings() -> list[str]:
    return [
        _("Name"),
        _("Holder"),
        _("Kind"),
        _("Number in the register"),
        _("Document"),
        _("Date of the document"),
        _("Until"),
        _("State"),
    ]


def _cells(row: Recognition) -> list[Any]:
    kind = kinds().get(row.kind)
    return [
        row.name, row.party.name, say(kind.label) if kind else row.kind, row.code, row.document_number,
        row.document_date, row.until_on, row.get_state_display(),
    ]  # fmt: skip


@officer_required
@require_GET
def recognitions(request: HttpRequest) -> HttpResponse:
    try:
        found, questions, text = _asked(request)
        page = page_of(found, request)
    except Unclear as why:
        return unclear(request, why)
    rows = []
    for row in page.object_list:
        name, *cells = _cells(row)
        rows.append((reverse("staff:recognition", args=[row.pk]), name, cells))
    reason = permissions.cannot_enter(who(request), on=clock.today())
    new = (
        []
        if reason
        else [(say(one.label), reverse("staff:recognition-new", args=[id])) for id, one in kinds().items()]
    )
    context = {
        "page": page, "rows": rows, "questions": questions, "text": text, "headings": _headings(),
        "title": _("Recognitions"), "export": reverse("staff:recognitions-export"), "new": new,
        "other": (_("Selection rounds"), reverse("staff:selections")),
    }  # fmt: skip
    return render(request, "staff/register_list.html", context)


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    try:
        found, _questions, _text = _asked(request)
    except Unclear as why:
        return unclear(request, why)
    rows = [_cells(row) for row in found]
    return download(workbook(_headings(), rows), f"{_('Recognitions')} {clock.today().isoformat()}.xlsx")


def _kind(id: str) -> rules.Recognised:
    if id not in kinds():
        raise Http404
    return kinds()[id]


@officer_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """One entry keyed in, or a whole list brought in; ``which`` was sent."""
    one, user, which = _kind(kind), who(request), request.POST.get("which", "")
    form = EntryForm(request.POST if which == "entry" else None, kind=one)
    sheet = ListOfForm(
        request.POST if which == "list" else None, request.FILES if which == "list" else None, prefix="list"
    )
    faults: list[tuple[int, str]] = []
    try:
        if which == "entry" and form.is_valid():
            given = form.cleaned_data
            entry = actions.Entry(
                kind, form.party(), given["name"], form.facts(), given["code"], given.get("about")
            )
            made = actions.enter(entry, form.document(), by=user, at=clock.now())
            return redirect("staff:recognition", made.pk)
        if which == "list" and sheet.is_valid():
            content = sheet.cleaned_data["file"].read()
            taken = lists.take_list(kind, sheet.document(), content, by=user, at=clock.now())
            return redirect("staff:recognition-list", taken.batch)
    except lists.Faulty as refusal:
        faults = refusal.rows
        sheet.add_error(None, str(refusal))
    except Refused as refusal:
        (form if which == "entry" else sheet).add_error(None, str(refusal))
    reason = permissions.cannot_enter(user, on=clock.today())
    context = {
        "kind": one,
        "title": say(one.label),
        "form": form,
        "sheet": sheet,
        "faults": faults,
        "reason": reason,
    }
    return render(request, "staff/recognition_new.html", context)


@officer_required
@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    one = _kind(kind)
    return download(workbook(lists.columns(one), [], text=True), f"{say(one.label)}.xlsx")


@officer_required
@require_http_methods(["GET", "POST"])
def batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A list that waits for the second officer."""
    user = who(request)
    rows = lists.waiting(pk).filter(pk__in=Recognition.objects.visible_to(user).values("pk"))
    if request.method == "POST":
        try:
            n = lists.confirm_list(pk, by=user, at=clock.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("%(n)s entries confirmed.") % {"n": n})
            return redirect("staff:recognitions")
    one = rows.first()
    if one is None:
        raise Http404
    try:
        page = page_of(rows.select_related("person", "organisation"), request)
    except Unclear as why:
        return unclear(request, why)
    context = {
        "one": one, "page": page, "headings": _headings(), "rows": [_cells(row) for row in page.object_list],
        "cannot": permissions.cannot_settle(one, user, on=clock.today()),
    }  # fmt: skip
    return render(request, "staff/recognition_list.html", context)


@officer_required
@require_http_methods(["GET", "POST"])
def recognition(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, today, which = who(request), clock.today(), request.POST.get("which", "")
    found = Recognition.objects.visible_to(user).select_related("person", "organisation", "about")
    one = get_object_or_404(found, pk=pk)
    form = ReasonForm(request.POST if which in {"decline", "ask"} else None)
    acts = {
        "confirm": lambda: actions.confirm(one, by=user, at=clock.now()),
        "decline": lambda: actions.decline(one, reason=form.cleaned_data["reason"], by=user, at=clock.now()),
        "ask": lambda: actions.ask_to_revoke(
            one, reason=form.cleaned_data["reason"], by=user, at=clock.now()
        ),
        "revoke": lambda: actions.revoke(one, by=user, at=clock.now()),
        "keep": lambda: actions.keep(one, by=user, at=clock.now()),
    }
    if which in acts and (not form.is_bound or form.is_valid()):
        try:
            acts[which]()
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Done."))
        return redirect("staff:recognition", pk)
    kind = kinds().get(one.kind)
    facts = facts_of_entry(kind, one) if kind else one.facts
    parsed = dictionary().parse(facts)
    context = {
        "one": one, "kind": say(kind.label) if kind else one.kind, "form": form,
        "facts": [(say(dictionary()[name].label), dictionary()[name].value_label(parsed[name], language()))
                  for name in facts],
        "events": [(_event(event.name), event) for event in Event.objects.about(one).select_related("by")],
        "cannot_settle": permissions.cannot_settle(one, user, on=today),
        "may_take_back": one.entered_by_id == user.pk,
        "cannot_ask": permissions.cannot_ask_to_revoke(one, user, on=today),
        "cannot_revoke": permissions.cannot_revoke(one, user, on=today),
    }  # fmt: skip
    return render(request, "staff/recognition.html", context)


def _event(name: str) -> str:
    return {
        "recognition.entered": _("Entered"),
        "recognition.confirmed": _("Confirmed"),
        "recognition.declined": _("Not confirmed"),
        "recognition.revoke_asked": _("Asked to be revoked"),
        "recognition.kept": _("Left standing"),
        "recognition.revoked": _("Revoked"),
        "recognition.list_confirmed": _("The whole list confirmed"),
    }.get(name, name)
