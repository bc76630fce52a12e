"""Ratings: give one for a closed case, add a remark, and what all of them come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jiangli import clock
from jiangli.accounts.models import Agency, User
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application, Visit
from jiangli.programmes.queries import published
from jiangli.public import telling
from jiangli.public.pages import posted, show
from jiangli.public.people import SignedIn, for_claimants
from jiangli.public.voice import RatingForm, RemarkForm
from jiangli.refused import Refused
from jiangli.reviews.ratings import actions as ratings
from jiangli.reviews.ratings.models import Grade, LookInto, Rating, Reason
from jiangli.reviews.ratings.permissions import cannot_rate, cannot_remark
from jiangli.reviews.ratings.queries import FEWEST, Sum, public_sums
from jiangli.workbooks import CSV, download, plain

VISIT = "visit"  # in the session: the look-up by query password


def rating_of(case: Application, *, user: User | None = None, visit: Visit | None = None) -> dict[str, Any]:
    """What the page of a case says: whether it can be rated, and what came of the rating it has."""
    row = Rating.objects.filter(application=case).first()
    if row is None:
        return {"can": cannot_rate(case, by=user, visit=visit, at=clock.now()) is None}
    task = LookInto.objects.filter(rating=row).select_related("rating__agency").first()
    return {
        "row": row,
        "grade": Grade(row.grade).label,
        "task": task,
        "answered": task is not None and task.answered_at is not None,
        "agency": telling.name_of(row.agency),
        "can_remark": cannot_remark(row, by=user, visit=visit, at=clock.now()) is None,
    }


@never_cache
@for_claimants
def rate(request: SignedIn, pk: UUID) -> HttpResponse:
    """Signed in: one's own case, or the organisation's."""
    case = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    return _rate(request, case, "public:application", [pk], by=request.user)


@never_cache
def rate_visit(request: HttpRequest) -> HttpResponse:
    """After a look-up with the query password."""
    key = request.session.get(VISIT) or UUID(int=0)
    visit = Visit.objects.filter(pk=key, until__gt=clock.now()).select_related("application").first()
    if visit is None:
        return redirect("public:status")
    return _rate(request, visit.application, "public:visit", [], visit=visit)


def _rate(request: HttpRequest, case: Application, back: str, at: list[Any], **who: Any) -> HttpResponse:
    row = Rating.objects.filter(application=case).first()
    now = clock.now()
    reason = cannot_remark(row, at=now, **who) if row else cannot_rate(case, at=now, **who)
    if reason:
        messages.info(request, reason)
        return redirect(back, *at)
    form = RemarkForm(posted(request)) if row else RatingForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            _keep(case, row, form.cleaned_data, **who)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. It is noted."))
            return redirect(back, *at)
    context = {"form": form, "rated": row, "name": programme_of(case).title.say(telling.speech())}
    return show(request, "public/rate.html", {**context, "number": case.number, "back": (back, at)})


def _keep(case: Application, row: Rating | None, given: dict[str, Any], **who: Any) -> None:
    if row:
        ratings.remark(row, given["words"], at=clock.now(), **who)
        return
    reasons = [Reason(one) for one in given["reasons"]]
    ratings.rate(case, given["grade"], reasons=reasons, words=given["words"], at=clock.now(), **who)


@require_safe
def sums(request: HttpRequest) -> HttpResponse:
    """What all ratings come to: by agency, programme and month. Few are not shown; nobody's own ever is."""
    found = public_sums(today=clock.today())
    tables = [
        {"title": title, "rows": [_row(one, names) for one in rows], "first": first}
        for title, first, rows, names in _tables(found)
    ]
    context = {
        "tables": tables,
        "grades": [grade.label for grade in Grade],
        "fewest": FEWEST,
        "until": found.until,
        "any": bool(found.agencies),
    }
    return show(request, "public/ratings.html", context)


def _tables(found: Any) -> list[tuple[str, str, list[Sum], dict[str, str]]]:
    agencies = {row.pk: telling.name_of(row) for row in Agency.objects.all()}
    programmes = {row.code: law.title.say(telling.speech()) for row, law in published()}
    return [
        (_("By agency"), _("Agency"), found.agencies, agencies),
        (_("By programme"), _("Programme"), found.programmes, programmes),
        (_("By month"), _("Month"), found.months, {}),
    ]


def _row(one: Sum, names: dict[str, str]) -> dict[str, Any]:
    counts = [one.counts[grade] for grade in Grade] if one.counts else []
    return {"name": names.get(one.key, one.key), "counts": counts, "total": one.total, "share": one.share}


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same as CSV; what is too few stays empty."""
    return download(plain(_lines()), "ratings.csv", CSV)


def _lines() -> Iterator[list[object]]:
    for title, first, rows, names in _tables(public_sums(today=clock.today())):
        yield [title]
        yield [first, *(grade.label for grade in Grade), _("All"), _("Satisfied, in per cent")]
        for one in rows:
            counts: list[object] = [one.counts[grade] if one.counts else "" for grade in Grade]
            total = one.total if one.total is not None else _("too few")
            share = one.share if one.share is not None else ""
            yield [names.get(one.key, one.key), *counts, total, share]
