"""Many cases at once: choose in the queue, see what would become of each, confirm, read what became of each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from jiangli import clock
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.applications.queries import asked_of_claimant
from jiangli.refused import Refused
from jiangli.reviews.queries import own
from jiangli.reviews.work import bulk as many
from jiangli.reviews.work.models import Bulk, BulkItem, BulkKind, ItemState
from jiangli.reviews.work.permissions import UNDO, cannot_take_back
from jiangli.reviews.work.queries import phrases_for
from jiangli.reviews.work.tasks import run_bulk
from jiangli.staff.gate import officer_required, who
from jiangli.staff.pages import Unclear, page_of, unclear
from jiangli.staff.words import part_label, title_of


class ManyForm(forms.Form):
    """What is said of all of them; of a return also which part, and what is wrong with it."""

    part = forms.ChoiceField(label=gettext_lazy("What has to be corrected in all of them"))
    reason = forms.CharField(max_length=300, label=gettext_lazy("What is wrong with it"))
    text = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("Your opinion"),
    )

    def __init__(self, *args: Any, kind: BulkKind, cases: list[Application], **options: Any) -> None:
        super().__init__(*args, **options)
        if kind is BulkKind.PASS:
            del self.fields["part"], self.fields["reason"]
            self.fields["text"].help_text = _("For the next officer. The applicant does not see it.")
        else:
            self.fields["part"].choices = [("", _("Please choose")), *common_parts(cases)]  # type: ignore[attr-defined]
            self.fields["text"].label = _("What the applicant should do")
            self.fields["text"].help_text = _(
                "The applicant reads this. Say what to do, in a sentence or two."
            )


def common_parts(cases: list[Application]) -> list[tuple[str, str]]:
    """The parts of the form that every one of these cases has, in the order of the first."""
    found: dict[str, str] = {}
    for place, case in enumerate(cases):
        programme = programme_of(case)
        parts = [*(f"material:{material.id}" for material in programme.materials), "account"]
        parts += [ask.fact.name for ask in asked_of_claimant(case)]
        parts = [part for part in parts if not part.startswith("account.")]
        if place == 0:
            found = {part: part_label(programme, part) for part in parts}
        found = {part: label for part, label in found.items() if part in parts}
    return list(found.items())


@officer_required
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """First what would become of each; then, once that is confirmed, do it for those that go."""
    try:
        cases, kind = _chosen(request)
    except Unclear as why:
        messages.error(request, str(why))
        return redirect(_back(request))
    confirmed = request.POST.get("confirmed") == "yes" and "use" not in request.POST
    form = ManyForm(request.POST if confirmed else None, kind=kind, cases=cases)
    if "use" in request.POST:
        said = " ".join(filter(None, [request.POST.get("text", ""), request.POST.get("phrase", "")]))
        form.initial = {**request.POST.dict(), "text": said}
    if confirmed and form.is_valid():
        seen = {case: _fen(request, case) for case in cases}
        part = form.cleaned_data.get("part")
        fields = [{"field": part, "reason": form.cleaned_data["reason"]}] if part else []
        try:
            bulk = many.begin(
                kind, seen, text=form.cleaned_data["text"], fields=fields, by=who(request), at=clock.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if len(cases) > many.AT_ONCE:
                run_bulk.enqueue(str(bulk.pk))
            else:
                many.run(bulk, at=clock.now())
            return redirect("staff:bulk-result", bulk.pk)
    return render(request, "staff/bulk.html", _preview(request, cases, kind, form))


def _preview(
    request: HttpRequest, cases: list[Application], kind: BulkKind, form: ManyForm
) -> dict[str, Any]:
    shown = many.preview(cases, kind, by=who(request), at=clock.now())
    going = [row for row in shown if row.why is None]
    codes = {case.programme_code for case in cases}
    return {
        "kind": kind.value,
        "title": str(kind.label),
        "going": [(row, title_of(row.case.version)) for row in going],
        "stopped": [(row, title_of(row.case.version)) for row in shown if row.why is not None],
        "total": sum(row.fen or 0 for row in going),
        "form": form,
        "phrases": phrases_for(who(request), kind.value, codes.pop() if len(codes) == 1 else ""),
        "back": _back(request),
    }


def _chosen(request: HttpRequest) -> tuple[list[Application], BulkKind]:
    """The ticked cases the officer may see, and the act. Unclear for none, too many, or an act there is not."""
    kind, keys = request.POST.get("kind", ""), request.POST.getlist("case")
    if kind not in BulkKind.values:
        raise Unclear(_("Choose what to do with them."))
    if not keys or len(set(keys)) > many.MOST:
        raise Unclear(_("Tick from 1 to %(n)s cases first.") % {"n": many.MOST})
    try:
        wanted = [UUID(key) for key in keys]
    except ValueError:
        raise Unclear(_("There is no such case.")) from None
    mine = Application.objects.visible_to(who(request)).exclude(own(who(request)))
    rows = mine.filter(pk__in=wanted, first_filed_at__isnull=False)
    rows = rows.select_related("claimant", "organisation", "version").order_by("first_filed_at", "number")
    if rows.count() != len(set(wanted)):
        raise Unclear(_("There is no such case."))
    return list(rows), BulkKind(kind)


def _fen(request: HttpRequest, case: Application) -> int | None:
    said = request.POST.get(f"fen:{case.pk}", "")
    return int(said) if said.isdecimal() and len(said) < 16 else None


def _back(request: HttpRequest) -> str:
    query = request.POST.get("query", "")
    return f"{reverse('staff:queue')}{'?' if query else ''}{query}"


@officer_required
@require_GET
def result(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What became of each, as far as it is done; what can still be taken back has its button."""
    bulk = get_object_or_404(Bulk.objects.visible_to(who(request)), pk=pk)
    items = bulk.items.select_related("application__claimant", "application__organisation")
    try:
        page = page_of(items.order_by("pk"), request, rows=many.MOST)
    except Unclear as why:
        return unclear(request, why)
    rows = [(item, _may_undo(request, item)) for item in page.object_list]
    states = [item.state for item, _may in rows]
    context = {
        "bulk": bulk,
        "page": page,
        "rows": rows,
        "waiting": states.count(ItemState.WAITING),
        "done": states.count(ItemState.DONE),
        "stopped": states.count(ItemState.STOPPED),
        "undone": states.count(ItemState.UNDONE),
        "total": sum(item.fen or 0 for item, _may in rows if item.state == ItemState.DONE),
        "minutes": UNDO.seconds // 60,
    }
    return render(request, "staff/bulk-result.html", context)


def _may_undo(request: HttpRequest, item: BulkItem) -> bool:
    if many.cannot_undo(item):
        return False
    return cannot_take_back(item.application, who(request), at=clock.now()) is None


@officer_required
@require_POST
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take one pass back, or with ``all`` every one that still can be."""
    bulk = get_object_or_404(Bulk.objects.visible_to(who(request)), pk=pk)
    items = bulk.items.filter(state=ItemState.DONE).select_related("application", "bulk")
    wanted = request.POST.get("item", "")
    if wanted != "all":
        items = items.filter(pk=int(wanted) if wanted.isdecimal() and len(wanted) < 16 else 0)
    done, why = 0, _("There is nothing to take back.")
    for item in items:
        try:
            many.undo(item, by=who(request), at=clock.now())
        except Refused as refusal:
            why = str(refusal)
        else:
            done += 1
    if done:
        messages.success(request, _("%(n)s taken back to your stage.") % {"n": done})
    else:
        messages.error(request, why)
    return redirect("staff:bulk-result", pk)
