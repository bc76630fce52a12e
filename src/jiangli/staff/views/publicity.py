"""Publicity: what waits for a list, the lists, one list from draft to end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock, files
from jiangli.programmes.models import Version
from jiangli.programmes.queries import rule
from jiangli.refused import Refused
from jiangli.reviews.publicity import actions as publicity
from jiangli.reviews.publicity import closing, objections, permissions
from jiangli.reviews.publicity.freezing import may_show_lines, spaced
from jiangli.reviews.publicity.masks import alike
from jiangli.reviews.publicity.models import Objection, Paper, Publication, PublicationCase
from jiangli.reviews.publicity.queries import record_of, undecided_of, unlisted, waiting
from jiangli.reviews.publicity.showing import (
    days_in_words,
    first_day,
    first_texts,
    not_announced,
    sheet_of,
    table_of,
)
from jiangli.reviews.publicity.status import Outcome, PublicationState
from jiangli.reviews.queries import own
from jiangli.staff.forms import ReasonForm
from jiangli.staff.gate import office, officer_required, who
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.past import chosen, options
from jiangli.staff.publicity_forms import CasesForm, EnterObjectionForm, PostedForm, PrepareForm, TextsForm
from jiangli.staff.words import say, title_of
from jiangli.workbooks import Fen, download, workbook

ROWS = 50
Acts = dict[str, tuple[Any, Callable[[Any], object]]]


def tabs(request: HttpRequest, here: str) -> list[dict[str, Any]]:
    names = (
        ("publicity", _("Waiting for a list"), None),
        ("publications", _("Lists"), None),
        ("objections", _("Objections"), undecided_of(who(request)).count() or None),
    )
    return [
        {"label": label, "url": reverse(f"staff:{name}"), "current": name == here, "count": count}
        for name, label, count in names
    ]


@officer_required
@require_GET
def waits(request: HttpRequest) -> HttpResponse:
    """Cases that wait for their publicity, programme by programme."""
    user = who(request)
    found = [
        (one, say(one.law.title), say(one.law.stages[one.stage].title),
         permissions.cannot_publish_at(one.law, one.stage, user, on=clock.today()))
        for one in waiting(user)
    ]  # fmt: skip
    stuck = PublicationCase.objects.filter(
        publication__in=Publication.objects.visible_to(user), outcome=Outcome.STUCK, live=True
    ).select_related("publication", "application")
    context = {"tabs": tabs(request, "publicity"), "rows": found, "stuck": stuck[:50]}
    return render(request, "staff/publicity.html", context)


def _asked(request: HttpRequest) -> tuple[QuerySet[Publication], list[Any], str]:
    only(request, "page", "state", "programme", "q")
    text = request.GET.get("q", "").strip()
    if len(text) > 60:
        raise Unclear(_("At most 60 characters can be searched for."))
    rows = Publication.objects.visible_to(who(request)).select_related("version")
    titles = {one.programme_code: title_of(one.version) for one in rows.order_by("pk")}
    state = chosen(request, "state", PublicationState.values)
    code = chosen(request, "programme", titles)
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(programme_code=code) if code else rows
    rows = rows.filter(Q(number__icontains=text) | Q(title__icontains=text)) if text else rows
    questions = [
        options("state", _("State"), PublicationState.choices, state),
        options("programme", _("Programme"), sorted(titles.items()), code),
    ]
    return rows.annotate(many=Count("rows")).order_by("-prepared_at", "pk"), questions, text


@officer_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    try:
        found, questions, text = _asked(request)
        page = page_of(found, request)
    except Unclear as why:
        return unclear(request, why)
    rows = [(one, title_of(one.version)) for one in page.object_list]
    context = {
        "tabs": tabs(request, "publications"), "page": page, "rows": rows, "questions": questions, "text": text,
    }  # fmt: skip
    return render(request, "staff/publications.html", context)


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    try:
        found, _questions, _text = _asked(request)
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Number"), _("Title"), _("Programme"), _("Rows"), _("Goes up on"), _("Last day"), _("State"), _("Seal"),
    )  # fmt: skip
    rows = [
        (one.number, one.title, title_of(one.version), one.many, one.posts_on, one.closes_on,  # type: ignore[attr-defined]
         one.get_state_display(), one.seal)
        for one in found
    ]  # fmt: skip
    return download(workbook(headings, rows), f"{_('Publicity')} {clock.today().isoformat()}.xlsx")


def _cases(
    form: CasesForm, version: Version, stage: int, user: Any, *, besides: Publication | None = None
) -> list[UUID]:
    """The waiting cases that the form means. Refused for a number to leave out that does not wait."""
    free = unlisted(version, stage, form.cleaned_data["round"], besides=besides).exclude(own(user))
    numbers = dict(free.values_list("number", "pk"))
    if strange := form.left_out - set(numbers):
        raise Refused(_("%(number)s does not wait for this list.") % {"number": sorted(strange)[0][:24]})
    return [pk for number, pk in numbers.items() if number not in form.left_out]


@officer_required
@require_http_methods(["GET", "POST"])
def prepare(request: HttpRequest, pk: int, stage: int) -> HttpResponse:
    """A new list of the cases that wait at a stage of a version of a programme."""
    version, user, today = get_object_or_404(Version, pk=pk), who(request), clock.today()
    law = rule(version)
    if stage >= len(law.stages):
        raise Http404
    reason = permissions.cannot_publish_at(law, stage, user, on=today)
    first = {**first_texts(law, office(request), on=today), "posts_on": today}
    form = PrepareForm(request.POST or None, initial=first, programme=law.id, lines=may_show_lines(law))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = publicity.prepare(
                version, stage, cases=_cases(form, version, stage, user), texts=form.texts,
                posts_on=given["posts_on"], kept_days=given["kept_days"], by_line=given.get("by_line", False),
                by=user, at=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("staff:publication", made.pk)
    count = unlisted(version, stage).exclude(own(user)).count()
    context = {"form": form, "reason": reason, "title": say(law.title), "count": count}
    return render(request, "staff/publication_prepare.html", context)


def _find(request: HttpRequest, pk: UUID) -> Publication:
    rows = Publication.objects.visible_to(who(request)).select_related("agency", "version")
    return get_object_or_404(rows, pk=pk)


@officer_required
@require_http_methods(["GET", "POST"])
@never_cache
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One list; ``which`` of its acts was sent."""
    found, user, today, which = _find(request, pk), who(request), clock.today(), request.POST.get("which", "")
    data, sent = request.POST, request.FILES

    def bound(*names: str) -> Any:
        return data if which in names else None

    texts = {name: getattr(found, name) for name in ("title", "intro", "objecting", "posts_on", "kept_days")}
    forms = {
        "change": TextsForm(bound("change"), initial=texts),
        "freeze": CasesForm(bound("freeze"), programme=found.programme_code),
        "end": ReasonForm(bound("back", "withdraw")),
        "enter": EnterObjectionForm(bound("enter"), sent if which == "enter" else None, today=today),
        "posted": PostedForm(bound("posted"), sent if which == "posted" else None),
    }
    if _done(request, which, _acts(request, found, forms)):
        return redirect("staff:publication", pk)
    try:
        page = page_of(found.rows.select_related("case__application"), request, rows=ROWS)
    except Unclear as why:
        return unclear(request, why)
    return render(request, "staff/publication.html", {**_shown(found, user, page, today), "forms": forms})


