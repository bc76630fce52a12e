"""Classes that an organisation files before they begin: the list, one class, filing it, giving it up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jiangli import clock
from jiangli.accounts.models import Agency
from jiangli.applications.filings import actions as filings
from jiangli.applications.filings.law import (
    examination,
    filing_stage,
    law_of,
    lists_trainees,
    prospect,
    timing,
)
from jiangli.applications.filings.models import Examined, Filing, Timing
from jiangli.applications.filings.permissions import cannot_edit, cannot_file_class, missing
from jiangli.looks.states import STATES as LOOKS
from jiangli.programmes.queries import published
from jiangli.public import telling
from jiangli.public.filing_forms import ClassForm, LateForm
from jiangli.public.listing import Unclear, page_of
from jiangli.public.pages import posted, show
from jiangli.public.people import SignedIn, for_claimants, for_organisations, organisation_of
from jiangli.refused import Refused
from jiangli.rules.days import days_after
from jiangli.workbooks import download, workbook

ROWS = 20
STATES = ("draft", "filed", "withdrawn")


def own(request: SignedIn, pk: Any) -> Filing:
    """A class of an organisation one acts for; 404 for any other."""
    return get_object_or_404(
        Filing.objects.visible_to(request.user).select_related("organisation", "version"), pk=pk
    )


def state_of(filing: Filing) -> str:
    if filing.withdrawn_at:
        return "withdrawn"
    return "filed" if filing.filed_at else "draft"


@never_cache
@for_organisations
def filed(request: SignedIn, export: bool = False) -> HttpResponse:
    """The classes of the organisation one acts for, and the programmes for which one can be filed.

    ``export``: what the address asks for as a spreadsheet, all pages of it.
    """
    organisation = organisation_of(request)
    if request.method == "POST":
        return _begin(request)
    rows = (
        Filing.objects.visible_to(request.user)
        .filter(organisation=organisation)
        .select_related("version")
        .order_by("-started_at", "pk")
    )
    try:
        asked = _asked(request, rows)
        if export:
            return _sheet(asked.rows)
        page = page_of(request, asked.rows, ROWS)
    except Unclear as why:
        unclear = {"why": str(why), "back": reverse("public:filings"), "action": _("Our classes")}
        return show(request, "public/unclear.html", unclear, status=400)
    context = {
        "organisation": organisation,
        "page": page,
        "rows": [_row(row) for row in page.object_list],
        "tabs": _tabs(asked),
        "asked": asked,
        "any": rows.exists(),
        "programmes": _programmes(),
    }
    return show(request, "public/filings.html", context)


@dataclass(frozen=True)
class Asked:
    """What the address asks for. ``programmes``: those of which there are classes, with their names."""

    all: Any
    state: str
    programme: str
    programmes: dict[str, str]

    @property
    def rows(self) -> Any:
        return _in_state(self.of_programme, self.state)

    @property
    def of_programme(self) -> Any:
        return self.all.filter(programme_code=self.programme) if self.programme else self.all

    def address(self, state: str) -> str:
        return "?" + urlencode({k: v for k, v in (("state", state), ("programme", self.programme)) if v})

    @property
    def export(self) -> str:
        return reverse("public:filings-export") + self.address(self.state)


def _asked(request: HttpRequest, rows: Any) -> Asked:
    strange = [name for name in request.GET if name not in {"page", "state", "programme"}]
    if strange:
        raise Unclear(_("This list cannot be narrowed by “%(name)s”.") % {"name": strange[0][:40]})
    state, programme = request.GET.get("state", ""), request.GET.get("programme", "")
    codes = set(rows.order_by().values_list("programme_code", flat=True))
    names = {row.code: law.title.say(telling.speech()) for row, law in published() if row.code in codes}
    for value, known in ((state, STATES), (programme, names)):
        if value and value not in known:
            raise Unclear(_("There is no list “%(name)s” here.") % {"name": value[:40]})
    return Asked(rows, state, programme, names)


def _in_state(rows: Any, state: str) -> Any:
    match state:
        case "draft":
            return rows.filter(filed_at=None, withdrawn_at=None)
        case "filed":
            return rows.standing()
        case "withdrawn":
            return rows.filter(withdrawn_at__isnull=False)
    return rows


def _tabs(asked: Asked) -> list[dict[str, Any]]:
    words = {"": _("All"), "draft": _("Drafts"), "filed": _("Class filed"), "withdrawn": _("Withdrawn")}
    return [
        {
            "label": label,
            "count": _in_state(asked.of_programme, code).count(),
            "url": asked.address(code),
            "current": code == asked.state,
        }
        for code, label in words.items()
    ]


def _sheet(found: Any) -> HttpResponse:
    """The classes to keep: no trainee by name."""
    headings = (
        _("Filing number"), _("Programme"), _("Class"), _("Occupation or item"), _("Place"), _("Filed on"),
        _("Opens"), _("Trainees"), _("State"),
    )  # fmt: skip
    counted = found.annotate(people=Count("trainees", filter=Q(trainees__removed_at=None)))
    rows = [
        (
            row.number, law_of(row).title.say(telling.speech()), row.title, row.occupation, row.place,
            row.filed_at and clock.day_of(row.filed_at), row.opens_on, row.people,
            str(LOOKS["filing"][state_of(row)].word),
        )
        for row in counted
    ]  # fmt: skip
    return download(workbook(headings, rows), f"{_('Our classes')} {clock.today().isoformat()}.xlsx")


def _row(row: Filing) -> dict[str, Any]:
    return {
        "pk": row.pk,
        "title": row.title or _("A class without a name yet"),
        "number": row.number,
        "opens_on": row.opens_on,
        "programme": law_of(row).title.say(telling.speech()),
        "code": state_of(row),
    }


def _programmes() -> list[dict[str, Any]]:
    """The programmes whose law asks to file a class, each with the reason why not, if there is one."""
    today = clock.today()
    return [
        {
            "code": row.code,
            "name": law.title.say(telling.speech()),
            "reason": cannot_file_class(row, on=today),
        }
        for row, law in published()
        if filing_stage(law) is not None
    ]


def _begin(request: SignedIn) -> HttpResponse:
    organisation = organisation_of(request)
    codes = {each["code"] for each in _programmes()}
    if organisation is None or request.POST.get("programme") not in codes:
        messages.error(request, _("Choose a programme first."))
        return redirect("public:filings")
    try:
        row = filings.begin(organisation, request.POST["programme"], by=request.user, at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("public:filings")
    return redirect("public:filing-class", row.pk)


@never_cache
@require_safe
@for_claimants
def filing(request: SignedIn, pk: Any) -> HttpResponse:
    """One class: what is filled in, who stands on the list, what came of the examination."""
    row = own(request, pk)
    law = law_of(row)
    trainees = list(row.trainees.filter(removed_at=None))
    examined = [one.examined for one in trainees]
    agency = Agency.objects.get(pk=row.agency_id)
    context = {
        **_head(row),
        "lists_trainees": lists_trainees(law),
        "people": len(trainees),
        "examines": examination(law) is not None and row.filed_at is not None,
        "counts": [(code, Examined(code).label, examined.count(code)) for code in Examined.values],
        "papers": list(row.papers.filter(removed_at=None)),
        "versions": list(row.versions.select_related("by").order_by("-number")),
        "agency": telling.name_of(agency),
        "may_edit": cannot_edit(row, request.user) is None,
        "gaps": missing(row) if row.filed_at is None else [],
    }
    return show(request, "public/filing.html", context)


def _head(row: Filing) -> dict[str, Any]:
    law = law_of(row)
    return {
        "filing": row,
        "rule": law,
        "name": row.title or _("A class without a name yet"),
        "programme": law.title.say(telling.speech()),
        "code": state_of(row),
        "stage": filing_stage(law),
        **_told(row),
    }


def _told(row: Filing) -> dict[str, Any]:
    """How early it is, and what the law says of that: ``barred`` sentences mean nothing would be paid."""
    if row.opens_on is None:
        return {"timing": "", "barred": [], "latest": None}
    law, lang = law_of(row), telling.speech()
    filed_on = clock.day_of(row.filed_at) if row.filed_at else clock.today()
    stage = filing_stage(law)
    latest = days_after(row.opens_on, -stage.days) if stage and stage.days else None
    said = prospect(row, filed_on=filed_on)
    return {
        "timing": timing(law, filed_on=filed_on, opens_on=row.opens_on),
        "barred": [finding.tell(lang) for finding in said.barred],
        "latest": latest,
        "quote": stage.basis.quote if stage else None,
    }


@never_cache
@for_claimants
def describe(request: SignedIn, pk: Any) -> HttpResponse:
    """The class itself: name, occupation, opening day, place, plan."""
    row = own(request, pk)
    if reason := cannot_edit(row, request.user):
        messages.error(request, reason)
        return redirect("public:filing", row.pk)
    now = {name: getattr(row, name) for name in filings.FIELDS}
    form = ClassForm(posted(request), filing=row, initial=now)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in filings.FIELDS}
        try:
            filings.describe(row, given, by=request.user, at=clock.now(), why=form.reason)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("public:filing", row.pk)
    return show(request, "public/filing_form.html", {**_head(row), "form": form, "title": _("The class")})


@never_cache
@for_claimants
def hand_in(request: SignedIn, pk: Any) -> HttpResponse:
    """Look it over once more, with a reason where it is late, and file it."""
    row = own(request, pk)
    if row.filed_at:
        return redirect("public:filing-receipt", row.pk)
    head = _head(row)
    late = head["timing"] not in ("", Timing.EARLY)
    form = LateForm(posted(request)) if late else None
    gaps = missing(row)
    if request.method == "POST" and not gaps and (form is None or form.is_valid()):
        why = form.cleaned_data["why_late"] if form else ""
        try:
            filings.file_class(row, by=request.user, at=clock.now(), why_late=why)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            return redirect("public:filing-receipt", row.pk)
    return show(request, "public/filing_hand_in.html", {**head, "form": form, "gaps": gaps, "late": late})


@never_cache
@require_safe
@for_claimants
def receipt(request: SignedIn, pk: Any) -> HttpResponse:
    """What was filed, under which number, on which day: to be printed."""
    row = own(request, pk)
    if row.filed_at is None:
        return redirect("public:filing", row.pk)
    context = {
        **_head(row),
        "filed_on": clock.day_of(row.filed_at),
        "people": row.trainees.filter(removed_at=None).count(),
        "examines": examination(law_of(row)) is not None,
        "agency": telling.name_of(Agency.objects.get(pk=row.agency_id)),
    }
    return show(request, "public/filing_receipt.html", context)


@never_cache
@for_claimants
def withdraw(request: SignedIn, pk: Any) -> HttpResponse:
    """Ask once more before a class is given up."""
    row = own(request, pk)
    if request.method == "POST":
        try:
            filings.withdraw_class(row, by=request.user, at=clock.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Withdrawn."))
        return redirect("public:filing", row.pk)
    return show(request, "public/filing_withdraw.html", _head(row))
