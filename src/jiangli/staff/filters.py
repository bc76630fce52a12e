"""The queue's tabs and filters: what an address asks for, and the cases that answer it.

An address with a name or a value that the queue does not know is refused (``pages.Unclear``), never
read as something else.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import rule
from jiangli.reviews import queries as reviews
from jiangli.reviews.models import Assignment
from jiangli.reviews.work.due import SOON, Terms, terms, with_came
from jiangli.staff.checks import checks_of
from jiangli.staff.filter_forms import ORGANISATION, PERSON, Filters
from jiangli.staff.gate import who
from jiangli.staff.pages import Unclear, only
from jiangli.staff.words import language, pair, say

MINE, RETURNED, DONE, ALL = "mine", "returned", "done", "all"
SORTS = {
    "filed": ("first_filed_at", "number"),
    "due": ("is_late", "came_at", "number"),
    "newest": ("-came_at", "number"),
}


class Tab(NamedTuple):
    code: str
    title: str
    cases: QuerySet[Application]
    size: int


def tabs_of(user: User, *, on: date) -> list[Tab]:
    """我的 · 待… for each stage the officer may act in · 等本人更正 · 已办."""
    waiting = reviews.queue(user, on=on)
    own = reviews.own(user)
    found = [(MINE, _("Mine"), reviews.mine(user, on=on))]
    places: dict[str, Q] = {}
    words: dict[str, str] = {}
    laws = Programme.objects.with_law().in_bulk()
    for programme, stage, title in reviews.stages_for(user, on=on):
        places[title] = places.get(title, Q()) | Q(programme_code=programme, stage=stage)
        words.setdefault(title, _to_do(say(rule(laws[programme].version).stages[stage].title), title))
    found += [(title, words[title], waiting.filter(at)) for title, at in places.items()]
    found.append((RETURNED, _("Waiting for the applicant"), reviews.waiting_for_claimants(user).exclude(own)))
    done = reviews.done_by_agency(user).exclude(own).exclude(status=Status.RETURNED)
    done = done.exclude(pk__in=waiting.values("pk"))
    found.append((DONE, _("Done"), done))
    every = Application.objects.visible_to(user).filter(first_filed_at__isnull=False).exclude(own)
    found.append((ALL, _("All"), every))
    return [Tab(code, title, cases, cases.count()) for code, title, cases in found]


def _to_do(stage: str, chinese: str) -> str:
    """待预审. In English a stage without an English title keeps its Chinese one, alone."""
    return stage if language() == "en" and stage == chinese else _("To do: %(stage)s") % {"stage": stage}


class Wanted(NamedTuple):
    """What one looks at: the tab, its filters, and the cases that remain, oldest filing first."""

    tabs: list[Tab]
    tab: Tab
    form: Filters
    cases: QuerySet[Application]
    counts: dict[str, Counter[str]]
    elsewhere: list[Tab]  # other tabs in which the words searched for are found
    terms: Terms

    @property
    def waits_here(self) -> bool:
        """Whether these are cases on which the officer can act."""
        return self.tab.code not in {RETURNED, DONE, ALL}


def wanted(request: HttpRequest, *, on: date) -> Wanted:
    """Read the address. Unclear if it asks for something the queue does not have."""
    only(request, "tab", "page", *Filters.base_fields)
    tabs = tabs_of(who(request), on=on)
    form = Filters(request.GET)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Unclear(pair(str(form.fields[field].label), str(errors[0])))
    text = form.cleaned_data["q"].strip()
    if text:
        tabs = [_with(tab, text) for tab in tabs]
    tab = _tab(tabs, request.GET.get("tab"))
    checks = checks_of(tab.cases)
    known = terms()
    cases: QuerySet[Any] = with_came(tab.cases).annotate(is_late=known.late_first(on))
    cases = _narrow(cases, form.cleaned_data, checks, who(request))
    if due := form.cleaned_data["due"]:
        cases = cases.filter(_in_time(known, due, on))
    elsewhere = [other for other in tabs if text and other.size and other.code not in {tab.code, MINE, ALL}]
    found = cases.order_by(*SORTS[form.cleaned_data["sort"] or "filed"])
    counts = _counts(tab.cases, checks) | {"due": _late_counts(tab.cases, known, on)}
    return Wanted(tabs, tab, form, found, counts, elsewhere, known)


def _in_time(known: Terms, asked: list[str], on: date) -> Q:
    late, soon = known.late(on), known.late(on, within=SOON)
    return reduce(or_, [{"late": late, "soon": soon & ~late}[name] for name in asked])


def _late_counts(cases: QuerySet[Application], known: Terms, on: date) -> Counter[str]:
    came = with_came(cases).order_by()
    late, by_then = came.filter(known.late(on)).count(), came.filter(known.late(on, within=SOON)).count()
    return Counter({"late": late, "soon": by_then - late})


def _with(tab: Tab, text: str) -> Tab:
    """A tab narrowed to the cases of this name or number."""
    named = Q(claimant__name__icontains=text) | Q(organisation__name__icontains=text)
    cases = tab.cases.filter(named | Q(number__icontains=text))
    return tab._replace(cases=cases, size=cases.count())


def _tab(tabs: list[Tab], code: str | None) -> Tab:
    if code is None:
        return next((tab for tab in tabs if tab.size and tab.code != ALL), tabs[0])
    for tab in tabs:
        if tab.code == code:
            return tab
    if code == code.strip() and len(code) <= 20:
        raise Unclear(_("There is no list “%(name)s” for you today.") % {"name": code})
    raise Unclear(_("There is no such list."))


def _narrow(
    cases: QuerySet[Application], asked: dict[str, Any], checks: dict[Any, str], user: User
) -> QuerySet[Application]:
    if asked["programme"]:
        cases = cases.filter(programme_code__in=asked["programme"])
    if asked["check"]:
        cases = cases.filter(pk__in=[pk for pk, check in checks.items() if check in asked["check"]])
    if asked["assignee"]:
        cases = _dealt_with(cases, asked["assignee"], user)
    if asked["party"]:
        kinds = {PERSON: Q(claimant__isnull=False), ORGANISATION: Q(claimant__isnull=True)}
        cases = cases.filter(reduce(or_, (kinds[kind] for kind in asked["party"])))
    if asked["organisation"]:
        cases = cases.filter(organisation=asked["organisation"])
    if asked["filed_from"]:
        cases = cases.filter(first_filed_at__gte=morning(asked["filed_from"]))
    if asked["filed_to"]:
        cases = cases.filter(first_filed_at__lt=morning(asked["filed_to"] + timedelta(days=1)))
    return cases


def _dealt_with(cases: QuerySet[Application], whose: list[str], user: User) -> QuerySet[Application]:
    here = Assignment.objects.filter(application=OuterRef("pk"), stage=OuterRef("stage"))
    where = Q()
    if "me" in whose:
        where |= Q(Exists(here.filter(officer=user)))
    if "none" in whose:
        where |= ~Q(Exists(here))
    return cases.filter(where)


def morning(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.SHANGHAI)


def _counts(cases: QuerySet[Application], checks: dict[Any, str]) -> dict[str, Counter[str]]:
    programmes = Counter(cases.order_by().values_list("programme_code", flat=True))
    parties = Counter(
        PERSON if person else ORGANISATION for person in cases.order_by().values_list("claimant", flat=True)
    )
    return {"programme": programmes, "check": Counter(checks.values()), "party": parties}
