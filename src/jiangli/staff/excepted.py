"""The list of exceptions: what an address asks for, its rows, and a picture of the months."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from jiangli.accounts.models import Agency
from jiangli.applications.models import Application
from jiangli.programmes.queries import published
from jiangli.reviews.overrides.models import Ground, Override, OverrideState
from jiangli.reviews.overrides.queries import with_amount
from jiangli.reviews.queries import own
from jiangli.staff.filter_forms import FilingDay
from jiangli.staff.gate import who
from jiangli.staff.pages import Unclear, only
from jiangli.staff.words import pair, title_of

BOXES = ("state", "ground", "agency", "programme")
DAYS = ("asked_from", "asked_to")


class OverrideFilters(forms.Form):
    state = forms.MultipleChoiceField(
        required=False, choices=OverrideState.choices, label=gettext_lazy("State")
    )
    ground = forms.MultipleChoiceField(required=False, choices=Ground.choices, label=gettext_lazy("Ground"))
    agency = forms.MultipleChoiceField(required=False, label=gettext_lazy("Agency"))
    programme = forms.MultipleChoiceField(required=False, label=gettext_lazy("Programme"))
    asked_from = FilingDay(required=False, label=gettext_lazy("Asked from"))
    asked_to = FilingDay(required=False, label=gettext_lazy("to"))

    def __init__(
        self,
        *args: Any,
        agencies: list[tuple[str, str]],
        programmes: list[tuple[str, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["agency"].choices = agencies  # type: ignore[attr-defined]
        self.fields["programme"].choices = programmes  # type: ignore[attr-defined]


class Wanted(NamedTuple):
    form: OverrideFilters
    rows: QuerySet[Any]  # exceptions with ``paid_fen``


def visible(request: HttpRequest) -> QuerySet[Override]:
    """Those of the cases this officer sees, without those of their own case."""
    mine = Application.objects.filter(own(who(request)))
    return Override.objects.visible_to(who(request)).exclude(application__in=mine.values("pk"))


def wanted(request: HttpRequest) -> Wanted:
    """Read the address, the newest first. Unclear if it asks for something the list does not have."""
    only(request, "page", *OverrideFilters.base_fields)
    rows = visible(request)
    codes = set(rows.order_by().values_list("application__programme_code", flat=True))
    titles = [(row.code, title_of(row.version)) for row, _law in published() if row.code in codes]
    names = Agency.objects.filter(pk__in=rows.order_by().values("agency"))
    agencies = [(row.pk, row.short_name) for row in names]
    form = OverrideFilters(request.GET, agencies=agencies, programmes=titles)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Unclear(pair(str(form.fields[field].label), str(errors[0])))
    asked = form.cleaned_data
    columns = {"programme": "application__programme_code"}
    for name in BOXES:
        if asked[name]:
            rows = rows.filter(**{f"{columns.get(name, name)}__in": asked[name]})
    if asked["asked_from"]:
        rows = rows.filter(asked_at__gte=asked["asked_from"])
    if asked["asked_to"]:
        rows = rows.filter(asked_at__lt=asked["asked_to"] + timedelta(days=1))
    people = rows.select_related("asked_by", "confirmed_by", "ended_by", "line", "agency")
    return Wanted(form, with_amount(people.select_related("application__version")))


def picture(months: list[tuple[str, int, int]]) -> SafeString:
    """A pillar for each month: how many exceptions were asked for."""
    most = max((n for _month, n, _fen in months), default=0) or 1
    wide, high = 64, 180
    bars = [
        (
            place * wide + 12,
            high - high * n // most + 20,
            high * n // most,
            place * wide + 32,
            high + 40,
            month,
        )
        for place, (month, n, _fen) in enumerate(months)
    ]
    drawn = format_html_join(
        "",
        '<rect x="{}" y="{}" width="40" height="{}" fill="var(--indigo)"/>'
        '<text x="{}" y="{}" text-anchor="middle" font-size="13" fill="currentColor">{}</text>',
        bars,
    )
    size = max(len(months) * wide + 12, 320)
    return format_html('<svg viewBox="0 0 {} 230" width="{}" height="230">{}</svg>', size, size, drawn)
