"""The whole office's work: by officer and stage, down to the cases, which are given out from here."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.applications.models import Application
from jiangli.refused import Refused
from jiangli.reviews.work import actions as work
from jiangli.reviews.work.bulk import MOST
from jiangli.reviews.work.due import Terms, age, terms
from jiangli.reviews.work.permissions import leads
from jiangli.reviews.work.queries import Post, office, reminders_for, stage_titles, waiting_in
from jiangli.staff.gate import officer_required, who
from jiangli.staff.pages import Unclear, only, page_of, unclear
from jiangli.staff.words import title_of
from jiangli.staff.working_forms import HandOverForm
from jiangli.workbooks import CSV, Fen, download, plain, workbook

NOBODY = "none"


def _lead(request: HttpRequest) -> User:
    """The officer who asks, if the office's work is theirs to see."""
    if not leads(who(request), on=clock.today()):
        raise Http404
    return who(request)


@officer_required
@require_GET
def supervisor(request: HttpRequest) -> HttpResponse:
    user = _lead(request)
    try:
        only(request)
    except Unclear as why:
        return unclear(request, why)
    posts = office(user, on=clock.today())
    names = _names(posts)
    waiting, late = sum(post.waiting for post in posts), sum(post.late for post in posts)
    context = {
        "rows": [(post, names[post.officer], _address(post)) for post in posts],
        "figures": _figures(posts, waiting, late),
        "chart": _chart(posts, names, waiting, late) if waiting else None,
        "reminders": reminders_for(user, on=clock.today())[:10],
    }
    return render(request, "staff/supervisor.html", context)


def _names(posts: list[Post]) -> dict[UUID | None, str]:
    people = User.objects.in_bulk([post.officer for post in posts if post.officer])
    return {None: _("Nobody yet"), **{pk: str(person) for pk, person in people.items()}}


def _address(post: Post) -> str:
    officer = post.officer or NOBODY
    return f"{reverse('staff:supervisor-cases')}?officer={officer}&stage={post.stage}"


def _figures(posts: list[Post], waiting: int, late: int) -> list[dict[str, str]]:
    free = sum(post.waiting for post in posts if post.officer is None)
    unit = _("cases")
    return [
        {"label": pgettext("cases", "Waiting"), "number": f"{waiting:,}", "unit": unit},
        {"label": _("With nobody yet"), "number": f"{free:,}", "unit": unit},
        {"label": _("Overdue"), "number": f"{late:,}", "unit": unit},
        {"label": _("Done this week"), "number": f"{sum(post.done for post in posts):,}", "unit": unit},
    ]


def _by_officer(posts: list[Post], names: dict[UUID | None, str]) -> list[tuple[str, int, int]]:
    """(officer, waiting, of these overdue), whoever has most first."""
    found: dict[str, list[int]] = {}
    for post in posts:
        row = found.setdefault(names[post.officer], [0, 0])
        row[0] += post.waiting
        row[1] += post.late
    rows = [(name, waiting, late) for name, (waiting, late) in found.items() if waiting]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def _chart(posts: list[Post], names: dict[UUID | None, str], waiting: int, late: int) -> dict[str, Any]:
    rows = _by_officer(posts, names)
    finding = ngettext(
        "%(n)s case waits, %(late)s of it overdue", "%(n)s cases wait, %(late)s of them overdue", waiting
    )
    head = [
        {"label": _("Dealt with by")},
        {"label": pgettext("cases", "Waiting"), "number": True},
        {"label": _("Overdue"), "number": True},
    ]
    return {
        "finding": finding % {"n": waiting, "late": late},
        "svg": _bars(rows[:12]),
        "keys": [_("Overdue"), pgettext("cases", "Waiting")],
        "table": {"caption": _("Cases by officer"), "head": head, "rows": [list(row) for row in rows]},
    }


def _bars(rows: list[tuple[str, int, int]]) -> SafeString:
    """A bar for each officer: all that waits, and darker within it what is overdue."""
    most = max((waiting for _name, waiting, _late in rows), default=0) or 1
    bars = []
    for place, (name, waiting, late) in enumerate(rows):
        top, long, dark = 34 * place + 6, 260 * waiting // most, 260 * late // most
        bars.append((top, long, top, dark, top + 17, name, 128 + long, top + 17, waiting))
    drawn = format_html_join(
        "",
        '<rect x="120" y="{}" width="{}" height="24" fill="var(--indigo-mid)"/>'
        '<rect x="120" y="{}" width="{}" height="24" fill="var(--indigo)"/>'
        '<text x="0" y="{}" font-size="14" fill="currentColor">{}</text>'
        '<text x="{}" y="{}" font-size="14" fill="currentColor">{}</text>',
        bars,
    )
    high = 34 * len(rows) + 12
    return format_html('<svg viewBox="0 0 440 {}" width="440" height="{}">{}</svg>', high, high, drawn)