def _acts(request: HttpRequest, found: Publication, forms: dict[str, Any]) -> Acts:
    by, at, sent = who(request), clock.now(), request.FILES

    def reason() -> str:
        return str(forms["end"].cleaned_data["reason"])

    def texts(form: TextsForm) -> object:
        given = form.cleaned_data
        return publicity.change(found, texts=form.texts, posts_on=given["posts_on"],
                                kept_days=given["kept_days"], by=by, at=at)  # fmt: skip

    def freeze(form: CasesForm) -> object:
        cases = _cases(form, found.version, found.stage, by, besides=found)
        return publicity.freeze(found, cases=cases, by=by, at=at)

    return {
        "change": (forms["change"], texts),
        "freeze": (forms["freeze"], freeze),
        "approve": (None, lambda _form: publicity.approve(found, by=by, at=at)),
        "back": (forms["end"], lambda _form: publicity.send_back_list(found, reason=reason(), by=by, at=at)),
        "withdraw": (forms["end"], lambda _form: publicity.withdraw_list(found, reason=reason(), by=by, at=at)),
        "enter": (forms["enter"], lambda form: _enter(found, form, papers_of(sent), by=by, at=at)),
        "posted": (forms["posted"], lambda form: objections.note_posting(
            found, place=form.cleaned_data["place"], first_day=form.cleaned_data["first_day"],
            last_day=form.cleaned_data["last_day"], papers=papers_of(sent), by=by, at=at)),
    }  # fmt: skip


def papers_of(sent: Any) -> list[tuple[str, bytes]]:
    """The files that came with a form."""
    return [(file.name or "", file.read()) for file in sent.getlist("file")]


