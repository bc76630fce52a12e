"""The list of programmes: grouped by what one can do, narrowed by whom it is for, agency, state and words."""

from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jiangli import clock
from jiangli.looks.states import STATES
from jiangli.public import amounts, listing, telling
from jiangli.public.audience import BY_CODE
from jiangli.public.listing import Entry, Unclear, Wanted
from jiangli.public.pages import show, until
from jiangli.public.telling import speech

ROWS = 24


@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """Every programme this installation knows, whatever one can do about it."""
    found = listing.entries(clock.today())
    try:
        asked = listing.wanted(request.GET, found)
        left = listing.ranked([one for one in found if asked.keeps(one)], asked)
        page = _page(left, request.GET.get("page") or "1")
    except Unclear as why:
        return show(request, "public/unclear.html", {"why": str(why)}, status=400)
    context = {
        "page": page,
        "total": len(found),
        "groups": groups(list(page.object_list)),
        "query": request.GET.urlencode(),
        "asked": asked,
        "chips": _chips(found, asked),
        "agencies": _options(
            found, asked, "agency", {e.row.agency_id: telling.name_of(e.row.agency) for e in found}
        ),
        "states": _options(
            found, asked, "state", {code: str(s.word) for code, s in STATES["programme"].items()}
        ),
    }
    return show(request, "public/programmes.html", context)


def _page(left: list[Entry], number: str) -> Page[Entry]:
    pages = Paginator(left, ROWS)
    if not number.isdecimal() or len(number) > 6 or not 1 <= int(number) <= pages.num_pages:
        raise Unclear(
            _("There is no page %(page)s; the list has %(pages)s.")
            % {"page": number[:20], "pages": pages.num_pages}
        )
    return pages.page(int(number))


def groups(found: list[Entry]) -> list[dict[str, Any]]:
    """Lines under a heading for each state, with what the state means."""
    return [
        {"state": state, "tell": _meaning(state), "lines": [line(one) for one in ones]}
        for state, ones in groupby(found, key=lambda one: one.state)
    ]


def _meaning(state: str) -> str:
    return {
        "here": _("You can apply for these on this site today."),
        "listed": _("Nobody applies: who is on the published list is asked for a card."),
        "open": _("In force. The papers are handed in at the counter or by the employer, not here yet."),
        "coming": _("In force, but one cannot hand in today: see from when."),
        "back_entry": _("Officers enter past cases at the counter; one cannot apply online."),
        "draft": _("Drafts for comments: one can try them out; nothing is paid on them."),
        "simulation": _("One can read these and try them out; no claims are taken here."),
        "elsewhere": _("Another system takes these claims; we say where to go."),
        "closed": _("The time to apply is over. To look things up."),
    }[state]


def line(one: Entry) -> dict[str, Any]:
    """A programme on a line of the list."""
    figure, unit = amounts.in_short(one.law)
    named = telling.listed(str(BY_CODE[code].name) for code in one.who)
    return {
        "name": one.law.title.say(speech()),
        "code": one.row.code,
        "office": telling.name_of(one.row.agency),
        "who": named,
        "figure": figure,
        "unit": unit,
        "until": until(one.law, clock.today(), one.rounds)
        if one.state in ("here", "open", "coming", "closed")
        else "",
        "state": one.state,
    }


def _chips(found: list[Entry], asked: Wanted) -> list[dict[str, Any]]:
    """For whom: one link for each audience that has a programme at all, and one for everybody."""
    here, counted = asked.facets["who"], listing.counts(found, asked, "who")
    chips = [{"label": _("Everybody"), "url": listing.address(asked, who=""), "current": not here, "icon": "people",
              "count": sum(asked.keeps(one, but="who") for one in found)}]  # fmt: skip
    for code, audience in BY_CODE.items():
        if code in counted:
            url = listing.address(asked, who=code)
            chips.append({"label": audience.name, "url": url, "current": code == here,
                          "icon": audience.icon, "count": counted[code]})  # fmt: skip
    return chips


def _options(found: list[Entry], asked: Wanted, facet: str, names: dict[str, str]) -> list[dict[str, Any]]:
    counted = listing.counts(found, asked, facet)
    return [
        {
            "value": value,
            "label": name,
            "count": counted.get(value, 0),
            "chosen": asked.facets[facet] == value,
        }
        for value, name in names.items()
        if value in counted or asked.facets[facet] == value
    ]
