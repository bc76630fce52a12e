"""What stands in the bar of every officers' page."""

from functools import lru_cache
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
from jiangli.correspondence.models import Question
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import published
from jiangli.registers.models import Clerk
from jiangli.reviews import queries as reviews
from jiangli.reviews.publicity.queries import undecided_of
from jiangli.staff.rated import tasks_waiting

SECTIONS = {
    "cases": {
        "queue",
        "more-time",
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
    "questions": {"questions", "question", "faq", "entry", "entry-new", "entry-from"},
    "ratings": {"ratings", "rating"},
    "history": {
        "history",
        "import",
        "elsewhere",
        "elsewhere-case",
        "declarations",
        "declare",
        "declaration",
    },
    "fraud": {"findings", "finding", "record-finding", "bans", "ban", "recoveries", "recovery"},
    "programmes": {"programmes", "programme", "round", "calendar", "calendar-day"},
    "publicity": {
        "publicity",
        "publications",
        "publication",
        "publication-new",
        "publication-stuck",
        "objections",
        "objection",
    },
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
    asking = Question.objects.waiting().filter(agency=user.agency_id).count()
    bad = tasks_waiting(user)
    objecting = undecided_of(user).count()
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
            _item(_("Publicity"), "staff:publicity", here == "publicity", objecting),
            _item(_("Payments"), "staff:payments", here == "payments"),
            _item(pgettext("officer", "Messages"), "staff:messages", here == "messages"),
            _item(pgettext("officer", "Questions"), "staff:questions", here == "questions", asking),
            _item(_("Ratings"), "staff:ratings", here == "ratings", bad),
            _item(_("Programmes"), "staff:programmes", here == "programmes"),
            _item(_("History"), "staff:history", here == "history"),
            _item(_("Findings"), "staff:findings", here == "fraud"),
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
    versions = Programme.objects.order_by("pk").values_list("pk", "version_id")
    return agency in _taking_classes(tuple(versions))


@lru_cache(maxsize=8)
def _taking_classes(_versions: tuple[tuple[str, int], ...]) -> frozenset[str]:
    """The agencies with which classes are filed under these versions of the law; every page of an officer asks."""
    return frozenset(agency_for(law) for _row, law in published() if filing_stage(law) is not None)


def _item(label: str, name: str, current: bool, count: int = 0) -> dict[str, Any]:
    return {"label": label, "url": reverse(name), "current": current, "count": count}
