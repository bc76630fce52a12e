"""What stands in the bar of every officers' page."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.accounts.queries import roles_of
from jiangli.accounts.roles import Role
from jiangli.applications.filings.law import agency_for, filing_stage
from jiangli.applications.models import Filing
from jiangli.correspondence.models import Question
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import published
from jiangli.registers.models import Clerk
from jiangli.reviews import queries as reviews
from jiangli.reviews.deliberation.queries import deliberates
from jiangli.reviews.outside.queries import exchanges
from jiangli.reviews.publicity.queries import undecided_of
from jiangli.reviews.selection.permissions import scores_only
from jiangli.staff import waiting
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
        "ask-override",
        "ask-override-line",
        "strike",
        "look-up-line",
        "look-up-lines",
        "look-up-sheet",
        "hand-over",
        "bulk",
        "bulk-result",
        "reveal-line",
        "settle",
        "reconsider",
    },
    "next-claims": {"next-claims"},
    "reconsiderations": {"reconsiderations", "reconsideration"},
    "overrides": {"overrides", "override"},
    "office": {"supervisor", "supervisor-cases"},
    "counter": {"counter", "new-paper", "keyed", "discard", "card"},
    "callers": {"callers", "caller"},
    "lists": {"lists", "list"},
    "exchanges": {"exchanges", "exchange", "replies", "reply", "enter-reply"},
    "filings": {"filings", "filing"},
    "organisations": {
        "organisations",
        "organisation",
        "organisation-asked",
        "organisation-reveal",
        "end-clerk",
    },
    "meetings": {"meetings", "meeting", "meeting-due", "meeting-item"},
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
    "recognitions": {"recognitions", "recognition", "recognition-new", "recognition-list"},
    "selections": {"selections", "selection", "selection-new", "selection-take", "candidate"},
    "fraud": {"findings", "finding", "record-finding", "bans", "ban", "recoveries", "recovery"},
    "programmes": {"programmes", "programme", "round"},
    "calendar": {"calendar", "calendar-day"},
    "adoptions": {"adoptions", "adopt", "adoption", "adoption-cases"},
    "interpretations": {"interpretations", "interpretation", "interpret"},
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
    if scores_only(user):
        return _expert(user)
    page = request.resolver_match.url_name if request.resolver_match else ""
    here = next((name for name, pages in SECTIONS.items() if page in pages), "")
    return {
        "home_url": reverse("staff:home"),
        "nav": _groups(user, here),
        "officer": {"name": str(user), "agency": user.agency.name},
        "account_links": [
            _item(_("Deputies"), "staff:deputies", page == "deputies"),
            _item(_("Words you keep"), "staff:phrases", page in {"phrases", "phrase"}),
            _item(_("Sign-in"), "mfa_index", page.startswith("mfa") if page else False),
        ],
        "logout_url": reverse("account_logout"),
    }


def _expert(user: User) -> dict[str, Any]:
    """Whoever only scores sees that, and the way out."""
    return {
        "home_url": reverse("staff:scores"),
        "nav": [_group(_("To score"), [("scores", "scores", _("To score"), 0)], "scores")],
        "officer": {"name": str(user), "agency": user.agency.name if user.agency else ""},
        "account_links": [_item(_("Sign-in"), "mfa_index", False)],
        "logout_url": reverse("account_logout"),
    }


def _groups(user: User, here: str) -> list[dict[str, Any]]:
    """Five words in the bar; under it what the group of this page holds."""
    roles = roles_of(user, on=clock.today())
    at_counter, leads = Role.COUNTER in roles, bool(roles & {Role.SUPERVISOR, Role.APPROVER})
    filed = _takes_classes(user.agency_id or "") or Filing.objects.visible_to(user).exists()
    cases = reviews.queue(user, on=clock.today()).count()
    asking = Question.objects.waiting().filter(agency=user.agency_id).count()
    asked = Clerk.objects.visible_to(user).for_officers().count()
    groups = (
        (_("Cases"), (
            ("queue", "cases", _("Queue"), cases),
            *((("supervisor", "office", _("The office"), 0),) if leads else ()),
            *((("counter", "counter", _("The counter"), 0),) if at_counter else ()),
            ("callers", "callers", _("Callers"), 0),
            *((("filings", "filings", _("Filed classes"), 0),) if filed else ()),
        )),
        (_("Decisions"), (
            ("publicity", "publicity", _("Publicity"), undecided_of(user).count()),
            *((("meetings", "meetings", _("Meetings"), waiting.before_meetings(user, on=clock.today())),)
              if deliberates(user.agency_id or "") else ()),
            *((("exchanges", "exchanges", _("Other bodies"), 0),) if exchanges(user.agency_id or "-") else ()),
            ("next-claims", "next-claims", _("Next claims"), 0),
            ("reconsiderations", "reconsiderations", _("Reconsiderations"), waiting.to_settle(user, on=clock.today())),
            ("overrides", "overrides", _("Exceptions"), 0),
            ("selections", "selections", _("Selections"), 0),
        )),
        (_("Registers"), (
            ("organisations", "organisations", _("Organisations"), asked),
            ("lists", "lists", _("Lists"), 0),
            ("recognitions", "recognitions", _("Recognitions"), 0),
            ("history", "history", _("History"), 0),
        )),
        (_("Payments"), (
            ("payments", "payments", _("Payments"), 0),
            ("findings", "fraud", _("Findings"), waiting.to_confirm(user, on=clock.today())),
        )),
        (_("Consultation"), (
            ("questions", "questions", pgettext("officer", "Questions"), asking),
            ("ratings", "ratings", _("Ratings"), tasks_waiting(user)),
            ("messages", "messages", pgettext("officer", "Messages"), 0),
        )),
        (_("Programmes"), (
            ("programmes", "programmes", _("Programmes"), 0),
            ("adoptions", "adoptions", _("Adoption of drafts"), 0),
            ("interpretations", "interpretations", _("Interpretations"), 0),
            ("calendar", "calendar", _("Calendar"), 0),
        )),
    )  # fmt: skip
    return [_group(label, rows, here) for label, rows in groups]


def _group(label: str, rows: Iterable[tuple[str, str, str, int]], here: str) -> dict[str, Any]:
    """A word of the bar; it leads to the first of its pages and counts what waits on all of them."""
    pages = [_item(said, f"staff:{name}", section == here, count) for name, section, said, count in rows]
    current = any(page["current"] for page in pages)
    count = sum(page["count"] for page in pages)
    more = pages if current and len(pages) > 1 else []
    return {"label": label, "url": pages[0]["url"], "current": current, "count": count, "more": more}


def _takes_classes(agency: str) -> bool:
    """Whether classes of some programme are filed with this agency before they begin."""
    versions = Programme.objects.order_by("pk").values_list("pk", "version__hash")
    return agency in _taking_classes(tuple(versions))


@lru_cache(maxsize=8)
def _taking_classes(_versions: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """The agencies with which classes are filed under these versions of the law; every page of an officer asks."""
    return frozenset(agency_for(law) for _row, law in published() if filing_stage(law) is not None)


def _item(label: str, name: str, current: bool, count: int = 0) -> dict[str, Any]:
    return {"label": label, "url": reverse(name), "current": current, "count": count}
