"""The first page: one question, what can be applied for here, and the ways to everything else; the official texts."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jiangli import clock
from jiangli.accounts.models import Agency
from jiangli.applications.stages import Filer, filers
from jiangli.looks.states import STATES
from jiangli.public import amounts, checking, listing, telling
from jiangli.public.audience import BY_CODE, present
from jiangli.public.listing import Entry
from jiangli.public.pages import show, until
from jiangli.public.telling import speech


def card(one: Entry) -> dict[str, str]:
    """A programme as a card: what, who, how much, until when."""
    several = len(one.law.payers) > 1
    listed = one.state == listing.LISTED
    files = _("Paid from a list, nobody applies") if listed else _who_files(one)
    figure, unit = amounts.in_short(one.law)
    return {
        "name": one.law.title.say(speech()),
        "url": reverse("public:programme", args=[one.row.code]),
        "office": f"{telling.name_of(one.row.agency)} · {files}",
        "amount": figure,
        "unit": _("yuan, half from each of two bodies") if several and figure else unit,
        "until": _("Paid from the list, no day to keep")
        if listed
        else until(one.law, clock.today()) or _("No last day in the notice"),
    }


def _who_files(one: Entry) -> str:
    """Who hands it in: people themselves, an organisation for itself, or one for its people."""
    allowed, words = (
        filers(one.law),
        {
            Filer.PERSON: _("For individuals"),
            Filer.ORGANISATION: _("For organisations themselves"),
            Filer.EMPLOYER: _("Through the employer or school"),
            Filer.AGENCY: _("Paid from a list, nobody applies"),
        },
    )
    return telling.listed(word for filer, word in words.items() if filer in allowed)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One question first, then what one can do here today, then all programmes by whom they are for."""
    found = listing.entries(clock.today())
    now = [one for one in found if one.state in (listing.HERE, listing.LISTED)]
    context = {
        "cards": [card(one) for one in now if one.state == listing.HERE],
        "listed": [card(one) for one in now if one.state == listing.LISTED],
        "total": len(found),
        "tiles": _tiles(found),
        "stands": _stands(found),
        "documents": _documents(found),
        "hero": _hero(found),
        "rule": now[0].law if now else None,
    }
    return show(request, "public/home.html", context)


def _hero(found: list[Entry]) -> dict[str, Any]:
    return {
        "phrases": [_("Passed your certificate?"), _("See what you can claim")],
        "lead": [
            _("At most %(count)s questions, about two minutes. ") % {"count": checking.MOST},
            _("No sign-in, stop whenever you like."),
        ],
        "main": {"label": _("What can I claim"), "url": reverse("public:check")},
        "others": [
            {"label": _("Follow my claim"), "url": reverse("public:status"), "icon": "clock"},
            {"label": _("All programmes"), "url": reverse("public:programmes"), "icon": "search"},
            {"label": _("For organisations"), "url": reverse("public:organisations"), "icon": "building"},
        ],
    }


def _tiles(found: list[Entry]) -> list[dict[str, Any]]:
    """Everybody for whom there is a programme, with how many."""
    counts = present(one.law for one in found)
    return [
        {"audience": BY_CODE[code], "count": count, "url": f"{reverse('public:programmes')}?who={code}"}
        for code, count in counts.items()
    ]


def _stands(found: list[Entry]) -> list[dict[str, Any]]:
    """How many programmes stand how: parts of one bar, in hundredths of its length."""
    parts, at = [], 0.0
    for code, state in STATES["programme"].items():
        count = sum(one.state == code for one in found)
        if not count:
            continue
        width = round(100 * count / len(found), 3)
        url = f"{reverse('public:programmes')}?state={code}"
        parts.append({"code": code, "word": state.word, "count": count, "x": at, "width": width, "url": url})
        at = round(at + width, 3)
    return parts


def _documents(found: list[Entry]) -> list[dict[str, str]]:
    documents = {one.law.document.id: one.law.document for one in found}
    agencies = Agency.objects.in_bulk({document.issuer for document in documents.values()})
    return [
        {
            "name": document.title.say(speech()),
            "more": telling.name_of(agencies[document.issuer])
            if document.issuer in agencies
            else document.issuer,
            "url": reverse("public:text", args=[document.id]),
            "icon": "book",
        }
        for document in documents.values()
    ]


@require_safe
def text(request: HttpRequest, document: str) -> HttpResponse:
    """A published document, clause by clause, in its own words."""
    for one in listing.entries(clock.today()):
        if one.law.document.id == document:
            return show(request, "public/text.html", {"rule": one.law, "document": one.law.document})
    raise Http404
