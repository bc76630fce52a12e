"""Reconsiderations and next claims as officers see them: what an address asks for, cells, a picture of the months."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jiangli.applications.assessing import programme_of
from jiangli.programmes.queries import published
from jiangli.reviews.next_claims.models import OPEN, NextClaim, NextState
from jiangli.reviews.reconsidering.models import Reconsideration, ReconsiderationState
from jiangli.reviews.reconsidering.permissions import agency_again
from jiangli.staff.gate import who
from jiangli.staff.pages import Unclear, only
from jiangli.staff.past import chosen, options
from jiangli.staff.words import say, title_of

TONES = {
    "asked": "faulty", "accepted": "met", "rejected": "unmet",
    "waiting": "unknown", "raised": "faulty", "filed": "met", "over": "unmet", "closed": "unmet",
}  # fmt: skip
LONGEST = 60


def searched(request: HttpRequest) -> str:
    text = request.GET.get("q", "").strip()
    if len(text) > LONGEST:
        raise Unclear(_("At most 60 characters can be searched for."))
    return text


def _named(text: str) -> Q:
    case = "decision__application__"
    return (
        Q(**{f"{case}number__icontains": text})
        | Q(**{f"{case}claimant__name__icontains": text})
        | Q(**{f"{case}organisation__name__icontains": text})
    )


def reconsiderations_asked(request: HttpRequest) -> tuple[QuerySet[Reconsideration], list[Any], str]:
    """Those of one's agency; what waits stands first, the earliest asked for before the others."""
    only(request, "page", "state", "q")
    state, text = chosen(request, "state", ReconsiderationState.values), searched(request)
    rows = Reconsideration.objects.visible_to(who(request)).select_related(
        "decision__application__claimant", "decision__application__organisation",
        "decision__application__version", "settled_by",
    )  # fmt: skip
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(_named(text))
    return rows, [options("state", _("State"), ReconsiderationState.choices, state)], text


def next_claims_asked(request: HttpRequest) -> tuple[QuerySet[NextClaim], list[Any], str]:
    """What comes due in one's agency, the earliest first; without a filter what is open."""
    only(request, "page", "state", "programme", "q")
    visible = NextClaim.objects.visible_to(who(request))
    codes = set(visible.order_by().values_list("decision__application__programme_code", flat=True))
    titles = {row.code: title_of(row.version) for row, _law in published() if row.code in codes}
    state, code = chosen(request, "state", NextState.values), chosen(request, "programme", titles)
    text = searched(request)
    rows = visible.select_related(
        "decision__application__claimant", "decision__application__organisation",
        "decision__application__version", "application",
    )  # fmt: skip
    rows = rows.filter(state=state) if state else rows.filter(state__in=OPEN)
    if code:
        rows = rows.filter(decision__application__programme_code=code)
    if text:
        rows = rows.filter(_named(text))
    questions = [
        options("state", _("State"), NextState.choices, state),
        options("programme", _("Programme"), titles.items(), code),
    ]
    return rows, questions, text


def what(row: NextClaim) -> str:
    """Which instalment, or which months."""
    if row.first_month and row.last_month:
        return f"{row.first_month:%Y-%m} – {row.last_month:%Y-%m}"
    law = programme_of(row.decision.application)
    fact = law.dictionary[law.again.part] if law.again and law.again.part else None
    choice = next((one for one in fact.choices if one.id == row.part), None) if fact else None
    return say(choice.label) if choice else row.part


def title_of_case(row: Reconsideration | NextClaim) -> str:
    return say(programme_of(row.decision.application).title)


def settles(row: Reconsideration) -> str:
    """The agency that settles it."""
    return agency_again(row.decision.application).short_name


def picture(months: list[tuple[date, int, int]]) -> SafeString:
    """A pillar for each month: what falls due in it."""
    most = max((fen for _month, _count, fen in months), default=0) or 1
    wide, high = 72, 180
    bars = []
    for place, (month, _count, fen) in enumerate(months):
        x, tall = place * wide + 16, high * fen // most
        bars.append((x, high - tall + 20, tall, x + 20, high + 40, f"{month:%Y-%m}"))
    drawn = format_html_join(
        "",
        '<rect x="{}" y="{}" width="40" height="{}" fill="var(--indigo)"/>'
        '<text x="{}" y="{}" text-anchor="middle" font-size="13" fill="currentColor">{}</text>',
        bars,
    )
    size = max(len(months) * wide + 16, 320)
    return format_html('<svg viewBox="0 0 {} 230" width="{}" height="230">{}</svg>', size, size, drawn)
