"""Messages as officers see them: those of a case, and the list of those that reached no phone."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.applications.models import Application
from jiangli.correspondence.models import Message, MessageState
from jiangli.correspondence.texts import texts
from jiangli.looks.states import state_of
from jiangli.staff.filter_forms import FilingDay
from jiangli.staff.filters import morning
from jiangli.staff.gate import who
from jiangli.staff.pages import Unclear, only
from jiangli.staff.words import language, pair, title_of

STATES = [MessageState.FAILED, MessageState.KEPT]


class Letter(NamedTuple):
    """A message on a page: what was said, how it went, and whom to ring."""

    title: str
    text: str
    written_at: datetime
    state: str
    trouble: str
    tail: str  # of the phone, four digits; blank if none is known


class Row(NamedTuple):
    letter: Letter
    name: str
    case: Application
    programme: str


def letter_of(message: Message) -> Letter:
    """A message in the reader's language; of the phone only its end."""
    known = message.phone or (message.person.contact if message.person else "")
    return Letter(
        message.title(language()),
        message.said(language()),
        message.written_at,
        message.state,
        _(message.trouble) if message.trouble else "",
        known[-4:],
    )


class LetterFilters(forms.Form):
    q = forms.CharField(required=False, max_length=60, label=gettext_lazy("Name or number"))
    state = forms.MultipleChoiceField(required=False, label=gettext_lazy("How it went"))
    event = forms.MultipleChoiceField(required=False, label=gettext_lazy("What it says"))
    written_from = FilingDay(required=False, label=gettext_lazy("Written from"))
    written_to = FilingDay(required=False, label=gettext_lazy("to"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        states = [(each.value, state_of("message", each.value).word) for each in STATES]
        self.fields["state"].choices = states  # type: ignore[attr-defined]
        titles = [(event, text.title.say(language())) for event, text in texts().items()]
        self.fields["event"].choices = titles  # type: ignore[attr-defined]


class Wanted(NamedTuple):
    """What one looks at: the filters, the messages that remain, and how many each choice has."""

    form: LetterFilters
    letters: QuerySet[Message]
    counts: dict[str, Counter[str]]


def wanted(request: HttpRequest) -> Wanted:
    """Messages about cases the officer sees that reached no phone, newest first. Unclear if the address is."""
    only(request, "page", *LetterFilters.base_fields)
    form = LetterFilters(request.GET)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Unclear(pair(str(form.fields[field].label), str(errors[0])))
    found = _named(_of_cases(who(request)), form.cleaned_data["q"].strip(), who(request))
    rows = list(found.order_by().values_list("state", "event"))
    counts = {"state": Counter(state for state, _e in rows), "event": Counter(event for _s, event in rows)}
    left = _narrowed(found, form.cleaned_data).select_related("person", "wording")
    return Wanted(form, left.order_by("-written_at", "pk"), counts)


def _of_cases(user: User) -> QuerySet[Message]:
    cases = Application.objects.visible_to(user).order_by()
    return Message.objects.not_at_hand().filter(about__in=cases.values("pk"))


def _named(found: QuerySet[Message], text: str, user: User) -> QuerySet[Message]:
    if not text:
        return found
    numbered = Application.objects.visible_to(user).order_by().filter(number__icontains=text)
    return found.filter(Q(person__name__icontains=text) | Q(about__in=numbered.values("pk")))


def _narrowed(found: QuerySet[Message], asked: dict[str, Any]) -> QuerySet[Message]:
    if asked["state"]:
        found = found.filter(state__in=asked["state"])
    if asked["event"]:
        found = found.filter(event__in=asked["event"])
    if asked["written_from"]:
        found = found.filter(written_at__gte=morning(asked["written_from"]))
    if asked["written_to"]:
        found = found.filter(written_at__lt=morning(asked["written_to"] + timedelta(days=1)))
    return found


def rows_of(messages: list[Message]) -> list[Row]:
    """The lines of the table, with one query for the cases of all of them."""
    keys: set[UUID] = {message.about for message in messages if message.about}
    cases = Application.objects.select_related("claimant", "organisation", "version").in_bulk(keys)
    found = []
    for message in messages:
        case = cases[message.about]
        name = message.person.name if message.person else case.party.name
        found.append(Row(letter_of(message), name, case, title_of(case.version)))
    return found


def groups_of(looked_at: Wanted) -> list[dict[str, Any]]:
    """The filter panel: how it went and what it says, each with its count, and the days."""
    form, groups = looked_at.form, []
    for name in ("state", "event"):
        chosen, counts = form.cleaned_data[name], looked_at.counts[name]
        options = [
            {"value": value, "label": words, "checked": value in chosen, "count": counts[value]}
            for value, words in form.fields[name].choices  # type: ignore[attr-defined]
            if name == "state" or counts[value] or value in chosen
        ]
        groups.append({"legend": form.fields[name].label, "name": name, "options": options})
    days = [
        {"name": name, "label": form.fields[name].label, "value": _iso(form.cleaned_data[name])}
        for name in ("written_from", "written_to")
    ]
    return [*groups, {"legend": _("Written"), "days": days}]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def chips_of(form: LetterFilters) -> list[tuple[str, str, str]]:
    """The filters in use as chips: name, value, and the words on the chip."""
    chips = []
    for name in ("state", "event"):
        words = dict(form.fields[name].choices)  # type: ignore[attr-defined]
        chips += [(name, value, str(words[value])) for value in form.cleaned_data[name]]
    for name in ("written_from", "written_to"):
        if value := form.cleaned_data[name]:
            chips.append((name, value.isoformat(), f"{form.fields[name].label} {value.isoformat()}"))
    if text := form.cleaned_data["q"]:
        chips.append(("q", text, f"“{text}”"))
    return chips


def cells_of(row: Row) -> tuple[Any, ...]:
    """A line of the spreadsheet; of the phone only its end."""
    letter = row.letter
    return (
        clock.day_of(letter.written_at), row.case.number, row.name, row.programme, letter.title, letter.text,
        str(state_of("message", letter.state).word), letter.trouble, letter.tail,
    )  # fmt: skip
