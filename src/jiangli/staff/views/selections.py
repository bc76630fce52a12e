"""Selection rounds: the list, one round with its steps, one candidate, the score sheet on paper, the ranking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock, files
from jiangli.refused import Refused
from jiangli.registers.loads import dictionary
from jiangli.registers.recognitions.kinds import kinds
from jiangli.reviews.selection import actions, permissions, results, setup
from jiangli.reviews.selection.models import Candidate, CandidateFile, SelectionRound, SelectionRoundQuerySet
from jiangli.reviews.selection.scoring import places
from jiangli.reviews.selection.status import CandidateState, RoundState
from jiangli.staff.forms import ReasonForm
from jiangli.staff.gate import officer_required, who
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.past import chosen, options
from jiangli.staff.selection_forms import (
    ChoiceForm,
    ExpertsForm,
    MaterialForm,
    NoticeForm,
    ResultForm,
    RoundSetup,
    StandingForm,
    WordForm,
)
from jiangli.staff.words import language, say
from jiangli.workbooks import download, workbook

Acts = dict[str, tuple[Any, Callable[[dict[str, Any], Any], object]]]


def _asked(request: HttpRequest) -> tuple[SelectionRoundQuerySet, list[Any], str]:
    only(request, "page", "kind", "state", "q")
    text = request.GET.get("q", "").strip()
    if len(text) > 60:
        raise Unclear(_("At most 60 characters can be searched for."))
    kind, state = chosen(request, "kind", kinds()), chosen(request, "state", RoundState.values)
    asked = {"kind": kind, "state": state}
    rows = SelectionRound.objects.visible_to(who(request))
    rows = rows.filter(**{name: value for name, value in asked.items() if value})
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(rules_number__icontains=text))
    labels = [(id, say(one.label)) for id, one in kinds().items()]
    questions = [
        options("kind", _("Kind"), labels, kind),
        options("state", _("State"), RoundState.choices, state),
    ]
    return rows, questions, text


def _headings() -> list[str]:
    return [_("Name of the round"), _("Kind"), _("First day"), _("Last day"), _("Candidates"), _("State")]


def _cells(row: SelectionRound) -> list[Any]:
    label = say(kinds()[row.kind].label) if row.kind in kinds() else row.kind
    n = row.candidates.count()
    return [row.name, label, row.opens_on, row.closes_on, n, row.get_state_display()]


@officer_required
@require_GET
def selections(request: HttpRequest) -> HttpResponse:
    try:
        found, questions, text = _asked(request)
        page = page_of(found, request)
    except Unclear as why:
        return unclear(request, why)
    cells = [(row.pk, *_cells(row)) for row in page.object_list]
    rows = [(reverse("staff:selection", args=[pk]), name, rest) for pk, name, *rest in cells]
    reason = permissions.cannot_open(who(request), on=clock.today())
    new = [(say(one.label), reverse("staff:selection-new", args=[id])) for id, one in kinds().items()]
    context = {
        "page": page, "rows": rows, "questions": questions, "text": text, "headings": _headings(),
        "title": _("Selection rounds"), "export": reverse("staff:selections-export"),
        "new": [] if reason else new, "other": (_("Recognitions"), reverse("staff:recognitions")),
    }  # fmt: skip
    return render(request, "staff/register_list.html", context)


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    try:
        found, _questions, _text = _asked(request)
    except Unclear as why:
        return unclear(request, why)
    name = f"{_('Selection rounds')} {clock.today().isoformat()}.xlsx"
    return download(workbook(_headings(), [_cells(row) for row in found]), name)


@officer_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in kinds():
        raise Http404
    form, user = RoundSetup(request.POST or None, kind=kinds()[kind]), who(request)
    if request.method == "POST" and form.is_valid():
        try:
            made = setup.open_round(form.plan(), by=user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("staff:selection", made.pk)
    reason = permissions.cannot_open(user, on=clock.today())
    context = {
        "form": form,
        "title": say(kinds()[kind].label),
        "reason": reason,
        "button": _("Open the round"),
    }
    return render(request, "staff/selection_form.html", context)


def _round(request: HttpRequest, pk: UUID) -> SelectionRound:
    return get_object_or_404(SelectionRound.objects.visible_to(who(request)), pk=pk)


@officer_required
@require_http_methods(["GET", "POST"])
def selection(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One round; ``which`` of its steps was sent."""
    one, user, today = _round(request, pk), who(request), clock.today()
    which = request.POST.get("which", "")

    def form(cls: Any, *names: str, **options: Any) -> Any:
        return cls(request.POST if which in names else None, **options)

    experts, notice, result = (
        form(ExpertsForm, "experts", one=one),
        form(NoticeForm, "publish"),
        form(ResultForm, "propose"),
    )
    reason = form(ReasonForm, "again", "back", "cancel")
    acts: Acts = {
        "experts": (experts, lambda given, at: setup.name_experts(one, given["experts"], by=user, at=at)),
        "close": (None, lambda given, at: actions.close_receiving(one, by=user, at=at)),
        "score": (None, lambda given, at: actions.begin_scoring(one, by=user, at=at)),
        "closed": (None, lambda given, at: results.close_scores(one, by=user, at=at)),
        "publish": (notice, lambda given, at: results.publish(one, **given, by=user, at=at)),
        "meeting": (None, lambda given, at: results.to_meeting(one, by=user, at=at)),
        "propose": (result, lambda given, at: results.propose(one, **given, by=user, at=at)),
        "confirm": (None, lambda given, at: results.confirm(one, by=user, at=at)),
        "again": (reason, lambda given, at: results.choose_again(one, reason=given["reason"], by=user, at=at)),
        "back": (reason, lambda given, at: results.send_back(one, reason=given["reason"], by=user, at=at)),
        "cancel": (reason, lambda given, at: results.cancel(one, reason=given["reason"], by=user, at=at)),
    }  # fmt: skip
    if _done(request, which, acts):
        return redirect("staff:selection", pk)
    kind = kinds()[one.kind]
    context = {
        "one": one, "kind": say(kind.label), "rows": ranking(one), "experts": one.experts.select_related("user"),
        "waiting": results.waiting_for(one) if one.state == RoundState.SCORING else {},
        "forms": {"experts": experts, "notice": notice, "result": result, "reason": reason},
        "cannot": permissions.cannot_hold(one, user, on=today),
        "cannot_confirm": permissions.cannot_confirm(one, user, on=today),
        "may_take_back": one.proposed_by_id == user.pk,
        "naming": one.state in setup.BEFORE_CLOSING,
    }  # fmt: skip
    return render(request, "staff/selection.html", context)


