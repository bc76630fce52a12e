"""Who claims: the person, the organisation, or the one for the other, and who of it filed the case."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.applications.assessing import Assessed, programme_of
from jiangli.applications.models import Application
from jiangli.applications.sheet import has_lines, has_roster
from jiangli.audit.models import Event
from jiangli.registers.models import Person
from jiangli.reviews.queries import filed_together, own
from jiangli.reviews.sheet import is_behind, kept_to_show
from jiangli.staff import rosters
from jiangli.staff.words import fact_label, pair, value_in_words

FILED = ("application.submitted", "application.resubmitted")


def party_of(application: Application) -> list[dict[str, str]]:
    """Rows of a summary: the organisation with its code, kind and area, who filed, and for whom."""
    body = application.organisation
    if body is None:
        return []
    rows = [{"key": _("Organisation"), "value": body.name, "source": _kind(application)}]
    rows.append({"key": _("Credit code"), "value": body.credit_code})
    if application.claimant:
        rows.append({"key": _("For"), "value": application.claimant.name})
    event = Event.objects.about(application).filter(name__in=FILED).select_related("by__person").last()
    clerk: Person | None = getattr(event.by, "person", None) if event else None
    if clerk:
        phone = mask(clerk.contact, 3)
        rows.append({"key": _("Filed by"), "value": " · ".join(part for part in (clerk.name, phone) if part)})
    return rows


def _kind(application: Application) -> str:
    """Kind and area of the organisation, as a register or an officer vouches for them."""
    assert application.organisation is not None and application.version is not None
    known, programme = application.organisation.known, programme_of(application)
    return " · ".join(
        pair(fact_label(programme, name), value_in_words(programme, name, known[name]))
        for name in ("organisation.kind", "organisation.area")
        if name in known
    )


def siblings_of(application: Application, user: User) -> dict[str, Any] | None:
    """Other cases that the organisation filed for this programme that day, as a list of the queue."""
    seen = Application.objects.visible_to(user).exclude(own(user)).exclude(pk=application.pk)
    others = seen.filter(pk__in=filed_together(application).values("pk")).count()
    if not others:
        return None
    assert application.first_filed_at is not None
    day = clock.day_of(application.first_filed_at).isoformat()
    asked = {
        "tab": "all",
        "organisation": str(application.organisation_id),
        "programme": application.programme_code,
        "filed_from": day,
        "filed_to": day,
    }
    return {"count": others, "url": f"{reverse('staff:queue')}?{urlencode(asked)}"}


def roster_of(application: Application, assessed: Assessed) -> dict[str, Any] | None:
    """What the case page shows of a roster: counts, the conditions of lines, sums by level."""
    programme = assessed.programme
    if not has_lines(programme):
        return None
    kept = kept_to_show(application)
    counts = rosters.counts_of(application)
    return {
        "judged": has_roster(programme),
        "total": application.lines.count(),
        "figures": rosters.figures_of(application, counts),
        "conditions": rosters.conditions_of_lines(application, programme) if counts else [],
        "levels": rosters.by_level(application, programme),
        "as_of": kept.at if kept else None,
        "behind": kept is not None and is_behind(application, kept),
    }


def mask(number: str, first: int) -> str:
    """The first few figures and the last four."""
    return (
        f"{number[:first]}{'*' * (len(number) - first - 4)}{number[-4:]}" if len(number) > first + 4 else ""
    )