def _enter(found: Publication, form: EnterObjectionForm, papers: Any, *, by: Any, at: Any) -> object:
    given = dict(form.cleaned_data)
    given.pop("file", None)
    row = found.rows.filter(position=given.pop("row")).first()
    if row is None:
        raise Refused(_("There is no such number on this list."))
    return objections.enter_objection(row, **given, papers=papers, by=by, at=at)


def _done(request: HttpRequest, which: str, acts: Acts) -> bool:
    """Whether the act that was sent was done; its form shows the refusal otherwise."""
    if which not in acts:
        return False
    form, act = acts[which]
    if form is not None and not form.is_valid():
        return False
    try:
        act(form)
    except Refused as refusal:
        if form is None:
            messages.error(request, str(refusal))
            return True
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Done."))
    return True


def _shown(found: Publication, user: Any, page: Any, today: Any) -> dict[str, Any]:
    table = table_of(found, found.rows.all())
    kept = record_of(found) if found.seal else None
    return {
        "one": found, "page": page, "title": title_of(found.version), "table": table,
        "rows": [(row, table.cells(row.position, row.shown)) for row in page.object_list],
        "days": days_in_words(found), "first_day": first_day(found), "not_announced": not_announced(found),
        "namesakes": alike(row.shown for row in found.rows.all()),
        "record": kept, "seal": spaced(found.seal) if found.seal else "",
        "outcomes": [(Outcome(code).label, n) for code, n in found.cases.values_list("outcome")
                     .annotate(n=Count("pk")).order_by("outcome")],
        "stuck": found.cases.filter(outcome=Outcome.STUCK, live=True).select_related("application"),
        "objections": Objection.objects.filter(row__publication=found).select_related("row"),
        "postings": found.elsewhere.prefetch_related("papers"),
        "cannot_prepare": permissions.cannot_prepare(found, user, on=today),
        "cannot_approve": permissions.cannot_approve(found, user, on=today),
        "cannot_back": permissions.cannot_send_back(found, user, on=today),
        "cannot_withdraw": permissions.cannot_withdraw_list(found, user, on=today),
        "cannot_note": permissions.cannot_note_posting(found, user, on=today),
    }  # fmt: skip


@officer_required
@require_http_methods(["GET", "POST"])
def stuck(request: HttpRequest, pk: int) -> HttpResponse:
    """A case that could not go on: try again, or back to review."""
    rows = PublicationCase.objects.filter(publication__in=Publication.objects.visible_to(who(request)))
    case = get_object_or_404(rows.select_related("publication", "application__version"), pk=pk)
    form = ReasonForm(request.POST if request.POST.get("which") == "back" else None)
    by, at = who(request), clock.now()
    acts: Acts = {
        "again": (None, lambda _form: closing.try_again(case, by=by, at=at)),
        "back": (
            form,
            lambda form: closing.back_from_list(case, text=form.cleaned_data["reason"], by=by, at=at),
        ),
    }
    if _done(request, request.POST.get("which", ""), acts):
        return redirect("staff:publication", case.publication.pk)
    reason = permissions.cannot_settle_case(case, by, on=clock.today())
    return render(request, "staff/publication_stuck.html", {"case": case, "form": form, "reason": reason})


@officer_required
@require_GET
def rows_export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The rows as they are shown, with the acceptance numbers for the officers."""
    found = _find(request, pk)
    rows = list(found.rows.select_related("case__application"))
    table = table_of(found, rows)
    headings = [*(words for words, _number in table.headings), _("Acceptance number"), _("State")]
    cells = [
        [*_sums(table, row), row.case.application.number, row.case.get_outcome_display()] for row in rows
    ]
    return download(workbook(headings, cells), f"{found.number}.xlsx")


def _sums(table: Any, row: Any) -> list[Any]:
    cells = table.cells(row.position, row.shown)
    if table.columns.amount and cells[-1] is not None:
        cells[-1] = Fen(cells[-1])
    return list(cells)


@officer_required
@require_GET
def sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The list on paper."""
    with override("zh-hans"):
        return render(request, "print/publicity.html", sheet_of(_find(request, pk)))


@officer_required
@require_GET
def paper(request: HttpRequest, pk: UUID, page: int) -> HttpResponse:
    """A page of a paper as a re-encoded picture, never the file as it came."""
    item = get_object_or_404(Paper.objects.visible_to(who(request)), pk=pk)
    if not 1 <= page <= len(item.previews):
        raise Http404
    content = files.read(item.previews[page - 1])
    return HttpResponse(content, content_type="image/jpeg", headers={"Cache-Control": "private, no-store"})
