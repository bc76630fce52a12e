"""What officers see of organisations: which ones, what is known of them and who vouched for it."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiangli.accounts.models import User
from jiangli.applications.models import Application
from jiangli.audit.models import Event
from jiangli.registers import organisations as bodies
from jiangli.registers.loads import dictionary
from jiangli.registers.models import Clerk, ClerkState, LetterState, Organisation
from jiangli.registers.organisations import AREA, KIND, Number, vouched_facts
from jiangli.rules import FactError, parse_fact
from jiangli.staff.pages import Unclear
from jiangli.staff.words import language, say

WAITING, CONFIRMED, REFUSED, ALL = "waiting", "confirmed", "refused", "all"
LONGEST = 60


def visible_organisations(user: User) -> QuerySet[Organisation]:
    """Those of the cases this officer sees, and of the requests made to their agency."""
    cases = Application.objects.visible_to(user).filter(organisation__isnull=False)
    asked = Clerk.objects.visible_to(user)
    return Organisation.objects.filter(
        Q(pk__in=cases.values("organisation")) | Q(pk__in=asked.values("organisation"))
    )


def requests_of(user: User) -> dict[str, QuerySet[Clerk]]:
    """The requests made to the officer's agency: those that wait (oldest first), and the answered ones."""
    own = Clerk.objects.visible_to(user).select_related("organisation", "person", "settled_by")
    return {
        WAITING: own.for_officers().order_by("asked_at", "pk"),
        CONFIRMED: own.filter(state=ClerkState.ACTIVE).order_by("-settled_at", "pk"),
        REFUSED: own.filter(state=ClerkState.REFUSED).order_by("-settled_at", "pk"),
    }


def words_asked(request: HttpRequest) -> str:
    text = request.GET.get("q", "").strip()
    if len(text) > LONGEST:
        raise Unclear(_("Search for at most %(limit)d characters.") % {"limit": LONGEST})
    return text


def kind_asked(request: HttpRequest) -> str:
    kind = request.GET.get("kind", "")
    if kind and kind not in dict(kinds()):
        raise Unclear(_("There is no kind “%(name)s”.") % {"name": kind[:40]})
    return kind


def kinds() -> list[tuple[str, str]]:
    return [(choice.id, say(choice.label)) for choice in bodies.kinds()]


def value_of(name: str, value: Any) -> str:
    """A known fact in words; one the dictionary no longer reads stays as it is."""
    try:
        parsed = parse_fact(dictionary(), name, value) if name in dictionary() else None
    except FactError:
        parsed = None
    return str(value) if parsed is None else dictionary()[name].value_label(parsed, language())


def label_of(name: str) -> str:
    return say(dictionary()[name].label) if name in dictionary() else name


class Known(NamedTuple):
    """One known fact: its words, and who vouched for it when."""

    name: str
    key: str
    value: str
    source: str


def known_of(organisation: Organisation) -> list[Known]:
    """What is known now, with the last who vouched for each; from before the history: the register."""
    last = {name: event for event in _vouchings(organisation) for name in event.details["facts"]}
    return [
        Known(name, label_of(name), value_of(name, value), _who(last.get(name)))
        for name, value in sorted(organisation.known.items())
    ]


def _vouchings(organisation: Organisation) -> QuerySet[Event]:
    return Event.objects.about(organisation).filter(name="organisation.vouched").select_related("by__agency")


def _who(event: Event | None) -> str:
    if event is None:
        return _("The register")
    day = timezone.localtime(event.at).date().isoformat()
    if event.details.get("register") or event.by is None:
        return _("The register, %(day)s") % {"day": day}
    return f"{event.by.agency or ''} {event.by} {day}"


def history_of(organisation: Organisation) -> list[dict[str, str]]:
    """Everything that was ever vouched for, the newest first."""
    rows = []
    for event in reversed(_vouchings(organisation)):
        said = [
            f"{label_of(name)}{_(': ')}{_('taken away') if value is None else value_of(name, value)}"
            for name, value in event.details["facts"].items()
        ]
        rows.append({"what": " · ".join(said), "who": _who(event)})
    return rows


