"""What stands in the bar of every officers' page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiangli import clock
from jiangli.accounts.queries import roles_of
from jiangli.accounts.roles import Role
from jiangli.applications.filings.law import agency_for, filing_stage
from jiangli.applications.models import Filing
from jiangli.programmes.queries import published
from jiangli.registers.models import Clerk
from jiangli.reviews import queries as reviews

SECTIONS = {
    "cases": {
        "queue",
        "case",
        "take",
        "pass",
        "return",
        "refuse",
        "confirm",
        "look-up",
        "reveal",
        "lines",
        "line",
        "strike",
        "look-up-line",
        "look-up-lines",
        "look-up-sheet",
        "reveal-line",
    },
    "counter": {"counter", "new-paper", "keyed", "discard", "card"},
    "callers": {"callers", "caller"},
    "lists": {"lists", "list"},
    "filings": {"filings", "filing"},
    "organisations": {
        "organisations",
        "organisation",
        "organisation-asked",
        "organisation-reveal",
        "end-clerk",
    },
    "messages": {"messages"},
    "history": {
        "history",
        "import",
        "elsewhere",
        "elsewhere-case",
        "declarations",
        "declare",
        "declaration",
    },
    "programmes": {"programmes", "programme", "round", "calendar", "calendar-day"},
    "payments": {"payments", "batches", "batch", "freeze", "read-returned", "returned-sheet"},
}


def desk(request: HttpRequest) -> dict[str, Any]:
    """Navigation, the officer's name, and the way out; nothing on the pages of others."""
    user = getattr(request, "user", None)
    if not request.path.startswith("/staff/") or user is None or not user.is_authenticated:
        return {}
    if not user.is_officer:
        return {}
    page = request.resolver_match.url_name if request.resolver_match else ""
    here = next((name for name, pages in SECTIONS.items() if page in pages), "")
    at_counter = Role.COUNTER in roles_of(user, on=clock.today())
    waiting = reviews.queue(user, on=clock.today()).count()
    filed = _takes_classes(user.agency_id or "") or Filing.objects.visible_to(user).exists()
    asked = Clerk.objects.visible_to(user).for_officers().count()
    return {
        "home_url": reverse("staff:home"),
        "nav": [
            _item(_("Cases"), "staff:queue", here == "cases", waiting),
            *([_item(_("The counter"), "staff:counter", here == "counter")] if at_counter else []),
            _item(_("Callers"), "staff:callers", here == "callers"),
            _item(_("Lists"), "staff:lists", here == "lists"),
            *([_item(_("Filed classes"), "staff:filings", here == "filings")] if filed else []),
            _item(_("Organisations"), "staff:organisations", here == "organisations", asked),
            _item(_("Payments"), "staff:payments", here == "payments"),
            _item(pgettext("officer", "Messages"), "staff:messages", here == "messages"),
            _item(_("Programmes"), "staff:programmes", here == "programmes"),
            _item(_("History"), "staff:history", here == "history"),
        ],
        "officer": {"name": str(user), "agency": user.agency.name},
        "account_links": [
            _item(_("Deputies"), "staff:deputies", page == "deputies"),
            _item(_("Sign-in"), "mfa_index", page.startswith("mfa") if page else False),
        ],
        "logout_url": reverse("account_logout"),
    }


def _takes_classes(agency: str) -> bool:
    """Whether classes of some programme are filed with this agency before they begin."""
    return any(filing_stage(law) is not None and agency_for(law) == agency for _row, law in published())


def _item(label: str, name: str, current: bool, count: int = 0) -> dict[str, Any]:
    return {"label": label, "url": reverse(name), "current": current, "count": count}
