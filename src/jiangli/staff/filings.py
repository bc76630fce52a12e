"""Filed classes as officers see them: what an address asks for, and the classes that answer it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiangli.applications.filings.law import examination
from jiangli.applications.filings.models import Examined, Filing, Timing
from jiangli.programmes.queries import published
from jiangli.staff.filter_forms import FilingDay
from jiangli.staff.gate import who
from jiangli.staff.pages import Unclear, only
from jiangli.staff.words import pair, title_of

STATES = {
    "waiting": gettext_lazy("Trainees to examine"),
    "examined": gettext_lazy("All examined"),
    "late": gettext_lazy("Filed late"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
DAYS = ("opens_from", "opens_to")


class FilingFilters(forms.Form):
    q = forms.CharField(required=False, max_length=60, label=gettext_lazy("Organisation, class or number"))
    state = forms.MultipleChoiceField(required=False, choices=STATES.items, label=gettext_lazy("State"))
    programme = forms.MultipleChoiceField(required=False, label=gettext_lazy("Programme"))
    opens_from = FilingDay(required=False, label=gettext_lazy("Opens from"))
    opens_to = FilingDay(required=False, label=gettext_lazy("to"))

    def __init__(self, *args: Any, programmes: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["programme"].choices = programmes  # type: ignore[attr-defined]


class Wanted(NamedTuple):
    form: FilingFilters
    filings: QuerySet[Filing]


def examined_programmes() -> list[str]:
    """The programmes at which an agency examines who the trainees are."""
    return [row.code for row, law in published() if examination(law) is not None]


def wanted(request: HttpRequest) -> Wanted:
    """Read the address: the classes that open soonest stand last, the newest filing first."""
    only(request, "page", *FilingFilters.base_fields)
    visible = Filing.objects.visible_to(who(request))
    codes = set(visible.order_by().values_list("programme_code", flat=True))
    form = FilingFilters(
        request.GET,
        programmes=[(row.code, title_of(row.version)) for row, _law in published() if row.code in codes],
    )
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Unclear(pair(str(form.fields[field].label), str(errors[0])))
    return Wanted(form, _narrowed(counted(visible), form.cleaned_data).order_by("-filed_at", "pk"))


def counted(filings: QuerySet[Filing]) -> QuerySet[Filing]:
    """With the number of trainees on the list, and of those nobody has examined where somebody has to."""
    here = Q(trainees__removed_at=None)
    still = here & Q(trainees__examined=Examined.WAITING, programme_code__in=examined_programmes())
    return filings.select_related("organisation", "version").annotate(
        people=Count("trainees", filter=here), waiting=Count("trainees", filter=still)
    )


def _narrowed(filings: QuerySet[Filing], asked: dict[str, Any]) -> QuerySet[Filing]:
    if text := asked["q"].strip():
        named = Q(organisation__name__icontains=text) | Q(title__icontains=text) | Q(number__icontains=text)
        filings = filings.filter(named)
    if asked["state"]:
        where = Q()
        for state in asked["state"]:
            where |= _in_state(state)
        filings = filings.filter(where)
    if asked["programme"]:
        filings = filings.filter(programme_code__in=asked["programme"])
    if asked["opens_from"]:
        filings = filings.filter(opens_on__gte=asked["opens_from"])
    if asked["opens_to"]:
        filings = filings.filter(opens_on__lt=asked["opens_to"] + timedelta(days=1))
    return filings


def _in_state(state: str) -> Q:
    standing = Q(withdrawn_at=None)
    match state:
        case "waiting":
            return standing & Q(waiting__gt=0)
        case "examined":
            return standing & Q(waiting=0, people__gt=0, programme_code__in=examined_programmes())
        case "late":
            return standing & Q(timing__in=[Timing.SHORT, Timing.AFTER])
    return Q(withdrawn_at__isnull=False)


def state_of(filing: Filing) -> str:
    """The code of the state of a counted class in the table of states."""
    if filing.withdrawn_at:
        return "withdrawn"
    examined = filing.programme_code in examined_programmes() and filing.people and not filing.waiting  # type: ignore[attr-defined]
    return "examined" if examined else "filed"


def groups_of(form: FilingFilters) -> list[dict[str, Any]]:
    """The filter panel."""
    groups: list[dict[str, Any]] = [
        {
            "legend": form.fields[name].label,
            "name": name,
            "options": [
                {"value": value, "label": words, "checked": value in form.cleaned_data[name]}
                for value, words in form.fields[name].choices  # type: ignore[attr-defined]
            ],
        }
        for name in ("state", "programme")
    ]
    days = [{"name": name, "label": form.fields[name].label, "value": _iso(form, name)} for name in DAYS]
    return [*groups, {"legend": _("Opening day"), "days": days}]


def _iso(form: FilingFilters, name: str) -> str:
    day = form.cleaned_data[name]
    return day.isoformat() if day else ""


def chips_of(form: FilingFilters) -> list[tuple[str, str, str]]:
    """The filters in use as chips: name, value, and the words on the chip."""
    chips = []
    for name in ("state", "programme"):
        words = dict(form.fields[name].choices)  # type: ignore[attr-defined]
        chips += [(name, value, str(words[value])) for value in form.cleaned_data[name]]
    chips += [
        (name, _iso(form, name), f"{form.fields[name].label} {_iso(form, name)}")
        for name in DAYS
        if form.cleaned_data[name]
    ]
    if text := form.cleaned_data["q"]:
        chips.append(("q", text, f"“{text}”"))
    return chips