def exhibits_of(clerk: Clerk, request: HttpRequest) -> dict[str, Any]:
    """The letters as pages of the viewer; the address says which."""
    pages: list[tuple[Any, int]] = []
    for letter in clerk.letters.order_by("added_at", "pk"):
        pages += [(letter, number) for number in range(1, len(letter.previews) + 1)] or [(letter, 0)]
    asked = request.GET.get("page", "1")
    at = int(asked) if asked.isdecimal() and len(asked) < 4 and 1 <= int(asked) <= len(pages) else 1
    files = [
        {"label": str(number), "url": f"?page={number}#letter", "current": number == at}
        for number in range(1, len(pages) + 1)
    ]
    if not pages:
        return {"files": [], "picture": None, "missing": _("Nothing was handed in here.")}
    letter, number = pages[at - 1]
    if not number:
        unreadable = letter.state == LetterState.UNREADABLE
        missing = _("This file cannot be opened. Ask for another one.") if unreadable else _(
            "The picture is being prepared. Look again in a minute."
        )  # fmt: skip
        return {"files": files, "picture": None, "missing": missing}
    src = reverse("staff:letter", args=[letter.pk, number])
    return {"files": files, "picture": {"src": src, "alt": letter.original_name}, "missing": ""}


def numbers_of(clerk: Clerk, shown: dict[str, str]) -> list[dict[str, str]]:
    """The numbers of whoever asks, masked; in full only what was just asked for."""
    full = {Number.ID_NUMBER: (clerk.person.id_number, 4), Number.PHONE: (clerk.person.contact, 3)}
    return [
        {
            "what": what.value,
            "label": str(what.label),
            "masked": f"{number[:first]}{'*' * (len(number) - first - 4)}{number[-4:]}" if number else "",
            "shown": shown.get(what.value, ""),
        }
        for what, (number, first) in full.items()
    ]


class ConfirmForm(forms.Form):
    """What the officer vouches for with a confirmation."""

    name = forms.CharField(max_length=100, label=gettext_lazy("Name, as on the licence"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind of organisation"))
    area = forms.ChoiceField(label=gettext_lazy("Registered in"))
    head = forms.BooleanField(
        required=False,
        label=gettext_lazy("As a head, who invites and ends others"),
        help_text=gettext_lazy("The first is a head in any case."),
    )

    def __init__(self, *args: Any, clerk: Clerk, **options: Any) -> None:
        super().__init__(*args, **options)
        known = clerk.organisation.known
        self.initial = {
            "name": clerk.organisation.name if clerk.organisation.in_register else clerk.stated_name,
            "kind": known.get(KIND, clerk.stated_kind),
            "area": known.get(AREA, ""),
        }
        areas = [(choice.id, say(choice.label)) for choice in dictionary()[AREA].choices]
        if (area := known.get(AREA)) and area not in dict(areas):
            areas.append((area, area))
        blank = [("", gettext_lazy("Please choose"))]
        self.fields["kind"].choices = [*blank, *kinds()]  # type: ignore[attr-defined]
        self.fields["area"].choices = [*blank, *areas]  # type: ignore[attr-defined]

    @property
    def facts(self) -> dict[str, str]:
        return {KIND: self.cleaned_data["kind"], AREA: self.cleaned_data["area"]}


class VouchForm(forms.Form):
    """One fact of an organisation, as an officer found it."""

    fact = forms.ChoiceField(label=gettext_lazy("What you found"))
    value = forms.CharField(
        required=False,
        max_length=60,
        label=gettext_lazy("What it is"),
        help_text=gettext_lazy("As on paper: 企业, 萧山区, 5, 2026-03-10. Leave it empty to take it away."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fact"].choices = [(name, label_of(name)) for name in vouched_facts()]  # type: ignore[attr-defined]
