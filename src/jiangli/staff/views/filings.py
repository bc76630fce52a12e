"""Classes filed before they begin: find them, look at their papers, and examine their trainees."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock, files
from jiangli.applications.filings.facts import GROUP
from jiangli.applications.filings.law import asked_of_trainee, law_of, prospect
from jiangli.applications.filings.models import Examined, Filing, FilingPaper, FilingTrainee
from jiangli.looks.states import STATES
from jiangli.refused import Refused
from jiangli.reviews.examining import cannot_examine, examine, own_trainees
from jiangli.staff.filings import chips_of, counted, groups_of, state_of, wanted
from jiangli.staff.gate import officer_required, who
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.words import language, title_of, value_in_words
from jiangli.workbooks import download, workbook


class ExamineForm(forms.Form):
    """What an officer says of the trainees that are ticked."""

    trainees = forms.MultipleChoiceField(
        error_messages={"required": gettext_lazy("Tick the trainees first.")}
    )
    where = forms.CharField(
        required=False,
        max_length=200,
        label=gettext_lazy("Where you looked"),
        help_text=gettext_lazy(
            "Needed to confirm: household, insurance or school register, and what it says."
        ),
    )
    reason = forms.CharField(
        required=False,
        max_length=300,
        label=gettext_lazy("Reason, if not confirmed"),
        help_text=gettext_lazy("The clerk of the organisation reads it."),
    )

    def __init__(self, *args: Any, keys: list[int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["trainees"].choices = [(key, key) for key in keys]  # type: ignore[attr-defined]


@officer_required
@require_GET
def filings(request: HttpRequest) -> HttpResponse:
    try:
        looked_at = wanted(request)
        page = page_of(looked_at.filings, request)
    except Unclear as why:
        return unclear(request, why)
    text, chips = looked_at.form.cleaned_data["q"], chips_of(looked_at.form)
    context = {
        "page": page,
        "rows": [(row, title_of(row.version), state_of(row)) for row in page.object_list],
        "q": text,
        "chips": chips,
        "groups": groups_of(looked_at.form),
        "kept": [{"name": "q", "value": text}] if text else [],
        "keep": [(name, value) for name, value, _words in chips if name != "q"],
    }
    return render(request, "staff/filings.html", context)


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered table as a spreadsheet. No identity numbers, no phones."""
    try:
        looked_at = wanted(request)
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Filing number"), _("Organisation"), _("Programme"), _("Class"), _("Occupation or item"),
        _("Filed on"), _("Opens"), _("In time"), _("Reason"), _("Trainees"), _("To be examined"), _("State"),
    )  # fmt: skip
    rows = [
        (
            row.number, row.organisation.name, title_of(row.version), row.title, row.occupation,
            row.filed_at and clock.day_of(row.filed_at), row.opens_on, row.get_timing_display(), row.late_reason,
            row.people, row.waiting, str(_state_word(row)),  # type: ignore[attr-defined]
        )
        for row in looked_at.filings
    ]  # fmt: skip
    return download(workbook(headings, rows), f"{_('Filed classes')} {clock.today().isoformat()}.xlsx")


def _state_word(row: Filing) -> object:
    return STATES["filing"][state_of(row)].word


@officer_required
@require_http_methods(["GET", "POST"])
def filing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A class with its trainees; several are confirmed or refused at once."""
    row = get_object_or_404(counted(Filing.objects.visible_to(who(request))), pk=pk)
    everybody = row.trainees.filter(removed_at=None).select_related("examined_by")
    form = ExamineForm(request.POST or None, keys=list(everybody.values_list("pk", flat=True)))
    if request.method == "POST" and form.is_valid() and _examined(request, row, form):
        return redirect(request.get_full_path())
    try:
        only(request, "page", "state")
        state = request.GET.get("state", "")
        if state and state not in Examined.values:
            raise Unclear(_("There is no list “%(name)s” here.") % {"name": state[:20]})
        page = page_of(everybody.filter(examined=state) if state else everybody, request)
    except Unclear as why:
        return unclear(request, why)
    context = {
        "filing": row,
        "state": state_of(row),
        "programme": title_of(row.version),
        "page": page,
        "lines": _lines(request, row, list(page.object_list)),
        "tabs": _tabs(row, state),
        "form": form,
        "reason": cannot_examine(row, who(request), on=clock.today()),
        "told": _told(row),
        "papers": list(row.papers.filter(removed_at=None)),
        "versions": list(row.versions.select_related("by").order_by("-number")),
    }
    return render(request, "staff/filing.html", context, status=400 if form.errors else 200)


def _examined(request: HttpRequest, row: Filing, form: ExamineForm) -> bool:
    given = form.cleaned_data
    outcome = Examined.REFUSED if "refuse" in request.POST else Examined.CONFIRMED
    keys = [int(key) for key in given["trainees"]]
    said = {"where": given["where"], "reason": given["reason"]}
    try:
        examine(row, keys, outcome, by=who(request), at=clock.now(), **said)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Noted for %(count)s trainees.") % {"count": len(keys)})
    return True


def _lines(
    request: HttpRequest, row: Filing, trainees: list[FilingTrainee]
) -> list[tuple[FilingTrainee, str, bool]]:
    """Each trainee with the group in words, and whether they are the officer's own."""
    law = law_of(row)
    own = own_trainees(trainees, who(request), on=clock.today())
    asked = GROUP in asked_of_trainee(law)
    return [(one, value_in_words(law, GROUP, one.group) if asked else "", one in own) for one in trainees]


def _tabs(row: Filing, state: str) -> list[dict[str, Any]]:
    codes = list(row.trainees.filter(removed_at=None).values_list("examined", flat=True))
    tabs = [{"label": _("All"), "count": len(codes), "url": "?", "current": not state}]
    return tabs + [
        {
            "label": Examined(code).label,
            "count": codes.count(code),
            "url": f"?state={code}",
            "current": state == code,
        }
        for code in Examined.values
    ]


def _told(row: Filing) -> list[str]:
    """What the law says of this class already."""
    assert row.filed_at is not None  # officers see filed ones only
    said = prospect(row, filed_on=clock.day_of(row.filed_at))
    return [finding.tell(language()) for finding in (*said.barred, *said.warned)]


@officer_required
@require_GET
def paper(request: HttpRequest, pk: UUID, paper: UUID, page: int) -> HttpResponse:
    """Always the re-encoded picture, never the file as it came."""
    row = get_object_or_404(Filing.objects.visible_to(who(request)), pk=pk)
    item = get_object_or_404(FilingPaper, pk=paper, filing=row, removed_at=None)
    if not 1 <= page <= len(item.previews):
        raise Http404
    return HttpResponse(
        files.read(item.previews[page - 1]),
        content_type="image/jpeg",
        headers={"Cache-Control": "private, no-store"},
    )
