"""Where experts score: their rounds, the candidates of one, a sheet for each. They see nothing else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock
from jiangli.refused import Refused
from jiangli.reviews.selection import actions, permissions
from jiangli.reviews.selection.models import Candidate, CandidateFile, ScoreSheet, SelectionRound
from jiangli.staff.forms import ReasonForm
from jiangli.staff.gate import expert_required, who
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.selection_forms import MarksForm
from jiangli.staff.views.selections import shown


@expert_required
@require_GET
def scores(request: HttpRequest) -> HttpResponse:
    """The candidates of every round one scores in, with what is still to do."""
    user = who(request)
    try:
        only(request, "page")
        page = page_of(_mine(request), request)
    except Unclear as why:
        return unclear(request, why)
    said = {row.candidate_id: row for row in ScoreSheet.objects.filter(expert=user)}
    rows = [(row, said.get(row.pk)) for row in page.object_list]
    rounds = SelectionRound.objects.for_expert(user)
    return render(request, "staff/scores.html", {"page": page, "rows": rows, "rounds": rounds})


def _mine(request: HttpRequest) -> Any:
    found = Candidate.objects.for_expert(who(request)).select_related("round", "person", "organisation")
    return found.order_by("-round__opens_on", "round__name", "number")


@expert_required
@require_http_methods(["GET", "POST"])
def score(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, which = who(request), request.POST.get("which", "")
    row = get_object_or_404(_mine(request), pk=pk)
    given = ScoreSheet.objects.filter(candidate=row, expert=user).first()
    initial = (
        {"comment": given.comment, **{id: points / 100 for id, points in given.marks.items()}}
        if given
        else {}
    )
    form = MarksForm(request.POST if which == "score" else None, criteria=row.round.criteria, initial=initial)
    why = ReasonForm(request.POST if which == "abstain" else None)
    sent = {"score": form, "abstain": why}.get(which)
    if sent is not None and sent.is_valid():
        said = sent.cleaned_data
        try:
            if which == "score":
                actions.score(row, said, comment=said["comment"], by=user, at=clock.now())
            else:
                actions.abstain(row, reason=said["reason"], by=user, at=clock.now())
        except Refused as refusal:
            sent.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept. It can be changed until the scores are closed."))
            return redirect("staff:scores")
    context = {
        "row": row, "one": row.round, "form": form, "why": why, "given": given, "files": row.files.all(),
        "cannot_score": permissions.cannot_score(row, user, on=clock.today()),
        "cannot_abstain": permissions.cannot_abstain(row, user, on=clock.today()),
    }  # fmt: skip
    return render(request, "staff/score.html", context)


@expert_required
@require_GET
def material(request: HttpRequest, pk: UUID, page: int) -> HttpResponse:
    return shown(get_object_or_404(CandidateFile.objects.for_expert(who(request)), pk=pk), page)
