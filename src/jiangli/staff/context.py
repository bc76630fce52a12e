"""What stands in the bar of every officers' page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiangli import clock
from jiangli.applications.models import Filing
from jiangli.reviews import queries as reviews

SECTIONS = {
    "cases": {"queue", "case", "take", "pass", "return", "refuse", "confirm", "look-up", "reveal"},
    "filings": {"filings", "filing"},
    "lists": {"lists", "list"},
    "messages": {"messages"},
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
    filed = Filing.objects.visible_to(user).exists()
    waiting = reviews.queue(user, on=clock.today()).count()
    return {
        "home_url": reverse("staff:home"),
        "nav": [
            _item(_("Cases"), "staff:queue", here == "cases", waiting),
            *([_item(_("Filed classes"), "staff:filings", here == "filings")] if filed else []),
            _item(_("Lists"), "staff:lists", here == "lists"),
            _item(_("Payments"), "staff:payments", here == "payments"),
            _item(pgettext("officer", "Messages"), "staff:messages", here == "messages"),
        ],
        "officer": {"name": str(user), "agency": user.agency.name},
        "account_links": [
            _item(_("Deputies"), "staff:deputies", page == "deputies"),
            _item(_("Sign-in"), "mfa_index", page.startswith("mfa") if page else False),
        ],
        "logout_url": reverse("account_logout"),
    }


def _item(label: str, name: str, current: bool, count: int = 0) -> dict[str, Any]:
    return {"label": label, "url": reverse(name), "current": current, "count": count}
