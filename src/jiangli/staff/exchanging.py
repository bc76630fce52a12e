"""What the pages of other bodies share: their folders, words and forms, and where a case is with a body."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiangli.accounts.models import Agency
from jiangli.applications.models import Application
from jiangli.payments.queries import Share, shares_of
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import rule
from jiangli.reviews.outside.models import Exchange, Reply
from jiangli.reviews.outside.permissions import cannot_enter
from jiangli.reviews.outside.queries import Standing, bodies_of, standings_of
from jiangli.reviews.outside.status import ReplyKind, ReplyState, What
from jiangli.staff.forms import Day
from jiangli.staff.gate import office, who
from jiangli.staff.words import say

TONES = {  # by the states of conditions
    "out": "faulty", "passed": "met", "refused": "unmet", "paid": "met", "missing": "faulty", "gone": "unknown",
    "staged": "faulty", "taking": "unknown", "taken": "met", "discarded": "unmet",
    "returned": "unmet", "held": "faulty", "known": "unknown", "repeated": "unknown",
}  # fmt: skip


def tone(state: str) -> str:
    """The colour of a state; of a row that has to be looked into, the warning one."""
    return TONES.get(state, "faulty")


def folders(request: HttpRequest, here: str) -> list[dict[str, Any]]:
    """What went out, and what came back, with how many there are."""
    user = who(request)
    waiting = Reply.objects.visible_to(user).filter(state=ReplyState.STAGED).count()
    return [
        _folder(_("Handed over"), "exchanges", here, Exchange.objects.visible_to(user).count()),
        _folder(_("Answers"), "replies", here, waiting or None),
    ]


def _folder(label: str, name: str, here: str, count: int | None) -> dict[str, Any]:
    return {"label": label, "url": reverse(f"staff:{name}"), "current": name == here, "count": count}


def own_bodies(request: HttpRequest) -> dict[str, Agency]:
    """The bodies with which the officer's agency exchanges, or once did."""
    agency = office(request)
    found = {body.pk: body for body in bodies_of(agency.pk)}
    past = set(Exchange.objects.order_by().filter(agency=agency).values_list("body", flat=True))
    past |= set(Reply.objects.order_by().filter(agency=agency).values_list("body", flat=True))
    for body in Agency.objects.filter(pk__in=past - found.keys()):
        found[body.pk] = body
    return found


def titles(codes: list[str]) -> str:
    """The titles of these programmes."""
    rows = Programme.objects.with_law().filter(pk__in=codes)
    return "、".join(say(rule(row.version).title) for row in rows)


class BringReplyForm(forms.Form):
    """A sheet that a body sent back."""

    body = forms.ChoiceField(label=gettext_lazy("From whom"))
    kind = forms.ChoiceField(
        choices=ReplyKind.choices, label=gettext_lazy("What it says"), widget=forms.RadioSelect
    )
    whole = forms.BooleanField(
        required=False,
        label=gettext_lazy("It answers everything that went out to them with these cases"),
        help_text=gettext_lazy("Then what it leaves out is missing, and can be exported again."),
    )
    file = forms.FileField(
        label=gettext_lazy("The sheet"),
        help_text=gettext_lazy("XLSX or CSV with our number, the result and the day; at most 5,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )

    def __init__(self, *args: Any, bodies: dict[str, Agency], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["body"].choices = [(code, body.name) for code, body in bodies.items()]  # type: ignore[attr-defined]
        self.fields["kind"].initial = ReplyKind.APPROVALS


class FetchForm(forms.Form):
    """What the file is needed for."""

    reason = forms.CharField(max_length=300, label=gettext_lazy("What you need the file for"))


class EnterForm(forms.Form):
    """What a body answered on one case, with its paper."""

    outcome = forms.ChoiceField(label=gettext_lazy("What it says"), widget=forms.RadioSelect)
    on = Day(label=gettext_lazy("Its day"))
    document = forms.CharField(required=False, max_length=80, label=gettext_lazy("Number of its paper"))
    amount = forms.DecimalField(
        required=False,
        label=gettext_lazy("Amount (yuan)"),
        min_value=Decimal("0.01"),
        decimal_places=2,
        max_digits=12,
    )
    reason = forms.CharField(
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("Its reason"),
        help_text=gettext_lazy("Needed for a refusal: the applicant reads it."),
    )
    scan = forms.FileField(
        label=gettext_lazy("A scan of its paper"),
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.pdf"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )

    def __init__(self, *args: Any, kind: ReplyKind, **options: Any) -> None:
        super().__init__(*args, **options)
        decided = kind == ReplyKind.APPROVALS
        outcomes = [What.PASSED, What.REFUSED] if decided else [What.PAID, What.RETURNED]
        self.fields["outcome"].choices = [(what.value, what.label) for what in outcomes]  # type: ignore[attr-defined]
        self.fields["amount"].required = not decided


def with_bodies(application: Application, user: Any, *, on: Any) -> dict[str, Any] | None:
    """Where a case is with other bodies, what they paid, and what may be keyed in; None if it never was with any."""
    standings: list[Standing] = list(standings_of(application))
    shares: list[Share] = [
        share for share in shares_of(application) if share.elsewhere or not share.payer.works_here
    ]
    if not standings and not shares:
        return None
    owing = [share for share in shares if not (share.elsewhere and share.elsewhere.paid_on)]
    kinds = []
    if any(standing.waits for standing in standings):
        kinds.append((ReplyKind.APPROVALS, _("Key in its answer")))
    if owing:
        kinds.append((ReplyKind.PAYMENTS, _("Key in its payment")))
    return {
        "standings": standings,
        "shares": shares,
        "acts": [
            {
                "url": reverse("staff:enter-reply", args=[application.pk, kind.value]),
                "label": label,
                "reason": cannot_enter(application, kind, user, on=on),
            }
            for kind, label in kinds
        ],
    }
