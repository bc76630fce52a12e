"""The trainees and the papers of a filed class, and which class a line of a claim means."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jiangli import clock, files
from jiangli.applications.filings import trainees as lists
from jiangli.applications.filings.choosing import choose_filings, open_choices
from jiangli.applications.filings.facts import GROUP
from jiangli.applications.filings.law import asked_of_trainee, law_of, lists_trainees
from jiangli.applications.filings.models import Filing, FilingPaper, FilingTrainee, PaperKind
from jiangli.applications.filings.papers import add_paper, remove_paper
from jiangli.applications.filings.permissions import cannot_edit
from jiangli.applications.filings.reading import columns_of
from jiangli.applications.models import Application
from jiangli.public import telling
from jiangli.public.filing_forms import CHECKED, PapersForm, TraineeForm, TraineeSheetForm, WhyForm
from jiangli.public.listing import Unclear, asked_page
from jiangli.public.pages import posted, show
from jiangli.public.people import SignedIn, for_claimants
from jiangli.public.views.filings import own
from jiangli.refused import Refused
from jiangli.workbooks import download, workbook

ROWS = 50


def _with_list(request: SignedIn, pk: Any) -> Filing:
    row = own(request, pk)
    if not lists_trainees(law_of(row)):
        raise Http404
    return row


@never_cache
@for_claimants
def trainees(request: SignedIn, pk: Any) -> HttpResponse:
    """Who stands on the list; a sheet of more. Faults of a sheet are shown at once, row by row."""
    row = _with_list(request, pk)
    law = law_of(row)
    given = request.FILES if request.method == "POST" else None
    form = TraineeSheetForm(posted(request), given, filing=row)
    taken = _load(request, row, form) if request.method == "POST" and form.is_valid() else None
    if taken is not None and not taken.faults:
        messages.success(request, _("The sheet is read: %(new)s new, %(changed)s changed.") % vars(taken))
        return redirect("public:filing-trainees", row.pk)
    try:
        page = asked_page(request, row.trainees.filter(removed_at=None), ROWS)
    except Unclear as why:
        back = reverse("public:filing-trainees", args=[row.pk])
        unclear = {"why": str(why), "back": back, "action": _("Trainees")}
        return show(request, "public/unclear.html", unclear, status=400)
    asked = GROUP in asked_of_trainee(law)
    context = {
        "filing": row,
        "rule": law,
        "page": page,
        "rows": [(one, _group(law, one.group) if asked else "") for one in page.object_list],
        "form": form,
        "taken": taken,
        "columns": "、".join(columns_of(law)),
        "may_edit": cannot_edit(row, request.user) is None,
        "examined": row.filed_at is not None,
    }
    return show(request, "public/filing_trainees.html", context, status=400 if form.errors else 200)


def _group(law: Any, value: str) -> str:
    fact = law.dictionary[GROUP]
    return next((choice.label.say(telling.speech()) for choice in fact.choices if choice.id == value), value)


def _load(request: SignedIn, row: Filing, form: TraineeSheetForm) -> lists.Taken | None:
    file = form.cleaned_data["file"]
    try:
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise Refused(_("This spreadsheet is too large. Split it."))
        return lists.load_trainees(row, file.read(), by=request.user, at=clock.now(), why=form.reason)
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return None


@never_cache
@require_safe
@for_claimants
def sheet(request: SignedIn, pk: Any) -> HttpResponse:
    """An empty sheet with the columns of this class; numbers are text."""
    row = _with_list(request, pk)
    return download(workbook(list(columns_of(law_of(row))), [], text=True), "学员名单.xlsx")


@never_cache
@for_claimants
def trainee(request: SignedIn, pk: Any, key: int | None = None) -> HttpResponse:
    """One trainee: new, or what is said of them."""
    row = _with_list(request, pk)
    law = law_of(row)
    entry = get_object_or_404(FilingTrainee, filing=row, pk=key, removed_at=None) if key else None
    form = TraineeForm(posted(request), law=law, filing=row, initial=TraineeForm.of(entry) if entry else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        given = lists.Given(
            said["name"],
            said["id_number"],
            said.get("group", ""),
            said["phone"],
            CHECKED[said.get("real_name", "")],
        )
        try:
            lists.put_trainee(row, given, by=request.user, at=clock.now(), why=form.reason, instead=entry)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept: %(name)s.") % {"name": given.name})
            return redirect(
                "public:filing-trainee-new" if "more" in request.POST else "public:filing-trainees", row.pk
            )
    context = {"filing": row, "rule": law, "form": form, "entry": entry}
    return show(request, "public/filing_trainee.html", context)


@never_cache
@for_claimants
def remove_trainee(request: SignedIn, pk: Any, key: int) -> HttpResponse:
    """Take somebody off the list, with the reason once the class is filed."""
    row = _with_list(request, pk)
    entry = get_object_or_404(FilingTrainee, filing=row, pk=key)
    form = WhyForm(posted(request), filing=row)
    if request.method == "POST" and form.is_valid():
        try:
            lists.remove_trainee(entry, by=request.user, at=clock.now(), why=form.reason)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Taken off the list: %(name)s.") % {"name": entry.name})
            return redirect("public:filing-trainees", row.pk)
    context = {"filing": row, "rule": law_of(row), "form": form, "entry": entry, "removing": True}
    return show(request, "public/filing_trainee.html", context)


@never_cache
@for_claimants
def papers(request: SignedIn, pk: Any, kind: str) -> HttpResponse:
    """The plan or the list as pictures: what is there, more of them, one away again."""
    row = own(request, pk)
    if kind not in PaperKind.values:
        raise Http404
    form = PapersForm(posted(request), request.FILES if request.method == "POST" else None, filing=row)
    if request.method == "POST" and form.is_valid() and _add(request, row, PaperKind(kind), form):
        return redirect("public:filing-papers", row.pk, kind)
    context = {
        "filing": row,
        "rule": law_of(row),
        "form": form,
        "kind": kind,
        "title": PaperKind(kind).label,
        "there": list(row.papers.filter(kind=kind, removed_at=None)),
    }
    return show(request, "public/filing_papers.html", context, status=400 if form.errors else 200)


def _add(request: SignedIn, row: Filing, kind: PaperKind, form: PapersForm) -> bool:
    for file in form.cleaned_data["photos"]:
        try:
            if file.size > settings.UPLOAD_MAX_BYTES:
                limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
                raise Refused(
                    _("This file is larger than %(limit)s MB. Take a photograph of it instead.")
                    % {"limit": limit}
                )
            add_paper(row, kind, file.name, file.read(), by=request.user, at=clock.now(), why=form.reason)
        except Refused as refusal:
            form.add_error("photos", _("%(name)s: %(why)s") % {"name": file.name, "why": refusal})
    return not form.errors


@never_cache
@for_claimants
def paper(request: SignedIn, pk: Any, paper: Any) -> HttpResponse:
    """One's own paper: its first page as a picture once that is there, else as it came. Posted: take it away."""
    row = own(request, pk)
    item = get_object_or_404(FilingPaper, pk=paper, filing=row, removed_at=None)
    if request.method == "POST":
        try:
            why = request.POST.get("why", "")
            remove_paper(item, by=request.user, at=clock.now(), why=why)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Taken away."))
        return redirect("public:filing-papers", row.pk, item.kind)
    name, kind = (item.previews[0], "image/jpeg") if item.previews else (item.file, item.content_type)
    response = HttpResponse(files.read(name), content_type=kind)
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@never_cache
@for_claimants
def choose(request: SignedIn, pk: Any) -> HttpResponse:
    """Where a person of a claim stands on several classes: which one is meant."""
    application = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    found = open_choices(application)
    if request.method == "POST":
        chosen = {}
        for line, match in found:
            asked = request.POST.get(f"line-{line.pk}", "")
            filing = next((one.filing for one in match.candidates if str(one.filing_id) == asked), None)
            if filing:
                chosen[line.pk] = filing
        try:
            choose_filings(application, chosen, by=request.user, at=clock.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            return redirect("public:application", application.pk)
    rows = [
        {"line": line, "candidates": [one.filing for one in match.candidates], "chosen": line.filing_id}
        for line, match in found
    ]
    return show(request, "public/filing_choose.html", {"application": application, "rows": rows})
