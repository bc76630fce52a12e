"""What a claimant may do after a decision: ask for another look, and claim what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiangli import clock
from jiangli.accounts.models import User
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.public import telling
from jiangli.public.story import written
from jiangli.reviews.models import Decision
from jiangli.reviews.next_claims.actions import not_in_a_round
from jiangli.reviews.next_claims.models import NextClaim, NextState
from jiangli.reviews.reconsidering.actions import LONGEST
from jiangli.reviews.reconsidering.models import Reconsideration, ReconsiderationState
from jiangli.reviews.reconsidering.permissions import ask_until, cannot_ask

SHOWN = 50  # next claims on one page; nobody has more


class GroundsForm(forms.Form):
    grounds = forms.CharField(
        max_length=LONGEST,
        label=gettext_lazy("What is wrong in the decision"),
        help_text=gettext_lazy(
            "Say which point, and what shows it. Leave out identity and card numbers: nobody needs them for this."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Say what you think is wrong, and what shows it.")},
    )


def another_look(case: Application, decision: Decision | None, user: User | None) -> dict[str, Any]:
    """What the page of a case says of another look: whether it can be asked for until when, and what came of it."""
    row = Reconsideration.objects.filter(decision__application=case).select_related("rest").last()
    may = decision is not None and user is not None and cannot_ask(decision, user, on=clock.today()) is None
    found: dict[str, Any] = {"can": may, "until": ask_until(decision) if may and decision else None}
    if row is not None:
        found |= {
            "row": row,
            "word": row.get_state_display(),
            "tone": TONES[ReconsiderationState(row.state)],
            "rest": row.rest if row.rest and row.rest.status != Status.WITHDRAWN else None,
        }
    return found


TONES = {
    ReconsiderationState.ASKED: "unknown",
    ReconsiderationState.ACCEPTED: "met",
    ReconsiderationState.REJECTED: "unmet",
}


def to_claim(user: User, **only: Any) -> list[dict[str, Any]]:
    """What this user can claim next, or later, the earliest first: name, why and until when, and where."""
    rows = NextClaim.objects.visible_to(user).filter(state__in=[NextState.RAISED, NextState.WAITING], **only)
    rows = rows.select_related(
        "decision__application__claimant", "decision__application__version", "application"
    )
    return [next_claim(row) for row in _without_drafts(rows[:SHOWN])]


def _without_drafts(rows: Iterable[NextClaim]) -> list[NextClaim]:
    """Not those whose draft was thrown away: they may begin it anew on the programme's page."""
    return [row for row in rows if not (row.application and row.application.status == Status.WITHDRAWN)]


def next_claim(row: NextClaim) -> dict[str, Any]:
    case = row.decision.application
    law = programme_of(case)
    name = law.title.say(telling.speech())
    due = row.state == NextState.RAISED
    words = [case.claimant.name if case.claimant and case.organisation else "", what(row)]
    if not due:
        words.append(_("from %(day)s") % {"day": written(row.due_on)})
    elif why := not_in_a_round(row, on=clock.today()):
        words.append(why)
    if row.last_day:
        words.append(_("until %(day)s, then it lapses") % {"day": written(row.last_day)})
    draft = due and row.application is not None and row.application.status == Status.DRAFT
    return {
        "name": _("Continue: %(name)s") % {"name": name} if due else name,
        "more": " · ".join(word for word in words if word),
        "url": reverse("public:application", args=[row.application_id]) if draft else "",
        "due": due,
    }


def what(row: NextClaim) -> str:
    """Which instalment, or which months."""
    if row.first_month and row.last_month:
        return f"{row.first_month:%Y-%m} – {row.last_month:%Y-%m}"
    law = programme_of(row.decision.application)
    fact = law.dictionary[law.again.part] if law.again and law.again.part else None
    choice = next((one for one in fact.choices if one.id == row.part), None) if fact else None
    return choice.label.say(telling.speech()) if choice else row.part
