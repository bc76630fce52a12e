"""Who deals with a case, and what officers keep for themselves: phrases and saved filters."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jiangli import clock
from jiangli.applications.status import Status
from jiangli.refused import Refused
from jiangli.reviews import permissions
from jiangli.reviews.work import actions as work
from jiangli.reviews.work.models import Phrase, SavedFilter
from jiangli.reviews.work.permissions import cannot_edit_phrase, leads
from jiangli.staff.filters import wanted
from jiangli.staff.gate import office, officer_required, who
from jiangli.staff.pages import Unclear, page_of, unclear
from jiangli.staff.views.case import find, head_of, opened
from jiangli.staff.working_forms import HandOverForm, PhraseForm


@officer_required
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the case to a colleague: whoever deals with it with a word, the office's leads to anybody."""
    application = find(request, pk)
    reason = permissions.cannot_review(application, who(request), on=clock.today())
    lead = leads(who(request), on=clock.today()) and application.status == Status.SUBMITTED
    form = HandOverForm(request.POST or None, officer=who(request), needed=not lead)
    if request.method == "POST" and form.is_valid():
        give = work.assign if lead else work.hand_over
        try:
            give(application, form.officer, text=form.cleaned_data["text"], by=who(request), at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s deals with it now.") % {"name": form.officer})
            return redirect("staff:case", pk)
    context = {
        "case": application,
        "head": head_of(application, opened(application)),
        "form": form,
        "reason": None if lead else reason,
    }
    return render(request, "staff/hand-over.html", context)


@officer_required
@require_POST
def give_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    application = find(request, pk)
    try:
        work.give_back(application, by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Laid back. A colleague can take it."))
    return redirect("staff:case", pk)


@officer_required
@require_http_methods(["GET", "POST"])
def phrases(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The words one uses again and again: one's own, and the agency's; write or change one."""
    visible = Phrase.objects.visible_to(who(request))
    row = get_object_or_404(visible, pk=pk) if pk else None
    may_lead = leads(who(request), on=clock.today())
    new = Phrase(agency=office(request), officer=who(request))
    form = PhraseForm(request.POST or None, instance=row or new, may_lead=may_lead)
    reason = cannot_edit_phrase(row, who(request), on=clock.today()) if row else None
    if request.method == "POST" and form.is_valid():
        phrase = form.save(commit=False)
        if "for_all" in form.cleaned_data:
            phrase.officer = None if form.cleaned_data["for_all"] else who(request)
        try:
            work.keep_phrase(phrase, by=who(request), at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept."))
            return redirect("staff:phrases")
    rows = [
        (one, cannot_edit_phrase(one, who(request), on=clock.today()) is None)
        for one in visible.order_by("kind", "order", "pk")
    ]
    try:
        page = page_of(rows, request)
    except Unclear as why:
        return unclear(request, why)
    context = {"page": page, "rows": page.object_list, "form": form, "editing": row, "reason": reason}
    return render(request, "staff/phrases.html", context)


@officer_required
@require_POST
def drop_phrase(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Phrase.objects.visible_to(who(request)), pk=pk)
    try:
        work.drop_phrase(row, by=who(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken away."))
    return redirect("staff:phrases")


@officer_required
@require_POST
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the look at the queue from which the form was sent; what the queue does not know is refused here too."""
    query = QueryDict(request.POST.get("query", ""), mutable=True)
    query.pop("page", None)
    looked_at = HttpRequest()
    looked_at.user, looked_at.GET = request.user, query  # type: ignore[assignment]
    try:
        wanted(looked_at, on=clock.today())
        work.save_filter(request.POST.get("name", ""), query.urlencode(), by=who(request), at=clock.now())
    except Unclear as why:
        return unclear(request, why)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Kept. It stands above the list."))
    return redirect(f"{reverse('staff:queue')}?{query.urlencode()}")


@officer_required
@require_POST
def drop_filter(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(SavedFilter.objects.visible_to(who(request)), pk=pk)
    work.drop_filter(row, by=who(request), at=clock.now())
    messages.success(request, _("Taken away."))
    return redirect("staff:queue")
