"""公示 for everybody: what is up and what was until lately, one list with its rows, the same on paper.

Search machines are told to leave these pages alone: the names are here for a few weeks only.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jiangli import clock
from jiangli.programmes.queries import rule
from jiangli.public import telling
from jiangli.public.listing import Unclear
from jiangli.public.pages import show
from jiangli.reviews.publicity.freezing import spaced
from jiangli.reviews.publicity.masks import alike
from jiangli.reviews.publicity.models import Publication
from jiangli.reviews.publicity.permissions import cannot_object
from jiangli.reviews.publicity.queries import record_of
from jiangli.reviews.publicity.showing import days_in_words, first_day, not_announced, sheet_of, table_of
from jiangli.reviews.publicity.status import Outcome, PublicationState

LISTS, ROWS = 20, 50
View = Callable[..., HttpResponse]


def unindexed(view: View) -> View:
    """Tell search machines neither to keep nor to follow the page."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return answered


def page_of(things: Any, request: HttpRequest, rows: int) -> Page[Any]:
    pages, number = Paginator(things, rows), request.GET.get("page") or "1"
    if not number.isdecimal() or len(number) > 6 or not 1 <= int(number) <= pages.num_pages:
        raise Unclear(
            _("There is no page %(page)s; the list has %(pages)s.")
            % {"page": number[:20], "pages": pages.num_pages}
        )
    return pages.page(int(number))


def _lately() -> list[Publication]:
    """What is up, and what ended so lately that its names can still be read."""
    rows = Publication.objects.public().select_related("agency", "version").order_by("-opened_at", "pk")
    rows = rows.filter(state__in=[PublicationState.OPEN, PublicationState.CLOSED])
    long_ago = clock.today() - timedelta(days=367)
    return [row for row in rows.exclude(closes_on__lt=long_ago) if row.shows_rows(clock.today())]


def _narrowed(
    request: HttpRequest, rows: list[Publication]
) -> tuple[list[Publication], list[dict[str, Any]]]:
    if strange := set(request.GET) - {"agency", "programme", "page"}:
        raise Unclear(_("This list cannot be narrowed by “%(name)s”.") % {"name": min(strange)[:40]})
    agencies = {row.agency_id: telling.name_of(row.agency) for row in rows}
    titles = {row.programme_code: rule(row.version).title.say(telling.speech()) for row in rows}
    agency, code = request.GET.get("agency", ""), request.GET.get("programme", "")
    for value, known in ((agency, agencies), (code, titles)):
        if value and value not in known:
            raise Unclear(_("There are no notices of “%(name)s” here.") % {"name": value[:40]})
    questions = [
        _question("agency", _("Agency"), agencies, agency),
        _question("programme", _("Programme"), titles, code),
    ]
    kept = [row for row in rows if agency in ("", row.agency_id) and code in ("", row.programme_code)]
    return kept, questions


def _question(name: str, label: str, known: dict[str, str], value: str) -> dict[str, Any]:
    options = [{"value": key, "label": title, "chosen": key == value} for key, title in known.items()]
    return {"name": name, "label": label, "options": options}


@unindexed
@require_safe
def publicity(request: HttpRequest) -> HttpResponse:
    """Every list that can be read now."""
    try:
        rows, questions = _narrowed(request, _lately())
        page = page_of(rows, request, LISTS)
    except Unclear as why:
        return show(request, "public/unclear.html", {"why": str(why)}, status=400)
    listed = [
        {
            "row": row,
            "programme": rule(row.version).title.say(telling.speech()),
            "agency": telling.name_of(row.agency),
            "first": first_day(row),
        }
        for row in page.object_list
    ]
    context = {
        "page": page, "rows": listed, "questions": questions,
        "narrowed": any(request.GET.get(name) for name in ("agency", "programme")),
    }  # fmt: skip
    return show(request, "public/publicity.html", context)


def find(number: str) -> Publication:
    """A list that was up for everybody; 404 for any other."""
    rows: QuerySet[Publication] = Publication.objects.public().select_related("agency", "version")
    return get_object_or_404(rows, number=number)


@unindexed
@require_safe
@never_cache
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One list: its rows while they may be read, and when it was shown."""
    found = find(number)
    if strange := set(request.GET) - {"page"}:
        why = _("This list cannot be narrowed by “%(name)s”.") % {"name": min(strange)[:40]}
        return show(request, "public/unclear.html", {"why": why}, status=400)
    rows = found.rows.exclude(case__outcome=Outcome.BACK)
    readable = found.shows_rows(clock.today())
    try:
        page = page_of(rows if readable else rows.none(), request, ROWS)
    except Unclear as why:
        return show(request, "public/unclear.html", {"why": str(why)}, status=400)
    table = table_of(found, rows)
    context = {
        "one": found, "programme": rule(found.version).title.say(telling.speech()),
        "agency": telling.name_of(found.agency), "first_day": first_day(found), "days": days_in_words(found),
        "not_announced": not_announced(found), "readable": readable, "page": page, "table": table,
        "rows": [(row, table.cells(row.position, row.shown)) for row in page.object_list],
        "namesakes": alike(row.shown for row in rows) if readable else {},
        "gone": found.rows.filter(case__outcome=Outcome.BACK).count(),
        "closed": cannot_object(found, on=clock.today()), "record": record_of(found), "seal": spaced(found.seal),
    }  # fmt: skip
    return show(request, "public/publication.html", context)


@unindexed
@require_safe
@never_cache
def sheet(request: HttpRequest, number: str) -> HttpResponse:
    """The list on paper, as long as its names may be read."""
    found = find(number)
    if not found.shows_rows(clock.today()):
        raise Http404
    with override("zh-hans"):
        return render(request, "print/publicity.html", sheet_of(found))