@officer_required
@require_GET
def by_officer(request: HttpRequest) -> HttpResponse:
    """What stands under the chart, as CSV."""
    try:
        only(request)
    except Unclear as why:
        return unclear(request, why)
    posts = office(_lead(request), on=clock.today())
    head = (_("Dealt with by"), pgettext("cases", "Waiting"), _("Overdue"))
    return download(plain([head, *_by_officer(posts, _names(posts))]), "cases-by-officer.csv", CSV)


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The table of the office as a spreadsheet."""
    try:
        only(request)
    except Unclear as why:
        return unclear(request, why)
    posts = office(_lead(request), on=clock.today())
    names = _names(posts)
    headings = (
        _("Dealt with by"), _("Stage"), pgettext("cases", "Waiting"),
        _("Overdue"), _("Amount (yuan)"), _("Done this week"),
        _("Days on average"),
    )  # fmt: skip
    rows = [
        (
            names[post.officer], post.stage, post.waiting, post.late, Fen(post.fen), post.done,
            None if post.days is None else f"{post.days:.1f}",
        )
        for post in posts
    ]  # fmt: skip
    return download(workbook(headings, rows), f"{_('The office')} {clock.today().isoformat()}.xlsx")


class Narrowed(NamedTuple):
    """The cases the address asks for, and what it asks in words: name, value, words."""

    cases: QuerySet[Application]
    chips: list[tuple[str, str, str]]
    terms: Terms


def _narrowed(request: HttpRequest, user: User) -> Narrowed:
    only(request, "page", "officer", "stage", "due")
    known = terms(user.agency_id)
    titles = stage_titles(known)
    cases, chips = waiting_in(user, on=clock.today(), known=known), []
    if officer := request.GET.get("officer"):
        people = {str(one.pk): one for one in User.objects.visible_to(user)}
        if officer != NOBODY and officer not in people:
            raise Unclear(_("There is no such officer."))
        cases = cases.filter(officer=None if officer == NOBODY else officer)
        chips.append(("officer", officer, str(people[officer]) if officer in people else _("Nobody yet")))
    if stage := request.GET.get("stage"):
        places = [place for place, title in titles.items() if title == stage]
        if not places:
            raise Unclear(_("There is no such stage."))
        keys = {f"{code}:{at}" for code, at in places}
        wanted = [
            pk
            for pk, code, at in cases.values_list("pk", "programme_code", "stage")
            if f"{code}:{at}" in keys
        ]
        cases = cases.filter(pk__in=wanted)
        chips.append(("stage", stage, stage))
    if due := request.GET.get("due"):
        if due != "late":
            raise Unclear(_("This list cannot be narrowed by “%(name)s”.") % {"name": due[:40]})
        cases = cases.filter(late=True)
        chips.append(("due", due, _("Overdue")))
    cases = cases.select_related("claimant", "organisation", "version")
    return Narrowed(cases.order_by("-late", "came_at", "number"), chips, known)


@officer_required
@require_http_methods(["GET", "POST"])
def cases(request: HttpRequest) -> HttpResponse:
    """The cases behind a number of the table; ticked ones are given to an officer."""
    user = _lead(request)
    try:
        found = _narrowed(request, user)
        page = page_of(found.cases, request)
    except Unclear as why:
        return unclear(request, why)
    form = HandOverForm(request.POST or None, officer=user, needed=False)
    if request.method == "POST" and form.is_valid():
        _give(request, found.cases, form)
        return redirect(request.get_full_path())
    context = {
        "page": page,
        "rows": _rows(list(page.object_list), found.terms),
        "chips": found.chips,
        "form": form,
        "most": MOST,
    }
    return render(request, "staff/supervisor-cases.html", context)


def _give(request: HttpRequest, cases: QuerySet[Application], form: HandOverForm) -> None:
    """Give the ticked cases to the chosen officer; those that cannot be say why."""
    ticked = set(request.POST.getlist("case"))
    wanted = [case for case in cases if str(case.pk) in ticked]
    if not wanted or len(wanted) > MOST:
        messages.error(request, _("Tick from 1 to %(n)s cases first.") % {"n": MOST})
        return
    done = 0
    for case in wanted:
        try:
            work.assign(case, form.officer, text=form.cleaned_data["text"], by=who(request), at=clock.now())
        except Refused as refusal:
            said = _("%(label)s: %(value)s") % {"label": case.number, "value": refusal}
            messages.error(request, said)
        else:
            done += 1
    if done:
        said = ngettext("%(n)s case given to %(name)s.", "%(n)s cases given to %(name)s.", done)
        messages.success(request, said % {"n": done, "name": form.officer})


def _rows(cases: list[Application], known: Terms) -> list[dict[str, Any]]:
    people = User.objects.in_bulk([case.officer for case in cases if case.officer])  # type: ignore[attr-defined]
    titles = stage_titles(known)
    return [
        {
            "case": case,
            "programme": title_of(case.version),
            "stage": titles[case.programme_code, case.stage],
            "officer": str(people.get(case.officer, "")),  # type: ignore[attr-defined]
            "due_on": known.due_on(case, case.came_at),  # type: ignore[attr-defined]
            "late": case.late,  # type: ignore[attr-defined]
            "age": age(case.came_at, clock.today()),  # type: ignore[attr-defined]
        }
        for case in cases
    ]


@officer_required
@require_GET
def export_cases(request: HttpRequest) -> HttpResponse:
    """The filtered list as a spreadsheet. No identity numbers, no cards."""
    try:
        found = _narrowed(request, _lead(request))
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Acceptance number"), _("Applicant"), _("Programme"), _("Stage"), _("Dealt with by"),
        _("Days at this stage"), pgettext("officer", "Due"),
    )  # fmt: skip
    rows = [
        (
            row["case"].number, row["case"].party.name, row["programme"], row["stage"], row["officer"],
            row["age"], row["due_on"],
        )
        for row in _rows(list(found.cases), found.terms)
    ]  # fmt: skip
    return download(workbook(headings, rows), f"{_('The office')} {clock.today().isoformat()}.xlsx")
