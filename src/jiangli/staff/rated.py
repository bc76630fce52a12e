"""Ratings as officers see them: what an address asks for, the rows without names, and a picture of the months."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from jiangli import clock
from jiangli.programmes.queries import published
from jiangli.reviews.ratings.models import BAD_GRADES, Grade, LookInto, Rating, Reason
from jiangli.reviews.ratings.permissions import cannot_read_words
from jiangli.reviews.ratings.queries import WELL
from jiangli.staff.filter_forms import FilingDay
from jiangli.staff.gate import who
from jiangli.staff.pages import Unclear, only
from jiangli.staff.words import listed, pair, title_of

TASKS = {
    "waiting": gettext_lazy("To look into"),
    "overdue": gettext_lazy("Overdue"),
    "answered": gettext_lazy("Answered"),
}
BOXES = ("grade", "task", "programme")
DAYS = ("rated_from", "rated_to")


class RatingFilters(forms.Form):
    grade = forms.MultipleChoiceField(
        required=False,
        choices=[(str(grade.value), grade.label) for grade in Grade],
        label=gettext_lazy("Grade"),
    )
    task = forms.MultipleChoiceField(
        required=False, choices=TASKS.items, label=gettext_lazy("Looking into it")
    )
    programme = forms.MultipleChoiceField(required=False, label=gettext_lazy("Programme"))
    rated_from = FilingDay(required=False, label=gettext_lazy("Rated from"))
    rated_to = FilingDay(required=False, label=gettext_lazy("to"))

    def __init__(self, *args: Any, programmes: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["programme"].choices = programmes  # type: ignore[attr-defined]


class Wanted(NamedTuple):
    form: RatingFilters
    ratings: QuerySet[Rating]
    titles: dict[str, str]


def wanted(request: HttpRequest) -> Wanted:
    """Read the address; bad ones that wait stand in the order in which they fall due when asked for."""
    only(request, "page", *RatingFilters.base_fields)
    visible = Rating.objects.visible_to(who(request))
    codes = set(visible.order_by().values_list("programme_code", flat=True))
    titles = {row.code: title_of(row.version) for row, _law in published() if row.code in codes}
    form = RatingFilters(request.GET, programmes=list(titles.items()))
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Unclear(pair(str(form.fields[field].label), str(errors[0])))
    asked = form.cleaned_data
    order = ("look_into__due_on", "pk") if asked["task"] else ("-rated_on", "pk")
    rows = _narrowed(visible, asked).select_related("look_into", "application").order_by(*order)
    return Wanted(form, rows, titles)


def _narrowed(rows: QuerySet[Rating], asked: dict[str, Any]) -> QuerySet[Rating]:
    if asked["grade"]:
        rows = rows.filter(grade__in=[int(grade) for grade in asked["grade"]])
    if asked["programme"]:
        rows = rows.filter(programme_code__in=asked["programme"])
    if asked["rated_from"]:
        rows = rows.filter(rated_on__gte=_day(asked["rated_from"]))
    if asked["rated_to"]:
        rows = rows.filter(rated_on__lte=_day(asked["rated_to"]))
    if asked["task"]:
        some, today = Q(), clock.today()
        open_ = Q(look_into__isnull=False, look_into__answered_at=None)
        for name in asked["task"]:
            some |= {
                "waiting": open_,
                "overdue": open_ & Q(look_into__due_on__lt=today),
                "answered": Q(look_into__answered_at__isnull=False),
            }[name]
        rows = rows.filter(some)
    return rows


def _day(moment: Any) -> date:
    return clock.day_of(moment)


def task_of(rating: Rating) -> LookInto | None:
    return getattr(rating, "look_into", None)


def task_state(rating: Rating, today: date) -> str:
    """The code of the state of its looking into."""
    task = task_of(rating)
    if task is None:
        return "none"
    if task.answered_at:
        return "answered"
    return "overdue" if task.is_overdue(today) else "waiting"


def tasks_waiting(user: Any) -> int:
    """How many bad ratings wait to be looked into at the officer's agency."""
    return LookInto.objects.filter(rating__agency=user.agency_id, answered_at=None).count()


def told(rating: Rating, user: Any, titles: dict[str, str]) -> dict[str, Any]:
    """A row without name, number and day: only the month, so that small offices recognise nobody."""
    hidden = cannot_read_words(rating, user)
    return {
        "row": rating,
        "grade": Grade(rating.grade).label,
        "bad": rating.grade in BAD_GRADES,
        "programme": titles.get(rating.programme_code, rating.programme_code),
        "month": f"{rating.rated_on:%Y-%m}",
        "reasons": listed([str(Reason(one).label) for one in rating.reasons]),
        "words": "" if hidden else rating.words,
        "remark": "" if hidden else rating.remark,
        "hidden": hidden if rating.words or rating.remark else None,
        "task": task_of(rating),
        "state": task_state(rating, clock.today()),
    }


def picture(months: list[tuple[str, dict[int, int]]]) -> SafeString:
    """A pillar for each month: all ratings, and darker within it those that are fairly satisfied or better."""
    most = max((sum(counts.values()) for _month, counts in months), default=0) or 1
    wide, high = 64, 180
    bars = []
    for place, (month, counts) in enumerate(months):
        total, well = sum(counts.values()), sum(counts[grade] for grade in WELL)
        x, whole, part = place * wide + 12, high * total // most, high * well // most
        bars.append((x, high - whole + 20, whole, x, high - part + 20, part, x + 20, high + 40, month))
    drawn = format_html_join(
        "",
        '<rect x="{}" y="{}" width="40" height="{}" fill="var(--indigo-mid)"/>'
        '<rect x="{}" y="{}" width="40" height="{}" fill="var(--indigo)"/>'
        '<text x="{}" y="{}" text-anchor="middle" font-size="13" fill="currentColor">{}</text>',
        bars,
    )
    size = max(len(months) * wide + 12, 320)
    return format_html('<svg viewBox="0 0 {} 230" width="{}" height="230">{}</svg>', size, size, drawn)