def ranking(one: SelectionRound) -> list[dict[str, Any]]:
    """The candidates: by number at first, by place once the scores are closed."""
    rows = list(one.candidates.select_related("person", "organisation"))
    scored = [row for row in rows if row.score is not None]
    at = dict(zip([row.pk for row in scored], places([row.score or 0 for row in scored]), strict=True))
    rows.sort(key=lambda row: (at.get(row.pk, len(rows) + 1), row.number))
    return [{"row": row, "place": at.get(row.pk, ""), "grade": grade_word(one, row)} for row in rows]


def grade_word(one: SelectionRound, row: Candidate) -> str:
    """The grade in words; nothing where there is none."""
    name = kinds()[one.kind].grade
    if not name or row.grade is None:
        return ""
    return dictionary()[name].value_label(dictionary().parse({name: row.grade})[name], language())


def _done(request: HttpRequest, which: str, acts: Acts) -> bool:
    """Whether the act that was sent was done; its form, or the page, shows the refusal otherwise."""
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
@require_http_methods(["GET", "POST"])
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A candidate keyed in from paper."""
    one, user = _round(request, pk), who(request)
    form = StandingForm(request.POST or None, kind=kinds()[one.kind])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            standing = actions.Standing(form.party(), given["received_on"], given["name"], given.get("about"))
            made = actions.take(one, standing, by=user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("staff:candidate", made.pk)
    reason = permissions.cannot_take(one, user, on=clock.today())
    context = {
        "form": form,
        "title": one.name,
        "reason": reason,
        "button": _("Enter the candidate"),
        "one": one,
    }
    return render(request, "staff/selection_form.html", context)


@officer_required
@require_http_methods(["GET", "POST"])
def candidate(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, today, which = who(request), clock.today(), request.POST.get("which", "")
    found = Candidate.objects.visible_to(user).select_related("round", "person", "organisation", "about")
    row = get_object_or_404(found, pk=pk)
    one, sent = row.round, request.POST if which else None
    words = WordForm(sent if which in CandidateState.values else None)
    choice = ChoiceForm(sent if which in {"choose", "pass_over"} else None, kind=kinds()[one.kind])
    material = MaterialForm(*((request.POST, request.FILES) if which == "material" else ()))

    def chosen_as(yes: bool) -> Callable[[dict[str, Any], Any], object]:
        return lambda given, at: results.choose(
            row, chosen=yes, grade=str(given.get("grade") or ""), words=given["words"], by=user, at=at
        )

    def examined(to: CandidateState) -> Callable[[dict[str, Any], Any], object]:
        return lambda given, at: actions.examine(row, to, words=given["words"], by=user, at=at)

    reviewed = (
        CandidateState.ADMITTED,
        CandidateState.RETURNED,
        CandidateState.REFUSED,
        CandidateState.WAITING,
    )
    acts: Acts = {
        "material": (material, lambda given, at: actions.add_material(
            row, given["file"].name, given["file"].read(), by=user, at=at)),
        "choose": (choice, chosen_as(True)),
        "pass_over": (choice, chosen_as(False)),
        **{str(to): (words, examined(to)) for to in reviewed},
    }  # fmt: skip
    if _done(request, which, acts):
        return redirect("staff:candidate", pk)
    context = {
        "row": row, "one": one, "words": words, "choice": choice, "material": material,
        "grade": grade_word(one, row), "files": row.files.all(),
        "sheets": _sheets(row),
        "may": [str(to) for to in reviewed if not permissions.cannot_examine(row, to, user, on=today)],
        "cannot_choose": permissions.cannot_choose(row, user, on=today),
    }  # fmt: skip
    return render(request, "staff/candidate.html", context)


def _sheets(row: Candidate) -> list[Any]:
    """The experts' sheets, once the scores are closed; before that nobody sees another's."""
    if row.score is None:
        return []
    titles = {one["id"]: one["title"] for one in row.round.criteria}
    found = []
    for sheet in row.sheets.select_related("expert"):
        marks = [f"{titles[id]} {points / 100:g}" for id, points in sheet.marks.items() if id in titles]
        found.append((sheet, marks))
    return found


@officer_required
@require_GET
def material(request: HttpRequest, pk: UUID, page: int) -> HttpResponse:
    return shown(get_object_or_404(CandidateFile.objects.visible_to(who(request)), pk=pk), page)


def shown(row: CandidateFile, page: int) -> HttpResponse:
    """A page of a material as a re-encoded picture, never the file as it came."""
    if not 1 <= page <= len(row.previews):
        raise Http404
    content = files.read(row.previews[page - 1])
    return HttpResponse(content, content_type="image/jpeg", headers={"Cache-Control": "private, no-store"})


@officer_required
@require_GET
def sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The score sheet on paper, one column a criterion, to be filled in by hand."""
    one = _round(request, pk)
    out = [CandidateState.WAITING, CandidateState.RETURNED, CandidateState.REFUSED]
    return render(
        request, "staff/score_sheet.html", {"one": one, "rows": one.candidates.exclude(state__in=out)}
    )


@officer_required
@require_GET
def ranked(request: HttpRequest, pk: UUID) -> HttpResponse:
    one = _round(request, pk)
    headings = (
        pgettext("ranking", "Place"),
        _("Number"),
        _("Name"),
        _("Holder"),
        _("Score"),
        _("Grade"),
        _("State"),
        _("Words"),
    )
    rows = [
        (str(each["place"]), each["row"].number, each["row"].name, each["row"].party.name, each["row"].points,
         each["grade"], each["row"].get_state_display(), each["row"].words)
        for each in ranking(one)
    ]  # fmt: skip
    return download(workbook(headings, rows), f"{one.name}.xlsx")
